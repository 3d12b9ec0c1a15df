"""The page of a comparison in a real browser: it opens, asks nobody for anything, and nothing is wider than the screen.

Needs Chromium (Debian: chromium). Not found is a failure, not a skip.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pathsim.cli import main

pytestmark = pytest.mark.system
BROWSER = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip
SYSTEM = """
about: {title: A ward and a team, role: assumed}
population: {citizens: 400, deaths: replaced}
attributes: {age: {65-84: 0.8, 85-99: rest}, sex: {woman: 0.5, man: rest}}
units:
  ward: {beds: 6, sector: hospital, staff: {nurse: 0.3}}
  team: {slots: 1, sector: municipality, staff: {nurse: 1}}
risks:
  illness: {rate: 1 per y, then: ward_stay}
effects:
  visited: {illness: {0-30 d: 0.7}}
steps:
  ward_stay: {at: ward, for: {exponential: 5 d}, then: home}
care_models:
  relay: {title: Relay, levers: []}
  partnership: {title: Partnership, levers: [follow_up]}
levers:
  follow_up:
    changes:
      tasks: {visit: {then: team_visit, after: 1 d, expires: 9 d}}
      steps:
        team_visit: {at: team, for: 1 h, done: {visited: yes}, then: end}
        ward_stay: {done: {visit: yes}}
"""
PROBE = """<script>document.documentElement.setAttribute('data-wide', [...document.querySelectorAll('body *')]
 .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest('.scroll, svg')).length)</script>"""


@pytest.fixture(scope="module")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "no Chromium on this machine. Install it (Debian: apt-get install chromium) for make test-system"
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("page")
    (here / "system.yaml").write_text(SYSTEM, encoding="utf-8")
    assert main(["compare", str(here / "system.yaml"), "replications=3", "minimum=3", f"results={here}", "name=page", "workers=1"]) == 0
    return here / "page"


def browse(chromium, tmp_path, *arguments):
    done = subprocess.run([chromium, *BROWSER, f"--user-data-dir={tmp_path / 'profile'}", *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("page", ["summary.html", "summary.da.html"])
@pytest.mark.parametrize("width", [400, 1200])
def test_the_page_opens_and_nothing_is_wider_than_the_screen(chromium, folder, tmp_path, page, width):
    text = (folder / page).read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=.(https?:)?//", text)
    probed = tmp_path / page
    allowed = re.sub(r"<meta http-equiv=.Content-Security-Policy.[^>]*>", "", text)
    probed.write_text(allowed.replace("</body>", PROBE + "</body>"), encoding="utf-8")
    dom = browse(chromium, tmp_path, f"--window-size={width},3000", "--dump-dom", probed.as_uri())
    assert "data-wide" in dom and "<h1" in dom
    assert re.search(r'data-wide="(\d+)"', dom)[1] == "0"


def test_the_page_can_be_printed(chromium, folder, tmp_path):
    paper = tmp_path / "page.pdf"
    browse(chromium, tmp_path, f"--print-to-pdf={paper}", (folder / "summary.html").as_uri())
    assert paper.read_bytes()[:5] == b"%PDF-" and paper.stat().st_size > 20_000


def test_the_policy_lets_no_script_run(chromium, folder, tmp_path):
    probed = Path(tmp_path) / "policy.html"
    probed.write_text((folder / "summary.html").read_text(encoding="utf-8").replace("</body>", PROBE + "</body>"), encoding="utf-8")
    assert "data-wide=" not in browse(chromium, tmp_path, "--dump-dom", probed.as_uri()).split("<body", 1)[0]
