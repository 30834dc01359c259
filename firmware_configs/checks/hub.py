"""The hub's machine: what proves each of its files."""

from .container import compose, dockerfile, dockerignore
from .debian import install_list, settings_of_systemd, shell, sysusers
from .frame import CONFIGS, Broken, Check
from .hub_rules import (
    avahi,
    away_json,
    away_page,
    away_style,
    backup_timer,
    chrony_server,
    container_env,
    dnsmasq,
    firewall,
    hub_env,
    hub_unit,
    leases,
    logrotate,
    tmpfiles,
)
from .nginx import judged
from .servers import postgresql, postgresql_archive, redis

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
        "hub/bin/luot-wal",
        "shellcheck",
        shell,
        (Broken('mv "$to.part" "$to"', "mv $to.part $to", "SC2086"),),
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
        "hub/systemd/luot-forecaster.service",
        "systemd-analyze",
        hub_unit,
        (
            _KEY,
            Broken("/opt/luot/luot forecaster", "/opt/luot/lout forecaster", "not executable"),
            Broken("luot-hub.service luot-hubs", "luot-hubb.service luot-hubs", "luot-hubb"),
        ),
    ),
    Check(
        "hub/systemd/luot-delivery.service",
        "systemd-analyze",
        hub_unit,
        (
            _KEY,
            Broken("/opt/luot/luot delivery", "/opt/luot/lout delivery", "not executable"),
            Broken("luot-hub.service luot-hubs", "luot-hubb.service luot-hubs", "luot-hubb"),
        ),
    ),
    Check(
        "hub/systemd/luot-city.service",
        "systemd-analyze",
        hub_unit,
        (
            _KEY,
            Broken("/opt/luot/luot city", "/opt/luot/lout city", "not executable"),
            Broken("luot-hub.service luot-hubs", "luot-hubb.service luot-hubs", "luot-hubb"),
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
        "hub/systemd/luot-wal-base.service",
        "systemd-analyze",
        hub_unit,
        (Broken("IOSchedulingClass=idle", "IOSchedulingClass=idel", "Failed to parse"),),
    ),
    Check(
        "hub/systemd/luot-wal-base.timer",
        "systemd-analyze",
        backup_timer,
        (
            Broken("01:30", "25:15"),
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
        (Broken("hash $luot_centre", "hash $luot_center", "luot_center"),),
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
        "hub/sizes/province/postgresql-archive.conf",
        "a running PostgreSQL",
        postgresql_archive,
        (
            Broken("archive_timeout", "archive_timout", "archive_timout"),
            Broken("archive_mode = on", "archive_mode = off", "nothing is kept"),
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
            Broken("service: hub}", "service: hubb}", "hubb"),
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
        "hub/container/nginx-hubs-province.conf",
        "nginx -t",
        judged,
        (
            Broken("hash $luot_centre", "hash $luot_center", "luot_center"),
            Broken("hash $luot_centre consistent", "ip_hash", "pins a whole ward"),
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
