"""A slip to print, and what the tests of printing do with one."""

from PIL import ImageChops

SLIP = {
    "centre": {"vi": "Trung tâm Hành chính công thành phố Thủ Đức"},
    "field": {"vi": "Chứng thực (sao y, chữ ký, hợp đồng)"},
    "service": None,
    "number": "A047",
    "priority": True,
    "badge": "ƯT",
    "counters": [2, 3, 4, 5],
    "zone": {"vi": "Khu 1, tầng 1"},
    "ahead": 12,
    "estimate": {"low": 15, "high": 25},
    "issued_at": 1795398120000,
    "lang": "vi",
    "url": "http://hub.lan:8100/t/0193a7c2-7d41-7b3e-9a55-5f0f6f2b9d11",
    "device": "kiosk-1",
}


def send(printer, data, doubts=None):
    sent = []
    outcome = printer.print(
        data,
        about_to_send=lambda: sent.append(1),
        in_doubt=(doubts if doubts is not None else []).append,
    )
    return outcome, bool(sent)


def same(first, other):
    return (
        first.size == other.size
        and ImageChops.difference(first.convert("L"), other.convert("L")).getbbox() is None
    )
