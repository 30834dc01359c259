"""Announcements and the loudspeakers' rows, on both databases."""

from server.store import announcements
from server.store.engine import open_store


def row(id, at, until, **more):
    return {
        "id": id,
        "at": at,
        "until": until,
        "text": {"vi": "Xin giữ trật tự"},
        "zones": None,
        "times": 1,
        "by": "staff:lan",
        **more,
    }


def test_what_was_announced_stands_until_its_time_or_its_withdrawal(database_url):
    store = open_store(database_url)
    with store.change() as conn:
        announcements.add(conn, "thu-duc", row("one", 100, 200))
        announcements.add(
            conn, "thu-duc", row("two", 110, 300, zones=["K1"], text={"vi": "Mời", "en": "Please"})
        )
        announcements.add(conn, "ward", row("one", 100, 900))
    with store.read() as conn:
        assert [
            (r["id"], r["zones"], r["text"]) for r in announcements.live(conn, "thu-duc", 150)
        ] == [
            ("one", None, {"vi": "Xin giữ trật tự"}),
            ("two", ["K1"], {"vi": "Mời", "en": "Please"}),
        ]
        assert [r["id"] for r in announcements.live(conn, "thu-duc", 200)] == ["two"]
    with store.change() as conn:
        assert announcements.withdraw(conn, "thu-duc", "two", 160) and not announcements.withdraw(
            conn, "thu-duc", "two", 170
        )
        assert not announcements.withdraw(conn, "thu-duc", "one", 250), "its time was over"
        announcements.forget_before(conn, "thu-duc", 250)
        assert [r["id"] for r in announcements.live(conn, "thu-duc", 0)] == [] and len(
            announcements.live(conn, "ward", 0)
        ) == 1
    store.close()


def test_one_process_drives_a_loudspeaker_until_it_lets_go_or_falls_silent(database_url):
    store = open_store(database_url)

    def claims(process, now, until, area="hall-1", spoken=None):
        with store.change() as conn:
            last_words = announcements.claim(conn, "thu-duc", area, process, now, until, spoken)
        last.append(last_words)
        return last_words is not None

    last = []
    word = [{"id": "c7", "names": ["c7"], "device": "tv-1", "over": False}]
    assert claims("p1", 0, 15) and claims("p1", 5, 20, spoken=word), "its own it may keep"
    assert not claims("p2", 10, 25) and claims("p2", 10, 25, area="hall-2"), (
        "another's it may not take; another area is another matter"
    )
    assert claims("p2", 20, 35) and last[-1] == word, "p1 fell silent; what it said is known"
    assert not claims("p1", 21, 36)
    with store.change() as conn:
        announcements.release(conn, "thu-duc", "hall-1", "p1", [])
    assert not claims("p1", 22, 37), "nobody lets go for another"
    with store.change() as conn:
        announcements.release(conn, "thu-duc", "hall-1", "p2", word)
    assert claims("p1", 23, 38) and last[-1] == word
    store.close()
