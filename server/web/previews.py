"""What a draft of the settings would look like in the hall: the kiosk's page, the board, the sign
and the slip by their own code. The pages stand in a sandbox: they may ask this hub for nothing but
the texts and letters all screens share, so nothing pressed there has an effect.
"""

import base64
import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory

from ..acts import Actor
from ..acts.act import ActContext, Refusal
from ..acts.settings import BadSettings
from ..acts.show import drafts
from ..acts.show import settings as shown
from ..payloads.base import read
from ..payloads.settings import PreviewScreens, PreviewSlip
from ..worker_pool import DRAW_SLIP, NotDone, run_in_worker
from .auth import allowed, json_body, language, parts
from .files import ROOT
from .settings import LARGE, MOST_BYTES, beside_the_hub, settings
from .slots import Slots

log = logging.getLogger("luot.settings")
previews = Blueprint("previews", __name__)
KIOSK = ROOT / "kiosk" / "static"
DISPLAY = ROOT / "display"
#: Where the kiosk's page finds its modules here: the hub has a /static of its own.
MODULES = {"imports": {"/static/": "/preview/kiosk/static/"}}
STAND_IN = "/static/preview/stand_in.js"
SLIP_SECONDS = 20
#: Drawing a slip takes a processor for a third of a second.
_slots = Slots(2, retry_after_s=2)


@settings.post("/preview")
def screens(centre: str) -> Response:
    """What the screens would show on a sample morning with these changes. Nothing is changed."""
    actor = allowed("see:settings", centre)
    request.max_content_length = MOST_BYTES
    asked = read(PreviewScreens, json_body())
    return _answered(_of_draft("previews", drafts.previews, actor, asked))


@settings.post("/preview/slip")
def slip(centre: str) -> Response:
    """The slip as a kiosk would print it with these changes, a PNG. Nothing is printed."""
    actor = allowed("see:settings", centre)
    request.max_content_length = MOST_BYTES
    asked = {"field": None, "service": None, **read(PreviewSlip, json_body())}
    asked["lang"] = asked.get("lang") or language()
    paper = _of_draft("slip", drafts.slip, actor, asked)
    if "mistakes" in paper:
        return _answered(paper)
    order = json.dumps({**paper, "kind": "slip", "millimetres": 80}).encode()
    with _slots.hold():
        try:
            drawn = run_in_worker(DRAW_SLIP, order, SLIP_SECONDS, knows={})
        except NotDone as error:
            log.warning("a slip was not drawn: %s", error)
            raise Refusal("bad_request", why="unreadable") from None
    return Response(drawn, mimetype="image/png")


def _of_draft(
    do: str, make: Callable[..., Mapping[str, Any]], actor: Actor, asked: dict[str, Any]
) -> Mapping[str, Any]:
    """What is made of a draft; that of a large document is made beside the hub. `{mistakes}` where
    the document would not be sound.
    """
    context: ActContext = parts().context
    if shown.size_of(context, actor.centre) >= LARGE:
        return beside_the_hub(do, actor, asked)
    more = {key: value for key, value in asked.items() if key not in ("version", "changes")}
    try:
        return make(context, actor, asked["version"], asked["changes"], **more)
    except BadSettings as bad:
        return {"mistakes": shown.mistakes_in_words(bad, language())}


def _answered(answer: Mapping[str, Any]) -> Response:
    """What was made of a draft; 422 where the document would not be sound."""
    response = jsonify({"ok": "mistakes" not in answer, **answer})
    response.status_code = 422 if "mistakes" in answer else 200
    return response


@previews.get("/preview/<screen>")
def page(screen: str) -> Response:
    """The page of a kiosk, board or sign, told what it shows by the page around it."""
    if screen not in ("kiosk", "board", "sign"):
        abort(404)
    text, policy = _page(screen)
    response = Response(text, mimetype="text/html")
    shared = f"{request.host}/ui/"
    response.headers["Content-Security-Policy"] = policy.replace("SHARED", shared)
    return response


@cache
def _page(screen: str) -> tuple[str, str]:
    """`(the page, its policy)`: what the machine loads, its line to a hub left out."""
    file = KIOSK / "index.html" if screen == "kiosk" else DISPLAY / f"{screen}.html"
    text = file.read_text("utf-8")
    modules = json.dumps(MODULES)
    stand_in = f'<script src="{STAND_IN}"></script>'
    if screen == "kiosk":
        text = text.replace('"/static/', '"/preview/kiosk/static/')
        stand_in = f'<script type="importmap">{modules}</script>\n{stand_in}'
        text = text.replace("<link", f"{stand_in}\n<link", 1)
    else:
        text = re.sub(r'<script src="/lib/socket\.io[^>]*></script>', stand_in, text, count=1)
    digest = base64.b64encode(hashlib.sha256(modules.encode()).digest()).decode()
    policy = (
        f"sandbox allow-scripts; default-src 'self'; script-src 'self' 'sha256-{digest}';"
        " connect-src SHARED; img-src 'self' data:; frame-ancestors 'self'; object-src 'none';"
        " base-uri 'none'; form-action 'none'"
    )
    return text, policy


@previews.get("/preview/kiosk/static/<path:path>")
def kiosk_file(path: str) -> Response:
    """What the kiosk's page is made of."""
    return _public(send_from_directory(KIOSK, path, max_age=0))


def _public(response: Response) -> Response:
    """Read by a page in a sandbox too, which counts as a stranger's."""
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
