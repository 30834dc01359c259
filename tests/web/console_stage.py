"""A stage for the clerk's console: serves the real pages and plays the hub's part for counter 5, so
that every state can be shown at will.
The line is that of the look's picture: A113 in front, fifteen waiting, two parked, two absent.
`received` keeps every verb that arrived.
"""

import copy
import mimetypes
import threading
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, abort, jsonify, request, session
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO
from werkzeug.serving import make_server
from werkzeug.utils import safe_join

from server.web import files
from server.web.pages import pages
from tests.web.console_tickets import CENTRE, MINUTE, PROFILE, ROOT, morning, now, ticket

VERBS = (
    "open pause resume close call_next call recall start park transfer miss requeue finish cancel"
    " undo note walk_direct store_next add_service drop_service reprint change_field break_after".split()
)
#: The parts of a hub that lets people in by their password alone.
PASSWORDS_ONLY = {
    "passkeys": SimpleNamespace(site=None),
    "pins": SimpleNamespace(machine_of=lambda secret: None),
    "sign_in_service": SimpleNamespace(service=None),
}
CSP = "default-src 'self'; frame-ancestors 'self'"
EXTRA = (
    "note",
    "walk_direct",
    "store_next",
    "add_service",
    "drop_service",
    "reprint",
    "break_after",
)
AFTER = {
    "start": "SERVING",
    "park": "PARKED",
    "transfer": "WAITING",
    "miss": "ABSENT",
    "requeue": "WAITING",
    "finish": "DONE",
    "cancel": "CANCELLED",
}


def whole_file(folder, path):
    """A file in one piece: a browser that leaves in the middle of a streamed one would leave it
    open.
    """
    file = safe_join(str(folder), path)
    if not file or not Path(file).is_file():
        abort(404)
    return Response(
        Path(file).read_bytes(),
        mimetype=mimetypes.guess_type(file)[0] or "application/octet-stream",
    )


class ConsoleStage:
    """The hub's part for one counter, played in a thread."""

    def __init__(self):
        self.tickets, self.counter = (
            morning(),
            {
                "state": "open",
                "since": now() - 60 * MINUTE,
                "pause_reason": None,
                "clerk": "Nguyễn Thị Lan",
                "wants_next": False,
                "break_wanted": False,
            },
        )
        self.seq, self.consoles, self.last, self.many = 700, 0, None, False
        self.services = [
            {"code": s.code, "field": s.field, "name": s.name} for s in CENTRE.services.values()
        ]
        self.fields = [
            {"field": f.prefix, "name": f.name, "short": f.short} for f in CENTRE.fields.values()
        ]
        (
            self.received,
            self.answers,
            self.acks_lost,
            self.signed_in,
            self.alerts,
            self.lock_minutes,
        ) = (
            [],
            {},
            0,
            True,
            [],
            15,
        )
        app = Flask("console-stage", static_folder=None)
        app.secret_key = "only on a stage"
        app.extensions["luot"] = SimpleNamespace(
            centres=lambda: [CENTRE],
            demo=True,
            settings=SimpleNamespace(kiosk_url="http://127.0.0.1:8101"),
            **PASSWORDS_ONLY,
        )
        app.register_blueprint(pages)
        for name, folder in (
            ("ui", ROOT / "ui"),
            ("lib", ROOT / "node_modules"),
            ("static", ROOT / "server/web/static"),
        ):
            app.add_url_rule(
                f"/{name}/<path:path>", name, lambda path, folder=folder: whole_file(folder, path)
            )
        app.add_url_rule("/ui/languages.json", "languages", files.all_languages)
        app.add_url_rule("/ui/texts/<lang>/<area_name>.json", "texts", files.texts)
        app.after_request(self._guard)
        self._api(app)
        self.sockets = SocketIO(app, async_mode="threading", ping_interval=2, ping_timeout=2)
        self.sockets.on_namespace(self._counter_namespace())
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def _guard(response):
        response.headers.setdefault("Content-Security-Policy", CSP)
        return response

    def _api(self, app):
        staff = {
            "ok": True,
            "staff": {"name": "Nguyễn Thị Lan", "role": "clerk", "centre": CENTRE.code},
            "csrf": "c",
        }
        refused = {"ok": False, "error": "not_allowed", "message": "Chưa đăng nhập."}

        def me():
            return (
                jsonify(staff) if session.get("in") and self.signed_in else (jsonify(refused), 401)
            )

        def login():
            if request.json["password"] != "đúng":
                return jsonify(refused), 401
            session["in"], self.signed_in = True, True
            return jsonify(staff)

        def current_snapshot():
            return (
                jsonify(self.snapshot())
                if session.get("in") and self.signed_in
                else (jsonify(refused), 401)
            )

        def logout():
            session.clear()
            return jsonify(ok=True)

        def ticket_now(number):
            row = self.find(number)
            return (
                jsonify(ok=True, ticket={**row, "ahead": 3})
                if row
                else (jsonify(ok=False, error="unknown_ticket"), 404)
            )

        app.add_url_rule("/api/v1/logout", "logout", logout, methods=["POST"])
        app.add_url_rule(f"/api/v1/{CENTRE.code}/tickets/<number>", "ticket", ticket_now)
        app.add_url_rule("/api/v1/me", "me", me)
        app.add_url_rule("/api/v1/session", "session", lambda: {"ok": True, "alive": True})
        app.add_url_rule("/api/v1/login", "api_login", login, methods=["POST"])
        app.add_url_rule(f"/api/v1/{CENTRE.code}/snapshot/counter/5", "snapshot", current_snapshot)
        app.add_url_rule(
            f"/api/v1/{CENTRE.code}/snapshot/board",
            "board",
            lambda: jsonify(
                seq=self.seq, counters=[{"counter": 5, "state": self.counter["state"]}]
            ),
        )

    def _counter_namespace(self):
        stage = self

        class CounterNamespace(Namespace):
            def on_connect(self, auth):
                if not (session.get("in") and stage.signed_in):
                    raise ConnectionRefusedError(
                        {"error": "not_allowed", "message": "Chưa đăng nhập."}
                    )
                stage.consoles += 1
                stage.show()

            def on_disconnect(self, *_):
                stage.consoles -= 1
                stage.show()

        for verb in VERBS:
            setattr(
                CounterNamespace, f"on_{verb}", lambda self, body, verb=verb: stage.hear(verb, body)
            )
        return CounterNamespace("/counter")

    def hear(self, verb, body):
        """A verb arrives; None as the answer stands for an answer that got lost on the way."""
        if body["request_id"] not in self.answers:
            self.received.append((verb, {k: v for k, v in body.items() if k != "request_id"}))
            self.answers[body["request_id"]] = self._do(verb, body)
            threading.Timer(0.03, self.show).start()
        if self.acks_lost:
            self.acks_lost -= 1
            threading.Event().wait(30)
        return self.answers[body["request_id"]]

    def _do(self, verb, body):
        before, mine = (copy.deepcopy(self.tickets), dict(self.counter)), self.mine()
        if verb in EXTRA:
            row = getattr(self, f"_{verb}")(body, mine)
        elif verb == "undo":
            (self.tickets, self.counter), row, self.last = self.last["before"], None, None
        elif verb in ("open", "resume", "pause", "close"):
            row = None
            self.counter.update(
                state={"pause": "paused", "close": "closed"}.get(verb, "open"),
                since=now(),
                pause_reason=body.get("reason"),
                wants_next=False,
                clerk="Nguyễn Thị Lan",
            )
        elif verb in ("call_next", "call"):
            row = self.waiting()[0] if verb == "call_next" else self.find(body["ticket"])
            if row is None:
                return {"ok": False, "error": "unknown_ticket", "message": "Không có số này."}
            if mine:
                mine["state"] = "DONE"
            row.update(
                state="CALLED",
                called_at=now(),
                first_called_at=row["first_called_at"] or now(),
                calls=1,
                counter=5,
            )
        else:
            row = self.find(body["ticket"]) if "ticket" in body else mine
            row.update(state=AFTER.get(verb, row["state"]))
            row.update(
                {
                    "recall": {"calls": row["calls"] + 1, "called_at": now()},
                    "start": {"started_at": now()},
                    "park": {
                        "parked_at": now(),
                        "park_reason": body.get("reason"),
                        "remind_at": (
                            now() + body["remind_minutes"] * MINUTE
                            if "remind_minutes" in body
                            else None
                        ),
                    },
                    "miss": {"missed_at": now(), "rejoin_until": now() + 30 * MINUTE},
                    "transfer": {"field": body.get("field", row["field"])},
                }.get(verb, {})
            )
        if verb != "undo":
            self.last = {
                "verb": verb,
                "number": row and row["number"],
                "at": now(),
                "until": now() + MINUTE,
                "before": before,
            }
        self.seq += 1
        return {
            "ok": True,
            "seq": self.seq,
            "ticket": row,
            **({"kiosk": "kiosk-1"} if verb == "reprint" else {}),
        }

    def _note(self, body, mine):
        row = self.find(body["ticket"]) if "ticket" in body else mine
        row["note"] = (
            {"text": body["text"], "by": "Nguyễn Thị Lan", "at": now()} if body["text"] else None
        )
        return row

    def _walk_direct(self, body, _mine):
        code = body.get("service", "copy")
        row = self.tickets["A140"] = ticket(
            "A140",
            code,
            0,
            "CALLED",
            called_at=now(),
            first_called_at=now(),
            calls=1,
            reason="walk_in",
            counter=5,
        )
        return row

    def _store_next(self, body, _mine):
        self.counter["wants_next"] = body["on"]

    def _break_after(self, body, _mine):
        self.counter["break_wanted"] = body["on"]

    def _add_service(self, body, mine):
        service = next(s for s in self.services if s["code"] == body["service"])
        mine["then"] = [*mine["then"], {k: service[k] for k in ("code", "name", "field")}]
        return mine

    def _drop_service(self, body, mine):
        mine["then"] = [s for s in mine["then"] if s["code"] != body["service"]]
        return mine

    def _reprint(self, body, mine):
        return self.find(body["ticket"])

    def find(self, named):
        return next(
            (row for row in self.tickets.values() if named in (row["id"], row["number"])), None
        )

    def mine(self):
        return next(
            (row for row in self.tickets.values() if row["state"] in ("CALLED", "SERVING")), None
        )

    def waiting(self):
        return sorted(
            (row for row in self.tickets.values() if row["state"] == "WAITING"),
            key=lambda row: row["line_at"],
        )

    def change(self, **states):
        """Change tickets behind the clerk's back: change(A113={"state": "DONE"}), and show it."""
        for number, changes in states.items():
            self.tickets[number].update(changes)
        self.seq += 1
        self.show()

    def show(self):
        """Send everybody the whole truth."""
        self.sockets.emit("snapshot", self.snapshot(), namespace="/counter")

    def snapshot(self):
        line = self.waiting()
        for row in line:
            row["reason"] = "overflow:B" if row["field"] == "B" else "longest_wait"
            if row["priority"]:
                row["reason"] = f"priority:{row['priority']['code']}"
        listed = [("A", True), ("B", False)] + [
            (letter, True) for letter in "CEHKLMXV" if self.many
        ]
        by_field = {
            letter: [row["since"] for row in line if row["field"] == letter] for letter, _ in listed
        }
        return {
            "seq": self.seq,
            "at": now(),
            "centre": {"code": CENTRE.code, "name": CENTRE.name, "timezone": CENTRE.timezone},
            "day": {"date": "2026-11-23", "state": "open"},
            "counter": {
                "counter": 5,
                "name": None,
                "zone": CENTRE.zones["K1"]["name"],
                "fields": [f for f, own in listed if own],
                "overflow": ["B"],
                "mode": "normal",
                "assigned": False,
                **self.counter,
            },
            "alerts": self.alerts,
            "consoles": self.consoles,
            "mine": self.mine(),
            "next": line[:8],
            "waiting": len(line),
            "parked": [row for row in self.tickets.values() if row["state"] == "PARKED"],
            "absent": [row for row in self.tickets.values() if row["state"] == "ABSENT"],
            "fields": [
                {
                    "field": f,
                    "name": CENTRE.fields[f].name,
                    "short": CENTRE.fields[f].short,
                    "own": own,
                    "waiting": len(by_field[f]),
                    "oldest_at": min(by_field[f], default=None),
                }
                for f, own in listed
            ],
            "undo": self.last and {k: v for k, v in self.last.items() if k != "before"},
            "lists": PROFILE["clerk_codes"],
            "priorities": [
                {"code": p.code, "name": p.name, "credit_minutes": p.credit_minutes}
                for p in CENTRE.priorities.values()
            ],
            "services": self.services,
            "targets": {
                "fields": self.fields,
                "counters": [
                    {
                        "counter": c.label,
                        "name": c.name,
                        "fields": list(c.fields),
                        "state": "open" if c.mode == "normal" else "closed",
                    }
                    for c in CENTRE.counters.values()
                ],
                "clerks": [
                    {"clerk": f"s{n}", "name": name, "counter": n}
                    for n, name in ((2, "Trần Văn Minh"), (6, "Lê Thị Đào"), (7, "Phạm Quốc Huy"))
                ],
            },
            "rules": {
                "arrive_grace_seconds": 45,
                "calls_before_no_show": 3,
                "target_minutes": 15,
                "guard_minutes": 25,
                "overflow_after_minutes": 15,
                "badge": "ƯT",
                "auto_recall_seconds": None,
                "auto_no_show": False,
                "bulk_from": 5,
            },
        }
