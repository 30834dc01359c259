"""Run by browser.py in a mount namespace of its own: a line of JSON (policies) in, a line of JSON (policy → what Chromium says of it) out, until the input ends."""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MANAGED = Path("/etc/chromium/policies/managed")
READ = """() => {
  const rows = {};
  const walk = (root) => root.querySelectorAll('*').forEach((e) => {
    if (e.localName === 'policy-row') {
      const text = (name) => (e.shadowRoot.querySelector(name) || {innerText: ''}).innerText.trim();
      const said = ['.errors .value', '.warnings .value', '.infos .value'].map(text).filter(Boolean);
      rows[text('.policy.row .name') || e.shadowRoot.querySelector('.name').innerText.trim()] = text('.policy.row .messages') === 'OK' ? 'OK' : said.join(' ') || text('.policy.row .messages');
    }
    if (e.shadowRoot) walk(e.shadowRoot);
  });
  walk(document);
  return rows;
}"""


def main():
    from playwright.sync_api import sync_playwright
    subprocess.run(["mount", "-t", "tmpfs", "none", "/etc/chromium"], check=True)
    MANAGED.mkdir(parents=True)
    profile = tempfile.mkdtemp(prefix="luot-policy-")
    try:
        with sync_playwright() as playwright:
            browser = None
            for line in sys.stdin:
                file = MANAGED / "luot.json"
                file.with_suffix(".new").write_text(line, "utf-8")
                file.with_suffix(".new").rename(file)
                if browser is None:
                    browser = playwright.chromium.launch_persistent_context(profile, executable_path="/usr/bin/chromium", args=[
                        "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
                    page = browser.pages[0]
                page.goto("chrome://policy")
                wanted = json.loads(line)
                # read anew, until every policy of this file stands there with its value
                page.locator("#reload-policies").click()
                rows = {}
                for _ in range(100):
                    page.wait_for_timeout(100)
                    rows = page.evaluate(READ)
                    if set(rows) == set(wanted):
                        break
                print(json.dumps(rows), flush=True)
            if browser is not None:
                browser.close()
    finally:
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    main()
