"""The rules that files of the hub's machine are held to."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from .debian import chrony, lines
from .frame import ask
from .units import calendar, hardened_unit, unit


def hub_unit(file: Path) -> str | None:
    """One of the hub's units: systemd's reading, its exposure, and the other units it names
    exist.
    """
    named = set(
        re.findall(r"(?<![\w@-])luot[\w@-]*\.(?:service|target|timer)", file.read_text("utf-8"))
    ) - {file.name}
    there = {path.name for path in file.parent.iterdir()} | {
        path.name for path in (file.parents[2] / "mosquitto").glob("*.service")
    }
    missing = sorted(
        name for name in named if name not in there and re.sub(r"@[\w]*\.", "@.", name) not in there
    )
    wrong = f"names {', '.join(missing)}, which is not there" if missing else None
    if "@" not in file.name:
        return wrong or (hardened_unit(file) if file.suffix == ".service" else unit(file))
    # a template is read as one of its instances
    instance = file.with_name(file.name.replace("@.", "@8110."))
    shutil.copy(file, instance)
    return wrong or hardened_unit(instance)


def backup_timer(file: Path) -> str | None:
    """systemd's reading of the timer and its hours; and the hours are Vietnam's, whatever the
    machine's.
    """
    strange = [
        moment
        for moment in re.findall(r"^OnCalendar=(.+)$", file.read_text("utf-8"), re.M)
        if not moment.endswith(" Asia/Ho_Chi_Minh")
    ]
    return calendar(file) or (f"not an hour of Vietnam: {strange}" if strange else None)


def tmpfiles(file: Path) -> str | None:
    """systemd's own making of the folders, in an empty tree with Debian's users and ours."""
    with tempfile.TemporaryDirectory() as root:
        etc = Path(root) / "etc"
        etc.mkdir()
        (etc / "passwd").write_text(
            "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\nluot:x:900:900::/:/bin/false\n"
        )
        (etc / "group").write_text("root:x:0:\nadm:x:4:\nwww-data:x:33:\nluot:x:900:\n")
        code, output = ask("systemd-tmpfiles", "--create", f"--root={root}", file)
        if code or output.strip():
            return output or f"code {code}"
        made = {line.split()[1]: line.split()[2] for line in lines(file)}
        wrong = [
            place
            for place, mode in made.items()
            if oct((Path(root) / place[1:]).stat().st_mode & 0o7777)[2:] != mode.lstrip("0")
        ]
        return f"not made as said: {wrong}" if wrong else None


def chrony_server(file: Path) -> str | None:
    """chronyd's reading, and it gives time to others, also without the internet."""
    wrong = chrony(file)
    for need in ("allow ", "local stratum "):
        wrong = wrong or (
            None
            if any(line.startswith(need) for line in lines(file))
            else f"'{need.strip()}' is missing: devices get no time"
        )
    return wrong


def dnsmasq(file: Path) -> str | None:
    """dnsmasq's own reading; the devices file is the one beside it."""
    file.write_text(
        file.read_text("utf-8").replace(
            "/etc/luot/leases.conf", str(file.with_name("leases.conf"))
        ),
        "utf-8",
    )
    code, output = ask("dnsmasq", "--test", "-C", file)
    return output if code else None


def leases(file: Path) -> str | None:
    """dnsmasq's own reading of the devices, the examples too; no address or name twice, none from
    the range of strangers.
    """
    text = re.sub(r"^#(?=dhcp-host=)", "", file.read_text("utf-8"), flags=re.M)
    file.write_text(text, "utf-8")
    code, output = ask("dnsmasq", "--test", "-C", file)
    if code:
        return output
    parts = [
        part for line in re.findall(r"^dhcp-host=(.+)$", text, re.M) for part in line.split(",")
    ]
    twice = sorted({part for part in parts if parts.count(part) > 1})
    # a device of its own may also stand in the range: dnsmasq then gives that address to nobody
    # else
    return f"twice: {', '.join(twice)}" if twice else None


def firewall(file: Path) -> str | None:
    """The kernel's own reading in a network of its own; what is not named does not come in and
    nothing goes through.
    """
    code, output = ask("unshare", "-n", "nft", "-c", "-f", file)
    text = file.read_text("utf-8")
    return (
        output
        if code
        else "\n".join(
            f"{hook}: what is not named must be dropped"
            for hook in ("input", "forward")
            if not re.search(rf"hook {hook} priority \w+; policy drop;", text)
        )
        or None
    )


def logrotate(file: Path) -> str | None:
    """logrotate's own reading, then one real turn over logs of a throw-away folder: the old one is
    kept and nginx is told.
    """
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "nginx.log"
        log.write_text("a line\n")
        mine = Path(place) / "luot"
        mine.write_text(
            file.read_text("utf-8")
            .replace("/var/log/luot", place)
            .replace("/run/nginx.pid", f"{place}/pid")
            .replace("kill -USR1", f"echo told > {place}/told; : "),
            "utf-8",
        )
        (Path(place) / "pid").write_text("1")
        os.chmod(mine, 0o644)
        code, output = ask("logrotate", "-f", "-s", Path(place) / "state", mine)
        if code or "error" in output:
            return output or f"code {code}"
        if not list(Path(place).glob("nginx.log-*")) or not (Path(place) / "told").exists():
            return "nothing was turned over, or nginx was not told"
        return (
            None
            if re.search(r"^\s*maxage \d+$", file.read_text("utf-8"), re.M)
            else "addresses must go after some days (maxage)"
        )


def avahi(file: Path) -> str | None:
    code, output = ask(
        "xmllint", "--noout", "--dtdvalid", "/usr/share/avahi/avahi-service.dtd", file
    )
    return output if code else None


def hub_env(file: Path) -> str | None:
    """NAME=value lines of settings the hub knows, and no password in the tree."""
    from server import config

    wrong = []
    for line in file.read_text("utf-8").splitlines():
        match_ = re.fullmatch(r"#?LUOT_([A-Z_]+)=(\S*)", line)
        if not match_ and not line.startswith("# ") and line.strip():
            wrong.append(f"not a setting: {line}")
        elif match_:
            try:
                config.load(environ={f"LUOT_{match_[1]}": match_[2]}, file="/nowhere")
            except config.SettingError as error:
                wrong.append(str(error))
    return (
        "\n".join(
            wrong
            + [
                line
                for line in file.read_text("utf-8").splitlines()
                if re.search(r"://[^/@\s]*:[^@\s]+@", line)
            ]
        )
        or None
    )


def container_env(file: Path) -> str | None:
    """The example for containers: the hub's settings, PostgreSQL's three, and the two places of the
    password empty.
    """
    text = file.read_text("utf-8")
    wrong = [
        line
        for line in re.findall(r"^POSTGRES_\w+=.*$", text, re.M)
        if line not in ("POSTGRES_USER=luot", "POSTGRES_DB=luot", "POSTGRES_PASSWORD=")
    ]
    file.write_text(re.sub(r"^POSTGRES_\w+=.*\n", "", text, flags=re.M), "utf-8")
    return "\n".join(wrong) or hub_env(file)


def away_page(file: Path) -> str | None:
    """The page nginx shows when the hub is away: both languages, nothing from elsewhere, and it
    tries again by itself.
    """
    _, output = ask("xmllint", "--html", "--noout", file)
    text = file.read_text("utf-8")
    wrong = [
        line for line in output.splitlines() if "error" in line and "Tag main invalid" not in line
    ]
    wrong += [
        need
        for need in ('http-equiv="refresh"', 'lang="vi"', 'lang="en"', 'href="/hub-away.css"')
        if need not in text
    ]
    return "\n".join(wrong + re.findall(r"https?://\S+|style=|<script", text)) or None


def away_json(file: Path) -> str | None:
    """The same for programs: the shape and the codes of the hub's own errors."""
    import json

    from server.web.auth import STATUS

    try:
        answer = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return str(error)
    right = (
        answer.get("ok") is False
        and answer.get("error") in STATUS
        and isinstance(answer.get("message"), str)
    )
    return None if right else "not the shape of the hub's errors"


def away_style(file: Path) -> str | None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S)
    rest = re.sub(r"[^{}]+\{(?:\s*[a-z-]+:[^:;{}]+;)*\s*\}", "", text).strip()
    if rest:
        return f"not a rule: {rest[:120]}"
    return "from elsewhere" if "url(" in text or "@import" in text else None
