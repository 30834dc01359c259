"""The hub as a program on a network: whether it answers, and how phones come to it."""

import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from domain.phone_address import phone_problem

from ..clock import now_ms
from ..config import Settings
from .findings import BAD, CARE, GOOD, Finding

SECONDS = 5
DAY_S = 86_400
#: A certificate that ends sooner than this should have been renewed already.
CERTIFICATE_DAYS = 14
#: What a hub in a data folder answers to; 0.0.0.0 and :: are this machine too.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (what may stand in a setting)


def hub(settings: Settings) -> Iterator[Finding]:
    """Whether something answers on the hub's port, whether it is a hub, and whether it is well."""
    host = EVERYWHERE.get(settings.host, settings.host)
    where = f"[{host}]" if ":" in host else host
    params = {"host": host, "port": settings.port}
    try:
        status, content = _get(f"http://{where}:{settings.port}/readyz")
    except OSError:
        if _taken(host, settings.port):
            yield Finding("hub", BAD, "port_taken", params)
        else:
            yield Finding("hub", CARE, "hub_silent", params)
        return
    answer = _json(content)
    if not isinstance(answer, dict) or "ok" not in answer:
        yield Finding("hub", BAD, "port_taken", params)
        return
    if status != 200:
        yield Finding("hub", BAD, "hub_unwell", {"message": answer.get("message", "")})
        return
    tasks = answer.get("tasks", {})
    failing = sorted(task for task, state in tasks.items() if state not in ("ok", "waiting"))
    if failing:
        yield Finding("hub", CARE, "hub_tasks", {"tasks": ", ".join(failing)})
    else:
        yield Finding("hub", GOOD, "hub_good", params)


def _get(address: str) -> tuple[int, bytes]:
    """`(status, content)`, a refusal too. Raises OSError when nothing of HTTP comes back."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=SECONDS) as response:
            return response.status, response.read(100_000)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(100_000)
    except (urllib.error.URLError, ValueError) as error:
        raise OSError(str(error)) from error


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _taken(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), SECONDS):
            return True
    except OSError:
        return False


def address(settings: Settings) -> Iterator[Finding]:
    """The address in the QR codes of slips: whether phones open it, and its certificate."""
    public = settings.public_url
    if not public:
        yield Finding("address", CARE, "address_none")
        return
    params = {"address": public}
    problem = phone_problem(public)
    if problem is not None:
        yield Finding("address", BAD, f"address_{problem.value}", params)
        return
    parts = urlsplit(public)
    if parts.scheme == "https" and parts.hostname:
        certificate = list(_certificate(parts.hostname, parts.port or 443))
        yield from certificate
        if any(finding.level == BAD for finding in certificate):
            return
    try:
        status, _ = _get(public.rstrip("/") + "/healthz")
    except OSError:
        # a hall whose router does not lead its own address back inside sees nothing wrong
        yield Finding("address", CARE, "address_silent", params)
        return
    level, code = (GOOD, "address_good") if status == 200 else (CARE, "address_other")
    yield Finding("address", level, code, {**params, "status": status})


def _certificate(host: str, port: int) -> Iterator[Finding]:
    params = {"host": host}
    try:
        with (
            socket.create_connection((host, port), SECONDS) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as talk,
        ):
            shown = talk.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        reason = {"reason": error.verify_message}
        yield Finding("address", BAD, "certificate_bad", {**params, **reason})
        return
    except OSError:
        return  # said by address_silent
    ends = str(shown.get("notAfter", ""))
    days = int((ssl.cert_time_to_seconds(ends) - now_ms() / 1000) // DAY_S)
    level, code = (
        (CARE, "certificate_ends") if days < CERTIFICATE_DAYS else (GOOD, "certificate_good")
    )
    yield Finding("address", level, code, {**params, "days": days})
