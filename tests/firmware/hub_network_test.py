"""The hall's network as the hub's files make it, in two network namespaces of the test: the hub's
firewall, names, addresses and time, asked by a device on the cable.
"""

import json
import os
import subprocess
import sys
import time

import pytest

from firmware_configs.checks.frame import CONFIGS, program

pytestmark = pytest.mark.slow
HUB = "192.168.50.1"
MAC = "dc:a6:32:00:00:01"

LISTEN = (
    "import signal, socket, sys\nheld = [socket.create_server(('', int(port))) for port in"
    " sys.argv[1:]]\nprint('there', flush=True)\nsignal.pause()"
)
KNOCK = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def opens(port):
    try:
        socket.create_connection(('192.168.50.1', port), 1.5).close()
        return True
    except OSError:
        return False
print(json.dumps(dict(zip(sys.argv[1:], ThreadPoolExecutor(16).map(lambda port: opens(int(port)), sys.argv[1:])))))
"""


class TwoMachines:
    """Two machines and the cable between them."""

    def __init__(self, folder):
        self.names, self.running, self.folder = (
            {"hub": f"luot-h-{os.getpid()}", "device": f"luot-d-{os.getpid()}"},
            [],
            folder,
        )
        for name in self.names.values():
            self.ip("netns", "add", name)
        self.ip(
            "link",
            "add",
            "lan0",
            "netns",
            self.names["hub"],
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            self.names["device"],
        )
        self.inside("device", "ip", "link", "set", "eth0", "address", MAC)
        for where, link, address in (
            ("hub", "lan0", f"{HUB}/24"),
            ("device", "eth0", "192.168.50.21/24"),
        ):
            self.inside(where, "ip", "address", "add", address, "dev", link)
            for device in ("lo", link):
                self.inside(where, "ip", "link", "set", device, "up")

    def ip(self, *argv):
        done = subprocess.run([program("ip"), *argv], capture_output=True, text=True)
        assert done.returncode == 0, (
            f"a network namespace needs root ({done.stderr.strip()}); run the tests as root"
        )

    def argv(self, where, name, *argv):
        return [
            program("ip"),
            "netns",
            "exec",
            self.names[where],
            sys.executable if name == "python" else program(name),
            *map(str, argv),
        ]

    def inside(self, where, *argv):
        """Run a program on a machine to its end; what it said."""
        done = subprocess.run(self.argv(where, *argv), capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, where, *argv):
        """Leave a program running on a machine."""
        self.running.append(
            subprocess.Popen(
                self.argv(where, *argv),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=self.folder,
            )
        )
        return self.running[-1]

    def remove(self):
        for process in self.running:
            process.terminate()
            process.wait(10)
            process.stdout.close()
        for name in self.names.values():
            subprocess.run([program("ip"), "netns", "delete", name], capture_output=True)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    made = TwoMachines(tmp_path_factory.mktemp("machines"))
    try:
        made.inside("hub", "nft", "-f", CONFIGS / "hub/nftables/hub.nft")
        yield made
    finally:
        made.remove()


def eventually(ask, seconds=20):
    """The first answer that is one."""
    until = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < until, "no answer"
        time.sleep(0.1)
    return answer


def test_a_device_reaches_pages_and_mqtt_and_nothing_else_of_the_hub(machines):
    ports = ("80", "443", "8883", "22", "8100", "8110", "5432", "6379")
    assert machines.start("hub", "python", "-c", LISTEN, *ports).stdout.readline() == "there\n"
    answers = json.loads(machines.inside("device", "python", "-c", KNOCK, *ports))
    assert [port for port in ports if answers[port]] == [
        "80",
        "443",
        "8883",
        "22",
    ]  # 22: this network is among the administrators' as shipped
    machines.inside("device", "ip", "address", "add", "203.0.113.9/24", "dev", "eth0")
    machines.inside("hub", "ip", "route", "add", "203.0.113.0/24", "dev", "lan0")
    stranger = KNOCK.replace("1.5)", "1.5, source_address=('203.0.113.9', 0))")
    answers = json.loads(machines.inside("device", "python", "-c", stranger, *ports))
    assert [port for port in ports if answers[port]] == ["80", "443"]


def test_devices_get_their_own_address_and_the_hubs_name(machines):
    text = (
        (CONFIGS / "hub/dnsmasq/luot.conf")
        .read_text("utf-8")
        .replace("/etc/luot/leases.conf", str(machines.folder / "leases.conf"))
    )
    (machines.folder / "luot.conf").write_text(
        f"{text}\ndhcp-leasefile={machines.folder}/given\npid-file={machines.folder}/pid\nuser=root\n"
    )
    (machines.folder / "leases.conf").write_text(
        (CONFIGS / "hub/dnsmasq/leases.conf").read_text("utf-8").replace("#dhcp-host", "dhcp-host")
    )
    machines.start("hub", "dnsmasq", "-k", "-C", machines.folder / "luot.conf", "--log-facility=-")
    asked = eventually(lambda: json.loads(machines.inside("device", "python", "-c", ASK_NAMES)))
    assert asked == {"hub.lan": HUB, "www.example.com": None}
    offer = eventually(
        lambda: json.loads(machines.inside("device", "python", "-c", ASK_ADDRESS, MAC))
    )
    assert offer == {"address": "192.168.50.21", "time": HUB, "names": HUB, "router": None}
    stranger = json.loads(
        machines.inside("device", "python", "-c", ASK_ADDRESS, "02:00:00:00:00:99")
    )
    assert 100 <= int(stranger["address"].split(".")[3]) <= 199


def test_the_hub_gives_the_hall_its_time_without_the_internet(machines):
    conf = machines.folder / "hub-time.conf"
    conf.write_text(
        (CONFIGS / "hub/chrony/hub.conf").read_text("utf-8")
        + f"\ndriftfile {machines.folder}/drift\nbindcmdaddress /\npidfile"
        f" {machines.folder}/chronyd.pid\n"
    )
    machines.start("hub", "chronyd", "-d", "-x", "-u", "root", "-f", conf)
    query = f"server {HUB} iburst maxsamples 1"
    output = eventually(
        lambda: (
            (
                done := subprocess.run(
                    machines.argv(
                        "device",
                        "chronyd",
                        "-Q",
                        "-x",
                        "-t",
                        "6",
                        "-u",
                        "root",
                        query,
                        f"pidfile {machines.folder}/q.pid",
                    ),
                    capture_output=True,
                    text=True,
                )
            ).returncode
            == 0
            and done.stderr + done.stdout
        )
    )
    assert "System clock wrong by" in output


ASK_NAMES = """
import json, socket, struct
def address_of(name):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.settimeout(1)
    line.sendto(struct.pack('>6H', 7, 0x100, 1, 0, 0, 0) + b''.join(bytes([len(p)]) + p.encode() for p in name.split('.')) + b'\\0' + struct.pack('>2H', 1, 1), ('192.168.50.1', 53))
    data = line.recv(512)
    return '.'.join(map(str, data[-4:])) if struct.unpack('>H', data[6:8])[0] else None
try:
    print(json.dumps({name: address_of(name) for name in ('hub.lan', 'www.example.com')}))
except OSError:
    print('null')
"""
ASK_ADDRESS = """
import json, socket, struct, sys
mac = bytes.fromhex(sys.argv[1].replace(':', ''))
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'eth0')
line.bind(('', 68))
line.settimeout(3)
head = struct.pack('>4BIHH16s16s64s128s', 1, 1, 6, 0, 99, 0, 0x8000, b'', mac, b'', b'')
line.sendto(head + bytes([99, 130, 83, 99, 53, 1, 1, 55, 4, 1, 3, 6, 42, 255]), ('255.255.255.255', 67))
try:
    data = line.recv(2048)
except OSError:
    print('null')
    sys.exit()
options, rest = {}, data[240:]
while rest and rest[0] != 255:
    if rest[0]:
        options[rest[0]] = rest[2:2 + rest[1]]
        rest = rest[2 + rest[1]:]
    else:
        rest = rest[1:]
dotted = lambda b: '.'.join(map(str, b)) if b else None
print(json.dumps({'address': dotted(data[16:20]), 'time': dotted(options.get(42)), 'names': dotted(options.get(6)), 'router': dotted(options.get(3))}))
"""
