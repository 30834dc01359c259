"""Clips in sign language: filmed or sent in the studio, looked into, shown on kiosk and phone with
their words; none come along.
"""

import hashlib
import struct

import pytest
import requests
from playwright.sync_api import expect

from kiosk.sign_clips import SignClips
from server.media.incoming import Incoming
from server.media.sign_clips import MOST_SECONDS, BadClip, field_key, listed, take_in
from tests.kiosk.screen import Screen
from tests.support.browser import open_chromium
from tests.web.media_test import mp4, webm


def taken(folder, content, key="welcome"):
    """A film taken in as a clip."""
    incoming = Incoming(folder)
    try:
        incoming.write(content)
        return take_in(incoming, folder, key)
    finally:
        incoming.drop()


def silent_mp4(**more):
    """A silent MP4 of twelve seconds."""
    return mp4(sound=None, width=640, height=480, **more)


def test_a_silent_film_is_kept_and_the_next_one_takes_its_place(tmp_path):
    folder = tmp_path / "signs" / "thu-duc"
    kept = taken(folder, silent_mp4())
    assert kept["file"] == "welcome.mp4" and kept["seconds"] == 12
    taken(folder, webm())
    clips = listed(tmp_path, "thu-duc")
    assert {name: clips["welcome"][name] for name in ("file", "seconds", "own")} == {
        "file": "welcome.webm",
        "seconds": 5,
        "own": True,
    }
    assert sorted(path.name for path in folder.iterdir()) == ["welcome.json", "welcome.webm"]
    taken(tmp_path / "signs" / "_all", silent_mp4(), field_key("Đ"))
    assert listed(tmp_path, "thu-duc")["field-DD"]["own"] is False


@pytest.mark.parametrize(
    ("film", "why"),
    [
        (mp4(width=640, height=480), "clip_sound"),
        (mp4(sound=None, width=3840, height=2160), "clip_size"),
        (mp4(sound=None, width=120, height=90), "clip_size"),
        (mp4(sound=None, codec=b"hvc1"), "clip_kind"),
        (b"no film at all", "clip_kind"),
        (
            webm().replace(struct.pack(">d", 5200.0), struct.pack(">d", 40_000.0)),
            "clip_long",
        ),
        (b"", "clip_kind"),
    ],
)
def test_what_is_no_clip_is_refused_and_nothing_is_kept(tmp_path, film, why):
    folder = tmp_path / "signs" / "thu-duc"
    with pytest.raises(BadClip) as bad:
        taken(folder, film)
    assert bad.value.why == why and list(folder.iterdir()) == []


def test_a_recording_whose_head_tells_no_length_is_measured(tmp_path):
    """As browsers record: the length is that of the last cluster."""
    film = webm().replace(struct.pack(">d", 5200.0), bytes(8))
    later = (MOST_SECONDS * 1000 + 900).to_bytes(2, "big")
    cluster = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x82"
    short = film + cluster + (4_000).to_bytes(2, "big")
    assert taken(tmp_path / "signs" / "a", short)["seconds"] == 4
    with pytest.raises(BadClip, match="clip_long"):
        taken(tmp_path / "signs" / "a", film + cluster + later)


def test_a_kiosk_keeps_the_clips_while_the_hub_is_away_and_drops_what_is_gone(tmp_path):
    film = b"a film"
    about = {"file": "welcome.webm", "type": "video/webm"}
    about["sha256"] = hashlib.sha256(film).hexdigest()
    hub = {"clips.json": b'{"clips": {"welcome": %s}}' % str(about).replace("'", '"').encode()}
    hub["welcome.webm"] = film
    kept = SignClips(tmp_path, hub.get)
    kept.refresh()
    assert kept.listed() == {"clips": {"welcome": about}}
    assert kept.file("welcome.webm").read_bytes() == film and kept.file("../x") is None
    again = SignClips(tmp_path, lambda name: None)
    again.refresh()
    assert again.listed() == {"clips": {"welcome": about}}
    hub["welcome.webm"] = b"cut sho"  # damaged on its way: not kept under its name
    (tmp_path / "welcome.webm").unlink()
    kept.refresh()
    assert kept.listed() == {"clips": {}}
    hub["clips.json"] = b'{"clips": {}}'
    kept.refresh()
    assert [path.name for path in tmp_path.iterdir()] == ["clips.json"]


@pytest.mark.slow
@pytest.mark.browser
def test_filmed_in_the_studio_a_clip_is_shown_on_kiosk_and_phone(
    shared_hub, start_kiosk, playwright, browser
):
    camera = open_chromium(
        playwright, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"
    )
    page = camera.new_page()
    person = next(p for p in shared_hub.prepared["staff"] if p["role"] == "manager")
    page.goto(f"{shared_hub.url}/login?next=/studio/{shared_hub.centre}")
    page.get_by_label("Tên đăng nhập").fill(person["name"])
    page.get_by_label("Mật khẩu").fill(person["password"])
    page.keyboard.press("Enter")
    page.locator(".signs summary").click(timeout=30_000)
    field = page.locator(".signs li", has_text="Hộ tịch")
    field.get_by_role("button", name="Quay", exact=True).click()
    page.wait_for_timeout(1500)  # what is filmed takes its time
    field.get_by_role("button", name="Quay xong").click()
    expect(field.get_by_role("button", name="Xóa")).to_be_visible(timeout=30_000)
    with_sound = page.locator(".signs li").first.locator("input")
    with_sound.set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": mp4()})
    expect(page.locator(".signs .mend")).to_contain_text("có tiếng", timeout=30_000)
    camera.close()

    listing = f"{shared_hub.url}/display/signs/{shared_hub.centre}/clips.json"
    clips = requests.get(listing, timeout=20).json()["clips"]
    assert list(clips) == ["field-B"]

    kiosk = start_kiosk(shared_hub)
    kiosk_list = f"{kiosk.url}/signs/clips.json"
    me = Screen(browser, kiosk)
    me.page.wait_for_function(
        f"async () => 'field-B' in (await (await fetch('{kiosk_list}')).json()).clips",
        timeout=30_000,
    )
    me.page.reload()
    me.at(".first")
    me.page.locator('.tongue [data-key="8"]').click(timeout=30_000)
    me.start()
    me.page.locator('[data-letter="B"]').click()
    video = me.page.locator(".sign-clip video")
    expect(me.page.locator(".sign-clip .caption")).to_contain_text("Hộ tịch")
    expect(video).to_have_js_property("muted", True)
    me.clean()
    expect(me.page.locator(".sign-clip")).to_have_count(0, timeout=30_000)  # it ended
    assert not me.wrong
    me.context.close()

    wish = {"request_id": "sign-clips-1", "field": "B"}
    slip = shared_hub.http_client(shared_hub.tokens["kiosk"]).post("/tickets", **wish)["slip"]
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(f"{shared_hub.url}/t/{slip['url'].rpartition('/')[2]}")
    phone.locator(".signs summary").click(timeout=30_000)
    phone.locator(".signs video").evaluate("v => v.play()")
    expect(phone.locator(".signs figcaption")).to_contain_text("Hộ tịch")
    assert phone.locator(".signs video").evaluate("v => v.videoWidth") > 0
    phone.context.close()
