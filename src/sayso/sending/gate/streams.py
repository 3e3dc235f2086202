"""
What a message is for: as its credential is configured, or as a header says that only the owner's own systems can make.

`Sayso-Stream: carts; until=1795600000; mac=...` names a stream of the settings for one recipient, one Message-ID and
until one moment. It is made with `stream_header`, where the message is made, and taken out before it leaves.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sayso.ledger import Ledger
from sayso.ledger.entries import Address
from sayso.sending.outgoing import Stream
from sayso.settings import GateStream

HEADER = "Sayso-Stream"


def configured_stream(name: str, settings: GateStream) -> Stream:
    """What the owner configured under this name, as the dispatch is told of it."""
    return Stream(name, settings.topic, settings.sender, settings.service, settings.pdf)


class StreamHeaderError(Exception):
    """The header does not hold for this message; the sentence says why and what to do."""


class StreamSigner:
    """Makes and reads the header for one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._key = ledger.secret("stream header")

    def stream_header(self, stream: str, to: Address, message_id: str, until: datetime) -> str:
        """The header's value for one message; `message_id` with its angle brackets, as it stands in the message."""
        return self._value(stream, to, message_id, int(until.timestamp()))

    def stream(self, value: str, to: Address, message_id: str, at: datetime) -> str:
        """The stream that a header names for this message. Raises StreamHeaderError."""
        name, _, rest = value.partition(";")
        until = rest.partition("until=")[2].partition(";")[0].strip()
        if not until.isdecimal() or len(until) > 12:
            raise StreamHeaderError(f"its {HEADER} header cannot be read; make it with stream_header()")
        if not hmac.compare_digest(value.encode(), self._value(name.strip(), to, message_id, int(until)).encode()):
            raise StreamHeaderError(
                f"its {HEADER} header was not made for this recipient and Message-ID; make one for each message"
            )
        if at.timestamp() > int(until):
            raise StreamHeaderError(f"its {HEADER} header has expired; make the message anew")
        return name.strip()

    def _value(self, stream: str, to: Address, message_id: str, until: int) -> str:
        said = "\n".join((stream, to.kind, to.value, message_id, str(until)))
        return f"{stream}; until={until}; mac={hmac.digest(self._key, said.encode(), 'sha256').hex()}"
