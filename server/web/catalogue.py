"""The list of procedures, read once by each screen and again only when it changed."""

from flask import Blueprint, Response, request

from .auth import allowed, parts

catalogue = Blueprint("catalogue", __name__, url_prefix="/api/v1/<centre>")

#: An address that names a version has one content for ever: kept for a year.
FOR_EVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"


@catalogue.get("/catalogue")
def read_catalogue(centre: str) -> Response:
    """The list of procedures in force; ETag is its version, packed as gzip for whoever takes it."""
    allowed("see:catalogue", centre)
    listed = parts().context.catalogues.of(parts().context.centre(centre))
    response = Response(mimetype="application/json")
    response.set_etag(listed.version)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = (
        FOR_EVER if request.args.get("version") == listed.version else ASK_AGAIN
    )
    if not request.if_none_match.contains(listed.version):
        if request.accept_encodings.quality("gzip") > 0:
            response.data = listed.packed
            response.headers["Content-Encoding"] = "gzip"
        else:
            response.data = listed.body
    response.make_conditional(request)
    return response
