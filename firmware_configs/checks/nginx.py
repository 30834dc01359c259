"""The hub's nginx as shipped, in a folder of its own: paths of the machine, ports and certificate
replaced, nothing else.
`nginx -t` judges it, and tests run it in front of a real hub.
"""

import os
import re
import subprocess
from pathlib import Path

from .frame import ask, free_port


def tree(
    configs: Path,
    folder: Path,
    size: str = "centre",
    tls: int = 0,
    plain: int = 0,
    boards: int = 0,
    hubs: tuple[int, ...] = (),
) -> Path:
    """Put the files of `configs`/hub under `folder` so that nginx can run there;
    `tls`, `plain` and `boards` are the ports for 443, 80 and 8180, `hubs` the hubs' own (as shipped
    when empty).
    The main file: `nginx -c` takes it.
    """
    for name in ("log", "cache", "share", "tls", "size", "tmp", "sites"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # the hub's own program makes it, an authority beside it
    made = subprocess.run(
        [configs / "hub/bin/luot-certificate", "hub.lan", "localhost", "127.0.0.1"],
        env={**os.environ, "LUOT_TLS": str(folder / "tls")},
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(f"luot-certificate: {made.stdout}{made.stderr}")
    places = {
        "/etc/luot/size/": f"{folder}/size/",
        "/etc/luot/tls/": f"{folder}/tls/",
        "/etc/nginx/snippets/": f"{folder}/",
        "/etc/nginx/sites-enabled/*": f"{folder}/sites/*",
        "/var/log/luot/": f"{folder}/log/",
        "/var/cache/luot-nginx": f"{folder}/cache",
        "/usr/share/luot": f"{folder}/share",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "include /etc/nginx/modules-enabled/*.conf;": "",
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
    }

    def put(source: Path, to: Path) -> None:
        text = source.read_text("utf-8")
        for there, here in places.items():
            text = text.replace(there, here)
        text = re.sub(
            r"^\s*listen \[::\].*\n", "", text, flags=re.M
        )  # not every machine that checks has IPv6
        text = re.sub(
            r"\blisten (\d+)\b",
            lambda m: (
                "listen"
                f" 127.0.0.1:{ {'80': plain, '443': tls, '8180': boards}[m[1]] or free_port() }"
            ),
            text,
        )
        ports = iter(hubs)
        text = re.sub(
            r"\bserver 127\.0\.0\.1:\d+",
            lambda m: f"server 127.0.0.1:{next(ports)}" if hubs else m[0],
            text,
        )
        to.write_text(text, "utf-8")

    for source in (configs / "hub/nginx").iterdir():
        if source.name.startswith("hub-away"):
            put(source, folder / "share" / source.name)
        elif source.name in ("luot.conf", "plain-boards.conf"):
            put(source, folder / "sites" / source.name)
        else:
            put(source, folder / source.name)
    for source in (configs / "hub/sizes" / size).glob("nginx-*.conf"):
        put(source, folder / "size" / source.name)
    main = folder / "nginx.conf"
    own = "".join(
        f"    {kind}_temp_path {folder}/tmp/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(main.read_text("utf-8").replace("http {\n", "http {\n" + own, 1), "utf-8")
    return main


def _rules(site: str, proxy: str) -> list[str]:
    """Our own rules for the proxy, which nginx does not know."""
    wrong = []
    for place, body in re.findall(r"^    location (.+?) \{\n(.*?)\n    \}", site, re.S | re.M):
        if "proxy_pass" not in body:
            continue
        if "include     /etc/nginx/snippets/luot-proxy.conf" not in body:
            wrong.append(f"{place}: does not pass on who asks (luot-proxy.conf)")
        if not re.search(r"proxy_set_header\s+Connection ", body):
            wrong.append(f"{place}: Connection is not set, so the line to the hub is not kept open")
    for header in (
        r"Host \$http_host",
        r"X-Forwarded-For \$remote_addr",
        r"X-Forwarded-Proto \$scheme",
        'X-Forwarded-Host ""',
        'Forwarded ""',
    ):
        if not re.search(rf"^proxy_set_header\s+{header};", proxy, re.M):
            wrong.append(f"luot-proxy.conf: {header} is not set")
    waits = [int(seconds) for seconds in re.findall(r"proxy_read_timeout\s+(\d+)s", site)]
    if not waits or min(waits) <= 20:
        wrong.append("proxy_read_timeout must be above ping interval and answer time (20 s)")
    sockets = re.search(r"location /socket\.io/ \{(.*?)\n    \}", site, re.S)
    for need in (
        r"proxy_buffering\s+off",
        r"proxy_set_header\s+Upgrade \$http_upgrade",
        r"proxy_set_header\s+Connection \$luot_connection",
    ):
        if not sockets or not re.search(need, sockets[1]):
            wrong.append(f"/socket.io/: {need} is missing")
    if "ip_hash" in site:
        wrong.append("ip_hash pins a whole ward to one process")
    return wrong


def judged(file: Path) -> str | None:
    """nginx's own reading of the whole (main file, site, size; both sizes), and our own rules."""
    configs = next(p for p in file.parents if p.name == "firmware_configs")
    for size in ("centre", "province"):
        if file.parent.parent.name == "sizes" and file.parent.name != size:
            continue
        main = tree(configs, configs.parent / size, size)
        if (
            file.parent.name == "container"
        ):  # behind compose the hubs have a name, which only compose knows
            (configs.parent / size / "size/nginx-hubs.conf").write_text(
                re.sub(r"\bserver hub(-\d)?:", "server 127.0.0.1:", file.read_text("utf-8")),
                "utf-8",
            )
        code, output = ask("nginx", "-t", "-q", "-p", configs.parent, "-c", main)
        if code or output.strip():
            return output or f"code {code}"
    proxy = (configs / "hub/nginx/luot-proxy.conf").read_text("utf-8")
    wrong = [
        word
        for site in ("luot.conf", "plain-boards.conf")
        for word in _rules((configs / "hub/nginx" / site).read_text("utf-8"), proxy)
    ]
    for hubs in (configs / "hub").glob("**/nginx-hubs*.conf"):
        wrong += (
            ["ip_hash pins a whole ward to one process"]
            if "ip_hash" in hubs.read_text("utf-8")
            else []
        )
    return "\n".join(wrong) or None
