"""A device that holds passkeys, in software: what a browser and its authenticator would answer."""

import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


class Device:
    """One key on one device. `origin`: of the page its browser is at."""

    def __init__(self, name: str, origin: str) -> None:
        self.name, self.origin, self.count = name, origin, 0
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.user: str | None = None

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        return (
            hashlib.sha256(self.name.encode()).digest()
            + bytes([flags])
            + self.count.to_bytes(4, "big")
            + more
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}
        ).encode()

    def made(self, options: dict, flags: int = PRESENT | VERIFIED) -> dict:
        """The answer to what a key is made by."""
        self.user = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        content = {"fmt": "none", "attStmt": {}, "authData": self._data(flags | ATTESTED, about)}
        return self._credential(
            clientDataJSON=self._client("create", options["challenge"]),
            attestationObject=cbor2.dumps(content),
        )

    def used(self, options: dict, flags: int = PRESENT | VERIFIED) -> dict:
        """The answer to what is signed to come in."""
        self.count += 1
        client, data = self._client("get", options["challenge"]), self._data(flags)
        signed = data + hashlib.sha256(client).digest()
        return self._credential(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _credential(self, **response: bytes) -> dict:
        return {
            "id": text(self.id),
            "rawId": text(self.id),
            "type": "public-key",
            "response": {name: text(value) for name, value in response.items()},
        }
