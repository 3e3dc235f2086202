"""
Links and return addresses that work for ever and name nobody.

An unsubscribe link holds whom it is about, encrypted under a key of the ledger (AES-SIV, RFC 5297), so that it needs no
table: it works after a restored backup, a merge or an erasure. The same person, channel and topic get the same link. A
return address (for bounces and for unsubscribing by mail) names the ledger entry of the message, authenticated; it
fits the 64 characters of a local part (RFC 5321 4.5.3.1.1) and survives being put in lower or upper case.
"""

from __future__ import annotations

import base64
import hmac
from typing import Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sayso.capture.links import LinkError
from sayso.ledger import Ledger
from sayso.ledger.entries import Address
from sayso.vocabulary import Channel

ReturnUse = Literal["b", "u"]
"""What a return address is for: `b` for what comes back by itself, `u` for unsubscribing by mail."""

_MAC_BYTES = 8


class About(msgspec.Struct, frozen=True, array_like=True):
    """Whom a link is about, and which messages it came with."""

    address: Address
    channel: Channel
    topic: str
    sender: str


class ChoiceLinks:
    """Makes and reads the tokens of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._cipher = AESSIV(ledger.secret("choice link"))
        self._returning = hmac.new(ledger.secret("return address"), digestmod="sha256")

    def token(self, about: About) -> str:
        """The token of a link that opens this person's choices: as good as a password for stopping, and for nothing else."""
        plain = (about.address.kind, about.address.value, about.channel, about.topic, about.sender)
        return _text(self._cipher.encrypt("\n".join(plain).encode(), None))

    def about(self, token: str) -> About:
        """Whom a token is about. Raises LinkError."""
        try:
            kind, value, channel, topic, sender = self._cipher.decrypt(_bytes(token), None).decode().split("\n")
            return msgspec.convert((Address(kind, value), channel, topic, sender), About, from_attributes=True)  # type: ignore[arg-type]
        except (InvalidTag, ValueError, msgspec.ValidationError):
            raise LinkError("this link is not one of ours, or it was cut off on its way") from None

    def return_local(self, use: ReturnUse, entry: str) -> str:
        """The local part of the address to which what concerns this message comes back."""
        body = UUID(entry).bytes
        return f"{use}-{base64.b32encode(body + self._mac(use, body)).decode().rstrip('=').lower()}"

    def returned(self, local: str) -> tuple[ReturnUse, str]:
        """What a return address is for, and the entry of its message. Raises LinkError."""
        use, _, code = local.strip().lower().partition("-")
        try:
            whole = base64.b32decode(code.upper() + "=" * (-len(code) % 8))
        except ValueError:
            whole = b""
        body, mac = whole[:16], whole[16:]
        if use not in ("b", "u") or len(body) != 16 or not hmac.compare_digest(mac, self._mac(use, body)):
            raise LinkError("this return address is not one of ours")
        return use, str(UUID(bytes=body))  # type: ignore[return-value]

    def _mac(self, use: str, body: bytes) -> bytes:
        mac = self._returning.copy()  # a fifth of the time that a new one takes
        mac.update(use.encode() + body)
        return mac.digest()[:_MAC_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
