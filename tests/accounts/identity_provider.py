"""A sign-in service of our own on loopback, which also misbehaves."""

import base64
import hashlib
import html
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """Knows one person; `claims` are laid over the right ones, `wrong` says what else is amiss."""

    def __init__(self, now):
        self.now, self.sub, self.claims, self.wrong = now, "u-1", {}, ""
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.rotate()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def rotate(self):
        """A new key in the place of the old one."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def agrees(self, address):
        """The person says yes: what the browser brings back."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def page(self):
        """Where a browser is asked whether it agrees."""
        back = parse_qs(urlsplit(self.asked[-1]).query)["redirect_uri"][0]
        address = f"{back}?{urlencode(self.agrees(self.asked[-1]))}"
        return f'<!doctype html><title>Service</title><a href="{html.escape(address)}">Yes</a>'

    def token(self, form):
        """The answer to a code: `(status, JSON)`."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked.get("code_challenge_method") != "S256" or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = self.now() // 1000
        claims = {
            "iss": self.issuer,
            "aud": "luot",
            "sub": self.sub,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "name": "Lan Ngoài",
            **self.claims,
        }
        claims = {key: value for key, value in claims.items() if value is not None}
        if self.wrong == "unsigned":
            parts = ({"alg": "none"}, claims)
            made = ".".join(
                base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                for part in parts
            )
            return 200, {"access_token": "x", "token_type": "Bearer", "id_token": f"{made}."}
        key = RSAKey.generate_key(2048) if self.wrong == "foreign key" else self.key
        made = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)
        if self.wrong == "no id token":
            return 200, {"access_token": "x", "token_type": "Bearer"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": made}


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

        def _answers(self, status, content, kind="application/json"):
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            provider.asked.append(self.path)
            if provider.wrong == "down":
                self._answers(503, {})
            elif self.path.startswith("/authorize?"):
                self._answers(200, provider.page().encode(), "text/html")
            elif self.path == "/keys":
                self._answers(200, {"keys": [provider.key.as_dict(private=False)]})
            elif provider.wrong == "nonsense":
                self._answers(200, b"<html>")
            else:
                at = "https://evil.example" if provider.wrong == "other issuer" else provider.issuer
                self._answers(
                    200,
                    {
                        "issuer": at,
                        "authorization_endpoint": f"{provider.issuer}/authorize",
                        "token_endpoint": f"{provider.issuer}/token",
                        "jwks_uri": f"{provider.issuer}/keys",
                    },
                )

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            form = parse_qs(self.rfile.read(length).decode())
            provider.asked.append(self.path)
            if provider.wrong == "token down":
                self._answers(500, b"oops")
            else:
                self._answers(*provider.token({key: value[0] for key, value in form.items()}))

    return Handler
