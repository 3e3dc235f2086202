"""
The one way out: a message is judged, completed, handed over and recorded here, and nowhere else.

A message goes only where the answer is *allowed*. Where no answer can be had, it does not go.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from sayso.choices.links import ChoiceLinks
from sayso.decision import Decision
from sayso.law import Rulebooks
from sayso.ledger import Entry, Ledger, LedgerError
from sayso.ledger.entries import new_id
from sayso.ledger.standing import standing_of
from sayso.messages.identity import Identity
from sayso.sending import recording
from sayso.sending.judging import Ruling, facts_of_message, judge_outgoing
from sayso.sending.moments import moments
from sayso.sending.outgoing import Handed, Mail, Outcome, Outgoing, Text, Transport
from sayso.sending.preparing import prepare, ways
from sayso.sending.signing import Signer
from sayso.settings import Settings
from sayso.vocabulary import Channel

LOG = logging.getLogger("sayso.sending")
UNDECIDED = "no answer can be had just now, so it does not go; try again later"


class Judged(msgspec.Struct, frozen=True):
    """One message judged: what would leave, and the ruling on it. `entry` is the id its record would bear."""

    entry: str
    content: Mail | Text
    ruling: Ruling

    @property
    def decision(self) -> Decision:
        """The answer with all its reasons."""
        return self.ruling.decision


class Dispatch:
    """The way out of one store. `law` are all its rulebooks; which of them are on, the ledger says."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        identity: Identity,
        law: Rulebooks,
        transports: Mapping[Channel, Transport],
        clock: Callable[[], datetime],
        signer: Signer | None = None,
    ) -> None:
        self.ledger = ledger
        self.settings = settings
        self.identity = identity
        self._law = law
        self._transports = transports
        self._clock = clock
        self._signer = signer
        self._links = ChoiceLinks(ledger)

    async def judge(self, outgoing: Outgoing) -> Judged:
        """A dry run: nothing is recorded and nothing leaves. Raises a LedgerError where the store cannot be asked."""
        return await asyncio.to_thread(self._judge, outgoing)

    async def send(self, outgoing: Outgoing, *, again: bool = False) -> Outcome:
        """
        Send one message if the answer allows it, and record what became of it.

        What is on record as sent under its origin is not sent again; what was handed over without an answer only
        where `again` says that whoever asks knows of it. Never raises for trouble in the store or at the next hop.
        """
        try:
            known = await asyncio.to_thread(recording.on_record, self.ledger, outgoing.origin)
            if known is not None and not (again and known.state == "unknown"):
                return known
            judged = await self.judge(outgoing)
            if judged.ruling.answer != "allowed":
                return await self._refuse(outgoing, judged)
        except LedgerError as error:
            LOG.error("undecided: %s", type(error).__name__)
            return Outcome("deferred", UNDECIDED, code=451)
        return await self._hand_over(outgoing, judged)

    def _judge(self, outgoing: Outgoing) -> Judged:
        at, stream, entry = self._clock(), outgoing.stream, new_id()
        known = self.ledger.facts_for(
            outgoing.to, channel=outgoing.channel, topic=stream.topic, sender=stream.sender, at=at
        )
        standing = standing_of(self._law, self.ledger.business(at))
        prepared = prepare(outgoing, ways(outgoing, entry, self._links, self.settings))
        message = facts_of_message(prepared.facts, outgoing.facts, stream)
        ruling = judge_outgoing(known, message, moments(known, outgoing.to, at), at, standing)
        return Judged(entry, prepared.content, ruling)

    async def _refuse(self, outgoing: Outgoing, judged: Judged) -> Outcome:
        ruling = judged.ruling
        entry = recording.refused(outgoing, ruling, judged.entry, self._clock())
        recorded = (await asyncio.to_thread(self.ledger.append, [entry])).added
        said = f"{ruling.because} ({ruling.rule})" if ruling.rule else ruling.because
        return Outcome("refused", said, judged.entry if recorded else "", 550, judged.decision)

    async def _hand_over(self, outgoing: Outgoing, judged: Judged) -> Outcome:
        transport = self._transports.get(outgoing.channel)
        if transport is None:
            return Outcome("deferred", f"no way out is set up for {outgoing.channel}; see `sayso settings show`")
        content = await asyncio.to_thread(self._enveloped, judged)
        handed = await transport.hand_over(outgoing.to, content, judged.entry)
        if handed.state in ("rejected", "deferred"):
            return Outcome(handed.state, handed.said, code=handed.code)
        return await self._record(
            recording.sent(outgoing, judged.ruling, content, handed, judged.entry, self._clock()), handed
        )

    def _enveloped(self, judged: Judged) -> Mail | Text:
        """A mail with the envelope sender by which what comes back is known, and signed where a key is set up."""
        content, domain = judged.content, self.settings.gate.return_domain
        if not isinstance(content, Mail):
            return content
        sender = content.mail_from or self.identity.email
        if domain:
            sender = f"{self._links.return_local('b', judged.entry)}@{domain}"
        raw = self._signer.sign(content.raw) if self._signer else content.raw
        return Mail(raw, sender)

    async def _record(self, entry: Entry, handed: Handed) -> Outcome:
        try:
            await asyncio.to_thread(self.ledger.append, [entry])
        except LedgerError as error:
            LOG.error("sent and not recorded: %s", type(error).__name__)
        return Outcome(handed.state, handed.said, entry.id, handed.code)
