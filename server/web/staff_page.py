"""A page of those who look after the hall: only for who may, others are sent to log in and come
back.
"""

from typing import Any
from urllib.parse import quote

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..accounts.identity import NEWCOMER
from ..rights import may
from .auth import NotAllowed, caller, parts
from .pages import known_centre


def staff_page(
    template: str, needs: str, centre: str | None = None, **more: Any
) -> ResponseReturnValue:
    """The page `template` of the centre of that code, or of the signed-in person's own."""
    asked = known_centre(centre) if centre else None
    try:
        actor, _ = caller()
        if actor.role == NEWCOMER:
            return redirect("/account")
        if (
            actor.staff is None
            or not may(actor, needs)
            or (asked is not None and asked.code != actor.centre)
        ):
            raise NotAllowed(403)
    except NotAllowed:
        return redirect(f"/login?next={quote(request.full_path.rstrip('?'), safe='/')}")
    own = parts().context.centre(actor.centre)
    return render_template(
        template,
        centre=own,
        today=own.date_of(parts().context.clock()),
        may=lambda what: may(actor, what),
        role=actor.role,
        **more,
    )
