"""
Mail handed to the next hop, one message at a time, over connections that are kept.

The last dot is sent only when everything before it has left this process, and the message may still go. So a connection
lost before it means that the message was not taken, and one lost after it that nobody can say (RFC 5321 4.2.5, 6.1; RFC
1047).
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from pathlib import Path
from typing import cast

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponse, SMTPResponseException

from sayso.ledger.entries import Address
from sayso.sending.outgoing import Handed, Mail, Still, Text, always
from sayso.settings import SettingsError
from sayso.settings import SmartHost as Wanted

IDLE_SECONDS = 30.0
"""A connection unused for longer is not used again: many servers hang up after a minute or more."""
REPLY_SECONDS = 60.0
FINAL_SECONDS = 600.0
"""How long to wait for the reply to the last dot (RFC 5321 4.5.3.2.6)."""

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


class SmartHost:
    """The next hop of every mail, as the settings name it."""

    def __init__(self, wanted: Wanted, home: Path) -> None:
        """Raises SettingsError where a file that the settings name cannot be read."""
        self._wanted = wanted
        self._password = _read(home, wanted.password_file, "smart_host.password_file").strip() or None
        self._tls = ssl.create_default_context()
        if wanted.authority_file:
            self._tls.load_verify_locations(cadata=_read(home, wanted.authority_file, "smart_host.authority_file"))
        self._idle: list[tuple[SMTP, float]] = []
        self._places = asyncio.Semaphore(wanted.connections)

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        """One mail to one recipient; `content.mail_from` is the envelope sender, `content.raw` has CRLF line ends."""
        if not isinstance(content, Mail):
            return Handed("rejected", "the smart host takes mail alone")
        async with self._places:
            client: SMTP | None = None
            handed = Handed("unknown", "the hand-over was broken off here")
            try:
                client, refusal = await self._opened(content.mail_from, to.value, not content.raw.isascii())
                handed = refusal or await _data(client, content.raw, still)
            except SMTPAuthenticationError as error:
                handed = Handed("deferred", "the smart host refused our log-in; check smart_host.username", error.code)
            except SMTPResponseException as error:
                handed = _handed(SMTPResponse(error.code, error.message))
            except (SMTPException, OSError, TimeoutError) as error:
                handed = Handed("deferred", f"the smart host cannot be reached ({type(error).__name__})", 451)
            except ValueError:
                handed = Handed("rejected", "the address cannot be written in SMTP without SMTPUTF8", 553)
            finally:
                if client is not None:
                    await self._put_back(client, handed)
            return handed

    async def close(self) -> None:
        """Take leave of the smart host."""
        while self._idle:
            client, _ = self._idle.pop()
            client.close()

    async def _opened(self, sender: str, to: str, eight_bit: bool) -> tuple[SMTP, Handed | None]:
        """A connection that has taken the envelope, or refused it. One that was kept and is gone is opened anew once."""
        while self._idle:
            client, since = self._idle.pop()
            if client.is_connected and time.monotonic() - since < IDLE_SECONDS:
                try:
                    return client, await _envelope(client, sender, to, eight_bit)
                except (SMTPException, OSError, TimeoutError):
                    pass  # nothing was handed over yet
            client.close()
        client = await self._connected()
        return client, await _envelope(client, sender, to, eight_bit)

    async def _connected(self) -> SMTP:
        wanted = self._wanted
        client = SMTP(
            hostname=wanted.host,
            port=wanted.port,
            use_tls=wanted.tls == "tls",
            start_tls=wanted.tls == "starttls",
            tls_context=None if wanted.tls == "none" else self._tls,
            username=wanted.username or None,
            password=self._password if wanted.username else None,
            timeout=REPLY_SECONDS,
        )
        await client.connect()
        return client

    async def _put_back(self, client: SMTP, handed: Handed) -> None:
        """Keep the connection where both sides agree on where they are."""
        if handed.state in ("rejected", "deferred") and client.is_connected:
            try:
                await client.rset()
            except (SMTPException, OSError, TimeoutError):
                client.close()
        if client.is_connected and handed.state != "unknown":
            self._idle.append((client, time.monotonic()))
        else:
            client.close()


async def _envelope(client: SMTP, sender: str, to: str, eight_bit: bool) -> Handed | None:
    """Sender and recipient told; what the next hop said where it refused one of them."""
    if not client.last_ehlo_response and not client.last_helo_response:
        await client.ehlo()
    if eight_bit and not client.supports_extension("8bitmime"):
        return Handed("rejected", "the next hop takes no 8-bit content; encode it as quoted-printable", 554)
    options = (b"BODY=8BITMIME",) if eight_bit else ()
    for command, address, more in ((b"MAIL FROM:", sender, options), (b"RCPT TO:", to, ())):
        reply = await client.execute_command(command + b"<" + address.encode("ascii") + b">", *more)
        if not 200 <= reply.code < 300:
            return _handed(reply)
    return None


async def _data(client: SMTP, raw: bytes, still: Still) -> Handed:
    reply = await client.execute_command(b"DATA")
    if reply.code != 354:
        return _handed(reply)
    transport = cast(asyncio.Transport, client.transport)
    transport.write(_transparent(raw))
    waited = time.monotonic()
    while transport.get_write_buffer_size() and not transport.is_closing():
        if time.monotonic() - waited > FINAL_SECONDS:
            break
        await asyncio.sleep(0.002)
    if refusal := await still():
        client.close()
        return refusal
    if transport.is_closing() or transport.get_write_buffer_size() or not client.is_connected:
        client.close()
        return Handed("deferred", "the smart host hung up while it was given the message", 451)
    try:
        return _handed(await client.execute_command(b".", timeout=FINAL_SECONDS))
    except (SMTPException, OSError, TimeoutError):
        return Handed("unknown", "the connection to the smart host was lost before it said whether it took the message")


def _transparent(raw: bytes) -> bytes:
    """A message with CRLF line ends as it is sent: a dot more before each that begins a line (RFC 5321 4.5.2)."""
    dotted = raw.replace(b"\n.", b"\n..") if b"\n." in raw else raw
    begins, ends = b"." if raw.startswith(b".") else b"", b"" if raw.endswith(b"\r\n") else b"\r\n"
    return b"".join((begins, dotted, ends)) if begins or ends else dotted


def _handed(reply: SMTPResponse) -> Handed:
    """What a reply means (RFC 5321 4.2.1), with no address of anybody's in it."""
    said = _ADDRESS.sub("that address", " ".join(str(reply.message).split()))[:300]
    state = "sent" if 200 <= reply.code < 300 else "deferred" if 400 <= reply.code < 500 else "rejected"
    return Handed(state, f"the next hop said: {said}", reply.code)  # type: ignore[arg-type]


def _read(home: Path, file: str, setting: str) -> str:
    if not file:
        return ""
    try:
        return (home / file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"`{setting}` names {home / file}, which cannot be read; check the path and who owns it"
        ) from None
