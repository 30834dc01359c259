"""A page of those who look after the hall's screens: only for who may, others are sent to log in and come back."""

from urllib.parse import quote

from flask import g, redirect, render_template, request

from ..rights import may
from .auth import NotAllowed, hub, whoever
from .pages import name_in, texts


def staff_text(key, **values):
    """A text of the area `devices` in the language of the page."""
    found = texts(g.language, "devices")
    for part in key.split("."):
        found = found[part]
    return found.format(**values) if values else found


def staff_page(template, needs, **more):
    """The page `template` of the signed-in person's own centre."""
    try:
        actor, _ = whoever()
        if actor.staff is None or not may(actor, needs):
            raise NotAllowed(403)
    except NotAllowed:
        return redirect(f"/login?next={quote(request.full_path.rstrip('?'), safe='/')}")
    centre = hub().desk.centre(actor.centre)
    return render_template(template, centre=centre, may=lambda what: may(actor, what), name=lambda n: name_in(g.language, n), **more)
