"""A hall in the middle of its work, and the browser of somebody of its staff."""

from playwright.sync_api import Page

from tests.support.hub import Hub


def work_begun(hub: Hub, service: str) -> None:
    """Three people come for a procedure; at counter 5 one was served and one is."""
    kiosk = hub.http_client(hub.tokens["kiosk"])
    for _ in range(3):
        assert kiosk.post("/tickets", service=service)["ok"]
    clerk = hub.clerk(5)
    clerk.opens()
    for verb in ("call_next", "start", "call_next", "start"):
        clerk.verb(verb)


def log_in(page: Page, hub: Hub, role: str, lang: str = "vi") -> None:
    """The page belongs to somebody of this role from now on."""
    person = next(person for person in hub.prepared["staff"] if person["role"] == role)
    page.goto(f"{hub.url}/login?lang={lang}")
    page.locator("input[name=name]").fill(person["name"])
    page.locator("input[type=password]").fill(person["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
