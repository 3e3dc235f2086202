"""The outbox: while no smart host is set up nothing leaves the machine, and every mail stands as a file that can be read."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from sayso.ledger.entries import Address
from sayso.sending.outgoing import OUTBOX, Handed, Mail, Still, Text, always


class Outbox:
    """Lays mail into the outbox: `<entry>.eml`, whole or not at all, readable by its owner alone."""

    def __init__(self, home: Path) -> None:
        self.folder = home / OUTBOX

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        """One mail, with its envelope in the first two lines as `Return-Path` and `Delivered-To` (RFC 5321 4.4)."""
        if not isinstance(content, Mail):
            return Handed("rejected", "the outbox holds mail alone")
        if refusal := await still():
            return refusal
        envelope = f"Return-Path: <{content.mail_from}>\r\nDelivered-To: {to.value}\r\n".encode()
        try:
            await asyncio.to_thread(self._lay, envelope + content.raw, entry)
        except OSError as error:
            return Handed("deferred", f"the outbox cannot be written to ({error.strerror}); check the disk")
        return Handed("sent", "laid into the outbox, since no smart host is set up", 250)

    def _lay(self, message: bytes, entry: str) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        file = self.folder / f"{entry}.eml"
        draft = file.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(message)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(file)
