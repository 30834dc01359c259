"""A ward's list of procedures, made up: some that everybody asks for, and hundreds by pattern, with
names from 15 to 1,000 letters. No list of any real ward.
"""

import itertools
from typing import Any

#: field letter, its name, and what people often come for: (key, name)
OFTEN: dict[str, tuple[str, dict[str, str]]] = {
    "B": (
        "Hộ tịch",
        {
            "birth": "Thủ tục đăng ký khai sinh",
            "birth_again": "Thủ tục đăng ký lại khai sinh",
            "birth_mobile": "Thủ tục đăng ký khai sinh lưu động",
            "birth_foreign": "Thủ tục đăng ký khai sinh có yếu tố nước ngoài",
            "birth_linked": "Liên thông đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế"
            " cho trẻ em dưới 6 tuổi",
            "extract": "Cấp bản sao trích lục hộ tịch, bản sao giấy khai sinh",
            "marriage": "Thủ tục đăng ký kết hôn",
            "marriage_again": "Thủ tục đăng ký lại kết hôn",
            "marriage_foreign": "Thủ tục đăng ký kết hôn có yếu tố nước ngoài",
            "divorce": "Ghi vào sổ hộ tịch việc ly hôn đã giải quyết ở nước ngoài",
            "single": "Cấp giấy xác nhận tình trạng hôn nhân",
            "death": "Thủ tục đăng ký khai tử",
            "death_foreign": "Thủ tục đăng ký khai tử có yếu tố nước ngoài",
            "guardian": "Thủ tục đăng ký giám hộ",
            "guardian_end": "Thủ tục đăng ký chấm dứt giám hộ",
            "parent": "Thủ tục đăng ký nhận cha, mẹ, con",
            "correction": "Thay đổi, cải chính, bổ sung thông tin hộ tịch, xác định lại dân tộc",
            "adoption": "Đăng ký việc nuôi con nuôi trong nước",
        },
    ),
    "A": (
        "Chứng thực",
        {
            "copy": "Chứng thực bản sao từ bản chính giấy tờ, văn bản",
            "signature": "Chứng thực chữ ký trong giấy tờ, văn bản",
            "translator": "Chứng thực chữ ký người dịch là cộng tác viên của phường",
            "contract": "Chứng thực hợp đồng, giao dịch về động sản, quyền sử dụng đất, nhà ở",
            "will": "Thủ tục chứng thực di chúc",
            "estate_refused": "Chứng thực văn bản từ chối nhận di sản",
            "estate_shared": "Chứng thực văn bản thỏa thuận phân chia di sản",
        },
    ),
    "C": (
        "Đất đai",
        {
            "land_first": "Đăng ký đất đai, cấp giấy chứng nhận quyền sử dụng đất lần đầu",
            "land_mistake": "Đính chính giấy chứng nhận quyền sử dụng đất có sai sót",
            "land_dispute": "Hòa giải tranh chấp đất đai",
            "land_data": "Cung cấp thông tin, dữ liệu đất đai",
            "land_gift": "Tặng cho quyền sử dụng đất để mở rộng đường giao thông",
        },
    ),
    "E": (
        "Bảo trợ xã hội",
        {
            "monthly": "Thực hiện, điều chỉnh, thôi hưởng trợ cấp xã hội hàng tháng",
            "pension": "Thực hiện, điều chỉnh, thôi hưởng trợ cấp hưu trí xã hội",
            "funeral": "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
            "disability": "Xác định mức độ khuyết tật và cấp giấy xác nhận khuyết tật",
            "disability_again": "Đổi, cấp lại giấy xác nhận khuyết tật",
            "poor": "Công nhận hộ nghèo, hộ cận nghèo trong năm",
            "poor_out": "Công nhận hộ thoát nghèo, hộ thoát cận nghèo trong năm",
        },
    ),
    "G": (
        "Hộ kinh doanh",
        {
            "shop": "Đăng ký thành lập hộ kinh doanh",
            "shop_change": "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh",
            "shop_pause": "Tạm ngừng kinh doanh, tiếp tục kinh doanh trước thời hạn",
            "shop_end": "Chấm dứt hoạt động hộ kinh doanh",
            "alcohol": "Cấp giấy phép bán lẻ rượu",
            "tobacco": "Cấp giấy phép bán lẻ sản phẩm thuốc lá",
            "gas": "Cấp giấy chứng nhận đủ điều kiện cửa hàng bán lẻ LPG chai",
        },
    ),
    "L": (
        "Xây dựng – Nhà ở",
        {
            "build": "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
            "rebuild": "Cấp giấy phép xây dựng sửa chữa, cải tạo đối với nhà ở riêng lẻ",
            "build_longer": "Gia hạn giấy phép xây dựng đối với nhà ở riêng lẻ",
            "pavement": "Cấp giấy phép sử dụng tạm thời một phần hè phố, lòng đường để trông, giữ xe",
        },
    ),
    "D": (
        "Người có công",
        {
            "martyr_rites": "Giải quyết chế độ trợ cấp thờ cúng liệt sĩ",
            "invalid": "Công nhận người bị thương trong chiến tranh",
            "toxic": "Công nhận người hoạt động kháng chiến bị nhiễm chất độc hóa học",
            "volunteer": "Trợ cấp một lần đối với thanh niên xung phong",
        },
    ),
    "M": (
        "Giáo dục",
        {
            "school_move": "Chuyển trường đối với học sinh tiểu học",
            "nursery": "Thành lập hoặc cho phép thành lập trường mẫu giáo, trường mầm non, nhà trẻ",
            "lunch": "Hỗ trợ ăn trưa đối với trẻ em mẫu giáo",
        },
    ),
}
#: what the others are made of
DEEDS = ("Cấp lại", "Gia hạn", "Thu hồi", "Điều chỉnh", "Thẩm định", "Phê duyệt", "Giải thể")
THINGS = {
    "H": ("Hợp tác xã", ("giấy chứng nhận tổ hợp tác", "điều lệ liên hiệp hợp tác xã")),
    "I": ("Đường thủy", ("bến khách ngang sông", "phương tiện thủy nội địa", "phao tiêu báo hiệu")),
    "K": ("Đường bộ", ("đấu nối tạm vào đường bộ", "giấy phép thi công cấp nước")),
    "N": ("Giáo dục khác", ("trung tâm học tập cộng đồng", "lớp dành cho người học nghề")),
    "P": ("Hội, quỹ", ("điều lệ hội", "quỹ xã hội, quỹ từ thiện")),
    "Q": ("Tôn giáo", ("sinh hoạt tôn giáo tập trung", "cuộc lễ ngoài cơ sở tôn giáo")),
    "R": ("Nông nghiệp", ("kế hoạch khuyến nông", "thiết kế công trình lâm sinh")),
    "S": ("Thủy lợi", ("phương án ứng phó đập, hồ chứa", "giấy phép khai thác nước dưới đất")),
    "Y": ("Quân sự", ("chế độ với quân nhân xuất ngũ", "chế độ với dân quân tập trung")),
}
CASES = (
    "đối với cá nhân cư trú tại phường",
    "đối với tổ chức có trụ sở ngoài phường, thuộc thẩm quyền của Chủ tịch Ủy ban nhân dân cấp xã",
    "trong trường hợp hồ sơ bị mất, cháy, hư hỏng do thiên tai, hỏa hoạn hoặc sự kiện bất khả kháng",
)


def long_name(letters: int) -> str:
    """A name of exactly so many letters, as laws write them."""
    unit = f"Giải quyết {THINGS['Y'][1][0]} {CASES[1]}; {CASES[2]}, "
    text = unit * (letters // len(unit) + 1)
    return text[: letters - 1].rstrip(" ,;").ljust(letters - 1, "g") + "."


def catalogue(count: int = 420) -> list[dict[str, Any]]:
    """Fields with `count` services in all, in the shape of the kiosk's snapshot."""
    fields: list[dict[str, Any]] = []
    codes = itertools.count(1_000_017, 7)

    def service(name: str, key: str | None = None) -> dict[str, Any]:
        n = next(codes)
        return {"code": key or f"{n // 1_000_000}.{n % 1_000_000:06d}", "name": {"vi": name}}

    for letter, (name, often) in OFTEN.items():
        services = [service(text, key) for key, text in often.items()]
        fields.append(_field(letter, name, services))
    made = itertools.chain.from_iterable(
        (
            (letter, f"{deed} {thing} {case}")
            for letter, (_, things) in THINGS.items()
            for thing in things
        )
        for deed, case in itertools.product(DEEDS, CASES)
    )
    more: dict[str, list[dict[str, Any]]] = {letter: [] for letter in THINGS}
    missing = count - sum(len(field["services"]) for field in fields) - 3
    for letter, text in itertools.islice(itertools.cycle(made), max(0, missing)):
        more[letter].append(service(text))
    for letters in (260, 600, 1000):
        more["Y"].append(service(long_name(letters)))
    fields += [_field(letter, THINGS[letter][0], rows) for letter, rows in more.items() if rows]
    return fields


def _field(letter: str, name: str, services: list[dict[str, Any]]) -> dict[str, Any]:
    return {"field": letter, "name": {"vi": name}, "state": "open", "services": services}
