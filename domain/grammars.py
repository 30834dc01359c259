"""How a call is said, as data: one table per locale.

A new locale, dialect or wording is a new entry here, not new code.

A key names one recorded clip of a voice pack; keys are ASCII. What each part means:
clips: key → the words read out · digits: 0–9 one by one · letters: prefix letter → key (default: L_
and the letter)
small: numbers with a word of their own · tens: tens digit → keys · after_ten, after_tens: units
that change their form there
hundred, thousand, lone: keys (lone: before a unit alone after the hundreds), by dialect where
dialects differ
zero_hundreds: say "no hundred" after the thousands · call: wording → phrase · place: kind of
counter → phrase
desks: id of a desk without its figure → phrase · again, last: before a repeated and a last call ·
join: how phrases stand in the text
"""

from typing import Any

VI: dict[str, Any] = {
    "clips": {
        "moi_cong_dan_co_so": "mời công dân có số",
        "moi_khach_hang_co_so": "mời khách hàng có số",
        "moi_so": "mời số",
        "moi_uu_tien": "mời khách hàng ưu tiên có số",
        "moi_khach_hang_uu_tien": "mời khách hàng ưu tiên",
        "den_quay_so": "đến quầy số",
        "den_quay": "đến quầy",
        "vao_phong": "vào phòng",
        "vao_phong_so": "vào phòng số",
        "den_ban_huong_dan_so": "đến bàn hướng dẫn số",
        "xin_nhac_lai": "xin nhắc lại",
        "lan_cuoi": "lần gọi cuối cùng",
        "xin_cam_on": "xin cảm ơn",
        "so": "số",
        "0": "không",
        "1": "một",
        "2": "hai",
        "3": "ba",
        "4": "bốn",
        "5": "năm",
        "6": "sáu",
        "7": "bảy",
        "8": "tám",
        "9": "chín",
        "muoi10": "mười",
        "muoi": "mươi",
        "mot1": "mốt",
        "tu": "tư",
        "lam": "lăm",
        "tram": "trăm",
        "linh": "linh",
        "le": "lẻ",
        "nghin": "nghìn",
        "ngan": "ngàn",
        "L_A": "a",
        "L_B": "bê",
        "L_C": "xê",
        "L_D": "dê",
        "L_DD": "đê",
        "L_E": "e",
        "L_F": "ép phờ",
        "L_G": "giê",
        "L_H": "hát",
        "L_I": "i",
        "L_J": "gi",
        "L_K": "ca",
        "L_L": "e lờ",
        "L_M": "em mờ",
        "L_N": "en nờ",
        "L_O": "o",
        "L_P": "pê",
        "L_Q": "quy",
        "L_R": "e rờ",
        "L_S": "ét sì",
        "L_T": "tê",
        "L_U": "u",
        "L_V": "vê",
        "L_W": "vê kép",
        "L_X": "ích xì",
        "L_Y": "i dài",
        "L_Z": "dét",
    },
    "letters": {"Đ": "L_DD"},
    "digits": tuple("0123456789"),
    "small": {n: (str(n),) for n in range(10)} | {10: ("muoi10",)},
    "tens": {1: ("muoi10",)} | {d: (str(d), "muoi") for d in range(2, 10)},
    "after_ten": {5: "lam"},
    "after_tens": {1: "mot1", 4: "tu", 5: "lam"},
    "hundred": "tram",
    "thousand": {"north": "nghin", "south": "ngan"},
    "lone": {"north": "linh", "south": "le"},
    "zero_hundreds": True,
    "call": {
        "cong_dan": "moi_cong_dan_co_so",
        "khach_hang": "moi_khach_hang_co_so",
        "so": "moi_so",
    },
    "place": {"counter": ("den_quay_so", "den_quay"), "room": ("vao_phong_so", "vao_phong")},
    "desks": {"HD": "den_ban_huong_dan_so"},
    "again": "xin_nhac_lai",
    "last": "lan_cuoi",
}

_EN_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
).split()
_EN_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

EN: dict[str, Any] = {
    "clips": {
        "ticket": "ticket",
        "ticket_number": "ticket number",
        "priority_ticket": "priority ticket",
        "go_counter": "please go to counter",
        "go_room": "please go to room",
        "go_desk": "please go to guidance desk",
        "again": "repeating",
        "last_call": "final call",
        "thank_you": "thank you",
        **{str(n): word for n, word in enumerate(_EN_NUMBERS)},
        **{str(30 + 10 * n): word for n, word in enumerate(_EN_TENS)},
        "hundred": "hundred",
        "thousand": "thousand",
        **{f"L_{letter}": letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    },
    "letters": {},
    "digits": tuple("0123456789"),
    "small": {n: (str(n),) for n in range(21)},
    "tens": {d: (str(10 * d),) for d in range(2, 10)},
    "after_ten": {},
    "after_tens": {},
    "hundred": "hundred",
    "thousand": "thousand",
    "lone": None,
    "zero_hundreds": False,
    "call": {"ticket": "ticket", "ticket_number": "ticket_number"},
    "place": {"counter": ("go_counter", "go_counter"), "room": ("go_room", "go_room")},
    "desks": {"HD": "go_desk"},
    "again": "again",
    "last": "last_call",
}

GRAMMARS: dict[str, dict[str, Any]] = {"vi": VI, "en": EN}
