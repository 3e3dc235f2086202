"""
The signature a mail leaves with (DKIM, RFC 6376).

It covers both unsubscribe fields, as RFC 8058 4 asks, and names them, From and Subject once more than they are there,
so that none can be added on the way without breaking it (RFC 6376 8.15).
"""

from __future__ import annotations

from email.parser import BytesHeaderParser
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

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
    """Signs for one domain. Slow, some milliseconds a mail: call it off the event loop."""

    def __init__(self, wanted: Dkim, home: Path) -> None:
        """Raises SettingsError where the key cannot be read or used."""
        file = home / wanted.key_file
        try:
            key = load_pem_private_key(file.read_bytes(), None)
        except (OSError, ValueError, TypeError):
            raise SettingsError(
                f"`dkim.key_file` names {file}, which is no PEM private key; see docs/how-to/gate.md"
            ) from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST:
            raise SettingsError(
                f"`dkim.key_file` names {file}, which is no RSA key of {SMALLEST} bits or more; make one of 2048"
            )
        self._key = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        self._domain, self._selector = wanted.domain.encode("idna"), wanted.selector.encode("idna")

    def sign(self, raw: bytes) -> bytes:
        """The message with its signature in front."""
        header = BytesHeaderParser().parsebytes(raw)
        names = [name for name in SIGNED for _ in header.get_all(name, [])]
        signature: bytes = dkim.sign(
            raw,
            self._selector,
            self._domain,
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in (*names, *SEALED)],
        )
        return signature + raw
