"""The pictures of the README: the demo is played, and the page of the incident is photographed while a mitigation is pending approval.

python scripts/pictures.py needs chromium and the development dependencies.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final, Literal, NoReturn

from playwright.sync_api import Page, sync_playwright

from stormjib.drill import script
from stormjib.drill.demo import Parts
from stormjib.drill.patience import Patience
from stormjib.drill.plans import PLANS
from stormjib.drill.screen import Screen
from stormjib.drill.script import Script

SHOWN: Final[tuple[tuple[str, Literal["dark", "light"], int, int], ...]] = (
    ("room", "dark", 1440, 1100),
    ("phone", "light", 390, 844),
)
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FAULT = "redis-stopped"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


class Photographed(Exception):
    """Ends the script of the demo."""


def main() -> None:
    """Play until a disrupting command is proposed, take the pictures, end everything."""
    where = Path(tempfile.mkdtemp(prefix="stormjib-pictures-"))
    screen = Screen()
    patience = Patience(screen.note)
    parts = Parts(where, screen)
    site = parts.site
    try:
        parts.bring_up()
        parts.stack.inject(FAULT, {})
        incident = script.wait_for_incident(site.person("ana"), by_hand=False, patience=patience)

        def ask(_: dict[str, Any], run: dict[str, Any]) -> bool:
            if run["risk"] != "disrupt":
                return True
            return photograph(site.url, incident, site.tokens["bo"])

        Script(site.person("ana"), site.person("bo"), PLANS[FAULT], tell=screen.heading, patience=patience, ask=ask).run(incident)
    except Photographed:
        print(f"pictures in {PICTURES}")
    finally:
        parts.end()
        shutil.rmtree(where, ignore_errors=True)


def photograph(url: str, incident: str, token: str) -> NoReturn:
    """Dark on a desktop, light on a phone; then the demo has served its purpose."""
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS if os.geteuid() == 0 else FLAGS[1:])
        for name, scheme, width, height in SHOWN:
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
            page = context.new_page()
            _sign_in(page, url, token)
            page.goto(f"{url}/incidents/{incident}", wait_until="load")
            page.screenshot(path=str(PICTURES / f"{name}.png"))
            context.close()
        browser.close()
    raise Photographed


def _sign_in(page: Page, url: str, token: str) -> None:
    page.goto(f"{url}/login")
    page.fill("input[name=token]", token)
    page.locator("main button").first.click()
    page.wait_for_url(f"{url}/")


if __name__ == "__main__":
    main()
