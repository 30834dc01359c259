"""The slip as the centre wants it, its preview, and what a reader of ESC/POS that is not ours makes
of the job.
"""

import base64
import io
import struct
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from domain.slip import LINES
from kiosk.paper_job import raster, slip_job, without_real_time_bytes
from kiosk.profiles import PROFILES
from kiosk.sheet import NARROW, WIDE, Sheet
from server.centre.yaml_file import CentreFileError, read_centre
from tests.kiosk.printer_test import SLIP, same

ROOT = Path(__file__).parents[2]
HERE = "Asia/Ho_Chi_Minh"
READER = Path(__file__).parent / "reader"


@pytest.fixture(scope="module")
def npos():
    """npos reads jobs: npos(bytes, …) → pictures. Installed once, from its lock."""
    if not (READER / "node_modules" / "npos").is_dir():
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=READER,
            check=True,
            timeout=240,
        )

    def read(*jobs):
        asked = b"".join(struct.pack("<I", len(job)) + job for job in jobs)
        data, pictures = (
            subprocess.run(
                ["node", "read.js"],
                cwd=READER,
                input=asked,
                capture_output=True,
                timeout=60,
                check=True,
            ).stdout,
            [],
        )
        while data:
            wide, high = struct.unpack("<II", data[:8])
            pictures.append(
                Image.frombytes(
                    "L", (wide, high), bytes(255 if dot else 0 for dot in data[8 : 8 + wide * high])
                )
            )
            data = data[8 + wide * high :]
        return pictures

    return read


@pytest.mark.slow
def test_a_reader_that_is_not_ours_finds_the_very_dots_drawn_however_they_are_sliced(maker, npos):
    """The whole job as it is sent, and the slip in slices of 24, 128, 255 and python-escpos's own
    960 rows, at both widths: no dot differs, and the code can be scanned.
    """
    jobs, drawn = [], []
    for profile in (PROFILES["80mm"], PROFILES["58mm"]):
        picture = without_real_time_bytes(
            maker.draw(
                {**SLIP, "bring": {"vi": "Giấy chứng sinh, ợ ữ ỵ ẵ ỗ ẩ ặ Ẫ Ỡ Ữ Đ đ"}},
                profile.dots,
                HERE,
            ),
            profile,
        )
        jobs += [
            slip_job(picture, profile),
            *(
                b"\x1b@" + b"".join(raster(picture, rows)) + b"\x1dVB\x00"
                for rows in (24, 128, 255, 960)
            ),
        ]
        drawn += [picture] * 5
    read = npos(*jobs)
    assert [picture.width for picture in read] == [576] * 5 + [384] * 5 and all(
        same(first, other) for first, other in zip(read, drawn, strict=True)
    )
    for picture in (read[0], read[5]):
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [SLIP["url"]]


def logo(wide=200, high=60):
    file = io.BytesIO()
    Image.radial_gradient("L").resize((wide, high)).point(
        lambda grey: 255 if grey > 90 else 0
    ).convert("1").save(file, "PNG")
    return file.getvalue()


def test_a_slip_taken_at_lunch_says_when_calls_go_on(maker):
    at_lunch = {**SLIP, "calls_from": {"why": "break", "at": SLIP["issued_at"] + 3_600_000}}
    plain, longer = (maker.draw(slip, 576, HERE) for slip in (SLIP, at_lunch))
    later = {**at_lunch, "calls_from": {"why": "break", "at": SLIP["issued_at"] + 7_200_000}}
    assert longer.height > plain.height
    assert not same(longer, maker.draw(later, 576, HERE)), "the hour stands there"


def test_the_template_says_what_stands_on_the_slip_and_in_which_order(maker):
    whole = maker.draw(SLIP, 576, HERE)
    assert same(whole, maker.draw(SLIP, 576, HERE, template={"lines": list(LINES)})), (
        "without a template: everything, in the usual order"
    )
    short = maker.draw(SLIP, 576, HERE, template={"lines": ["number", "place"]})
    assert short.height < whole.height / 2
    assert not zxingcpp.read_barcodes(short.convert("L"))
    marked = maker.draw(SLIP, 576, HERE, "reprint", template={"lines": ["number"]})
    assert marked.height > maker.draw(SLIP, 576, HERE, template={"lines": ["number"]}).height, (
        "a second paper is marked whatever the template leaves out"
    )
    more = maker.draw(
        {**SLIP, "bring": {"vi": "Căn cước công dân"}},
        576,
        HERE,
        template={
            "note": {"vi": "Giờ làm việc 7:30–17:00"},
            "logo": base64.b64encode(logo()).decode(),
        },
    )
    assert more.height > whole.height + 150
    assert same(
        whole,
        maker.draw(SLIP, 576, HERE, template={"logo": base64.b64encode(b"no picture").decode()}),
    ), "a broken logo costs the logo, not the slip"


PAPERS = [{"vi": "Giấy chứng sinh"}, {"vi": "Căn cước của cha, mẹ hoặc VNeID"}]


def test_a_procedure_stands_on_the_slip_with_its_code_and_a_box_for_each_paper(maker):
    bare = maker.draw(SLIP, 576, HERE)
    named = {**SLIP, "short": {"vi": "Khai sinh"}}
    heights = [
        maker.draw(slip, 576, HERE).height
        for slip in (
            named,
            {**named, "code": "1.001193"},
            {**named, "code": "1.001193", "papers": PAPERS[:1]},
            {**named, "code": "1.001193", "papers": PAPERS},
        )
    ]
    assert heights == sorted(set(heights))
    official = maker.draw({**SLIP, "service": {"vi": "Khai sinh"}}, 576, HERE)
    assert same(official, maker.draw(named, 576, HERE)), "a hub of an older version names no short"
    only_number = maker.draw(named, 576, HERE, template={"lines": ["number"]})
    assert only_number.height > maker.draw(SLIP, 576, HERE, template={"lines": ["number"]}).height
    assert bare.height < heights[0] + 60


@pytest.mark.parametrize("dots", [576, 384])
@pytest.mark.parametrize("name", ["Đăng ký đất đai, tài sản gắn liền với đất " * 25, "Đ" * 1_000])
def test_however_long_a_name_and_however_many_papers_the_slip_has_an_end(maker, dots, name):
    long = {**SLIP, "short": {"vi": name}, "code": "1.012818.H29"}
    papers = [{"vi": f"{n} {name[:300]}"} for n in range(30)]
    three_lines = {**long, "short": {"vi": "Đăng ký đất đai " * 12}}
    end = maker.draw(three_lines, dots, HERE).height
    assert maker.draw(long, dots, HERE).height <= end
    picture = maker.draw({**long, "papers": papers}, dots, HERE)
    assert picture.height <= end + 15 * 48, "five papers of two lines each, and that there are more"
    margin = 16 if dots == 576 else 8
    right = picture.crop((dots - margin, 0, dots, picture.height)).convert("L")
    assert right.getextrema() == (255, 255), "nothing runs over the edge"


WARD = (ROOT / "centres" / "ward.yaml").read_text("utf-8")


def test_a_centres_file_with_its_own_slip_is_taken_whole(tmp_path):
    (tmp_path / "logo.png").write_bytes(logo())
    (tmp_path / "own.yaml").write_text(
        WARD
        + '\nslip:\n  logo: logo.png\n  lines: [logo, number, scan]\n  note: {vi: "Xin chào", en:'
        ' "Welcome"}\n',
        "utf-8",
    )
    profile = read_centre(tmp_path / "own.yaml").plain()
    assert base64.b64decode(profile["slip"]["logo"]) == logo() and profile["slip"]["lines"] == [
        "logo",
        "number",
        "scan",
    ]


@pytest.mark.parametrize(
    "change,mend",
    [
        (("slip", "slip:\n  lines: [centre, scan]\n"), "each once, number among them"),
        (
            ("slip", "slip:\n  lines: [number, picture]\n"),
            "slip: lines is 'picture'; use one of logo, centre",
        ),
        (
            ("slip", "slip:\n  colour: red\n"),
            "slip: colour is no rule known here; use logo, lines, note",
        ),
        (("slip", "slip:\n  logo: gone.png\n"), "put it beside the centre's file"),
        (("slip", "slip:\n  logo: own.yaml\n"), "is not a PNG"),
        (("slip", "slip:\n  logo: wide.png\n"), "at most 640×240 dots"),
        (("slip", "slip:\n  note: {vi: Xin chào}\n"), "slip: note needs"),
        (("limits", "offline_numbers: {first: 50, last: 99}"), "first may be 101 or more"),
        (
            ("limits", "offline_numbers: {first: 801, last: 820, block: 30}"),
            "block is 30; write 5 to 20",
        ),
        (
            ("limits", "offline_numbers: {from: 801}"),
            "from is no rule known here; use first, last, block",
        ),
        (("limits", 'offline_numbers: {first: "801"}'), "are whole numbers"),
    ],
)
def test_what_is_wrong_with_kiosk_numbers_and_slips_is_said_with_its_mend(tmp_path, change, mend):
    (tmp_path / "wide.png").write_bytes(logo(800, 60))
    section, text = change
    own = (
        f"{WARD}\n{text}" if section == "slip" else WARD.replace("limits:", f"limits:\n  {text}", 1)
    )
    (tmp_path / "own.yaml").write_text(own, "utf-8")
    with pytest.raises(CentreFileError) as wrong:
        read_centre(tmp_path / "own.yaml")
    assert mend in str(wrong.value) and f"{tmp_path / 'own.yaml'}:" in str(wrong.value), wrong.value


@pytest.mark.parametrize("dots", [576, 384])
@pytest.mark.parametrize("text", ["Giải quyết chế độ với quân nhân, " * 40, "W" * 1000])
def test_no_text_of_a_centre_makes_a_slip_without_an_end(maker, dots, text):
    """Centre, field, zone, what to bring, note: as long as they may be, the slip ends, and no line
    leaves the paper.
    """
    plain = maker.draw({**SLIP, "bring": {"vi": "Đơn"}}, dots, HERE, template={"note": {"vi": "Ơ"}})
    name = {"vi": text}
    long = {**SLIP, "centre": name, "field": name, "zone": name, "bring": name}
    picture = maker.draw(long, dots, HERE, template={"note": name})
    sheet = Sheet(dots, WIDE if dots >= 500 else NARROW)
    lines = 22  # that the texts may take together, none higher than the field's
    assert picture.height <= plain.height + lines * sheet.sizes.field * 1.4
    edge = picture.convert("L").crop((sheet.right + 1, 0, dots, picture.height))
    assert edge.getextrema()[0] == 255, "the right margin stays white"
