"""Long lists of procedures for tests, made up by patterns of laws: a ward's 420, a city's 1,200, with
names of 24 to 900 letters. The same seed makes the same list; no list of any real ward.
"""

import random
from typing import Any

from tests.support.procedures import DEEDS, OFTEN, THINGS

#: letter → name of the fields a list is spread over
FIELDS: dict[str, str] = {letter: name for letter, (name, _) in {**OFTEN, **THINGS}.items()}
#: How long the names of a list are: (at most so many letters, share of the list).
LENGTHS = ((40, 0.12), (90, 0.38), (160, 0.3), (300, 0.15), (600, 0.04), (900, 0.01))
SHORTEST = 24
WHO = (
    "đối với cá nhân cư trú tại phường",
    "đối với hộ gia đình, cộng đồng dân cư",
    "đối với tổ chức có trụ sở ngoài phường",
    "có yếu tố nước ngoài",
)
WHEN = (
    "trong trường hợp hồ sơ bị mất, cháy, hư hỏng do thiên tai, hỏa hoạn",
    "thuộc thẩm quyền của Chủ tịch Ủy ban nhân dân cấp xã",
    "đã được giải quyết tại cơ quan có thẩm quyền của nước ngoài",
    "khi thay đổi nội dung đã đăng ký, bổ sung thành viên hoặc thay đổi trụ sở",
)
PAPERS = ("Tờ khai theo mẫu", "Căn cước hoặc VNeID", "Bản chính giấy tờ", "Giấy ủy quyền, nếu có")


def procedure_list(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """So many procedures as rows of a catalogue: code, field, fields, name; some with a short name,
    papers, fee and days. Each code and each name is there once.
    """
    chance = random.Random(seed)
    codes = chance.sample(range(1_000_000, 4_000_000), count)
    lengths = chance.choices(
        [most for most, _ in LENGTHS], [share for _, share in LENGTHS], k=count
    )
    rows: list[dict[str, Any]] = []
    names: set[str] = set()
    for n, (number, most) in enumerate(zip(codes, lengths, strict=True)):
        letter = list(FIELDS)[n % len(FIELDS)]
        name = _name(chance, letter, most)
        while name in names:  # what is left of the short ones is soon used up
            most = min(most + 24, LENGTHS[-1][0])
            name = _name(chance, letter, most)
        names.add(name)
        row: dict[str, Any] = {
            "code": f"{number // 1_000_000}.{number % 1_000_000:06d}",
            "field": letter,
            "fields": [letter],
            "name": {"vi": name},
        }
        if n % 5 == 0:
            row["papers"] = [{"vi": paper} for paper in PAPERS[: 1 + n % len(PAPERS)]]
            row["days"], row["fee"] = n % 16, {"vi": "8.000 đ một bản"}
        rows.append(row)
    return rows


def listed_fields(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a list, each with its own procedures, in the shape of the kiosk's snapshot."""
    return [
        {
            "field": letter,
            "name": {"vi": name},
            "short": {"vi": name},
            "state": "open",
            "services": [row for row in rows if row["field"] == letter],
        }
        for letter, name in FIELDS.items()
    ]


def _name(chance: random.Random, letter: str, most: int) -> str:
    """A name of at most so many letters (a little more for the shortest), as laws write them."""
    if letter in OFTEN:
        thing = chance.choice(list(OFTEN[letter][1].values()))
        name = f"{chance.choice(DEEDS)}: {thing[0].lower()}{thing[1:]}"
    else:
        name = f"{chance.choice(DEEDS)} {chance.choice(THINGS[letter][1])}"
    while True:
        longer = f"{name} {chance.choice(WHO + WHEN)}{chance.choice(('', ',', ';'))}"
        if len(longer) > most and len(name) >= SHORTEST:
            return name.rstrip(",; ")
        name = longer
