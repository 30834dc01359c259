"""A stage for the screens of the hall: serves their files, plays a hub's part from a script, and
opens them in a real Chromium.
The hall it shows is the one of the pictures: Monday 09:41 in zone K1. What a screen says is kept in
`played` and `status`.
"""

import copy
import itertools
import json
import logging
import mimetypes
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, abort, request
from flask_socketio import SocketIO
from werkzeug.security import safe_join
from werkzeug.serving import make_server

from domain.announce import say_of_call
from domain.languages import font_css
from server.sockets.changes import QUIET_MS, Changes
from server.sockets.loudspeaker import CentreState, Loudspeakers
from server.texts import languages
from tests.display.hall import hall_snapshot
from tests.support.centres import rules_of

ROOT = Path(__file__).parents[2]
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws:"
)


def file(folder, path):
    """A file as it lies there, read whole: a browser that goes away in the middle leaves nothing
    open.
    """
    path_ = Path(safe_join(folder, path) or "/nowhere")
    if not path_.is_file():
        abort(404)
    answer = Response(path_.read_bytes(), mimetype=mimetypes.guess_type(path_.name)[0])
    answer.add_etag()
    return answer.make_conditional(request)


logging.getLogger("werkzeug").setLevel(logging.ERROR)


class Stage:
    """A hub's part, played from a script.

    `snapshot` is what it holds; `put()` shows it, `call()` calls a number as a clerk would.
    """

    def __init__(self):
        self.app = Flask("stage", static_folder=None)
        self.sockets = SocketIO(
            self.app,
            async_mode="threading",
            cors_allowed_origins="*",
            ping_interval=2,
            ping_timeout=2,
        )
        self.snapshot = hall_snapshot(at=now())
        moments = itertools.count(0, QUIET_MS)
        self.changes = Changes(
            self.sockets.emit, lambda namespace: ["parts"], lambda: next(moments)
        )
        self.wholes_asked = 0
        self.played, self.status, self.asked, self.auth, self.answers, self.media = (
            [],
            [],
            [],
            [],
            {},
            {},
        )
        self.tellings, self.screen_state = (
            0,
            None,
        )  # what /screen answers: settings, playlist, hours, what to bring
        # whether the browser may keep the pages (a service worker); off, so that tests do not see
        # each other's
        self.keeps = False
        self.keeps_files, self.edition = (
            False,
            1,
            # whether the browser's own store may keep them, as the hub lets it; another edition is
            # another version of Lượt
        )
        self.sockets_allowed, self.admitted, self.facts_lost, self.acks_lost = True, True, False, 0
        self.speak = Loudspeakers(
            self.sockets,
            SimpleNamespace(clock=now, real_clock=now, centre=self._centre),
            lambda centre: self._reading(),
            lambda centre, text, lang: None,
        )
        # nobody registered a board here; of an emergency this stage tells the screens only
        self.speak.centres["thu-duc"] = CentreState(places={}, is_stale=False)
        self.rules, self.removed = {}, False
        self._routes()
        self.server = make_server("127.0.0.1", 0, self._wsgi, threaded=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, name="stage", daemon=True).start()
        threading.Thread(target=self._take_turns, name="loudspeakers", daemon=True).start()

    # the hub's part in speaking is the hub's own code, told of this stage's hall

    def _centre(self, code):
        return SimpleNamespace(
            zones={zone["id"]: zone for zone in self.snapshot["zones"]},
            loudspeaker=rules_of("Asia/Ho_Chi_Minh", self.rules),
        )

    def _reading(self):
        return SimpleNamespace(
            at={
                str(row["counter"]): SimpleNamespace(
                    number=row["number"], state=row["ticket_state"]
                )
                for row in self.snapshot["counters"]
            }
        )

    def _take_turns(self):
        while not self.removed:
            self.speak.tick()
            time.sleep(0.05)

    def _wsgi(self, environ, start):
        if environ["PATH_INFO"].startswith("/socket.io") and not self.sockets_allowed:
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        return self.app.wsgi_app(environ, start)

    def _routes(self):
        for name, folder in (
            ("ui", ROOT / "ui"),
            ("display", ROOT / "display"),
            ("lib", ROOT / "node_modules"),
        ):
            self.app.add_url_rule(
                f"/{name}/<path:path>", name, lambda path, folder=folder: file(folder, path)
            )
        self.app.add_url_rule("/ui/languages.json", "languages", languages().listing)
        self.app.add_url_rule(
            "/ui/fonts/<lang>.css",
            "fonts",
            lambda lang: Response(font_css(languages()[lang]), mimetype="text/css"),
        )
        self.app.add_url_rule(
            "/board/<centre>", "board", lambda centre: file(ROOT / "display", "board.html")
        )
        self.app.add_url_rule(
            "/sign/<centre>/<counter>",
            "sign",
            lambda centre, counter: file(ROOT / "display", "sign.html"),
        )
        self.app.add_url_rule(
            "/empty",
            "empty",
            lambda: Response("<!doctype html><title>.</title>", mimetype="text/html"),
        )
        self.app.add_url_rule("/api/v1/<centre>/snapshot/board", "snapshot", self._read)
        self.app.add_url_rule("/api/v1/<centre>/screen", "screen", self._screen)
        self.app.add_url_rule("/media/<name>", "media", self._media)
        self.app.add_url_rule(
            "/api/v1/pairing",
            "pairing",
            lambda: {
                "ok": True,
                "code": "ACD346",
                "expires_at": now() + 600_000,
                "state": "waiting",
            },
            methods=["GET", "POST"],
        )
        self.app.add_url_rule(
            "/api/v1/pairing/qr.svg",
            "qr",
            lambda: Response(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
                mimetype="image/svg+xml",
            ),
        )
        self.app.after_request(self._headers)
        self.sockets.on_event("connect", self._connect, namespace="/board")
        self.sockets.on_event(
            "disconnect", lambda *_: self.speak.board_left(request.sid), namespace="/board"
        )
        self.sockets.on_event("played", self._verb("played"), namespace="/board")
        self.sockets.on_event("status", self._verb("status"), namespace="/board")
        self.sockets.on_event("act", self._verb("asked"), namespace="/board")
        self.sockets.on_event("whole", self._whole, namespace="/board")

    def _headers(self, response):
        response.headers["Content-Security-Policy"] = CSP
        if self.keeps_files and (
            "hall" in request.args
            or request.path.startswith(("/board/", "/sign/", "/lib/@fontsource/"))
        ):
            response.headers["Cache-Control"] = "max-age=604800"
            response.set_etag(f"{response.get_etag()[0]}-{self.edition}")
        if self.keeps and request.path == "/display/keep.js":
            response.headers["Service-Worker-Allowed"] = "/"
        return response

    def _screen(self, centre):
        return (
            self.screen_state
            if self.screen_state
            else ({"ok": False, "error": "not_allowed", "message": ""}, 403)
        )

    def _media(self, name):
        if name not in self.media:
            abort(404)
        kind = mimetypes.guess_type(name)[0]
        return Response(
            self.media[name],
            mimetype=kind,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )

    def tell(self, playlist=(), prepare=None, hours=None, clerk=None, **settings):
        """What the hub says this screen is; shown with the next snapshot."""
        self.tellings += 1  # two tellings of one millisecond are two
        self.screen_state = {
            "ok": True,
            "screens": f"{now()}-{self.tellings}",
            "playlist": list(playlist),
            "prepare": prepare or {},
            "hours": hours or {"mon_fri": ["07:30-11:30", "13:00-17:00"], "sat": ["07:30-11:30"]},
            "clerk": clerk,
            "display": {
                "name": "tv-1",
                "kind": "board",
                "zone": None,
                "counter": None,
                "lang": "",
                **settings,
            },
        }
        self.put(screens=self.screen_state["screens"], seq=self.snapshot["seq"] + 1)

    def _read(self, centre):
        self.asked.append(dict(request.headers))
        if not self.admitted:
            return {"ok": False, "error": "not_allowed", "message": "Mã máy không dùng được."}, 403
        etag = f'"{self.snapshot["seq"]}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(
            json.dumps(self.snapshot), mimetype="application/json", headers={"ETag": etag}
        )

    def _connect(self, auth=None):
        from flask_socketio import ConnectionRefusedError, emit, join_room

        self.auth.append(auth)
        if not self.admitted:
            raise ConnectionRefusedError(
                "not_allowed", {"error": "not_allowed", "message": "Mã máy không dùng được."}
            )
        if (auth or {}).get("parts") == 1:
            join_room("parts")
            self.changes.tell("/board", "parts", self.snapshot)
            self.changes.whole("/board", "parts", request.sid)
            return
        join_room("whole")
        emit("snapshot", self.snapshot)

    def _whole(self, _):
        self.wholes_asked += 1
        self.changes.whole("/board", "parts", request.sid)

    def _show(self):
        self.sockets.emit("snapshot", self.snapshot, namespace="/board", to="whole")
        self.changes.tell("/board", "parts", self.snapshot)
        self.changes.remind()

    def _verb(self, name):
        def heard(body):
            request_id = body["request_id"]
            if name == "status" and "counter" not in body:
                self.speak.board_says(
                    request.sid,
                    SimpleNamespace(centre="thu-duc", device=None, name="stage"),
                    body,
                    None,
                )
            if name == "played":
                self.speak.played(
                    request.sid,
                    body.get("id"),
                    body.get("seq"),
                    body.get("heard", True),
                    body.get("late", False),
                )
            if request_id not in self.answers:
                self.answers[request_id] = {"ok": True, "seq": self.snapshot["seq"]}
                getattr(self, name).append(body)
            if self.acks_lost:
                self.acks_lost -= 1
                from flask_socketio import disconnect

                disconnect()
            return self.answers[request_id]

        return heard

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def put(self, snapshot=None, **changes):
        """Shows a new snapshot on every screen."""
        self.snapshot = {**copy.deepcopy(snapshot or self.snapshot), **changes}
        self._show()

    def call(
        self,
        number,
        counter,
        lang="vi",
        calls=1,
        at=None,
        show=True,
        fact=True,
        zone="K1",
        say=True,
    ):
        """A clerk's call, as the hub tells it: the fact first, then the snapshot."""
        seq, at = self.snapshot["seq"] + 1, at or now()
        snapshot = copy.deepcopy(self.snapshot)
        snapshot.update(seq=seq, at=max(at, now()))
        row = {
            "seq": seq,
            "number": number,
            "counter": counter,
            "zone": zone,
            "calls": calls,
            "at": at,
            "state": "CALLED",
            "priority": False,
        }
        snapshot["calls"] = [row, *(c for c in snapshot["calls"] if c["number"] != number)][:12]
        for seat in snapshot["counters"]:
            if seat["counter"] == counter:
                seat.update(
                    number=number,
                    ticket_state="CALLED",
                    calls=calls,
                    called_at=at,
                    state="open",
                    priority=False,
                )
        self.snapshot = snapshot
        payload = {k: v for k, v in row.items() if k != "state"} | {
            "say": say_of_call(number, counter, calls, lang, {}) if say else []
        }
        if fact:
            self.sockets.emit("recalled" if calls > 1 else "called", payload, namespace="/board")
        self.speak.called("thu-duc", [("recalled" if calls > 1 else "called", payload)])
        if show:
            self._show()
        return seq

    def speaks(self, page):
        """Waits until this page's loudspeaker is ready and the hub knows it."""
        until(page, "Luot.boardPage.voice.state() === 'on'", timeout=20_000)
        deadline = time.monotonic() + 20
        while not any(area.voiced_at for area in list(self.speak.areas.values())):
            assert time.monotonic() < deadline, "the hub never heard of a board that speaks"
            page.wait_for_timeout(20)

    def remove(self):
        self.removed = True
        self.server.shutdown()
        self.server.server_close()


def now():
    return round(time.time() * 1000)


def until(page, expression, timeout=20_000):
    """Waits until an expression is true in the page.

    (Playwright's own waiting needs eval, which the pages' policy forbids.)
    """
    deadline = time.monotonic() + timeout / 1000
    while not page.evaluate(f"() => !!({expression})"):
        assert time.monotonic() < deadline, f"not within {timeout} ms: {expression}"
        page.wait_for_timeout(20)
