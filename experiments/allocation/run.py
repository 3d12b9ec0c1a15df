"""Where do the same people do most, and how many acute nurses are needed? In the default municipality, with partnership and with relay.

    python experiments/allocation/run.py                    # both; some five minutes of one idle core
    python experiments/allocation/run.py staff workers=1    # one of them: staff, team; what is of the form a=b goes to pathsim

What is run stays in results/units, so the same command again reads it. The tables are written beside this file.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
QUESTIONS = {
    "staff": [["allocate", str(HERE / "staff.yaml")]],
    "team": [
        ["need", "units.acute_team.slots=1,2,3,4", "care_model=relay", "replications=6", "--indicator", indicator, "--at-most", most]
        for indicator, most in (
            ("share_waiting:unit:acute_team", "0.1"), ("share_waiting:unit:acute_team", "0.045"), ("wait_mean:unit:acute_team", "0.05"),
        )
    ],
}


def main(words: list[str]) -> int:
    settings, named = [word for word in words if "=" in word], [word for word in words if "=" not in word]
    for name in named or QUESTIONS:
        said = []
        for words in QUESTIONS[name]:
            found = subprocess.run([sys.executable, "-m", "pathsim", *words, *settings], stdout=subprocess.PIPE, text=True, check=True).stdout
            said.append(found.rpartition("\n\n")[0])  # without where the table is
            print(found)
        (HERE / f"{name}.txt").write_text("\n\n".join(said) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
