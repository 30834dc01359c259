"""A paired board gives itself a new token: kept first, told to the hub, the old one ending at the
first use of the new.
"""

import secrets

import pytest
import requests

from server.store import people
from server.store.engine import open_store

pytestmark = pytest.mark.slow

RENEW = """async (token) => {
  const kept = {"k:paired": 1, "k:token": token};
  const hall = {
    key: "k", token,
    clock: {known: () => true, now: () => Date.now()},
    keep: (key, thing) => { kept[key] = thing; return true; },
    recall: (key) => kept[key] ?? null,
  };
  const renew = Luot.renewing(hall);
  renew();
  const waiting = kept["k:next"];
  for (let n = 0; n < 200 && hall.token === token; n++)
    await new Promise((done) => setTimeout(done, 100));
  renew();
  return {token: hall.token, waiting, kept};
}"""


def test_a_board_renews_its_token_and_the_old_one_ends(shared_hub, browser):
    hub, old = shared_hub, secrets.token_urlsafe(32)
    store = open_store(hub.folder)
    with store.change() as conn:
        people.add_device(
            conn,
            id="renewing-board",
            centre=hub.centre,
            role="board",
            name="renewing",
            counter=None,
            zone=None,
            sound=False,
            token=old,
            created_at=0,
        )
    page = browser.new_page()
    page.goto(f"{hub.url}/board/{hub.centre}#token={old}")
    page.wait_for_function("window.Luot && Luot.renewing && Luot.secret")
    after = page.evaluate(RENEW, old)
    assert after["token"] == after["waiting"] == after["kept"]["k:token"] != old
    assert after["kept"]["k:next"] is None, "a second look finds it young"
    url = f"{hub.url}/api/v1/{hub.centre}/snapshot/board"

    def status(token):
        return requests.get(
            url, headers={"Authorization": f"Bearer {token}"}, timeout=10
        ).status_code

    assert (status(old), status(after["token"])) == (200, 200)
    with store.read() as conn:
        assert people.device_of(conn, old) is None
    page.close()
    store.close()
