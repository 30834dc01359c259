"""The pages of the staff, and which of them a person has: what the head of each page links to."""

from ..acts import Actor
from ..rights import may
from .auth import NotAllowed, caller, parts

#: (page, the right one needs there, its address), in the order of the links.
PAGES = (
    ("hall", "see:manager", "/manager/{}"),
    ("centres", "reports", "/manager/{}/centres"),
    ("reports", "reports", "/manager/{}/reports"),
    ("plan", "assign", "/manager/{}/plan"),
    ("devices", "devices", "/devices"),
    ("media", "playlist", "/media"),
    ("procedures", "procedures", "/procedures"),
    ("doctor", "doctor", "/doctor"),
    ("voice", "voices", "/studio/{}"),
    ("announce", "announce", "/announce/{}"),
    ("bookings", "book", "/bookings/{}"),
    ("greeter", "announce", "/greeter/{}"),  # whoever speaks to the hall helps people in it
    ("console", "call_next", "/console/{}"),
    ("settings", "see:settings", "/admin/{}"),
    ("province", "base", "/province"),
)


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
