"""Files of the open data are written whole, and packed beside."""

import gzip
import json

from server.city.files import write_json


def test_a_file_lies_packed_beside_itself_and_both_say_the_same(tmp_path):
    for waiting in (3, 4):
        write_json(tmp_path / "open/status.json", {"waiting": waiting, "name": "Phường Mẫu"})
        plain = (tmp_path / "open/status.json").read_bytes()
        packed = (tmp_path / "open/status.json.gz").read_bytes()
        assert gzip.decompress(packed) == plain
        assert json.loads(plain) == {"waiting": waiting, "name": "Phường Mẫu"}
    assert sorted(path.name for path in (tmp_path / "open").iterdir()) == [
        "status.json",
        "status.json.gz",
    ]
