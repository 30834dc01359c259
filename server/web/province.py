"""What a province shares among its centres: the page and its API."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from ..acts import Actor, base_start
from ..acts import base_changes as acts
from ..payloads import Press, read
from ..payloads.province import BaseStep, ProposeBase, ShareBase
from .auth import NotAllowed, allowed, answered, confirmed, json_body, language, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

province = Blueprint("province", __name__, template_folder="templates")
province.before_request(choose_language)
province.after_request(remember_language)
province.context_processor(words)

_API = "/api/v1/<centre>/base"


@province.get("/province")
def page() -> ResponseReturnValue:
    """What all centres share, which keep their own, and the change that is on its way."""
    return staff_page("province.html", "base")


def _pause() -> None:
    """Others are served between two centres."""
    parts().socketio.sleep(0)


def _person(centre: str) -> Actor:
    """Who asks, with the password typed lately: what they press reaches every centre."""
    if allowed("base", centre).staff is None:
        raise NotAllowed(403)
    return confirmed("base", centre)


@province.get(_API)
def overview(centre: str) -> Response:
    """The base, who keeps their own, and the change that is on its way."""
    actor = allowed("base", centre)
    answer = acts.overview(parts().context, language(), _pause)
    more = {
        "could_share": base_start.could_share(parts().context, centre),
        "alone": base_start.standing_alone(parts().context),
    }
    return jsonify({"ok": True, "own": actor.id, **answer, **more})


@province.post(f"{_API}/propose")
def propose(centre: str) -> Response:
    """Propose a change (201)."""
    actor = _person(centre)
    asked = read(ProposeBase, json_body())
    context = parts().context
    changes = [
        {**row, "value": acts.typed(context, row["place"], row["value"])}
        for row in asked["changes"]
    ]
    change = acts.propose(context, actor, changes, asked["reason"])
    return answered({"ok": True, "change": change}, 201)


@province.post(f"{_API}/share")
def share(centre: str) -> Response:
    """Propose that all share what this centre says on some pages (201)."""
    actor = _person(centre)
    asked = read(ShareBase, json_body())
    change = base_start.propose_pages(
        parts().context, actor, asked["pages"], asked.get("reason", "")
    )
    return answered({"ok": True, "change": change}, 201)


@province.post(f"{_API}/join")
def join(centre: str) -> Response:
    """The next centres stand on the shared document; nothing in them changes."""
    actor = _person(centre)
    press = read(Press, json_body())["request_id"]
    return jsonify({"ok": True, **base_start.join_all(parts().context, actor, press, _pause)})


@province.post(f"{_API}/drop")
def drop(centre: str) -> Response:
    """Take a proposal back."""
    actor = _person(centre)
    acts.drop(parts().context, actor, read(BaseStep, json_body())["change"])
    return jsonify({"ok": True})


@province.post(f"{_API}/approve")
def approve(centre: str) -> Response:
    """A second person approves."""
    actor = _person(centre)
    change = read(BaseStep, json_body())["change"]
    return jsonify({"ok": True, "version": acts.approve(parts().context, actor, change)})


@province.post(f"{_API}/carry")
def carry(centre: str) -> Response:
    """An approved change reaches at most five more centres."""
    actor = _person(centre)
    asked = read(BaseStep, json_body())
    press, wanted = asked["request_id"], asked.get("centres", [])
    return jsonify(
        {"ok": True, **acts.carry(parts().context, actor, press, asked["change"], wanted, _pause)}
    )


@province.post(f"{_API}/revert")
def revert(centre: str) -> Response:
    """The last change is undone, in the first five centres."""
    actor = _person(centre)
    asked = read(BaseStep, json_body())
    made = acts.revert(parts().context, actor, asked["request_id"], asked["change"], _pause)
    return jsonify({"ok": True, **made})


@province.post(f"{_API}/revert/more")
def revert_more(centre: str) -> Response:
    """Undoing goes on, in the next five."""
    actor = _person(centre)
    asked = read(BaseStep, json_body())
    made = acts.carry_reverted(parts().context, actor, asked["request_id"], asked["change"], _pause)
    return jsonify({"ok": True, **made})
