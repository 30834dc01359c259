"""The hub's machine: what proves each of its files."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from .container import compose, dockerfile, dockerignore
from .debian import chrony, install_list, lines, settings_of_systemd, shell, sysusers
from .frame import CONFIGS, Broken, Check, ask
from .nginx import judged
from .servers import postgresql, redis
from .units import calendar, hardened_unit, unit


def hub_unit(file):
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


def backup_timer(file):
    """systemd's reading of the timer and its hours; and the hours are Vietnam's, whatever the
    machine's.
    """
    strange = [
        moment
        for moment in re.findall(r"^OnCalendar=(.+)$", file.read_text("utf-8"), re.M)
        if not moment.endswith(" Asia/Ho_Chi_Minh")
    ]
    return calendar(file) or (f"not an hour of Vietnam: {strange}" if strange else None)


def tmpfiles(file):
    """systemd's own making of the folders, in an empty tree with Debian's users and ours."""
    with tempfile.TemporaryDirectory() as root:
        etc = Path(root) / "etc"
        etc.mkdir()
        (etc / "passwd").write_text(
            "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\nluot:x:900:900::/:/bin/false\n"
        )
        (etc / "group").write_text("root:x:0:\nadm:x:4:\nwww-data:x:33:\nluot:x:900:\n")
        code, said = ask("systemd-tmpfiles", "--create", f"--root={root}", file)
        if code or said.strip():
            return said or f"code {code}"
        made = {line.split()[1]: line.split()[2] for line in lines(file)}
        wrong = [
            place
            for place, mode in made.items()
            if oct((Path(root) / place[1:]).stat().st_mode & 0o7777)[2:] != mode.lstrip("0")
        ]
        return f"not made as said: {wrong}" if wrong else None


def chrony_server(file):
    """chronyd's reading, and it gives time to others, also without the internet."""
    wrong = chrony(file)
    for need in ("allow ", "local stratum "):
        wrong = wrong or (
            None
            if any(line.startswith(need) for line in lines(file))
            else f"'{need.strip()}' is missing: devices get no time"
        )
    return wrong


def dnsmasq(file):
    """dnsmasq's own reading; the devices file is the one beside it."""
    file.write_text(
        file.read_text("utf-8").replace(
            "/etc/luot/leases.conf", str(file.with_name("leases.conf"))
        ),
        "utf-8",
    )
    code, said = ask("dnsmasq", "--test", "-C", file)
    return said if code else None


def leases(file):
    """dnsmasq's own reading of the devices, the examples too; no address or name twice, none from
    the range of strangers.
    """
    text = re.sub(r"^#(?=dhcp-host=)", "", file.read_text("utf-8"), flags=re.M)
    file.write_text(text, "utf-8")
    code, said = ask("dnsmasq", "--test", "-C", file)
    if code:
        return said
    parts = [
        part for line in re.findall(r"^dhcp-host=(.+)$", text, re.M) for part in line.split(",")
    ]
    twice = sorted({part for part in parts if parts.count(part) > 1})
    # a device of its own may also stand in the range: dnsmasq then gives that address to nobody
    # else
    return f"twice: {', '.join(twice)}" if twice else None


def firewall(file):
    """The kernel's own reading in a network of its own; what is not named does not come in and
    nothing goes through.
    """
    code, said = ask("unshare", "-n", "nft", "-c", "-f", file)
    text = file.read_text("utf-8")
    return (
        said
        if code
        else "\n".join(
            f"{hook}: what is not named must be dropped"
            for hook in ("input", "forward")
            if not re.search(rf"hook {hook} priority \w+; policy drop;", text)
        )
        or None
    )


def logrotate(file):
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
        code, said = ask("logrotate", "-f", "-s", Path(place) / "state", mine)
        if code or "error" in said:
            return said or f"code {code}"
        if not list(Path(place).glob("nginx.log-*")) or not (Path(place) / "told").exists():
            return "nothing was turned over, or nginx was not told"
        return (
            None
            if re.search(r"^\s*maxage \d+$", file.read_text("utf-8"), re.M)
            else "addresses must go after some days (maxage)"
        )


def avahi(file):
    code, said = ask("xmllint", "--noout", "--dtdvalid", "/usr/share/avahi/avahi-service.dtd", file)
    return said if code else None


def hub_env(file):
    """NAME=value lines of settings the hub knows, and no password in the tree."""
    from server import config

    wrong = []
    for line in file.read_text("utf-8").splitlines():
        found = re.fullmatch(r"#?LUOT_([A-Z_]+)=(\S*)", line)
        if not found and not line.startswith("# ") and line.strip():
            wrong.append(f"not a setting: {line}")
        elif found:
            try:
                config.load(environ={f"LUOT_{found[1]}": found[2]}, file="/nowhere")
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


def container_env(file):
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


def away_page(file):
    """The page nginx shows when the hub is away: both languages, nothing from elsewhere, and it
    tries again by itself.
    """
    code, said = ask("xmllint", "--html", "--noout", file)
    text = file.read_text("utf-8")
    wrong = [
        line for line in said.splitlines() if "error" in line and "Tag main invalid" not in line
    ]
    wrong += [
        need
        for need in ('http-equiv="refresh"', 'lang="vi"', 'lang="en"', 'href="/hub-away.css"')
        if need not in text
    ]
    return "\n".join(wrong + re.findall(r"https?://\S+|style=|<script", text)) or None


def away_json(file):
    """The same for programs: the shape and the codes of the hub's own errors."""
    import json

    from server.web.auth import STATUS

    try:
        said = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return str(error)
    right = (
        said.get("ok") is False
        and said.get("error") in STATUS
        and isinstance(said.get("message"), str)
    )
    return None if right else "not the shape of the hub's errors"


def away_style(file):
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S)
    rest = re.sub(r"[^{}]+\{(?:\s*[a-z-]+:[^:;{}]+;)*\s*\}", "", text).strip()
    return (
        f"not a rule: {rest[:120]}"
        if rest
        else "from elsewhere"
        if "url(" in text or "@import" in text
        else None
    )


_HUB = (CONFIGS / "hub/systemd/luot-hub.service").read_text("utf-8")
_HARDENING = _HUB[_HUB.index("NoNewPrivileges=") : _HUB.index("UMask=")]
_KEY = Broken("Restart=always", "Restrt=always", "Restrt")
CHECKS = [
    Check(
        "hub/install.txt",
        "install.sh",
        install_list,
        (
            Broken("file hub/nginx/nginx.conf", "file hub/nginx/ngnix.conf", "ngnix"),
            Broken("enable luot", "enabel luot", "enabel"),
        ),
    ),
    Check(
        "hub/with-lan.txt",
        "install.sh",
        install_list,
        (Broken("file hub/chrony/hub.conf", "file hub/chrony/hubs.conf", "hubs.conf"),),
    ),
    Check(
        "hub/with-province.txt",
        "install.sh",
        install_list,
        (Broken(" 0600", " 600", "four octal digits"),),
    ),
    Check(
        "hub/with-plainboards.txt",
        "install.sh",
        install_list,
        (Broken("plain-boards.conf ", "plain-bords.conf ", "plain-bords"),),
    ),
    Check(
        "hub/with-avahi.txt", "install.sh", install_list, (Broken("package", "pakage", "pakage"),)
    ),
    Check("hub/bin/luot", "shellcheck", shell, (Broken('"$@"', "$@", "SC2068"),)),
    Check(
        "hub/bin/luot-certificate",
        "shellcheck",
        shell,
        (Broken('chmod 0644 "$work/hub.crt"', "chmod 0644 $work/hub.crt", "SC2086"),),
    ),
    Check(
        "hub/systemd/luot-hub.service",
        "systemd-analyze",
        hub_unit,
        (
            _KEY,
            Broken("/opt/luot/luot hub", "/opt/luot/lout hub", "not executable"),
            Broken("[Service]", "[Servise]"),
            Broken(_HARDENING, "", "exposure"),
            Broken("luot-hubs.target", "luot-hub.target", "luot-hub.target"),
        ),
    ),
    Check(
        "hub/systemd/luot-hub@.service",
        "systemd-analyze",
        hub_unit,
        (
            _KEY,
            Broken(
                "luot-migrate.service\nWants",
                "luot-migration.service\nWants",
                "luot-migration.service",
            ),
        ),
    ),
    Check(
        "hub/systemd/luot-hubs.target",
        "systemd-analyze",
        hub_unit,
        (
            Broken("Conflicts=", "Conflict=", "Unknown key"),
            Broken("luot-hub@8113", "luot-hubb@8113", "luot-hubb@8113"),
        ),
    ),
    Check(
        "hub/systemd/luot-migrate.service",
        "systemd-analyze",
        hub_unit,
        (Broken("Type=oneshot", "Type=onceshot", "Failed to parse"),),
    ),
    Check(
        "hub/systemd/luot-backup.service",
        "systemd-analyze",
        hub_unit,
        (Broken("IOSchedulingClass=idle", "IOSchedulingClass=idel", "Failed to parse"),),
    ),
    Check(
        "hub/systemd/luot-backup.timer",
        "systemd-analyze",
        backup_timer,
        (
            Broken("12:15", "25:15"),
            Broken("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Min"),
            Broken("Persistent=", "Persistant=", "Unknown key"),
            Broken(" Asia/Ho_Chi_Minh", "", "not an hour of Vietnam"),
        ),
    ),
    Check(
        "hub/journald.conf.d/luot.conf",
        "own rules",
        settings_of_systemd,
        (
            Broken("SystemMaxUse", "SystemMaxSize", "unknown key"),
            Broken("1G", "1 GB", "not a value"),
        ),
    ),
    Check("hub/sysusers.d/luot.conf", "systemd-sysusers", sysusers, (Broken("u luot", "q luot"),)),
    Check(
        "hub/tmpfiles.d/luot.conf",
        "systemd-tmpfiles",
        tmpfiles,
        (
            Broken("0750", "9750"),
            Broken("d /var/lib/luot", "zz /var/lib/luot"),
            Broken("luot luot", "lout luot"),
        ),
    ),
    Check(
        "hub/nginx/nginx.conf",
        "nginx -t",
        judged,
        (Broken("tcp_nopush", "tcp_nopsh", "tcp_nopsh"), Broken("http {", "http [")),
    ),
    Check(
        "hub/nginx/luot.conf",
        "nginx -t",
        judged,
        (
            Broken("proxy_buffering off", "proxy_bufering off", "proxy_bufering"),
            Broken("        proxy_buffering off;\n", "", "/socket.io/"),
            Broken("ssl_protocols           TLSv1.2", "ssl_protocols           TLSv9", "TLSv9"),
            Broken(
                "        include     /etc/nginx/snippets/luot-proxy.conf;\n",
                "",
                "does not pass on who asks",
            ),
            Broken("proxy_read_timeout      75s", "proxy_read_timeout      15s", "ping interval"),
        ),
    ),
    Check(
        "hub/nginx/plain-boards.conf",
        "nginx -t",
        judged,
        (
            Broken("limit_except GET", "limit_exept GET", "limit_exept"),
            Broken("        proxy_set_header Upgrade $http_upgrade;\n", "", "/socket.io/"),
        ),
    ),
    Check(
        "hub/nginx/luot-proxy.conf",
        "nginx -t",
        judged,
        (
            Broken("proxy_set_header    Host", "proxy_set_haeder    Host", "proxy_set_haeder"),
            Broken(
                "X-Forwarded-For $remote_addr",
                "X-Forwarded-For $proxy_add_x_forwarded_for",
                "X-Forwarded-For",
            ),
        ),
    ),
    Check(
        "hub/nginx/hub-away.html",
        "xmllint",
        away_page,
        (
            Broken("<main>", "<main><div></span>"),
            Broken('href="/hub-away.css"', 'href="https://example.com/x.css"', "https"),
        ),
    ),
    Check(
        "hub/nginx/hub-away.css",
        "own rules",
        away_style,
        (Broken("margin: 0;", "margin 0;", "not a rule"),),
    ),
    Check(
        "hub/nginx/hub-away.json",
        "own rules",
        away_json,
        (Broken('"ok": false', '"ok": flase'), Broken('"storage"', '"away"', "shape")),
    ),
    Check(
        "hub/sizes/centre/nginx-size.conf",
        "nginx -t",
        judged,
        (Broken("worker_connections", "worker_conections", "worker_conections"),),
    ),
    Check(
        "hub/sizes/centre/nginx-hubs.conf",
        "nginx -t",
        judged,
        (
            Broken("max_fails=0", "max_fail=0", "max_fail"),
            Broken("    keepalive 32;", "    ip_hash;", "pins a whole ward"),
        ),
    ),
    Check(
        "hub/sizes/centre/hub.env",
        "the hub's own settings",
        hub_env,
        (
            Broken("LUOT_MAX_SOCKETS=", "LUOT_MAX_SOCKET=", "unknown setting"),
            Broken("=1500", "=many", "whole number"),
        ),
    ),
    Check(
        "hub/sizes/province/nginx-size.conf",
        "nginx -t",
        judged,
        (Broken("worker_rlimit_nofile", "worker_rlimit_nofiles", "worker_rlimit_nofiles"),),
    ),
    Check(
        "hub/sizes/province/nginx-hubs.conf",
        "nginx -t",
        judged,
        (Broken("least_conn", "least_con", "least_con"),),
    ),
    Check(
        "hub/sizes/province/hub.env",
        "the hub's own settings",
        hub_env,
        (
            Broken("LUOT_REDIS_URL", "LUOT_REDDIS_URL", "unknown setting"),
            Broken("psycopg:///luot", "psycopg://luot:secret@localhost/luot", "secret"),
        ),
    ),
    Check(
        "hub/sizes/province/sysusers.conf",
        "systemd-sysusers",
        sysusers,
        (Broken("m luot", "w luot"),),
    ),
    Check(
        "hub/sizes/province/postgresql.conf",
        "a running PostgreSQL",
        postgresql,
        (
            Broken("shared_buffers", "shared_bufers", "shared_bufers"),
            Broken("max_connections = 120", "max_connections = 80", "too few connections"),
            Broken("synchronous_commit = on", "synchronous_commit = off", "not durable"),
        ),
        slow=True,
    ),
    Check(
        "hub/sizes/province/redis-luot.conf",
        "a running Redis",
        redis,
        (
            Broken("maxmemory-policy noeviction", "maxmemory-policy noevict", "noevict"),
            Broken('rename-command FLUSHALL ""\n', "", "FLUSHALL is still taken"),
            Broken("unixsocketperm 770", "unixsocketperm 777", "group's alone"),
        ),
    ),
    Check(
        "hub/logrotate/luot",
        "logrotate",
        logrotate,
        (
            Broken("delaycompress", "delaycompres", "delaycompres"),
            Broken("    postrotate\n", "    postrotat\n"),
            Broken("    maxage 30\n", "", "maxage"),
        ),
    ),
    Check(
        "hub/chrony/hub.conf",
        "chronyd -p",
        chrony_server,
        (
            Broken("local stratum", "local strtum", "strtum"),
            Broken("allow 192", "alow 192"),
            Broken("allow 192.168.50.0/24\n", "", "devices get no time"),
        ),
    ),
    Check(
        "hub/dnsmasq/luot.conf",
        "dnsmasq --test",
        dnsmasq,
        (
            Broken("dhcp-range", "dhcp-rnge", "bad option"),
            Broken("192.168.50.100,", "192.168.50.300,"),
        ),
    ),
    Check(
        "hub/dnsmasq/leases.conf",
        "dnsmasq --test",
        leases,
        (
            Broken("00:26:ab:00:00:01", "00:26:ab:00:00:zz"),
            Broken("192.168.50.21", "192.168.50.60", "duplicate"),
            Broken("tv-1", "kiosk-1", "twice"),
        ),
    ),
    Check(
        "hub/nftables/hub.nft",
        "nft -c",
        firewall,
        (
            Broken("policy drop", "polcy drop", "syntax error"),
            Broken(
                "priority filter; policy drop;",
                "priority filter; policy accept;",
                "must be dropped",
            ),
        ),
    ),
    Check(
        "hub/avahi/luot.service", "xmllint", avahi, (Broken("<port>443</port>", "<prt>443</prt>"),)
    ),
    Check(
        "hub/container/Dockerfile",
        "own rules",
        dockerfile,
        (
            Broken("FROM python:3.11.11-slim-bookworm", "FROM python:latest", "not pinned"),
            Broken("USER luot\n", "", "root"),
            Broken("COPY ui ./ui", "COPY uii ./ui", "uii"),
            Broken("HEALTHCHECK --interval", "HEALTCHECK --interval", "HEALTCHECK"),
            Broken("--no-install-recommends ", "", "--no-install-recommends"),
        ),
    ),
    Check(
        "hub/container/Dockerfile.dockerignore",
        "own rules",
        dockerignore,
        (Broken(".git\n", "", ".git"),),
    ),
    Check(
        "hub/container/compose.yaml",
        "docker-compose config",
        compose,
        (
            Broken("restart: unless-stopped", "restrt: unless-stopped", "restrt"),
            Broken("nginx:1.28.0-bookworm", "nginx:latest", "not pinned"),
            Broken("../nginx/luot-proxy.conf:", "../nginx/luot-prox.conf:", "luot-prox.conf"),
            Broken("depends_on: [hub]", "depends_on: [hubb]", "hubb"),
        ),
    ),
    Check(
        "hub/container/compose.province.yaml",
        "docker-compose config",
        compose,
        (
            Broken("replicas: 4", "replica: 4", "replica"),
            Broken("postgres:15.10-bookworm", "postgres", "not pinned"),
        ),
    ),
    Check(
        "hub/container/nginx-hubs.conf",
        "nginx -t",
        judged,
        (
            Broken("least_conn", "least_con", "least_con"),
            Broken("least_conn;", "ip_hash;", "pins a whole ward"),
        ),
    ),
    Check(
        "hub/container/hub.env.example",
        "the hub's own settings",
        container_env,
        (
            Broken("LUOT_REDIS_URL", "LUOT_REDDIS_URL", "unknown setting"),
            Broken("POSTGRES_PASSWORD=", "POSTGRES_PASSWORD=secret", "secret"),
        ),
    ),
]
