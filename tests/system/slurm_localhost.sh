#!/usr/bin/env bash
# A real, private Slurm of two nodes on this one machine, to test on: no systemd, no cgroups, no container, nothing in /etc.
#
#   slurm_localhost.sh start FOLDER [PORT]     configures and starts it in FOLDER, on PORT to PORT+2 of 127.0.0.1
#   slurm_localhost.sh daemon FOLDER NAME      starts one of its daemons that is down: slurmctld, node1 or node2
#   slurm_localhost.sh stop FOLDER             ends its jobs and daemons
#
#   export SLURM_CONF=FOLDER/slurm.conf        for sbatch, squeue, scontrol …
#
# Run as root. Debian's packages slurm-wlm and munge are installed if they are missing.
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,10p "$0"; exit 2; }
verb=$1 folder=$(realpath -m "$2")
export SLURM_CONF=$folder/slurm.conf PATH=$PATH:/usr/sbin:/sbin

give_up() { echo "slurm_localhost: $*" >&2; exit 1; }

install_missing() {
  { command -v slurmctld && command -v slurmd && command -v sbatch && command -v munged; } > /dev/null && return
  command -v apt-get > /dev/null || give_up "there is no Slurm on this machine, and no apt-get to install it. Install Slurm and munge"
  apt-get update -qq || true
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge > "$folder/apt.log" 2>&1 ||
    give_up "Slurm could not be installed: $(tail -5 "$folder/apt.log")"
}

configure() { # port
  local host; host=$(hostname -s)
  cat > "$SLURM_CONF" << END
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# cred_expire is also how long a job waits that was put back into the queue: 120 seconds where nothing is said
AuthInfo=socket=$folder/munge.socket,cred_expire=5
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool.%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
# what the nodes say to have is believed: both stand on this machine
SlurmdParameters=config_overrides
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$(($1 + 1)) CPUs=1 RealMemory=8000
NodeName=node2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$(($1 + 2)) CPUs=1 RealMemory=8000
PartitionName=tests Nodes=ALL Default=YES MaxTime=INFINITE State=UP
# quick where a real cluster takes its time
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
SlurmdTimeout=5
MessageTimeout=5
KillWait=2
ReturnToService=2
JobRequeue=1
MailProg=/bin/true
END
}

daemon() { # name
  case $1 in
    munged) munged --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" --pid-file="$folder/munged.pid" \
      --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" ;;
    slurmctld) slurmctld -f "$SLURM_CONF" ;;
    node*) mkdir -p "$folder/spool.$1" && slurmd -N "$1" -f "$SLURM_CONF" ;;
    *) give_up "no daemon $1" ;;
  esac
}

start() { # port
  [ "$(id -u)" = 0 ] || give_up "must be run as root"
  mkdir -p "$folder/state"
  install_missing
  configure "$1"
  (umask 077 && head -c 128 /dev/urandom > "$folder/munge.key")
  for name in munged slurmctld node1 node2; do daemon "$name"; done
  for _ in $(seq 150); do
    [ "$(sinfo --noheader --Node --states=idle 2> /dev/null | wc -l)" = 2 ] && return
    sleep 0.2
  done
  give_up "the nodes did not come up in half a minute: $(tail -n 5 "$folder"/*.log)"
}

stop() {
  local name process
  for name in node1 node2 slurmctld munged; do
    [ ! -s "$folder/$name.pid" ] || kill -9 "$(cat "$folder/$name.pid")" 2> /dev/null || true
  done
  # what runs for jobs does not end with them: step daemons, and whatever jobs started
  for process in $(grep -lzxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ 2> /dev/null); do
    process=${process%/environ}
    if [ "$(cat "$process/comm")" = slurmstepd ] || grep -qz '^SLURM_JOB_ID=' "$process/environ"; then kill -9 "${process#/proc/}"; fi 2> /dev/null || true
  done
}

case $verb in
  start) start "${3:-26817}" ;;
  daemon) daemon "${3:?which?}" ;;
  stop) stop ;;
  *) give_up "no $verb. Allowed: start, daemon, stop" ;;
esac
