"""The kiosk's page and its loopback API."""

from pathlib import Path

from flask import Flask, jsonify, request, send_file, send_from_directory
from werkzeug.exceptions import HTTPException

from kiosk.print_room import slip_file
from kiosk.slip import qr_rows
from kiosk.web_staff import add_staff

STATIC = Path(__file__).resolve().parent / "static"
LIBRARIES = ("preact/", "htm/", "@fontsource/")
LARGEST = 16_384
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
    " http://127.0.0.1:* http://localhost:*; form-action 'none'"
)


def make_web(kiosk) -> Flask:
    """The WSGI application of one kiosk."""
    web = Flask("kiosk", static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = LARGEST
    web.json.ensure_ascii = False
    web.json.sort_keys = False
    own_names = {"127.0.0.1", "localhost", "::1", kiosk.settings.host.strip("[]")}

    def sorry(code: str, status: int, **values):
        return (
            jsonify(
                ok=False, error=code, message=kiosk.words.say("vi", f"errors.{code}", **values)
            ),
            status,
        )

    @web.before_request
    def only_our_own_page():
        # another page in the kiosk's browser, or a name somebody points at loopback, has no
        # business here
        name = (
            request.host.rsplit(":", 1)[0].strip("[]")
            if not request.host.endswith("]")
            else request.host.strip("[]")
        )
        origin = request.headers.get("Origin")
        if kiosk.settings.host != "0.0.0.0" and name not in own_names:
            return sorry("not_allowed", 403)
        if request.method == "POST" and origin and origin != f"{request.scheme}://{request.host}":
            return sorry("not_allowed", 403)
        return None

    @web.after_request
    def careful(answer):
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        if request.path.startswith("/api/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    @web.errorhandler(HTTPException)
    def in_our_shape(error):
        if error.code == 404:
            return (
                sorry("unknown_ticket", 404)
                if request.path.startswith("/api/slips/")
                else (jsonify(ok=False, error="bad_request", message=error.description), 404)
            )
        return jsonify(ok=False, error="bad_request", message=error.description), (
            400 if error.code == 413 else error.code
        )

    @web.errorhandler(Exception)
    def broken(error):
        web.logger.exception("a request to the kiosk failed: %s", error)
        return sorry("storage", 503)

    # ---- API
    # ---------------------------------------------------------------------

    @web.post("/api/issue")
    def issue():
        if not request.is_json:
            return _bad("Content-Type")
        answer, status = kiosk.press(request.get_json(silent=True))
        if status == 429 and "retry_after" in answer:
            return jsonify(answer), status, {"Retry-After": str(answer["retry_after"])}
        return jsonify(answer), status

    def _bad(key: str):
        return (
            jsonify(
                ok=False,
                error="bad_request",
                message=kiosk.words.say("vi", "errors.bad_key", key=key),
            ),
            400,
        )

    @web.get("/api/issue/<request_id>")
    def issued(request_id):
        answer, status = kiosk.presses.again(request_id)
        return jsonify(answer), status

    @web.get("/api/status")
    def status():
        return jsonify(kiosk.status())

    @web.get("/api/snapshot")
    def snapshot():
        state, mark = kiosk.page()
        if request.if_none_match.contains(mark):
            return "", 304, {"ETag": f'"{mark}"'}
        answer = jsonify(state)
        answer.set_etag(mark)
        return answer

    @web.post("/api/help")
    def call_help():
        body = request.get_json(silent=True)
        screen = body.get("screen") if isinstance(body, dict) else None
        if not isinstance(screen, str) or not screen.isidentifier() or len(screen) > 40:
            return _bad("screen")
        return jsonify(ok=True) if kiosk.help(screen) else sorry("hub_away", 503)

    @web.post("/api/reprint")
    def reprint():
        body = request.get_json(silent=True)
        name = body.get("ticket") if isinstance(body, dict) else None
        if not isinstance(name, str):
            return _bad("ticket")
        answer = kiosk.reprint(name)
        return jsonify(answer) if answer else sorry("unknown_ticket", 404)

    @web.get("/api/qr/<request_id>")
    def qr(request_id):
        """The modules of a ticket's QR code, as rows of 0 and 1, for the page to draw."""
        answer, status = kiosk.presses.again(request_id)
        url = answer["slip"].get("url") if status == 200 else None
        if not url:
            return sorry("unknown_ticket", 404)
        return jsonify(
            ok=True, rows=["".join("1" if dark else "0" for dark in row) for row in qr_rows(url)]
        )

    @web.get("/api/say")
    def say():
        sound = kiosk.speaker.say(request.args.get("text", ""), request.args.get("lang", "vi"))
        return (
            send_file(sound, mimetype="audio/wav", max_age=3600)
            if sound
            else sorry("unknown_ticket", 404)
        )

    @web.get("/api/slips/<ticket>.png")
    def slip_picture(ticket):
        row = kiosk.journal.find(ticket)
        if kiosk.virtual is None or row is None:
            return sorry("unknown_ticket", 404)
        name = slip_file(row["day"], row["number"])
        copy = request.args.get("copy", 1, type=int)
        file = kiosk.virtual.folder / (f"{name}.png" if copy <= 1 else f"{name}_{copy}.png")
        return (
            send_file(file, mimetype="image/png", max_age=0)
            if file.is_file()
            else sorry("unknown_ticket", 404)
        )

    @web.route("/api/virtual-printer/faults", methods=["GET", "POST"])
    def faults():
        if kiosk.virtual is None:
            return sorry("not_virtual", 404)
        if request.method == "POST":
            body = request.get_json(silent=True)
            wanted = body.get("faults") if isinstance(body, dict) else None
            if isinstance(wanted, list) and all(isinstance(name, str) for name in wanted):
                wanted = dict.fromkeys(wanted, True)
            if not isinstance(wanted, dict):
                return _bad("faults")
            try:
                kiosk.virtual.set_faults(wanted)
            except ValueError as wrong:
                return jsonify(ok=False, error="bad_request", message=str(wrong)), 400
            kiosk.room.look_soon()
        return jsonify(ok=True, faults=kiosk.virtual.faults)

    add_staff(web, kiosk, _bad)

    # ---- pages and files
    # ---------------------------------------------------------------------

    @web.get("/")
    def page():
        answer = send_from_directory(STATIC, "index.html")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @web.get("/static/<path:name>")
    def own_file(name):
        return _file(STATIC, name)

    @web.get("/ui/<path:name>")
    def shared_file(name):
        return _file(kiosk.settings.ui, name)

    @web.get("/lib/<path:name>")
    def library_file(name):
        if not name.startswith(LIBRARIES):
            return jsonify(ok=False, error="bad_request", message="not a package of this page"), 404
        return send_from_directory(kiosk.settings.lib, name, max_age=86_400)

    def _file(folder, name):
        answer = send_from_directory(folder, name)
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return web
