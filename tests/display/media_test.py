"""What plays beside the calls: a list of pictures, films and notices, kept by the board, played
with the hub gone, and what cannot be played is skipped and told.
"""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from server.media.file_check import check
from tests.display.hall import names
from tests.display.stage import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A film of one second, made by the browser itself from a canvas.
RECORD = """() => new Promise((done, fail) => {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), parts = [];
  canvas.width = 640; canvas.height = 360;
  const recorder = new MediaRecorder(canvas.captureStream(15), {mimeType: "video/webm;codecs=vp8"});
  let n = 0;
  const timer = setInterval(() => { pen.fillStyle = n++ % 2 ? "#123" : "#457"; pen.fillRect(0, 0, 640, 360); }, 60);
  recorder.ondataavailable = event => parts.push(event.data);
  recorder.onerror = fail;
  recorder.onstop = () => { clearInterval(timer); const reader = new FileReader(); reader.onload = () => done(reader.result.split(",")[1]); reader.readAsDataURL(new Blob(parts)); };
  recorder.start();
  setTimeout(() => recorder.stop(), 1200);
})"""


def picture(colour):
    drawn = io.BytesIO()
    Image.new("RGB", (640, 360), colour).save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture(scope="module")
def webm(browser):
    """A real film."""
    page = browser.new_page()
    page.goto("about:blank")
    made = base64.b64decode(page.evaluate(RECORD))
    page.close()
    return made


@pytest.fixture
def board(screen, stage):
    """board(): a board in the media layout, on its list."""

    def show(**context):
        page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", **context)
        until(page, "window.Luot && Luot.boardPage && Luot.boardPage.hub.isUp()")
        return page

    return show


def item(kind, src=None, **more):
    return {
        "kind": kind,
        **({"src": src, "name": src.rsplit("/", 1)[1]} if src else {}),
        "seconds": 4,
        **more,
    }


def test_the_list_plays_in_order_a_bad_file_is_skipped_and_told(board, stage, webm, tmp_path):
    (tmp_path / "film.webm").write_bytes(webm)
    assert check(str(tmp_path / "film.webm"))[
        "ok"
    ]  # what the hub would take in, the board can play
    stage.media.update({"a.png": picture("navy"), "bad.png": b"not a picture", "film.webm": webm})
    stage.tell(
        [
            item("image", "/media/a.png"),
            item("image", "/media/bad.png"),
            item("video", "/media/film.webm", seconds=60),
            item("image", "/media/gone.png"),
            item("notice", text=names("Sáng thứ Bảy có làm việc", "Open on Saturday")),
            item("image", "/media/a.png", zones=["K2"]),
            item("notice", text=names("Chưa đến ngày"), **{"from": "2999-01-01"}),
        ],
        layout="media",
    )
    page = board(reduced_motion="reduce")
    seen = []
    for expected in ("image", "video", "notice", "image"):
        until(
            page,
            f"(Luot.boardPage.media.playing() || {{}}).kind === '{expected}' &&"
            " document.querySelectorAll('.media .in').length === 1",
            30000,
        )
        seen.append(page.evaluate("Luot.boardPage.media.playing().src || ''"))
        if expected == "video":
            assert page.evaluate(
                "document.querySelector('.media video').muted && document.querySelector('.media"
                " video').src.startsWith('blob:')"
            )
        if expected == "notice":
            expect(page.locator(".media .words")).to_have_text("Sáng thứ Bảy có làm việc")
    assert seen == ["/media/a.png", "/media/film.webm", "", "/media/a.png"]
    page.evaluate("Luot.boardPage.tell()")
    until(page, "Luot.boardPage.media.faults().length > 0")
    faults = page.evaluate("Luot.boardPage.media.faults()")
    assert "bad.png (unplayable)" in faults and "gone.png (missing)" in faults
    assert any("bad.png" in (report.get("media") or "") for report in stage.status)
    assert page.evaluate("document.querySelectorAll('.media > *').length") <= 2


def test_it_plays_on_with_the_hub_gone_and_after_a_restart(board, stage, screen):
    stage.media.update({"a.png": picture("navy"), "b.png": picture("olive")})
    stage.tell([item("image", "/media/a.png"), item("image", "/media/b.png")], layout="media")
    page = board(reduced_motion="reduce")
    until(
        page,
        "caches.open('luot-media-1').then(s => s.keys()).then(k => { window.kept = k.length; }) &&"
        " window.kept === 2",
        20000,
    )
    stage.media.clear()
    stage.sockets_allowed, stage.screen_state = False, None
    page.reload()  # the page itself comes from the stage; what it plays comes from what it kept
    for name in ("a", "b"):
        until(
            page,
            "window.Luot && Luot.boardPage && (Luot.boardPage.media.playing() || {}).src ==="
            f" '/media/{name}.png' && document.querySelector('.media img.in').naturalWidth === 640",
            30000,
        )


def test_without_a_list_it_shows_the_hours_and_what_to_bring(board, stage):
    stage.tell(
        [],
        layout="info",
        prepare={"A": names("Bản chính và căn cước", "Originals and identity card")},
    )
    page = board(reduced_motion="reduce")
    expect(page.locator(".slide.hours .line").first).to_contain_text("Thứ Hai – Thứ Sáu")
    until(page, "(Luot.boardPage.media.playing() || {}).kind === 'prepare'", 40000)
    expect(page.locator(".slide.prepare")).to_contain_text("Bản chính và căn cước")


def test_a_window_of_the_day_may_end_at_midnight_or_go_over_it(board, stage):
    """What is due at a moment, by the hall's clock; a window over midnight belongs to the day on
    which it began.
    """
    stage.tell()
    page = board()
    due = """([item, moments]) => { const media = Luot.media({el: Luot.hall.el, ticks: () => 0, zone: "Asia/Ho_Chi_Minh", t: key => key}, document.createElement("div"), () => {});
      media.take({playlist: [Object.assign({kind: "ticker", text: {vi: "x"}}, item)]}, null);
      return moments.map(moment => media.tickers(Date.parse(moment + ":00+07:00"), null).length); }"""
    moments = [
        "2026-11-23T05:59",
        "2026-11-23T21:00",
        "2026-11-23T23:59",
        "2026-11-24T00:00",
        "2026-11-24T05:59",
        "2026-11-24T06:00",
        "2026-11-24T21:00",
    ]
    for item, shown in (
        ({"hours": ["18:00-24:00"]}, [0, 1, 1, 0, 0, 0, 1]),
        ({"hours": ["18:00-00:00"]}, [0, 1, 1, 0, 0, 0, 1]),
        ({"hours": ["21:00-06:00"]}, [1, 1, 1, 1, 1, 0, 1]),
        (
            {"hours": ["21:00-06:00"], "from": "2026-11-23", "to": "2026-11-23"},
            [0, 1, 1, 1, 1, 0, 0],
        ),
        ({"to": "2026-11-23"}, [1, 1, 1, 0, 0, 0, 0]),
    ):
        assert page.evaluate(due, [item, moments]) == shown, item
