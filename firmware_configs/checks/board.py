"""The board's machine, and televisions that are their own machine: what proves each of their
files.
"""

import base64
import json
import re
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from pathlib import Path

from .browser import policy
from .debian import (
    chromium_flags,
    env_example,
    fstab,
    greetd,
    install_list,
    machine_unit,
    shell,
    sysusers,
)
from .frame import Broken, Check, ask
from .units import calendar


def desktop(file: Path) -> str | None:
    code, output = ask("desktop-file-validate", file)
    return output or f"code {code}" if code or output.strip() else None


def timer(file: Path) -> str | None:
    """A timer with its hours, beside the service it starts, whose program install.txt puts
    there.
    """
    return machine_unit(file.with_suffix(".service")) or calendar(file)


def shaped(required: Iterable[str], **shape: type | str) -> Callable[[Path], str | None]:
    """JSON with exactly the keys and shapes named; LG's and Fully's own tools do not notice a key
    that is missing or misspelt.
    """

    def check(file: Path) -> str | None:
        try:
            settings = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            return str(error)
        wrong = [f"{key} is missing" for key in required if key not in settings]
        for key, value in settings.items():
            want = shape.get(key)
            if want is None or (
                type(value) is not want
                if isinstance(want, type)
                else not (isinstance(value, str) and re.fullmatch(want, value))
            ):
                wrong.append(
                    f"{key}: {value!r}"
                    + (" is not known" if want is None else " has another shape")
                )
        return "\n".join(wrong) or None

    return check


APPINFO = shaped(
    ("id", "version", "vendor", "type", "main", "title", "icon"),
    id=r"[a-z0-9][a-z0-9.-]+",
    version=r"\d+\.\d+\.\d+",
    vendor=str,
    type="web",
    main=r"index\.html",
    title=str,
    icon=r"icon\.png",
    bgColor="#[0-9a-f]{6}",
    iconColor="#[0-9a-f]{6}",
    resolution="1920x1080|1280x720",
    disableBackHistoryAPI=bool,
)
FULLY = shaped(
    ("startURL", "launchOnBoot", "kioskMode", "keepScreenOn", "autoplayAudio"),
    startURL=r"https?://\S+",
    **dict.fromkeys(
        (
            "launchOnBoot",
            "kioskMode",
            "keepScreenOn",
            "autoplayAudio",
            "autoplayVideos",
            "showNavigationBar",
            "showStatusBar",
            "showActionBar",
            "showAddressBar",
            "enableZoom",
            "reloadOnInternet",
            "ignoreSSLerrors",
            "remoteAdmin",
        ),
        bool,
    ),
)


def well_formed(file: Path) -> str | None:
    code, output = ask("xmllint", "--noout", file)
    return output if code else None


def tizen_app(file: Path) -> str | None:
    """XML, and what a Samsung television needs of it."""
    if wrong := well_formed(file):
        return wrong
    root, ns = (
        ElementTree.parse(file).getroot(),
        {"w": "http://www.w3.org/ns/widgets", "t": "http://tizen.org/ns/widgets"},
    )
    app = root.find("t:application", ns)
    if (
        app is None
        or not re.fullmatch(r"[A-Za-z0-9]{10}", app.get("package", ""))
        or app.get("id", "").split(".")[0] != app.get("package")
    ):
        return (
            "tizen:application needs a package of ten letters or figures, and an id that begins"
            " with it"
        )
    needs = {
        "w:content[@src='index.html']",
        "w:icon[@src='icon.png']",
        "t:privilege[@name='http://tizen.org/privilege/internet']",
        "t:profile[@name='tv-samsung']",
    }
    return (
        "\n".join(f"{need} is missing" for need in sorted(needs) if root.find(need, ns) is None)
        or None
    )


def sssp(file: Path) -> str | None:
    """XML with the four words a signage television asks for, and the name of the package."""
    if wrong := well_formed(file):
        return wrong
    settings = {child.tag: child.text or "" for child in ElementTree.parse(file).getroot()}
    shape = {"ver": r"\d+(\.\d+)*", "size": r"\d+", "widgetname": "LuotBoard", "webtype": "tizen"}
    return (
        "\n".join(
            key
            for key in {**shape, **settings}
            if key not in shape or not re.fullmatch(shape[key], settings.get(key, ""))
        )
        or None
    )


def picture(file: Path) -> str | None:
    """A PNG of 80 × 80 dots, in letters."""
    try:
        raw = base64.b64decode("".join(file.read_text("utf-8").split()), validate=True)
    except ValueError as error:
        return str(error)
    return (
        None
        if raw[:8] == b"\x89PNG\r\n\x1a\n"
        and struct.unpack(">II", raw[16:24]) == (80, 80)
        and raw.endswith(b"IEND\xaeB\x60\x82")
        else "not a PNG of 80 × 80"
    )


CHECKS = [
    Check(
        "board/install.txt",
        "install.sh",
        install_list,
        (
            Broken("dir /var/lib/luot-board 0700", "dir /var/lib/luot-board", "not a mode"),
            Broken("enable luot", "enabel luot", "there is no line"),
        ),
    ),
    Check(
        "board/with-greetd.txt",
        "install.sh",
        install_list,
        (Broken("board/greetd/config.toml", "board/greetd.toml", "there is no"),),
    ),
    Check(
        "board/with-readonly.txt",
        "install.sh",
        install_list,
        (Broken("/etc/fstab", "", "block needs two words"),),
    ),
    Check(
        "board/systemd/luot-board.service",
        "systemd-analyze",
        machine_unit,
        (
            Broken("RestartSec=2", "RestrtSec=2", "Unknown key"),
            Broken("luot/screen board", "luot/sreen board", "not executable"),
        ),
    ),
    Check(
        "board/systemd/luot-board-audio.service",
        "systemd-analyze",
        machine_unit,
        (
            Broken(
                "RuntimeDirectoryPreserve=yes", "RuntimeDirectoryPreserve=often", "Failed to parse"
            ),
        ),
    ),
    Check(
        "board/systemd/luot-tv-now.service",
        "systemd-analyze",
        machine_unit,
        (
            Broken("ExecStartPre", "ExecStartBefore", "Unknown key"),
            Broken("luot/tv now", "luot/tvset now", "not executable"),
        ),
    ),
    Check(
        "board/systemd/luot-tv-on.service",
        "systemd-analyze",
        machine_unit,
        (Broken("luot/tv on", "luot/tvset on", "not executable"),),
    ),
    Check(
        "board/systemd/luot-tv-off.service",
        "systemd-analyze",
        machine_unit,
        (Broken("[Service]", "[Servise]"),),
    ),
    Check(
        "board/systemd/luot-tv-on.timer",
        "systemd-analyze",
        timer,
        (Broken("06:45", "25:45", "25:45"), Broken("Mon..Sat", "Mon..Sot")),
    ),
    Check(
        "board/systemd/luot-tv-off.timer",
        "systemd-analyze",
        timer,
        (Broken("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Min"), Broken("[Timer]", "[Timr]")),
    ),
    Check(
        "board/board.env.example",
        "own rules",
        env_example("LUOT_BOARD_", {"URL", "AUDIO"}, "#token="),
        (Broken("#token=", "#token=secret"), Broken("LUOT_BOARD_AUDIO", "LUOT_BOARD_SOUND")),
    ),
    Check(
        "board/chromium/luot-board.json",
        "chromium",
        policy("https://hub.lan/board/thu-duc?zone=K1", "http://hub.lan:8180/pair"),
        (
            Broken("AutoplayAllowed", "AutoplayAlowed", "Unknown policy"),
            Broken('"URLAllowlist": [', '"URLAllowlist": [1, ', "URLAllowlist"),
            Broken('"hub.lan"', '"https://hub.lan"', "http://hub.lan:8180/pair is blocked"),
        ),
        slow=True,
    ),
    Check(
        "board/chromium/luot-flags",
        "shellcheck",
        chromium_flags,
        (Broken("--autoplay-policy", "--autoplay-polcy", "not on the list"),),
    ),
    Check(
        "board/autostart/luot-board.desktop",
        "desktop-file-validate",
        desktop,
        (Broken("Type=Application", "Typ=Application"),),
    ),
    Check(
        "board/greetd/config.toml",
        "own rules",
        greetd,
        (Broken('user = "board"', "user = board"), Broken("default_session", "defualt_session")),
    ),
    Check(
        "board/sysusers.d/luot-board.conf",
        "systemd-sysusers",
        sysusers,
        (Broken("m board", "mm board"),),
    ),
    Check("board/fstab/luot-data", "findmnt", fstab, (Broken("LABEL=", "LABLE="),)),
    Check(
        "board/bin/audio",
        "shellcheck",
        shell,
        (
            Broken('chmod 0644 "$target"', "chmod 0644 $target", "SC2086"),
            Broken("done\n    chosen", "\n    chosen"),
        ),
    ),
    Check(
        "board/bin/tv",
        "shellcheck",
        shell,
        (Broken('-d "$adapter"', "-d $adapter", "SC2086"), Broken("esac\n", "\n")),
    ),
    Check(
        "board/tv/make",
        "shellcheck",
        shell,
        (Broken('mkdir -p -- "$3"', "mkdir -p -- $3", "SC2086"),),
    ),
    Check(
        "board/tv/icon.png.b64",
        "own rules",
        picture,
        (Broken("iVBORw0KGgo", "jVBORw0KGgo"), Broken("iVBORw0KGgo", "iVBORw0KGg!")),
    ),
    Check(
        "board/webos/appinfo.json",
        "own rules",
        APPINFO,
        (
            Broken('  "type": "web",\n', "", "type is missing"),
            Broken('"vn.luot.board"', '"Luot Board"', "id"),
            Broken('"main"', '"mian"', "mian"),
        ),
    ),
    Check(
        "board/tizen/config.xml",
        "xmllint",
        tizen_app,
        (
            Broken("</widget>", ""),
            Broken("LuotBoard1.board", "Board.luot", "ten letters"),
            Broken('name="tv-samsung"', 'name="tv"', "profile"),
        ),
    ),
    Check(
        "board/tizen/sssp_config.xml",
        "xmllint",
        sssp,
        (Broken("</size>", ""), Broken("<webtype>tizen", "<webtype>tzien", "webtype")),
    ),
    Check(
        "board/android/fully-settings.json",
        "own rules",
        FULLY,
        (
            Broken('"startURL"', '"startUrl"', "startURL is missing"),
            Broken('"kioskMode": true', '"kioskMode": "yes"', "kioskMode"),
        ),
    ),
]
