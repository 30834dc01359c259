"""A hub that a test can look into and make misbehave, speaking docs/sockets.md to kiosks.

The real hub is used in real_hub_test.py.
"""

import copy
import json
import threading
import time

import socketio
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

TOKEN = "kiosk-token"
#: The key of a slip whose holder waits in this hall.
HELD_KEY = "TheKeyOfOneWhoWaits_-7"


def a_snapshot(day=None, now=None):
    """A snapshot of a small centre, open all day."""
    now = now or int(time.time() * 1000)
    day = day or time.strftime(
        "%Y-%m-%d", time.gmtime(now / 1000 + 7 * 3600 - 1800)
    )  # days turn over half an hour after midnight
    fields = [
        (
            "A",
            "Chứng thực (sao y, chữ ký, hợp đồng)",
            "Certification (copies, signatures, contracts)",
            [2, 3, 4, 5],
            [("copy", "Chứng thực bản sao từ bản chính"), ("signature", "Chứng thực chữ ký")],
        ),
        (
            "B",
            "Hộ tịch",
            "Civil status",
            [6, 7, 8],
            [
                ("birth", "Đăng ký khai sinh"),
                ("marriage", "Đăng ký kết hôn"),
                ("death", "Đăng ký khai tử"),
            ],
        ),
        (
            "C",
            "Đất đai – Môi trường",
            "Land and environment",
            [13, 14],
            [("land-cert", "Cấp Giấy chứng nhận quyền sử dụng đất")],
        ),
        (
            "T",
            "Trả kết quả",
            "Result pick-up",
            [22, 23],
            [("result", "Nhận kết quả theo giấy hẹn")],
        ),
    ]
    return {
        "seq": 100,
        "at": now,
        "centre": {
            "code": "thu-duc",
            "name": {
                "vi": "Trung tâm Hành chính công thành phố Thủ Đức",
                "en": "Thu Duc City Public Administrative Centre",
            },
            "timezone": "Asia/Ho_Chi_Minh",
            "locales": ["vi", "en"],
        },
        "day": {"date": day, "state": "open"},
        "open": True,
        "again_at": None,
        "why": None,
        "fields": [
            {
                "field": f,
                "name": {"vi": vi, "en": en},
                "short": {"vi": vi.split(" (")[0], "en": en.split(" (")[0]},
                "kind": "result" if f == "T" else "intake",
                "zone": {"vi": "Khu 1, tầng 1", "en": "Zone 1, floor 1"},
                "minutes": 6,
                "state": "open",
                "again_at": None,
                "waiting": 3 * n,
                "estimate": {"low": 5 * n, "high": 10 * n + 5},
                "counters": counters,
                "services": [
                    {
                        "code": code,
                        "name": {"vi": name, "en": code},
                        **({"words": ["sổ đỏ", "sổ hồng"]} if code == "land-cert" else {}),
                    }
                    for code, name in services
                ],
                "bulk_from": 5 if f == "C" else None,
                "message": None,
            }
            for n, (f, vi, en, counters, services) in enumerate(fields)
        ],
        "priority": {
            "badge": "ƯT",
            "classes": [
                {
                    "code": "NKT",
                    "credit_minutes": 20,
                    "age_from": None,
                    "age_to": None,
                    "name": {"vi": "Người khuyết tật", "en": "Person with a disability"},
                },
                {
                    "code": "NCT75",
                    "credit_minutes": 20,
                    "age_from": 75,
                    "age_to": None,
                    "name": {"vi": "Người từ 75 tuổi", "en": "Aged 75 or over"},
                },
            ],
        },
        "wizard": {
            "ask": {"vi": "Ông/bà cần làm gì?", "en": "What do you need?"},
            "answers": [
                {
                    "icon": "child",
                    "name": {"vi": "Khai sinh, kết hôn", "en": "Birth, marriage"},
                    "ask": {"vi": "Việc gì trong gia đình?", "en": "Which family matter?"},
                    "answers": [
                        {
                            "icon": "child",
                            "name": {
                                "vi": "Giấy tờ cho trẻ mới sinh",
                                "en": "Papers for a new baby",
                            },
                            "service": "birth",
                        },
                        {"name": {"vi": "Kết hôn", "en": "Marriage"}, "service": "marriage"},
                    ],
                },
                {"icon": "home", "name": {"vi": "Nhà, đất", "en": "House, land"}, "field": "C"},
            ],
        },
        "limits": {"kiosk_min_seconds_between_tickets": 3},
        "hours": {"service": [["00:00", "24:00"]], "tickets": [["00:00", "24:00"]]},
        "blocks": [{"field": f, "day": day, "first": 801, "last": 820} for f, *_ in fields],
    }


class StandInHub:
    """Give it a port (0: any).

    `received` is everything kiosks said, as (verb, payload). `answers[verb]` overrides an answer: a
    dict, or a function of the payload.
    """

    def __init__(self):
        self.received: list[tuple[str, dict]] = []
        self.auths: list[dict] = []
        self.answers: dict = {}
        self.snapshot = a_snapshot()
        self.phones_at = "http://192.168.50.1:8100"  # "": where the kiosk reaches it
        self.tickets: dict[str, dict] = {}
        self.door: dict | None = None  # the secret of the code at the door
        self.live: set[str] = set()  # ids of tickets that count as not yet served
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()
        self.heard = threading.Condition()
        self._io = socketio.Server(async_mode="threading", ping_interval=25)
        for verb in ("issue", "printed", "status", "upload", "forsake", "help", "person"):
            self._io.on(verb, self._verb(verb), namespace="/kiosk")
        self._io.on("connect", self._connect, namespace="/kiosk")
        self._server = make_server(
            "127.0.0.1",
            0,
            socketio.WSGIApp(self._io, self._http),
            threaded=True,
            request_handler=_Quiet,
        )
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(
            target=self._server.serve_forever, name="stand-in-hub", daemon=True
        ).start()

    def close(self):
        for sid in list(self._io.manager.get_participants("/kiosk", None)):
            self._io.disconnect(sid[0] if isinstance(sid, tuple) else sid, namespace="/kiosk")
        self._server.shutdown()
        self._server.server_close()

    def show(self, **changes):
        """Changes the hall and sends every kiosk the new snapshot."""
        self.snapshot.update(copy.deepcopy(changes))
        self.snapshot["seq"] += 1
        self._io.emit("snapshot", self._snapshot(), namespace="/kiosk")

    def send(self, event, payload):
        """Sends every kiosk an event."""
        self._io.emit(event, payload, namespace="/kiosk")

    def verbs(self, name):
        with self.heard:
            return [payload for verb, payload in self.received if verb == name]

    def wait_for(self, verb, count=1, seconds=20):
        """Everything kiosks said with this verb, once there are so many."""
        with self.heard:
            assert self.heard.wait_for(
                lambda: sum(v == verb for v, _ in self.received) >= count, seconds
            ), f"{count} × {verb} not heard; heard {[v for v, _ in self.received]}"
            return [payload for v, payload in self.received if v == verb]

    def _snapshot(self):
        return {**self.snapshot, "at": int(time.time() * 1000)}

    def _connect(self, sid, environ, auth=None):
        self.auths.append(auth)
        if not auth or auth.get("token") != TOKEN:
            raise socketio.exceptions.ConnectionRefusedError(
                {"error": "not_allowed", "message": "Mã thiết bị không đúng."}
            )
        self._io.emit("snapshot", self._snapshot(), to=sid, namespace="/kiosk")

    def _http(self, environ, start):
        request = Request(environ)
        if (
            request.path.endswith("/snapshot/kiosk")
            and request.headers.get("Authorization") == f"Bearer {TOKEN}"
        ):
            return Response(json.dumps(self._snapshot()), mimetype="application/json")(
                environ, start
            )
        if request.path.endswith("/door-key"):
            return Response(
                json.dumps({"ok": True, "key": self.door}), mimetype="application/json"
            )(environ, start)
        if request.path.endswith(f"/tickets/{HELD_KEY}"):
            return Response(json.dumps(self._held()), mimetype="application/json")(environ, start)
        if "/tickets/" in request.path:
            return Response(
                json.dumps({"ticket": {"open": request.path.rsplit("/", 1)[1] in self.live}}),
                mimetype="application/json",
            )(environ, start)
        return Response("no", 404)(environ, start)

    def _held(self):
        """How the number of HELD_KEY stands, as the holder's phone reads it."""
        field = self.snapshot["fields"][0]
        return {
            "ok": True,
            "seq": self.snapshot["seq"],
            "at": int(time.time() * 1000),
            "ticket": {
                "number": "A012",
                "field": field["field"],
                "state": "WAITING",
                "ahead": 23,
                "estimate": {"low": 115, "high": 125},
                "counter": None,
                "open": True,
                "rejoin_until": None,
            },
            "field_name": field["name"],
        }

    def _verb(self, verb):
        def take(sid, payload):
            own = self.answers.get(verb)
            if callable(own):
                own = own(payload)
            answer = (
                own
                if own is not None
                else getattr(self, f"_{verb}", lambda p: {"ok": True, "seq": self.snapshot["seq"]})(
                    payload
                )
            )
            with self.heard:
                self.received.append((verb, payload))
                self.heard.notify_all()
            return answer

        return take

    def _issue(self, payload):
        with self._lock:
            if payload["request_id"] in self.tickets:
                return self.tickets[payload["request_id"]]
            field = next(
                f
                for f in self.snapshot["fields"]
                if f["field"] == payload.get("field")
                or payload.get("service") in [s["code"] for s in f["services"]]
            )
            n = self._numbers[field["field"]] = self._numbers.get(field["field"], 0) + 1
            self.snapshot["seq"] += 1
            number, now = f"{field['field']}{n:03d}", int(time.time() * 1000)
            service = next(
                (s for s in field["services"] if s["code"] == payload.get("service")), None
            )
            ticket = {
                "id": f"t{self.snapshot['seq']}",
                "number": number,
                "field": field["field"],
                "service": payload.get("service"),
                "state": "WAITING",
                "ahead": 12,
                "estimate": {"low": 15, "high": 25},
                "priority": payload.get("priority"),
                "lang": payload.get("lang", "vi"),
                "issued_at": now,
            }
            slip = {
                "centre": self.snapshot["centre"]["name"],
                "field": field["name"],
                "service": service and service["name"],
                "number": number,
                "priority": bool(payload.get("priority")),
                "badge": "ƯT",
                "counters": field["counters"],
                "zone": field["zone"],
                "ahead": 12,
                "estimate": {"low": 15, "high": 25},
                "issued_at": now,
                "lang": payload.get("lang", "vi"),
                "url": f"{self.phones_at}/t/thu-duc/{ticket['id']}xYz",
                "device": "kiosk-1",
            }
            self.tickets[payload["request_id"]] = {
                "ok": True,
                "seq": self.snapshot["seq"],
                "ticket": ticket,
                "slip": slip,
            }
            return self.tickets[payload["request_id"]]

    def _upload(self, payload):
        return {
            "ok": True,
            "seq": self.snapshot["seq"],
            "tickets": [
                {"request_id": t["request_id"], "ok": True, "ticket": f"up-{t['number']}"}
                for t in payload["tickets"]
            ],
        }


class _Quiet(WSGIRequestHandler):
    def log(self, *args):
        pass
