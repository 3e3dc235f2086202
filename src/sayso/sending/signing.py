"""
The signature a mail leaves with (DKIM, RFC 6376).

It covers both unsubscribe fields, as RFC 8058 4 asks, and names them, From and Subject once more than they are there,
so that none can be added on the way without breaking it (RFC 6376 8.15).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dkim
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from sayso.messages.mail_parts import header_of
from sayso.settings import Dkim, SettingsError

SIGNED = (
    "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post",
    "auto-submitted", "feedback-id",
)  # fmt: skip
"""Fields that are signed where they are there."""
SEALED = ("from", "subject", "list-unsubscribe", "list-unsubscribe-post")
"""Fields that may not be added afterwards either."""
SMALLEST = 1024
"""Bits of the shortest RSA key that verifiers accept (RFC 8301 3.2); 2048 is usual."""


class Signer:
    """Signs for one domain; about a millisecond a mail, so call it off the event loop."""

    def __init__(self, wanted: Dkim, home: Path) -> None:
        """Raises SettingsError where the key cannot be read or used."""
        file = home / wanted.key_file
        try:
            key = load_pem_private_key(file.read_bytes(), None)
        except FileNotFoundError:
            raise SettingsError(
                f"`dkim.key_file` names {file}, which is not there; docs/how-to/gate.md makes one"
            ) from None
        except (OSError, ValueError, TypeError):
            raise SettingsError(
                f"`dkim.key_file` names {file}, which is no PEM private key; see docs/how-to/gate.md"
            ) from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST:
            raise SettingsError(
                f"`dkim.key_file` names {file}, which is no RSA key of {SMALLEST} bits or more; make one of 2048"
            )
        self._key = key
        self._written = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        self._domain, self._selector = wanted.domain.encode("idna"), wanted.selector.encode("idna")

    def sign(self, raw: bytes) -> bytes:
        """The message with its signature in front."""
        written = [field.name for field in header_of(raw)]
        names = [name for name in SIGNED for _ in range(written.count(name))]
        signature: bytes = _Message(raw, self._key).sign(
            self._selector,
            self._domain,
            self._written,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in (*names, *SEALED)],
        )
        return signature + raw


class _Message(dkim.DKIM):  # type: ignore[misc]
    """
    Signs with OpenSSL instead of dkimpy's own arithmetic, which takes ten times as long. dkimpy asks a key object to
    sign where the algorithm is Ed25519, and only there; what `a=` says was written before that.
    """

    def __init__(self, raw: bytes, key: RSAPrivateKey) -> None:
        super().__init__(raw)
        self._key = key

    def gen_header(
        self, fields: Any, include_headers: Any, canon_policy: Any, header_name: Any, pk: Any, **how: Any
    ) -> Any:
        self.signature_algorithm = b"ed25519-sha256"
        return super().gen_header(fields, include_headers, canon_policy, header_name, _Signing(self._key), **how)


class _Signing:
    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self.signature = b""

    def sign(self, digest: bytes) -> _Signing:
        """RSASSA-PKCS1-v1_5 over a SHA-256 digest (RFC 6376 3.3.3)."""
        self.signature = self._key.sign(digest, PKCS1v15(), Prehashed(SHA256()))
        return self
