"""What is told of the wait follows the counters at once, not when the hall is read again."""

from server.sockets.loudspeaker import Loudspeakers
from server.sockets.presence import Presence
from server.sockets.publish import Publisher
from server.sockets.readings import Readings
from tests.hub.speaking_hub import SpeakingHub, Wire, made_clip
from tests.support.centres import profile_of, put_in_force


def test_a_counter_that_opens_or_closes_changes_what_is_told_at_once(hub):
    citizen, clerk = hub.citizen(), hub.clerk(2)

    def slip():
        answer = citizen.post("/tickets", field="A")
        return answer["slip"]

    assert slip()["no_estimate"]["why"] == "no_counter"
    clerk.opens()
    assert slip()["no_estimate"] is None
    clerk.closes()
    assert slip()["no_estimate"]["why"] == "no_counter"
    clerk.opens()
    clerk.verb("pause", reason="lunch")
    assert slip()["no_estimate"]["why"] == "no_counter"


def test_whoever_hears_of_a_fact_keeps_nobody_else_from_it(tmp_path):
    here, heard = SpeakingHub(tmp_path), []
    wire, readings = Wire(), Readings(here.context)
    Publisher(
        wire,
        here.context,
        here.commits,
        Presence(False),
        readings,
        Loudspeakers(wire, here.context, readings.newest, made_clip, False),
        on_fact=[
            ("centre_loaded", lambda centre: heard.append(("first", centre))),
            ("centre_loaded", lambda centre: heard.append(("second", centre))),
        ],
    )
    profile = profile_of("thu_duc") | {"announcements": {"repeat": None}}
    before = here.context.seq("thu-duc")
    put_in_force(here.store, here.at, profile, "load-twice")
    here.commits.heard("thu-duc", here.context.facts_since("thu-duc", before))
    here.store.close()
    assert heard == [("first", "thu-duc"), ("second", "thu-duc")]
