"""The hub's container files.

`docker-compose config` (Debian's 1.29, which needs no daemon) reads the compose files;
no linter of Dockerfiles comes with Debian, so that one is held against our own rules.
"""

import re
import shlex
from pathlib import Path

import yaml

from .frame import ROOT, ask

INSTRUCTIONS = {
    "FROM",
    "RUN",
    "WORKDIR",
    "COPY",
    "ENV",
    "VOLUME",
    "EXPOSE",
    "USER",
    "HEALTHCHECK",
    "STOPSIGNAL",
    "CMD",
}
FLAGS = {
    "HEALTHCHECK": {"--interval", "--timeout", "--start-period", "--retries"},
    "COPY": {"--chown", "--chmod"},
}
#: name:version-of-three-parts-or-two, never a moving word
PINNED = re.compile(r"[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?")


def dockerfile(file: Path) -> str | None:
    """Known instructions and flags; a pinned base; sources that are in the checkout; lean packages;
    not root at the end; a health check.
    """
    text = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", file.read_text("utf-8"), flags=re.M))
    wrong, user, seen = [], "root", []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        word, _, rest = line.partition(" ")
        seen.append(word)
        if word not in INSTRUCTIONS:
            wrong.append(f"unknown instruction {word}")
            continue
        wrong += [
            f"{word}: unknown flag {flag}"
            for flag in re.findall(r"(?<!\S)(--[a-z-]+)", rest.split("CMD")[0])
            if word in FLAGS and flag not in FLAGS[word]
        ]
        if word == "FROM" and not PINNED.fullmatch(rest):
            wrong.append(f"{rest} is not pinned to a version")
        if word == "USER":
            user = rest
        if word == "COPY":
            wrong += [
                f"COPY: there is no {name} in the checkout"
                for name in shlex.split(rest)[:-1]
                if not name.startswith("--") and not (ROOT / name).exists()
            ]
        if word == "RUN":
            wrong += (
                ["apt-get install without --no-install-recommends"]
                if "apt-get install" in rest and "--no-install-recommends" not in rest
                else []
            )
            wrong += (
                ["package lists stay in the image"]
                if "apt-get install" in rest and "rm -rf /var/lib/apt/lists" not in rest
                else []
            )
            wrong += (
                [f"runs what it fetched: {rest}"]
                if re.search(r"(curl|wget)[^|]*\|\s*(ba)?sh", rest)
                else []
            )
    wrong += ["FROM must come first"] if seen[:1] != ["FROM"] else []
    wrong += ["it runs as root"] if user == "root" else []
    wrong += [f"{need} is missing" for need in ("HEALTHCHECK", "CMD") if need not in seen]
    return "\n".join(wrong) or None


def dockerignore(file: Path) -> str | None:
    """What must not get into the image: history, environments, data."""
    named = set(file.read_text("utf-8").splitlines())
    return (
        "\n".join(
            f"{need} would get into the image"
            for need in (".git", ".venv", "**/node_modules", "data", "tests")
            if need not in named
        )
        or None
    )


def compose(file: Path) -> str | None:
    """docker-compose's own reading of the file (of the province's together with the one it adds
    to); pinned images, mounts that are there, no rights beyond need.
    """
    folder = file.parent
    (folder / "hub.env").write_text((folder / "hub.env.example").read_text("utf-8"), "utf-8")
    files = [folder / "compose.yaml"] + ([file] if file.name != "compose.yaml" else [])
    code, output = ask(
        "docker-compose", *[word for name_ in files for word in ("-f", name_)], "config", "-q"
    )
    if code:
        return output
    wrong = []
    for name, service in (yaml.safe_load(file.read_text("utf-8")).get("services") or {}).items():
        image = service.get("image", "x:1.0")
        wrong += [] if PINNED.fullmatch(image) else [f"{name}: {image} is not pinned to a version"]
        wrong += [
            f"{name}: {key} gives the machine away"
            for key in ("privileged", "network_mode", "pid")
            if key in service
        ]
        wrong += [
            f"{name}: only nginx is reached from outside"
            for _ in service.get("ports", ())
            if name != "nginx"
        ]
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith(".") and source != "./tls" and not (folder / source).exists():
                wrong.append(f"{name}: there is no {source}")
    return "\n".join(wrong) or None
