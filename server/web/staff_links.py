"""The pages of the staff, and which of them a person has: what the head of each page links to."""

from ..acts import Actor
from ..rights import may
from .auth import NotAllowed, caller, parts

#: (page, the right one needs there, its address), in the order of the links. The first a person
#: may open of a section stands in the head; the section's other pages stand on each of them.
PAGES = (
    ("hall", "see:manager", "/manager/{}"),
    ("centres", "reports", "/manager/{}/centres"),
    ("reports", "reports", "/manager/{}/reports"),
    ("plan", "assign", "/manager/{}/plan"),
    ("devices", "devices", "/devices"),
    ("media", "playlist", "/media"),
    ("voice", "voices", "/studio/{}"),
    ("doctor", "doctor", "/doctor"),
    ("announce", "announce", "/announce/{}"),
    ("bookings", "book", "/bookings/{}"),
    ("greeter", "announce", "/greeter/{}"),  # whoever speaks to the hall helps people in it
    ("console", "call_next", "/console/{}"),
    ("settings", "see:settings", "/admin/{}"),
    ("procedures", "procedures", "/procedures"),
    ("province", "base", "/province"),
)
#: Pages that stand together → the section they make.
SECTIONS = {
    **dict.fromkeys(("devices", "media", "voice", "doctor"), "devices"),
    **dict.fromkeys(("settings", "procedures", "province"), "settings"),
}


def compares(person: Actor) -> bool:
    """Whether somebody may see the figures of all centres of this hub, as its settings say."""
    codes = [code.strip() for code in parts().settings.comparing_centres.split(",")]
    return may(person, "reports") and ("*" in codes or person.centre in codes)


def person_here() -> Actor | None:
    """Who of the staff is signed in at this browser, or None."""
    try:
        actor, _ = caller()
    except NotAllowed:
        return None
    return actor if actor.staff is not None else None


def links_of(person: Actor | None, centre: str) -> list[tuple[str, str]]:
    """The pages a person may open, each with its address."""
    if person is None:
        return []
    booking = parts().context.centre(centre).booking
    shut = set() if booking is not None and booking.on else {"bookings"}
    shut |= set() if compares(person) else {"centres"}
    return [
        (page, address.format(centre))
        for page, needed, address in PAGES
        if may(person, needed) and page not in shut
    ]


def heads(links: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the head of a page links to: each section once, by its name and its first page."""
    sections: dict[str, str] = {}
    for page, address in links:
        sections.setdefault(SECTIONS.get(page, page), address)
    return list(sections.items())


def beside_page(links: list[tuple[str, str]], here: str) -> list[tuple[str, str]]:
    """The pages of the section that `here` stands in; none where it stands alone."""
    section = SECTIONS.get(here)
    pages = [link for link in links if section and SECTIONS.get(link[0]) == section]
    return pages if len(pages) > 1 else []
