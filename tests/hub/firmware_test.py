"""A running hub makes the files of call pads beside its loop, one after another."""

import base64
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.broker import Broker


@pytest.mark.parametrize("async_mode", ["eventlet", "gevent", "threading"])
def test_four_asked_for_at_once_each_have_an_account_and_one_bridge(hub, signed_in, async_mode):
    manager = signed_in("manager")

    def made(n):
        answer = manager.post(
            f"{hub.url}/api/v1/{hub.centre}/devices/firmware",
            json={"request_id": f"firmware-{n}", "kind": "pad", "name": f"pad-{n}", "counter": 5},
            timeout=60,
        )
        assert answer.status_code == 200, (hub.folder / "hub.log").read_text()[-3000:]
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer.json()["file"]))) as packed:
            return [name for name in packed.namelist() if name.endswith("secrets.yaml")]

    with ThreadPoolExecutor(4) as four:
        files = list(four.map(made, range(4)))
    assert files == [[f"pad-{n}/call_pad/secrets.yaml"] for n in range(4)]
    assert set(Broker(hub.folder).accounts()) == {"luot-bridge", *(f"pad-{n}" for n in range(4))}
    bridge = json.loads((hub.folder / "bridge" / hub.centre / "bridge.json").read_text("utf-8"))
    listed = manager.get(
        f"{hub.url}/api/v1/{hub.centre}/snapshot/board",
        headers={"Authorization": f"Bearer {bridge['token']}"},
        timeout=20,
    )
    assert listed.status_code == 200, "the bridge's token is the one that opens"
