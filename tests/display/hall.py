"""The hall of the pictures, as a board's snapshot: Monday 09:41 in zone K1."""

MONDAY = 1795401660000  # 2026-11-23 09:41 in Vietnam
FIELDS = [
    ("A", "Chứng thực", "Certification", 14, (10, 20)),
    ("B", "Hộ tịch", "Civil status", 9, (20, 35)),
    ("K", "Lao động – Bảo trợ", "Labour, social aid", 3, (0, 10)),
    ("L", "Giáo dục – Văn hóa", "Education, culture", 0, None),
    ("X", "Cư trú – Căn cước", "Residence, identity", 5, (15, 25)),
    ("V", "Nội vụ – Thi đua", "Home affairs", 5, (20, 40)),
]
COUNTERS = [
    ("K014", "SERVING"),
    ("A115", "SERVING"),
    ("A117", "SERVING"),
    ("A118", "CALLED"),
    ("A113", "SERVING"),
    ("B041", "SERVING"),
    ("B042", "SERVING"),
    ("B039", "SERVING"),
    ("K012", "SERVING"),
    ("L006", "SERVING"),
    (None, None),
    ("X019", "SERVING"),
]


def names(vi, en=None):
    return {"vi": vi, "en": en or vi}


def hall_snapshot(at=MONDAY, counters=12, called=True):
    """A board's snapshot: `counters` counters of zone K1 and one desk of zone HD."""
    rows = []
    for n in range(1, counters + 1):
        number, state = COUNTERS[(n - 1) % 12]
        rows.append(
            {
                "counter": n,
                "name": None,
                "zone": "K1",
                "fields": ["K" if n == 1 else (number or "L")[0]],
                "state": "open" if number else "paused",
                "number": number if called else None,
                "ticket_state": state if called else None,
                "calls": 1,
                "called_at": at - 60000 - n,
                "priority": n == 1,
            }
        )
    rows.append(
        {
            "counter": "HD1",
            "name": names("Bàn hướng dẫn 1"),
            "zone": "HD",
            "fields": ["U"],
            "state": "open",
            "number": None,
            "ticket_state": None,
            "calls": 0,
            "called_at": None,
            "priority": False,
        }
    )
    calls = [
        {
            "seq": 800,
            "number": "A118",
            "counter": 4,
            "zone": "K1",
            "calls": 1,
            "at": at - 30000,
            "state": "CALLED",
            "priority": False,
        },
        {
            "seq": 790,
            "number": "B042",
            "counter": 7,
            "zone": "K1",
            "calls": 1,
            "at": at - 60000,
            "state": "SERVING",
            "priority": False,
        },
    ]
    return {
        "seq": 812,
        "at": at,
        "centre": {
            "code": "thu-duc",
            "name": names(
                "Trung tâm Hành chính công thành phố Thủ Đức",
                "Thu Duc City Public Administrative Centre",
            ),
            "timezone": "Asia/Ho_Chi_Minh",
            "locales": ["vi", "en"],
        },
        "day": {"date": "2026-11-23", "state": "open"},
        "zones": [
            {
                "id": "K1",
                "name": names("Khu 1 – Tư pháp, xã hội", "Zone 1 – Justice and social affairs"),
                "audio_group": "hall-1",
            },
            {
                "id": "HD",
                "name": names("Hướng dẫn – lấy số", "Guidance and tickets"),
                "audio_group": "entrance",
            },
        ],
        "counters": rows,
        "calls": calls if called else [],
        "fields": [
            {
                "field": f,
                "name": names(vi, en),
                "short": names(vi, en),
                "zone": "K1",
                "state": "open",
                "waiting": n,
                "estimate": e and {"low": e[0], "high": e[1]},
            }
            for f, vi, en, n, e in FIELDS
        ],
        "notice": names(
            "Quầy 1 ưu tiên người khuyết tật, phụ nữ mang thai, người từ 75 tuổi và người có công.",
            "Counter 1 serves people with disabilities, pregnant women, the over-75s and people of"
            " merit first.",
        ),
        "badge": "ƯT",
    }
