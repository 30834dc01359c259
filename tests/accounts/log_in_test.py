"""Log-in under attack: who waits, who gets in, what an answer tells, what is written down."""

import pytest
from click.testing import CliRunner

from server.__main__ import luot
from server.accounts.access_log import MOST_A_MINUTE, AccessLog
from server.accounts.identity import FREE_TRIES, FREE_TRIES_EVERYWHERE, Identity, hash_password
from server.accounts.passwords import weakness
from server.acts import ActContext, Refusal
from server.store import people
from server.store.engine import StorageError, open_store
from tests.support.databases import migrate

pytestmark = pytest.mark.slow

CENTRE, RIGHT = "thu-duc", "quầy năm mưa rào"
MINUTE = 60_000


class Door:
    """A hub's log-in with its clock in the test's hand."""

    def __init__(self, store):
        self.store, self.now = store, 1_800_000_000_000
        self.starts()

    def starts(self):
        """The hub starts anew: what it had in memory is gone."""
        self.identity = Identity(ActContext(self.store, lambda: self.now), 12, 240)

    def tries(self, name, password="wrong", address="phone", machine=""):
        """What somebody hears: the person's name, or a code."""
        try:
            return self.identity.log_in(CENTRE, name, password, address, machine)[2].name
        except Refusal as refusal:
            return refusal.code

    def rows(self):
        return self.identity.access_log.since(CENTRE, 0)


@pytest.fixture
def door(database_url):
    store = open_store(database_url)
    with store.change() as conn:
        people.add_staff(
            conn,
            id="s-minh",
            centre=CENTRE,
            name="minh",
            full_name="Minh",
            role="admin",
            password_hash=hash_password(RIGHT),
            created_at=0,
        )
    yield Door(store)
    store.close()


def test_a_guesser_locks_the_name_for_themselves_only(door):
    assert [door.tries("minh") for _ in range(FREE_TRIES + 1)] == [
        *["not_allowed"] * FREE_TRIES,
        "too_many",
    ]
    assert door.tries("minh", RIGHT) == "too_many"
    assert door.tries("minh", RIGHT, "her desk") == "minh"


def test_the_wait_doubles_with_each_further_guess(door):
    for _ in range(FREE_TRIES):
        door.tries("minh")
    waits = []
    for _ in range(8):
        waits.append(door.identity._elsewhere.wait_s((CENTRE, "minh", "phone")))
        door.now += waits[-1] * 1000
        door.tries("minh")
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900]


def test_a_known_machine_gets_in_after_a_restart_while_the_whole_town_guesses(door):
    """Five wrong ones after a restart locked out everybody who had not logged in since."""
    assert door.tries("minh", RIGHT, "her desk", machine="cookie-of-her-desk") == "minh"
    door.starts()
    for n in range(FREE_TRIES_EVERYWHERE):
        door.tries("minh", address=f"phone-{n}")
    assert door.tries("minh", RIGHT, "new machine") == "too_many"
    assert door.tries("minh", RIGHT, "her desk", machine="cookie-of-her-desk") == "minh"
    assert door.tries("minh", RIGHT, "her desk", machine="a guessed cookie") == "minh"
    door.starts()
    assert door.tries("minh", machine="a guessed cookie", address="thief") == "not_allowed"


def test_no_answer_tells_which_names_exist(door):
    """The same codes in the same order, the same waits, and about the same time."""
    heard = {
        name: [door.tries(name, address=f"from-{name}") for _ in range(9)]
        for name in ("minh", "nobody")
    }
    assert heard["minh"] == heard["nobody"]
    waits = [
        door.identity._elsewhere.wait_s((CENTRE, name, f"from-{name}"))
        for name in ("minh", "nobody")
    ]
    assert waits[0] == waits[1] > 0


def test_an_unknown_name_costs_the_hub_as_much_work(door, monkeypatch):
    worked = []
    door.identity.off_loop = lambda work, *args: worked.append(args[0]) or work(*args)
    door.tries("minh"), door.tries("nobody")
    assert len(worked) == 2 and all(hashed.startswith("$argon2id$") for hashed in worked)


def test_who_came_in_and_who_was_turned_away_is_written_down(door):
    door.tries("minh", RIGHT, "her desk")
    for _ in range(FREE_TRIES + 3):
        door.tries("minh")
    door.tries("Mật khẩu gõ nhầm ô", address="her desk")
    kinds = [(row["kind"], row["who"], row["address"]) for row in door.rows()]
    assert kinds == [
        ("logged_in", "staff:s-minh", "her desk"),
        ("failed", "staff:s-minh", "phone"),
        ("locked", "staff:s-minh", "phone"),
        ("failed", None, "her desk"),
    ]
    assert not any("Mật khẩu" in str(row) or "wrong" in str(row) for row in door.rows())


def test_the_log_only_grows(door):
    door.tries("minh", RIGHT)
    for statement in ("UPDATE access_log SET who = 'x'", "DELETE FROM access_log"):
        with pytest.raises(Exception, match="append-only"), door.store.change() as conn:
            conn.exec_driver_sql(statement)
    assert len(door.rows()) == 1


def test_nobody_fills_the_disk_with_failures(door):
    for n in range(3 * MOST_A_MINUTE):
        door.identity.access_log.turned_away("failed", CENTRE, None, f"phone-{n}")
    assert len(door.rows()) == MOST_A_MINUTE


def test_a_log_that_cannot_be_written_keeps_nobody_out(door):
    class Broken:
        def change(self):
            raise StorageError("the disk is full")

    door.identity.access_log = AccessLog(Broken(), lambda: door.now)
    assert door.tries("minh", RIGHT) == "minh"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("12345678", "common_password"),
        ("password1", "common_password"),
        ("hanh1234", "common_password"),
        ("1234567", "short_password"),
        ("quầy năm mưa rào", None),
        ("x" * 300, "common_password"),
    ],
)
def test_passwords_that_everybody_tries_are_refused(password, problem):
    assert weakness(password, "hanh", "Lê Thị Hồng Hạnh") == problem


def test_a_common_password_is_refused_in_both_languages(tmp_path):
    migrate(str(tmp_path))
    store = open_store(tmp_path)
    with store.change() as conn:
        conn.exec_driver_sql(
            "INSERT INTO centre (code, seq, version, profile) VALUES ('thu-duc', 0, 0, '{}')"
        )
    store.close()
    words = ["user", "hanh", "--role", "admin", "--password-stdin", "--data", str(tmp_path)]
    result = CliRunner().invoke(luot, words, input="12345678\n")
    assert result.exit_code == 1
    assert "everybody tries" in result.output and "mật khẩu này" in result.output
    assert CliRunner().invoke(luot, words, input="bốn quả dừa xiêm\n").exit_code == 0
