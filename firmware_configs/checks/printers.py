"""Printer profiles: the kiosk's own reading of the file, and a slip printed through it, which a
reader of ESC/POS must give back dot for dot.
"""

import tempfile
import time
from pathlib import Path

from .frame import CONFIGS, ROOT, Broken, Check

SLIP = {
    "centre": {"vi": "Trung tâm Hành chính công"},
    "field": {"vi": "Chứng thực: ợ ữ ỵ ẵ ỗ ẩ ặ Ẫ Ỡ Ữ Đ đ"},
    "service": None,
    "number": "A047",
    "priority": False,
    "badge": "ƯT",
    "counters": [2, 3],
    "zone": {"vi": "Khu 1"},
    "ahead": 12,
    "estimate": {"low": 15, "high": 25},
    "issued_at": 1795398120000,
    "lang": "vi",
    "url": "http://hub.lan/t/0193a7c2-7d41-7b3e-9a55-5f0f6f2b9d11",
    "device": "kiosk-1",
}


def profile(file: Path) -> str | None:
    """What the kiosk says of the file; then a slip in its width and slices on the virtual
    printer.
    """
    from PIL import Image, ImageChops

    from kiosk.paper_job import slip_job, without_real_time_bytes
    from kiosk.printer import Printer
    from kiosk.printer_address import PrinterAddress
    from kiosk.profiles import ProfileError, read_profile
    from kiosk.slip import SlipMaker
    from kiosk.virtual_printer import VirtualPrinter

    try:
        kind = read_profile(file)
    except ProfileError as wrong:
        return str(wrong)
    picture = SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts").draw(
        SLIP, kind.dots, "Asia/Ho_Chi_Minh"
    )
    with tempfile.TemporaryDirectory() as folder:
        printer = VirtualPrinter(Path(folder), kind.dots)
        try:
            outcome = Printer(
                PrinterAddress("network", kind, host="127.0.0.1", port=printer.address[1]), 5
            ).print(slip_job(picture, kind), lambda: None, lambda doubt: None)
            # a printer that confirms nothing may still be at it
            deadline = time.monotonic() + 10
            while (
                not (papers := sorted(Path(folder).glob("*.png"))) and time.monotonic() < deadline
            ):
                time.sleep(0.02)
            printer.close()
            if not outcome.ok or len(papers) != 1:
                return f"the slip did not come out: {outcome}"
            printed = Image.open(papers[0]).crop((0, 0, *picture.size)).convert("L")
        finally:
            printer.close()
    wanted = without_real_time_bytes(picture, kind).convert("L")
    return (
        None
        if ImageChops.difference(printed, wanted).getbbox() is None
        else "the slip came out with other dots than were drawn"
    )


BROKEN = {
    "80mm": (
        Broken("dots: 576", "dots: 575", "multiple of 8"),
        Broken("slice_rows: 128", "slice_rows: 0", "slice_rows"),
        Broken("native_qr", "nativ_qr", "no key of a printer"),
        Broken("fence: gs_r\n", "", "fence is missing"),
    ),
    "58mm": (
        Broken("cut: none", "cut: chop", "partial, full, none"),
        Broken("feed_before_cut: 96", "feed_before_cut: a lot", "whole number"),
    ),
    "xp-80": (
        Broken('vid: "0483"', "vid: 483", "hexadecimal"),
        Broken("serial_baud: 115200", "serial_baud: 300", "serial_baud"),
    ),
    "tm-t88": (
        Broken("near_end: yes", "near_end: perhaps", "near_end"),
        Broken("id: tm-t88", "id: tm-t89", "file's name"),
    ),
}
OTHERS = (Broken("dots: ", "dots: 1", "dots"),)
CHECKS = [
    Check(f"printers/{file.name}", "kiosk", profile, BROKEN.get(file.stem, OTHERS))
    for file in sorted((CONFIGS / "printers").glob("*.yaml"))
]
