"""What the gate says to each command: one recipient a transaction, and 250 only once the next hop took the message."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from sayso.ledger import AddressError, Ledger, email_address
from sayso.ledger.entries import Address
from sayso.messages.mail_parts import MessageError
from sayso.sending.dispatch import UNDECIDED, Dispatch
from sayso.sending.gate.approved import fingerprint
from sayso.sending.gate.messages import Incoming, RefusedError, foreign, looked_at, reply
from sayso.sending.gate.streams import StreamHeaderError, StreamSigner, configured_stream
from sayso.sending.outgoing import Mail, Outcome, Outgoing, Stream
from sayso.settings import Gate, GateStream

LOG = logging.getLogger("sayso.gate")
DECISIONS = logging.getLogger("sayso.gate.decisions")
"""One line for each message that is decided: what became of it, its stream and why; never a contact detail."""
LARGE = 1 << 20
"""Bytes from which messages are worked on one after the other, since reading one takes several times its size."""

_ADDRESS = re.compile(r"\S+@\S+")
_CODES = {
    "sent": (250, "2.0.0"), "refused": (550, "5.7.1"), "rejected": (554, "5.0.0"), "deferred": (451, "4.4.1"),
    "unknown": (451, "4.4.2"),
}  # fmt: skip


class GateHandler:
    """The commands of every session. One for each process."""

    def __init__(self, dispatch: Dispatch, gate: Gate, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._dispatch = dispatch
        self._gate = gate
        self._signer = StreamSigner(ledger)
        self._fingerprint = ledger.fingerprint
        self._clock = clock
        self._large = asyncio.Semaphore(1)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take the first recipient; each of the others gets a message of its own, as MTAs do when told 452."""
        if envelope.rcpt_tos:
            return reply(452, "4.5.3", "one recipient at a time, since each gets their own answer and links")
        try:
            email_address(address)
        except AddressError:
            return reply(553, "5.1.3", "the recipient is not an address that mail can be sent to")
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any, content: bytes) -> str:  # noqa: N802
        """Judge, hand over, and say what became of it."""
        try:
            if len(content) < LARGE:
                return await self._answer(session, envelope, content)
            async with self._large:
                return await self._answer(session, envelope, content)
        except RefusedError as error:
            DECISIONS.info("refused  %s  %s", session.auth_data.login.decode(), _masked(error.reply))
            return error.reply
        except Exception as error:  # a bug of ours lets nothing through; what it says may hold anything
            LOG.error("a message was not decided: %s", type(error).__name__)
            return reply(451, "4.3.0", UNDECIDED)

    async def handle_exception(self, error: Exception) -> str:
        """The reply to a command that broke something here."""
        LOG.error("a command failed: %s", type(error).__name__)
        return reply(451, "4.3.0", "something is wrong here; try again later")

    async def _answer(self, session: Any, envelope: Any, content: bytes) -> str:
        incoming = looked_at(content) if len(content) < LARGE else await asyncio.to_thread(looked_at, content)
        user = session.auth_data.login.decode()
        credential = self._gate.streams[user]
        if said := foreign(incoming, credential.from_domains):
            raise RefusedError(550, "5.7.1", f"{said}, which this log-in may not write for; see from_domains")
        to = email_address(envelope.rcpt_tos[0])
        stream = self._stream(user, incoming, to)
        raw = self._received(session) + incoming.raw
        origin = f"gate:{self._fingerprint(f'{incoming.message_id} {to.value} {sha256(content).hexdigest()}')}"
        listed = self._gate.streams[stream.name].approved
        approved = bool(listed) and _fingerprint(incoming.raw) in listed
        outgoing = Outgoing(to, "email", stream, Mail(raw, envelope.mail_from), origin, approved=approved)
        outcome = await self._dispatch.send(outgoing, again=True)
        DECISIONS.info("%s  %s  %s", outcome.state, stream.name, _masked(outcome.said))
        return _reply(outcome)

    def _stream(self, user: str, incoming: Incoming, to: Address) -> Stream:
        """What it is for: as a signed header says, else as the credential is configured."""
        name = user
        if incoming.stream_header:
            try:
                name = self._signer.stream(incoming.stream_header, to, incoming.message_id, self._clock())
            except StreamHeaderError as error:
                raise RefusedError(550, "5.7.1", str(error)) from None
        configured: GateStream | None = self._gate.streams.get(name)
        if configured is None:
            raise RefusedError(550, "5.7.1", f"no stream is called {name[:40]}; see gate.streams in the settings")
        return configured_stream(name, configured)

    def _received(self, session: Any) -> bytes:
        """The trace of this hop (RFC 5321 4.4). It names the client by nothing: where mailers stand concerns nobody."""
        when = format_datetime(self._clock())
        return f"Received: by {self._gate.hostname} (sayso) with ESMTPSA;\r\n\t{when}\r\n".encode("ascii", "replace")


def _masked(said: str) -> str:
    """Without anything that could be an address; a sentence of ours holds none, what others say might."""
    return _ADDRESS.sub("that address", " ".join(said.split()))[:300]


def _fingerprint(raw: bytes) -> str:
    try:
        return fingerprint(raw)
    except MessageError:
        return ""


def _reply(outcome: Outcome) -> str:
    code, status = _CODES[outcome.state]
    if outcome.state in ("rejected", "deferred") and outcome.code // 100 == code // 100:
        code = outcome.code
    said = outcome.said if outcome.state != "sent" else f"{outcome.said}; recorded as {outcome.entry}"
    return reply(code, status, said)
