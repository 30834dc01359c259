"""Run by browser.py in a mount namespace of its own: a line of JSON in ({policies, visit:
addresses}), a line of JSON out
({rows: policy → what Chromium says of it, blocked: the addresses it does not open}), until the
input ends.
Addresses are tried only when every row is OK, in a browser of their own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Playwright

MANAGED = Path("/etc/chromium/policies/managed")
MARK = "HomepageLocation"
READ = """() => {
  const rows = {};
  const walk = (root) => root.querySelectorAll('*').forEach((e) => {
    if (e.localName === 'policy-row') {
      const text = (name) => (e.shadowRoot.querySelector(name) || {innerText: ''}).innerText.trim();
      const said = ['.errors .value', '.warnings .value', '.infos .value']
        .map(text).filter(Boolean);
      const messages = text('.policy.row .messages');
      const state = messages === 'OK' ? 'OK' : said.join(' ') || messages;
      rows[text('.policy.row .name') || text('.name')] = [state, text('.policy.row .value')];
    }
    if (e.shadowRoot) walk(e.shadowRoot);
  });
  walk(document);
  return rows;
}"""


def chromium(playwright: Playwright, profile: str) -> BrowserContext:
    """Debian's Chromium, as it reads the policies at this moment."""
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path="/usr/bin/chromium",
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    )


def visits(playwright: Playwright, addresses: Sequence[str]) -> list[str]:
    """Those of the addresses that a fresh browser does not open, by policy.

    That nobody answers at the others is no concern here.
    """
    blocked = []
    with tempfile.TemporaryDirectory(prefix="luot-policy-", ignore_cleanup_errors=True) as profile:
        browser = chromium(playwright, profile)
        for address in addresses:
            page = browser.new_page()
            try:
                page.goto(address, timeout=10_000)
            except Exception as error:  # whatever it says is looked at
                if "ERR_BLOCKED_BY_ADMINISTRATOR" in str(error):
                    blocked.append(address)
            page.close()
        browser.close()
    return blocked


def main() -> None:
    from playwright.sync_api import sync_playwright

    subprocess.run(["mount", "-t", "tmpfs", "none", "/etc/chromium"], check=True)
    MANAGED.mkdir(parents=True)
    profile = tempfile.mkdtemp(prefix="luot-policy-")
    try:
        with sync_playwright() as playwright:
            browser = None
            for turn, line in enumerate(sys.stdin, 1):
                file = MANAGED / "luot.json"
                asked = json.loads(line)
                wanted = asked["policies"]
                mark = f"http://round-{turn}.invalid/"
                # one more policy with a value of this round's, so that rows of the round before are
                # not taken for these
                file.with_suffix(".new").write_text(json.dumps({**wanted, MARK: mark}), "utf-8")
                file.with_suffix(".new").rename(file)
                if browser is None:
                    browser = chromium(playwright, profile)
                    page = browser.pages[0]
                page.goto("chrome://policy")
                # read anew, until every policy of this file stands there with its value
                page.locator("#reload-policies").click()
                rows = {}
                for _ in range(100):
                    page.wait_for_timeout(100)
                    rows = page.evaluate(READ)
                    if rows.get(MARK, ["", ""])[1] == mark and set(wanted) <= set(rows):
                        break
                rows = {name: value for name, (value, _) in rows.items() if name in wanted}
                blocked = visits(playwright, asked["visit"]) if set(rows.values()) == {"OK"} else []
                print(json.dumps({"rows": rows, "blocked": blocked}), flush=True)
            if browser is not None:
                browser.close()
    finally:
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    main()
