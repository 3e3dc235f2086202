"""
One client's SMTP session: aiosmtpd's, but for four things it does otherwise.

It checks passwords off the event loop, and gives nobody long to log in. It reads a message in large pieces, ends it at
CRLF.CRLF and nowhere else, and counts what all sessions hold together, so that memory stays bounded. It knows an ordinary
address at once, which takes aiosmtpd a tenth of a bare relay's time. And it logs nothing, since aiosmtpd logs addresses.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from sayso.sending.gate.credentials import Credentials, TryLaterError
from sayso.sending.gate.crowd import Crowd
from sayso.sending.gate.messages import reply
from sayso.settings import Gate

logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)

PIECE = 1 << 20
END = b"\r\n.\r\n"
_ORDINARY = re.compile(
    r"<([\w+=-]+(?:\.[\w+=-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)*)>(?: ([!-~ ]*))?", re.ASCII | re.IGNORECASE
)
"""A mailbox in brackets (RFC 5321 4.1.2) without quotes or rare signs, and the parameters after it."""
COMMAND_SECONDS = 300.0
"""How long a client may take for a command, and between two pieces of a message (RFC 5321 4.5.3.2)."""
MESSAGE_SECONDS = 900.0
"""How long the whole of a message may take to come in."""
ANSWER_SECONDS = 1200.0
"""How long a session is kept while its message is judged and handed over."""


class Memory:
    """How many bytes of messages all sessions of this process hold together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self.peak = 0

    def take(self, size: int) -> bool:
        """Room for so many more bytes? If not, none are taken."""
        if self.held + size > self.most:
            return False
        self.held += size
        self.peak = max(self.peak, self.held)
        return True


class GateSession(SMTP):
    """A session with the gate. `wait` shortens every time-out but that of the log-in, for tests."""

    def __init__(
        self,
        handler: Any,
        credentials: Credentials,
        memory: Memory,
        crowd: Crowd,
        gate: Gate,
        *,
        wait: float = 1.0,
        **how: Any,
    ) -> None:
        super().__init__(
            handler,
            authenticator=_read_only,
            auth_required=True,
            enable_SMTPUTF8=False,
            decode_data=False,
            ident="sayso gate",
            data_size_limit=gate.max_message_bytes,
            timeout=COMMAND_SECONDS * wait,
            **how,
        )
        self._largest = gate.max_message_bytes
        self._login_seconds = gate.login_seconds
        self._login: asyncio.TimerHandle | None = None
        self._crowd = crowd
        self._address = ""
        self._counted = False
        self._credentials = credentials
        self._memory = memory
        self._wait = wait

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection, or the same one after STARTTLS; it is counted once, and has to log in soon."""
        if not self._counted:
            peer = transport.get_extra_info("peername")
            self._address = str(peer[0]) if peer else ""
            if not self._crowd.enter(self._address):
                transport.write(reply(421, "4.7.0", "too many connections; come again later").encode() + b"\r\n")  # type: ignore[attr-defined]
                transport.close()
                return
            self._counted = True
            self._give_time(self._login_seconds)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone, and makes room for another."""
        if self._counted:
            self._counted = False
            self._crowd.leave(self._address)
        self._give_time(None)
        if self.transport is not None:
            super().connection_lost(error)

    def _give_time(self, seconds: float | None) -> None:
        """So long to log in; None for as long as it takes."""
        if self._login is not None:
            self._login.cancel()
        self._login = self.loop.call_later(seconds, self._send_away) if seconds is not None and self._counted else None

    def _send_away(self) -> None:
        if self.transport is not None:
            self._writer.write(reply(421, "4.4.2", "nobody logged in; come again").encode() + b"\r\n")
            self.transport.close()

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 -- aiosmtpd's own name
        return await self._checked(await super().auth_PLAIN(server, args))

    async def auth_LOGIN(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        return await self._checked(await super().auth_LOGIN(server, args))

    async def _checked(self, read: AuthResult) -> AuthResult:
        if read.auth_data is None:
            return read
        user, password = (part.decode("utf-8", "replace") for part in read.auth_data)
        self._give_time(None)  # that a check takes long is not the client's doing
        try:
            is_right = await self._credentials.right(user, password, self._address)
        except TryLaterError:
            self._give_time(self._login_seconds)
            said = reply(454, "4.7.0", "too many log-ins at once, or wrong ones before; try again later")
            return AuthResult(success=False, handled=False, message=said)
        if is_right:
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        logging.getLogger("sayso.gate.decisions").info("refused  -  a log-in: that user name or password is wrong")
        self._give_time(self._login_seconds)
        return AuthResult(
            success=False, handled=False, message=reply(535, "5.7.8", "that user name or password is wrong")
        )

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        ordinary = _ORDINARY.fullmatch(arg)
        if ordinary is None:
            read: tuple[str | None, str | None] = super()._getaddr(arg)
            return read
        return ordinary[1], ordinary[2] or ""

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take a message and have it judged; one reply, whatever becomes of it."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        envelope: Any = self.envelope
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        taken = _Taken(self._memory)
        try:
            async with asyncio.timeout(MESSAGE_SECONDS * self._wait):
                content, refusal = await self._content(taken)
            self._reset_timeout(ANSWER_SECONDS)
            answer = refusal or await self._call_handler_hook("DATA", content)
        except TimeoutError:
            await self.push(reply(421, "4.4.2", "the message took too long to come in"))
            if self.transport is not None:
                self.transport.close()
            return
        finally:
            taken.give_back()
        self._reset_timeout()
        self.envelope = self._create_envelope()
        await self.push(answer)

    async def _content(self, taken: _Taken) -> tuple[bytes, str]:
        """The message without the dots of its transport, and the reply where it cannot be kept."""
        held = bytearray(b"\r\n")  # the end of the line before it, so that its own first line may be the last
        size, refusal, end = 0, "", -1
        while end < 0:
            piece = await self._reader.read(PIECE)
            if not piece:
                raise ConnectionResetError  # what aiosmtpd takes for a client that is gone
            self._reset_timeout()
            start = max(0, len(held) - len(END) + 1)
            held += piece
            size += len(piece)
            end = held.find(END, start)
            if not refusal and size > self._largest + len(END):
                refusal = reply(552, "5.3.4", f"the message is larger than {self._largest} bytes")
            elif not refusal and not taken.more(len(piece)):
                refusal = reply(452, "4.3.1", "too much mail at once; try again in a minute")
            if refusal and end < 0:
                taken.give_back()
                del held[: 1 - len(END)]
        self._reader.feed_data(bytes(held[end + len(END) :]))
        del held[end + 2 :]
        return (b"", refusal) if refusal else (bytes(held.replace(b"\r\n.", b"\r\n"))[2:], "")


class _Taken:
    """What one message holds of the memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._bytes = 0

    def more(self, size: int) -> bool:
        if not self._memory.take(size):
            return False
        self._bytes += size
        return True

    def give_back(self) -> None:
        self._memory.held -= self._bytes
        self._bytes = 0


def _read_only(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    """Reads what the client said and lets nobody in; who is let in is decided in `GateSession`."""
    return AuthResult(success=False, handled=False, auth_data=login)
