"""What the kiosk knows of each kind of printer: one file a kind,
`firmware_configs/printers/NAME.yaml`. A profile is chosen in the printer's address:
`?profile=NAME`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).resolve().parents[1] / "firmware_configs" / "printers"
TRANSPORTS = ("usb", "network", "serial", "file")
#: A loader in C where there is one: a kiosk starts on small machines.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


#: whether a value will do, what it must be
Rule = tuple[Callable[[Any], object], str]


class ProfileError(ValueError):
    """A profile that cannot be used; the text names the file and says the mend."""


@dataclass(frozen=True)
class Profile:
    """One kind of printer: how wide it prints, how much it takes at once, how it cuts and what it
    answers.
    """

    name: str
    dots: int = 576
    dpi: int = 203
    slice_rows: int = 128  # small buffers turn longer rasters into rubbish text
    slice_delay_ms: int = 0
    cut: str = "partial"  # partial: the slip hangs until it is taken; full; none: torn off by hand
    feed_rows: int = 0  # blank rows before the cut, beyond what the cut itself feeds
    status: str = "eot"  # eot: answers DLE EOT; none: says nothing
    fence: str = "gs_r"  # gs_r: answers GS r 1 once it has come to it; none

    def __post_init__(self) -> None:
        if (
            self.dots % 8
            or not 1 <= self.slice_rows <= 255
            or self.cut not in ("partial", "full", "none")
        ):
            raise ValueError(
                f"profile {self.name}: dots must be a multiple of 8, slice_rows 1 to 255, cut"
                " partial, full or none"
            )


def _whole(low: int, high: int) -> Rule:
    return (
        lambda value: type(value) is int and low <= value <= high,
        f"a whole number from {low} to {high}",
    )


def _one_of(*values: object) -> Rule:
    return (
        lambda value: value in values and type(value) in (bool, str),
        f"one of {', '.join(map(str, values))}",
    )


_TEXT = (lambda value: isinstance(value, str) and value.strip() != "", "a text")
_HEX = (
    lambda value: isinstance(value, str) and re.fullmatch(r"[0-9a-f]{4}", value),
    "four hexadecimal figures in quotes, as lsusb shows them",
)

#: key → (whether a value will do, what it must be). These and no others, `match`, `retract` and
#: `serial_baud` only where they apply.
KEYS: dict[str, Rule] = {
    "id": (
        lambda value: isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,31}", value),
        "small letters, figures, dots and hyphens",
    ),
    "label": _TEXT,
    "transport": (
        lambda value: isinstance(value, list) and value and set(value) <= set(TRANSPORTS),
        f"a list of {', '.join(TRANSPORTS)}",
    ),
    "dots": (
        lambda value: type(value) is int and 128 <= value <= 1024 and value % 8 == 0,
        "a multiple of 8 from 128 to 1024",
    ),
    "dpi": _whole(100, 400),
    "slice_rows": _whole(8, 255),
    "slice_delay_ms": _whole(0, 200),
    "cut": _one_of("partial", "full", "none"),
    "feed_before_cut": _whole(0, 400),
    "native_qr": _one_of(True, False),
    "fence": _one_of("gs_r", "none"),
    "notes": _TEXT,
    "verified_on": _TEXT,
}
OPTIONAL: dict[str, Rule] = {"serial_baud": _whole(9600, 921600), "retract": _one_of(True, False)}
#: group → (its keys, whether it must be there)
GROUPS: dict[str, tuple[dict[str, Rule], bool]] = {
    # YAML reads yes and no as true and false
    "status": (
        {
            "eot": _one_of(True, False),
            "asb": _one_of(True, False),
            "near_end": (
                lambda value: value in (True, False, "unreliable"),
                "yes, no or unreliable",
            ),
        },
        True,
    ),
    "match": ({"vid": _HEX, "pid": _HEX, "port": _TEXT, "mac": _TEXT}, False),
}


def read_profile(file: Path) -> Profile:
    """The profile of a file, every key checked. Raises ProfileError with the mend."""
    try:
        content = yaml.load(file.read_text("utf-8"), _Loader)
    except OSError as error:
        raise ProfileError(f"{file} cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ProfileError(f"{file} holds no keys; copy {SHIPPED / '80mm.yaml'} and change it")
    _check(
        file,
        content,
        KEYS
        | {
            name: (lambda value: isinstance(value, dict), "keys of its own")
            for name, (_, needed) in GROUPS.items()
            if needed
        },
        OPTIONAL
        | {
            name: (lambda value: isinstance(value, dict), "keys of its own")
            for name, (_, needed) in GROUPS.items()
            if not needed
        },
    )
    for name, (keys, needed) in GROUPS.items():
        _check(file, content.get(name, {}), keys if needed else {}, keys, f"{name}.")
    if content["id"] != file.stem:
        raise ProfileError(
            f"{file}: id is {content['id']!r}; it must be the file's name, {file.stem!r}"
        )
    if "serial" in content["transport"] and "serial_baud" not in content:
        raise ProfileError(
            f"{file}: serial_baud is missing; a printer with a serial line has one, as in"
            " serial_baud: 115200"
        )
    return Profile(
        content["id"],
        dots=content["dots"],
        dpi=content["dpi"],
        slice_rows=content["slice_rows"],
        slice_delay_ms=content["slice_delay_ms"],
        cut=content["cut"],
        feed_rows=content["feed_before_cut"],
        status="eot" if content["status"]["eot"] else "none",
        fence=content["fence"],
    )


def _check(
    file: Path,
    content: Mapping[str, Any],
    needed: Mapping[str, Rule],
    allowed: Mapping[str, Rule],
    prefix: str = "",
) -> None:
    for name in content:
        if name not in needed and name not in allowed:
            raise ProfileError(
                f"{file}: {prefix}{name} is no key of a printer; the keys are"
                f" {', '.join(sorted({*needed, *allowed}))}"
            )
    for name, (will_do, what) in {**needed, **allowed}.items():
        if name in needed and name not in content:
            raise ProfileError(f"{file}: {prefix}{name} is missing; write {what}")
        if name in content and not will_do(content[name]):
            raise ProfileError(f"{file}: {prefix}{name} is {content[name]!r}; write {what}")


class Profiles(Mapping[str, Profile]):
    """The profiles by name, read when asked for.

    A folder of the house's own comes before the shipped one.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._read: dict[str, Profile] = {}

    def look_in(self, folder: Path) -> None:
        """Look there first from now on; it need not exist."""
        self._folders, self._read = (folder, SHIPPED), {}

    def __getitem__(self, name: str) -> Profile:
        if name not in self._read:
            file = next(
                (f / f"{name}.yaml" for f in self._folders if (f / f"{name}.yaml").is_file()), None
            )
            if file is None or "/" in name:
                raise KeyError(name)
            self._read[name] = read_profile(file)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(
            sorted(
                {
                    file.stem
                    for folder in self._folders
                    if folder.is_dir()
                    for file in folder.glob("*.yaml")
                }
            )
        )

    def __len__(self) -> int:
        return len(list(iter(self)))


PROFILES = Profiles(SHIPPED)
