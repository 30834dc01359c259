"""How a province's document begins and grows: pages of one centre's settings are proposed to be
shared, and centres come to stand on it. What they have already stays as it is: where it differs, it
is their own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..accounts.actor import Actor
from ..centre.changes_of_base import values_of
from ..centre.form import PAGES, page_of
from ..centre.places import Change, Place, differences, key_of, value_at
from ..store import centres
from ..store import settings as kept
from . import base_changes
from .act import ActContext, Refusal
from .base import join_base, newest_base
from .settings import document_of

#: What only a centre itself can say: its name and place, what stands in its hall.
OF_THE_CENTRE = ("schema", "zones", "counters", "guidance_desks", "kiosks", "displays.boards")
NAME_AND_PLACE = "site"
#: So many centres come to stand on the base by one press.
AT_ONCE = 20


def could_share(context: ActContext, centre: str) -> dict[str, int]:
    """`{page: how many values of this centre the base says nothing of}`, pages with none left
    out.
    """
    base, document = newest_base(context)[1], _plain(context, centre)
    counted: dict[str, int] = {}
    for place, _ in values_of(document):
        page = _page(key_of(place))
        if page is not None and value_at(base, place) is None:
            counted[page] = counted.get(page, 0) + 1
    return {page: counted[page] for page in PAGES if page in counted}


def propose_pages(context: ActContext, actor: Actor, pages: Sequence[str], reason: str) -> str:
    """Propose that the base says what the actor's centre says on these pages, wherever it says
    nothing yet; returns the id of the change. Refused as `base_changes.propose`.
    """
    base, document = newest_base(context)[1], _plain(context, actor.centre)
    shared = {key: _shared((key,), value, pages) for key, value in document.items()}
    wanted = {key: value for key, value in shared.items() if value is not None}
    start: dict[str, Any] = {key: {} for key, value in wanted.items() if isinstance(value, Mapping)}
    made = [change for change in differences({**start, **base}, wanted) if _is_new(change)]
    return base_changes.propose(
        context, actor, [{"place": list(c.place), "value": c.new} for c in made], reason
    )


def _is_new(change: Change) -> bool:
    return change.old is None and change.new is not None


def _shared(place: Place, value: Any, pages: Sequence[str]) -> Any:
    """The part of a value that stands on these pages, None where there is none."""
    if isinstance(value, Mapping):
        inner = {key: _shared((*place, str(key)), held, pages) for key, held in value.items()}
        return {key: held for key, held in inner.items() if held is not None} or None
    return value if _page(key_of(place)) in pages else None


def _page(key: str) -> str | None:
    """The page of a key that may be shared; None for what is the centre's alone."""
    page = page_of(key)
    if any(f"{key}.".startswith(f"{own}.") for own in OF_THE_CENTRE):
        return None
    return None if page == NAME_AND_PLACE and key.startswith(f"{NAME_AND_PLACE}.") else page


def _plain(context: ActContext, centre: str) -> dict[str, Any]:
    with context.store.read() as conn:
        return document_of(conn, centre)[1].plain()


def standing_alone(context: ActContext) -> list[str]:
    """The centres that do not stand on the base yet."""
    with context.store.read() as conn:
        on_base = kept.centres_on_base(conn)
        return [code for code in centres.codes(conn) if code not in on_base]


def join_all(
    context: ActContext, actor: Actor, press: str, pause: Callable[[], Any]
) -> dict[str, Any]:
    """Let the next centres stand on the newest base; nothing in them changes. Answers `{taken,
    left}`. Refused with bad_request where there is no base.
    """
    if not newest_base(context)[0]:
        raise Refusal("bad_request", key="base", problem="missing")
    taken = []
    for code in standing_alone(context)[:AT_ONCE]:
        pause()  # the hall is served between two centres
        there = Actor(code, actor.id, "admin", staff=actor.staff, address=actor.address)
        if join_base(context, there, f"{press[:60]}-{code}")["ok"]:
            taken.append(code)
    return {"taken": taken, "left": len(standing_alone(context))}
