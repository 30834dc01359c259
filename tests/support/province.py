"""A province for tests: nginx over plain HTTP, with the shipped lines that lead each centre to its
hub, and wards without caps.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from firmware_configs.checks.frame import CONFIGS
from server.demo.prepare import prepare
from tests.support.hub import ROOT
from tests.support.programs import Program, free_port, port_open, program


def shipped(name: str) -> str:
    """The text of a file of the hub's machine."""
    return (CONFIGS / "hub" / name).read_text("utf-8")


def nginx_before(folder: Path, ports: list[int], more: str = "") -> tuple[Program, str]:
    """A running nginx before hubs on these four ports, and its address; `more`: further lines of
    its `http` part.
    """
    front, site = free_port(), folder / "nginx.conf"
    centre_map = re.search(
        r"^map \$request_uri \$luot_centre \{.*?^\}", shipped("nginx/luot.conf"), re.M | re.S
    )
    upstream = re.search(
        r"^upstream .*?^\}", shipped("sizes/province/nginx-hubs.conf"), re.M | re.S
    )
    assert centre_map and upstream
    hubs = iter(ports)
    led = re.sub(r":81\d\d", lambda _: f":{next(hubs)}", upstream[0])
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    site.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error;\nevents {{ worker_connections 8192; }}\n"
        f"http {{\naccess_log off;\n{temporary}"
        "map $http_upgrade $luot_connection { default upgrade; '' ''; }\n"
        f"{centre_map[0]}\n{led}\n{more}\n"
        f"server {{ listen 127.0.0.1:{front}; location / {{ proxy_pass http://luot_hub;"
        " proxy_http_version 1.1; proxy_read_timeout 3600s; proxy_set_header Host $http_host;"
        " proxy_set_header Upgrade $http_upgrade;"
        " proxy_set_header Connection $luot_connection; } }\n}\n",
        "utf-8",
    )
    nginx = Program(
        [program("nginx"), "-p", folder, "-c", site, "-g", "daemon off;"], folder / "said"
    )
    nginx.wait_until(lambda: port_open(front), "nginx to listen")
    return nginx, f"http://127.0.0.1:{front}"


def wards(folder: Path, codes: list[str], staff: Sequence[Any] = ()) -> dict[str, dict]:
    """Prepare wards with these codes, without caps, in the store of this folder or of
    LUOT_DATABASE_URL: what `prepare` gave for each. The first has staff.
    """
    document = yaml.safe_load((ROOT / "centres/ward.yaml").read_text("utf-8"))
    document["limits"]["kiosk_min_seconds_between_tickets"] = 0
    for field in document["fields"]:
        field["cap"] = None
    made = {}
    for code in codes:
        name = code.replace("-", " ").title()
        document["site"] |= {"code": code, "name": {"vi": name, "en": name}}
        file = folder / f"{code}.yaml"
        file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
        made[code] = prepare(folder, file, staff=() if made else staff)
    return made
