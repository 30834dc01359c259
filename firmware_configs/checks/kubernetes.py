"""The manifests for Kubernetes: each by the published schema of its kind (kubernetes-1.32.json,
unknown keys refused), and by what they must say together.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from .container import PINNED
from .frame import Broken, Check

#: What is made of files and words of one's own.
MADE_BY_HAND = {"ConfigMap": {"luot-nginx", "luot-postgresql"}, "Secret": {"luot-hub", "luot-tls"}}


@cache
def _schema() -> dict[str, Any]:
    file = Path(__file__).parent / "kubernetes-1.32.json"
    return dict(json.loads(file.read_text("utf-8")))


def _against_schema(manifest: dict[str, Any]) -> str | None:
    kind = manifest.get("kind")
    if kind not in _schema()["kinds"]:
        return f"kind {kind} is unknown"
    reference = {"$ref": f"#/definitions/{_schema()['kinds'][kind]}"}
    try:
        jsonschema_rs.validate({**_schema(), **reference}, manifest)
    except jsonschema_rs.ValidationError as error:
        return f"{kind} {manifest['metadata']['name']}: {error.message[:300]}"
    return None


def all_manifests(folder: Path) -> Iterator[dict[str, Any]]:
    """Every manifest of a folder."""
    for file in sorted(folder.glob("*.yaml")):
        yield from filter(None, yaml.safe_load_all(file.read_text("utf-8")))


def _pods(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for manifest in manifests:
        if "template" in (manifest.get("spec") or {}):
            yield manifest["metadata"]["name"], manifest["spec"]["template"]["spec"]


def _of_pod(name: str, pod: dict[str, Any], named: dict[str, set[str]]) -> Iterator[str]:
    for box in [*pod.get("initContainers", []), *pod["containers"]]:
        if not PINNED.fullmatch(box["image"]):
            yield f"{name}: {box['image']} is not pinned to a version"
        if box["securityContext"].get("allowPrivilegeEscalation") is not False:
            yield f"{name}: {box['name']} may win rights"
        if "memory" not in box.get("resources", {}).get("limits", {}):
            yield f"{name}: {box['name']} has no limit of memory"
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        for mount in box.get("volumeMounts", []):
            if mount["name"] not in volumes and mount["name"] != "data":
                yield f"{name}: there is no volume {mount['name']}"
        for source in box.get("envFrom", []):
            if source["secretRef"]["name"] not in named["Secret"]:
                yield f"{name}: there is no secret {source['secretRef']['name']}"
    for volume in pod.get("volumes", []):
        for key, kind, field in (
            ("configMap", "ConfigMap", "name"),
            ("secret", "Secret", "secretName"),
            ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
        ):
            if key in volume and volume[key][field] not in named[kind]:
                yield f"{name}: there is no {kind} {volume[key][field]}"


def _together(manifests: list[dict[str, Any]]) -> Iterator[str]:
    named: dict[str, set[str]] = {
        kind: set(MADE_BY_HAND.get(kind, ())) for kind in _schema()["kinds"]
    }
    for manifest in manifests:
        named[manifest["kind"]].add(manifest["metadata"]["name"])
        if manifest["kind"] != "Namespace" and manifest["metadata"].get("namespace") != "luot":
            yield f"{manifest['metadata']['name']}: not in the namespace luot"
    for name, pod in _pods(manifests):
        yield from _of_pod(name, pod, named)
    hubs = next(
        m for m in manifests if m["metadata"]["name"] == "luot-hub" and m["kind"] == "StatefulSet"
    )
    led = next(
        m for m in manifests if m["metadata"]["name"] == "luot-hubs" and m["kind"] == "ConfigMap"
    )
    conf = led["data"]["nginx-hubs.conf"]
    names = re.findall(r"server (luot-hub-\d+):8100 ", conf)
    if names != [f"luot-hub-{n}" for n in range(hubs["spec"]["replicas"])]:
        yield f"nginx leads to {names}, there are {hubs['spec']['replicas']} hubs"
    if "hash $luot_centre consistent;" not in conf:
        yield "nginx does not lead by the centre"
    for name in names:
        if name not in named["Service"]:
            yield f"there is no service {name}"
    pods = {
        s["spec"]["selector"].get("statefulset.kubernetes.io/pod-name")
        for s in manifests
        if s["kind"] == "Service"
    }
    if not set(names) <= pods:
        yield f"no service leads to {sorted(set(names) - pods)}"


def manifests_right(file: Path) -> str | None:
    """Each manifest of the file by its schema; all of the folder together."""
    try:
        mine = [m for m in yaml.safe_load_all(file.read_text("utf-8")) if m]
        everything = list(all_manifests(file.parent))
    except yaml.YAMLError as error:
        return str(error)
    wrong = [trouble for manifest in mine if (trouble := _against_schema(manifest))]
    return "\n".join(wrong or _together(everything)) or None


def _check(name: str, *broken: Broken) -> Check:
    return Check(
        f"hub/kubernetes/{name}", "the schemas of Kubernetes 1.32", manifests_right, broken
    )


CHECKS = [
    _check("namespace.yaml", Broken("kind: Namespace", "kind: Namespaces", "unknown")),
    _check(
        "database.yaml",
        Broken("serviceName: postgres", "serviceNam: postgres", "serviceNam"),
        Broken("postgres:15.10-bookworm", "postgres:latest", "not pinned"),
        Broken("configMap: {name: luot-postgresql}", "configMap: {name: postgresql}", "postgresql"),
    ),
    _check(
        "hub.yaml",
        Broken("replicas: 4", "replicas: 5", "5 hubs"),
        Broken("failureThreshold: 60", "failureTreshold: 60", "failureTreshold"),
        Broken("pod-name: luot-hub-3", "pod-name: luot-hub-4", "luot-hub-3"),
        Broken("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "win rights"),
    ),
    _check("beside.yaml", Broken("claimName: luot-data", "claimName: luot-date", "luot-date")),
    _check(
        "nginx.yaml",
        Broken("hash $luot_centre consistent;", "least_conn;", "does not lead"),
        Broken("server luot-hub-3:8100", "server luot-hub-9:8100", "nginx leads to"),
        Broken("externalTrafficPolicy", "externalTraficPolicy", "externalTraficPolicy"),
    ),
]
