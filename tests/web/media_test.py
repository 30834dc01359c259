"""Pictures and films for the boards: taken in by an administrator, looked into by content, played
by a list, refused with the mend.
"""

import io
import struct

import pytest
from PIL import Image

from server.media.containers import BadFilm, film
from server.media.file_check import check
from server.texts import complete
from tests.web.screens_stage import CENTRE, open_hub


@pytest.fixture(scope="module")
def hub(prepared_centres, tmp_path_factory):
    with open_hub(prepared_centres, tmp_path_factory.mktemp("media") / "hub") as made:
        yield made


@pytest.fixture(scope="module")
def admin(hub):
    return hub.staff("admin")


def upload(asker, body, name="anh.jpg"):
    answer = asker.client.post(
        f"/api/v1/{CENTRE}/media",
        data={"file": (io.BytesIO(body), name)},
        headers={**asker.headers, "Accept-Language": "en"},
    )
    return answer.status_code, answer.get_json()


def picture(kind="JPEG", size=(640, 360), **more):
    """A picture of less than half a megabyte: beyond that the test's own client leaves a file
    open.
    """
    drawn = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(drawn, kind, **more)
    return drawn.getvalue()


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(codec=b"avc1", width=1280, height=720, profile=100, sound=b"mp4a", tail=b""):
    """An MP4 of the right boxes (its frames are nothing)."""

    def track(handler, entry):
        return box(
            b"trak",
            box(
                b"mdia",
                box(b"hdlr", bytes(8), handler, bytes(13)),
                box(b"minf", box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1), entry))),
            ),
        )

    sight = box(
        codec,
        bytes(24),
        struct.pack(">HH", width, height),
        bytes(50),
        box(b"avcC", bytes([1, profile, 0, 30])),
    )
    return (
        box(b"ftyp", b"isom", bytes(4), b"isomavc1")
        + box(
            b"moov",
            box(b"mvhd", bytes(12), struct.pack(">II", 1000, 12_400), bytes(80)),
            track(b"vide", sight),
            *([track(b"soun", box(sound, bytes(28)))] if sound else []),
        )
        + box(b"mdat", bytes(4000))
        + tail
    )


def element(id_, body):
    return (
        id_ + bytes([0x08]) + len(body).to_bytes(4, "big") + body
        if len(body) > 120
        else id_ + bytes([0x80 | len(body)]) + body
    )


def webm(codec=b"V_VP9", doctype=b"webm", width=640, height=360):
    video = element(
        b"\xae",
        element(b"\x86", codec)
        + element(
            b"\xe0",
            element(b"\xb0", width.to_bytes(2, "big"))
            + element(b"\xba", height.to_bytes(2, "big")),
        ),
    )
    info = element(
        b"\x15\x49\xa9\x66",
        element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big"))
        + element(b"\x44\x89", struct.pack(">d", 5200.0)),
    )
    return (
        element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", doctype))
        + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
        + info
        + element(b"\x16\x54\xae\x6b", video)
        + b"\x1f\x43\xb6\x75\x81\x00"
    )


def test_a_picture_is_kept_by_its_hash_without_its_hidden_notes_and_served_in_parts(hub, admin):
    notes = Image.Exif()
    notes[0x010E], notes[0x0112] = "Nha ong Nguyen Van A", 6
    status, answer = upload(admin, picture(size=(640, 360), exif=notes), "anh/Bảng giá.jpg")
    assert status == 201, answer
    media = answer["media"]
    assert (media["kind"], media["name"], media["changed"], media["width"], media["height"]) == (
        "image",
        "Bảng giá.jpg",
        True,
        360,
        640,
    )  # set upright
    got = hub.app.test_client().get(media["src"], buffered=True)
    assert (
        got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        and got.mimetype == "image/jpeg"
        and b"Nguyen" not in got.data
    )
    part = hub.app.test_client().get(media["src"], buffered=True, headers={"Range": "bytes=10-19"})
    assert (
        part.status_code == 206
        and part.data == got.data[10:20]
        and part.headers["Content-Range"].startswith("bytes 10-19/")
    )
    import hashlib

    assert media["id"] == hashlib.sha256(got.data).hexdigest()
    for other in ("/media/../luot.db", "/media/" + "0" * 64 + ".jpg", "/media/x.jpg"):
        assert hub.app.test_client().get(other).status_code == 404
    assert not list((hub.folder / "media").glob("incoming-*"))


def test_what_else_a_file_may_hide_is_taken_out(hub, admin):
    """A PNG that names its author in a text of its own, and a telephone's picture with a second one
    behind the first: kept as plain pictures.
    """
    from PIL.PngImagePlugin import PngInfo

    author = PngInfo()
    author.add_text("Author", "Nguyen Van A")
    behind = Image.effect_noise((640, 360), 20).convert("RGB")
    for body, ending in (
        (picture("PNG", (320, 180), pnginfo=author), "png"),
        (picture("MPO", save_all=True, append_images=[behind]), "jpg"),
    ):
        status, answer = upload(admin, body, f"anh.{ending}")
        assert (status, answer["media"]["changed"]) == (201, True) and answer["media"][
            "src"
        ].endswith(ending), answer
        kept = hub.app.test_client().get(answer["media"]["src"], buffered=True).data
        opened = Image.open(io.BytesIO(kept))
        assert (
            b"Nguyen" not in kept
            and opened.format in ("PNG", "JPEG")
            and getattr(opened, "n_frames", 1) == 1
            and len(kept) < len(body)
        )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (lambda: picture("GIF"), "kind"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (lambda: picture()[:2000], "damaged"),
        (lambda: b"MZ" + bytes(500), "kind"),
        (lambda: box(b"ftyp", b"heic", bytes(4), b"mif1heic") + bytes(500), "kind"),
        (lambda: picture(size=(200, 100)), "small"),
        (lambda: picture("PNG")[:3000], "damaged"),
        (lambda: mp4(codec=b"hvc1"), "codec"),
        (lambda: mp4(profile=244), "codec"),
        (lambda: mp4(sound=b"ac-3"), "codec"),
        (lambda: mp4()[:-500], "cut"),
        (lambda: mp4(width=7680, height=4320), "large"),
        (lambda: mp4()[:200], "cut"),
        (lambda: webm(codec=b"V_AV1"), "codec"),
        (lambda: webm(doctype=b"matroska"), "unknown"),
        (lambda: webm()[:60], "cut"),
    ],
)
def test_what_a_board_could_not_show_is_refused_with_the_mend(tmp_path, body, why):
    (tmp_path / "x").write_bytes(body())
    verdict = check(str(tmp_path / "x"))
    assert not verdict.pop("ok") and verdict["why"] == why
    sentence = complete({"ok": False, "error": "bad_media", "params": verdict}, "en")["message"]
    assert ("lease" in sentence or "at least" in sentence) and "{" not in sentence


def test_a_refused_file_leaves_nothing_behind(hub, admin):
    for body, why in (
        (mp4(codec=b"hvc1"), "codec"),
        (b"", "empty"),
        (picture("GIF", (320, 180)), "kind"),
    ):
        status, answer = upload(admin, body, "x.bin")
        assert status == 422 and (answer["error"], answer["why"]) == ("bad_media", why), answer
    assert (
        not list((hub.folder / "media").glob("incoming-*")) and admin.ask("GET", "media")[0] == 200
    )


def test_a_picture_made_to_swell_is_refused(admin):
    import zlib

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(60_000 * 60)))
        + chunk(b"IEND", b"")
    )
    assert upload(admin, bomb)[1]["why"] == "large"


def test_films_tell_their_size_length_and_codecs(admin):
    assert film(io.BytesIO(mp4())) == {
        "type": "video/mp4",
        "width": 1280,
        "height": 720,
        "seconds": 12,
        "video": "avc1",
        "audio": "mp4a",
        "profile": 100,
    }
    assert film(io.BytesIO(webm())) == {
        "type": "video/webm",
        "width": 640,
        "height": 360,
        "seconds": 5,
        "video": "vp9",
        "audio": None,
        "profile": None,
    }
    assert upload(admin, mp4(), "phim.mp4")[1]["media"]["seconds"] == 12
    assert upload(admin, webm(), "phim.webm")[1]["media"]["type"] == "video/webm"
    whole = mp4()
    for length in range(0, len(whole) - 1, 37):  # cut anywhere, it is never believed
        with pytest.raises(BadFilm):
            film(io.BytesIO(whole[:length]))
    with pytest.raises(BadFilm):  # a head that does not say how long it is
        film(io.BytesIO(b"\x1a\x45\xdf\xa3\xff" + bytes(20)))


def test_only_an_administrator_takes_files_in_and_a_flood_is_stopped_at_the_door(hub, admin):
    assert (
        upload(hub.staff("hanh"), picture())[0] == 403 and upload(hub.device(), picture())[0] == 401
    )
    assert (
        admin.client.post(
            f"/api/v1/{CENTRE}/media", data={"file": (io.BytesIO(picture()), "x.jpg")}
        ).status_code
        == 403
    )  # no CSRF token
    heavy = admin.client.post(
        f"/api/v1/{CENTRE}/media",
        headers={**admin.headers, "Content-Type": "multipart/form-data; boundary=x"},
        environ_overrides={"CONTENT_LENGTH": str(10**9)},
    )
    assert heavy.status_code == 422 and heavy.get_json()["why"] == "heavy"
    two = admin.client.post(
        f"/api/v1/{CENTRE}/media",
        data={"file": [(io.BytesIO(picture()), "a.jpg"), (io.BytesIO(picture()), "b.jpg")]},
        headers=admin.headers,
    )
    assert two.status_code == 422 and not list((hub.folder / "media").glob("incoming-*"))
    assert not (hub.folder / "media").stat().st_mode & 0o002


def test_a_full_disk_takes_nothing_and_says_so(admin, monkeypatch):
    from server.media import incoming

    monkeypatch.setattr(incoming, "KEEP_FREE", 1 << 62)
    status, answer = upload(admin, picture())
    assert status == 503 and answer["error"] == "storage"


def test_the_playlist_is_played_by_boards_and_refused_whole_when_one_item_is_wrong(hub, admin):
    manager, board = hub.staff("hanh"), hub.device(hub.prepared["tokens"]["board"])
    media = upload(admin, picture(size=(640, 360)), "ngang.jpg")[1]["media"]
    items = [
        {
            "kind": "image",
            "media": media["id"],
            "seconds": 8,
            "from": "2026-11-01",
            "to": "2026-12-31",
            "hours": ["07:30-11:30"],
            "zones": ["K1"],
        },
        {
            "kind": "notice",
            "text": {"vi": "Sáng thứ Bảy có làm việc", "en": "Open on Saturday morning"},
        },
        {"kind": "prepare", "field": "A"},
        {"kind": "hours", "hours": ["18:00-24:00", "20:00-00:00", "21:00-06:00"]},
    ]  # to midnight, and over it
    before = board.ask("GET", "snapshot/board")[1]
    assert manager.ask("PUT", "playlist", items=items)[0] == 200
    after, screen = board.ask("GET", "snapshot/board")[1], board.ask("GET", "screen")[1]
    assert after["screens"] != before["screens"] and after["seq"] > before["seq"]
    assert (
        screen["playlist"][0]["src"] == media["src"]
        and screen["playlist"][1]["text"]["en"]
        and screen["prepare"]["A"]["vi"]
        and screen["hours"]["mon_fri"]
    )
    for wrong, key in (
        ({"kind": "image", "media": "0" * 64}, None),
        ({"kind": "video", "media": media["id"]}, None),
        ({"kind": "notice"}, "items.1.text.vi"),
        ({"kind": "hours", "seconds": 1}, "items.1.seconds"),
        ({"kind": "hours", "from": "2026-13-01"}, "items.1.from"),
        ({"kind": "hours", "from": "2026-12-01", "to": "2026-11-01"}, "items.1.to"),
        ({"kind": "hours", "hours": ["7-9"]}, "items.1.hours"),
        ({"kind": "hours", "hours": ["20:00-24:30"]}, "items.1.hours"),
        ({"kind": "hours", "hours": ["13:00-11:30"]}, "items.1.hours"),
        ({"kind": "hours", "zones": ["K9"]}, "items.1.zones"),
        ({"kind": "radio"}, "items.1.kind"),
    ):
        status, answer = manager.ask("PUT", "playlist", items=[items[0], wrong])
        assert status in (404, 422) and (key is None or answer["key"] == key), answer
    assert board.ask("GET", "screen")[1]["playlist"] == screen["playlist"]
    assert admin.ask("DELETE", f"media/{media['id']}")[1]["why"] == "in_use"
    assert (
        manager.ask("PUT", "playlist", items=[])[0] == 200
        and admin.ask("DELETE", f"media/{media['id']}")[0] == 200
    )
    assert hub.app.test_client().get(media["src"], buffered=True).status_code == 404


def test_the_pages_are_for_those_who_look_after_the_screens(hub, admin):
    assert (
        admin.client.get("/media").status_code == 200
        and "data-may-upload" in admin.client.get("/media").text
    )
    manager = hub.staff("hanh")
    assert (
        "data-may-upload" not in manager.client.get("/media").text
        and "K1" in manager.client.get("/devices?lang=en").text
    )
    assert hub.app.test_client().get("/media").location == "/login?next=/media"
