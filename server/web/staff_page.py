"""A page of those who look after the hall: only for who may, others are sent to log in and come
back.
"""

from urllib.parse import quote

from flask import redirect, render_template, request

from ..rights import may
from .auth import NotAllowed, caller, parts
from .pages import known_centre


def staff_page(template, needs, centre=None, **more):
    """The page `template` of the centre of that code, or of the signed-in person's own."""
    asked = centre and known_centre(centre)
    try:
        actor, _ = caller()
        if actor.staff is None or not may(actor, needs) or (asked and asked.code != actor.centre):
            raise NotAllowed(403)
    except NotAllowed:
        return redirect(f"/login?next={quote(request.full_path.rstrip('?'), safe='/')}")
    own = parts().context.centre(actor.centre)
    return render_template(
        template,
        centre=own,
        today=own.date_of(parts().context.clock()),
        may=lambda what: may(actor, what),
        **more,
    )
