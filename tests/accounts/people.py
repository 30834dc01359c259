"""A hub's accounts with a clock in the hand, for the ways in beside the password."""

from server.accounts.identity import Identity, hash_password
from server.acts import ActContext
from server.store import people

PASSWORD = "quầy năm mưa rào"
CENTRE = "thu-duc"
HASHED: list[str] = []


class Accounts:
    """An administrator (minh) and a clerk (lan) of one centre, and a clerk (tam) of another."""

    def __init__(self, store):
        self.store, self.now = store, 1_800_000_000_000
        self.identity = Identity(ActContext(store, lambda: self.now), 12, 240)
        HASHED or HASHED.append(hash_password(PASSWORD))
        with store.change() as conn:
            for name, role, centre in (
                ("minh", "admin", CENTRE),
                ("lan", "clerk", CENTRE),
                ("tam", "clerk", "other"),
            ):
                people.add_staff(
                    conn,
                    id=f"s-{name}",
                    centre=centre,
                    name=name,
                    full_name=name.title(),
                    role=role,
                    password_hash=HASHED[0],
                    created_at=0,
                )

    def signed_in(self, name="lan"):
        """`(actor, token)` of somebody who came in by the password."""
        token = self.identity.log_in(CENTRE, name, PASSWORD, "desk")[0]
        return self.identity.of_session(token)[0], token

    def changes(self, name, **values):
        with self.store.change() as conn:
            people.change_staff(conn, f"s-{name}", **values)

    def refused(self):
        """What the access log holds of those who were turned away."""
        rows = self.identity.access_log.since(None, 0)
        return [(row["who"], row["what"]) for row in rows if row["kind"] == "failed"]
