"""One request to the hub by HTTP."""

from typing import Any

import requests


def ask_hub(method: str, url: str, seconds: float, **options: Any) -> requests.Response:
    """The hub's answer, read whole; `seconds` for the connection and for each wait for more of it.

    `options` as `requests` takes them. Raises `requests.RequestException`.
    """
    with requests.Session() as line:
        line.trust_env = False  # the hub is a neighbour: no proxy stands between
        return line.request(method, url, timeout=seconds, **options)
