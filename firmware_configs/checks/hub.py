"""The hub's machine: what proves each of its files."""
import re

from .frame import Broken, Check, ask
from .units import hardened_unit


def nginx_site(file):
    """nginx's own reading with a throw-away certificate, and our own rules for the proxy."""
    folder, text = file.parent, file.read_text("utf-8")
    ask("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=hub.lan", "-keyout", folder / "hub.key", "-out", folder / "hub.crt")
    site = folder / "site.conf"
    site.write_text(text.replace("/etc/luot/tls", str(folder)), "utf-8")
    (folder / "nginx.conf").write_text(f"pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; include {site}; }}", "utf-8")
    code, said = ask("nginx", "-t", "-q", "-p", folder, "-c", folder / "nginx.conf")
    wrong = [said] if code else []
    for place, body in re.findall(r"location (?:= )?(\S+) \{(.*?)\n    \}", text, re.S):
        for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
            if not re.search(r"proxy_set_header\s+" + re.escape(header), body):
                wrong.append(f"{place}: {header} is not passed on")
        found = re.search(r"proxy_read_timeout\s+(\d+)s", body)
        if not found or int(found[1]) <= 20:
            wrong.append(f"{place}: proxy_read_timeout must be above ping interval and answer time (20 s)")
    sockets = re.search(r"location /socket\.io/ \{(.*?)\n    \}", text, re.S)
    for need in (r"proxy_buffering\s+off", r"proxy_set_header\s+Upgrade \$http_upgrade", r"proxy_set_header\s+Connection \$luot_connection"):
        if not sockets or not re.search(need, sockets[1]):
            wrong.append(f"/socket.io/: {need} is missing")
    if "ip_hash" in text:
        wrong.append("ip_hash pins a whole ward to one process")
    return "\n".join(wrong) or None


def users(file):
    code, said = ask("systemd-sysusers", "--dry-run", file)
    return said if code else None


CHECKS = [
    Check("hub/systemd/luot-hub.service", "systemd-analyze", hardened_unit, (Broken("Restart=always", "Restrt=always", "Restrt"),)),
    Check("hub/nginx/luot.conf", "nginx -t", nginx_site, (Broken("proxy_http_version  1.1", "proxy_http_versoin  1.1", "proxy_http_versoin"),)),
    Check("hub/sysusers.d/luot.conf", "systemd-sysusers", users, (Broken("u luot", "q luot"),)),
]
