"""A centre whose names are as long as real ones get: procedures of 130 and more than 260 letters, a
centre of 80, fields of 120 with and without a short name.
"""

from typing import Any

from tests.support.centres import profile_of

PROCEDURE = (
    "Đăng ký biến động đối với trường hợp thay đổi quyền sử dụng đất, quyền sở hữu tài sản gắn liền"
    " với đất theo thỏa thuận của hộ gia đình hoặc của vợ chồng"
)
LONGEST_PROCEDURE = f"{PROCEDURE}; {PROCEDURE[:118].lower()}"
CENTRE = "Trung tâm Phục vụ hành chính công phường Thủ Đức và các phường lân cận, khu vực 2"
FIELD = (
    "Đăng ký kinh doanh (hộ kinh doanh, hợp tác xã) – Đất đai – Môi trường – Xây dựng – Tư pháp –"
    " Người có công và bảo trợ"
)


def both(words: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"vi": words, "en": words}


def long_profile() -> dict[str, Any]:
    """Thủ Đức's document with the longest names everywhere."""
    profile = profile_of("thu_duc")
    profile["site"]["name"] = both(CENTRE)
    for n, field in enumerate(profile["fields"]):
        field["name"] = both(FIELD)
        if n % 2:
            field.pop("short", None)
    for n, service in enumerate(profile["services"]):
        service["name"] = both(LONGEST_PROCEDURE if n % 3 == 0 else PROCEDURE)
    for zone in profile["zones"]:
        zone["name"] = both(f"Khu {zone['id']}: {FIELD[:70]}")
    return profile
