"""
The one way out: a message is judged, completed, handed over and recorded here, and nowhere else.

A message goes only where the answer is *allowed*. Where no answer can be had, it does not go.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from sayso.choices.links import ChoiceLinks
from sayso.decision import Decision, judge_for
from sayso.law import Rulebooks
from sayso.ledger import AddressError, Entry, EntryError, Ledger, LedgerError
from sayso.ledger.entries import new_id
from sayso.ledger.projection import NOT_MARKETING
from sayso.ledger.reading import LookedUp
from sayso.ledger.standing import standing_of
from sayso.messages.identity import Identity
from sayso.messages.mail_parts import MessageError
from sayso.sending import recording
from sayso.sending.answering import answered_wordings
from sayso.sending.batching import Batch
from sayso.sending.journal import Journal
from sayso.sending.judging import Ruling, facts_of_message, judge_outgoing
from sayso.sending.moments import moments
from sayso.sending.outgoing import Handed, Mail, Outcome, Outgoing, Still, Text, Transport, always
from sayso.sending.own_pages import OwnPages
from sayso.sending.preparing import is_service, prepare, ways
from sayso.sending.signing import Signer
from sayso.settings import Settings
from sayso.vocabulary import Channel

LOG = logging.getLogger("sayso.sending")
AT_ONCE = 32_000
"""Bytes up to which a mail is judged in the event loop itself: a thread would have it wait for its turn for longer."""
NOTE_SECONDS, RECORD_SECONDS = 0.005, 0.02
"""How long a note, or a record, waits for others to be written with it."""
FRESH_SECONDS = 0.5
"""How old an answer may be when the next hop is told of the message; one that is older is asked for again."""
UNDECIDED = "no answer can be had just now, so it does not go; try again later"
ELSEWHERE = "it is under way already; try again later"


class Judged(msgspec.Struct, frozen=True):
    """One message judged: what would leave, and the ruling on it. `entry` is the id its record would bear."""

    entry: str
    content: Mail | Text
    ruling: Ruling
    message: dict[str, Any]
    """What it is and carries, by which it can be judged again."""
    asked: float
    """When the store was asked, by the clock of this machine that only goes forward."""
    answered_for: bool = False
    """It is service by a wording that nobody can tell, and for which the owner answers."""
    as_service: bool = False
    """Its content reads as service, and it is held to be marketing for its stream alone."""

    @property
    def decision(self) -> Decision:
        """The answer with all its reasons."""
        return self.ruling.decision


class Dispatch:
    """
    The way out of one store. `law` are all its rulebooks; which of them are on, the ledger says. `settled` are facts of
    a message that follow from how its channel is set up. One dispatch serves one event loop.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        identity: Identity,
        law: Rulebooks,
        transports: Mapping[Channel, Transport],
        clock: Callable[[], datetime],
        signer: Signer | None = None,
        settled: Mapping[Channel, Mapping[str, Any]] = {},
    ) -> None:
        self.ledger = ledger
        self.settings = settings
        self.identity = identity
        self._law = law
        self._transports = transports
        self._clock = clock
        self._signer = signer
        self._settled = settled
        self._links = ChoiceLinks(ledger)
        self._pages = OwnPages(ledger, settings.public.url)
        self._answered = answered_wordings(settings, identity, ledger.home)
        self._journal: Journal | None = None
        self._notes = Batch(self._note, linger=NOTE_SECONDS)
        self._records = Batch(self._record, (EntryError, AddressError), linger=RECORD_SECONDS)
        self._late: list[Entry] = []
        """Sent, and not recorded yet, since the store could not be written to."""
        self._under_way: dict[str, asyncio.Task[Outcome]] = {}

    def warm(self) -> None:
        """Have the rules of today ready, which takes a second, before a message waits for them. Raises a LedgerError."""
        standing = standing_of(self._law, self.ledger.business())
        judge_for(standing.law, "gate").compiled(self._clock().date())

    async def judge(self, outgoing: Outgoing) -> Judged:
        """
        A dry run: nothing is recorded and nothing leaves. Raises a LedgerError where the store cannot be asked,
        MessageError where the message cannot be read or completed.
        """
        at = self._clock()
        return await self._judge(outgoing, self._look_up(outgoing, at), at)

    async def send(self, outgoing: Outgoing, *, again: bool = False) -> Outcome:
        """
        Send one message if the answer allows it, and record what became of it.

        What is on record as sent under its origin is not sent again; what was handed over without an answer only
        where `again` says that whoever asks knows of it. Never raises for trouble in the store or at the next hop.
        Once begun it goes on to its end, whether or not anybody still waits for it.
        """
        under_way = self._under_way.get(outgoing.origin)
        if under_way is None:
            under_way = asyncio.create_task(self._send(outgoing, again))
            self._under_way[outgoing.origin] = under_way
            under_way.add_done_callback(lambda _: self._under_way.pop(outgoing.origin, None))
        return await asyncio.shield(under_way)

    def has_way_out(self, channel: Channel) -> bool:
        """Is anything set up by which this channel's messages could leave?"""
        return channel in self._transports

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def close(self) -> None:
        """Finish what is under way and let go of the journal."""
        await self.settled()
        if self._journal is not None:
            self._journal.close()

    async def known(self, origin: str) -> Outcome | None:
        """
        What is known as sent under this origin, or as handed over without an answer, also by a process that died over
        it. Raises a LedgerError, or OSError where the journal cannot be kept.
        """
        self._open_journal()
        return recording.on_record(self.ledger, origin) if self.ledger.has_origin(origin + recording.SENT) else None

    async def _send(self, outgoing: Outgoing, again: bool) -> Outcome:
        if not self._claim(outgoing.origin):
            return Outcome("deferred", ELSEWHERE, code=451)
        try:
            return await self._decide(outgoing, again)
        finally:
            if self._journal is not None and all(recording.origin_of(late) != outgoing.origin for late in self._late):
                self._journal.claims.give_back(outgoing.origin)

    def _claim(self, origin: str) -> bool:
        """Does nobody else have it under way? Where that cannot be told, there is no store to decide by either."""
        try:
            return self._open_journal().claims.take(origin)
        except (LedgerError, OSError):
            return True

    async def _decide(self, outgoing: Outgoing, again: bool) -> Outcome:
        try:
            self._open_journal()
            at = self._clock()
            looked_up = self._look_up(outgoing, at)
            known = recording.on_record(self.ledger, outgoing.origin) if looked_up.on_record else None
            if known is not None and not (again and known.state == "unknown"):
                return known
            judged = await self._judge(outgoing, looked_up, at)
        except MessageError as error:
            return Outcome("rejected", str(error), code=554)
        except Exception as error:  # no answer means no; what a bug or a damaged store says may hold anything
            LOG.error("undecided: %s", type(error).__name__)
            if outgoing.approved and _of_the_store(error) and await asyncio.to_thread(self._serves, outgoing):
                return await self._hand_over_undecided(outgoing)
            return Outcome("deferred", UNDECIDED, code=451)
        if judged.ruling.answer != "allowed":
            return await self._refuse(outgoing, judged)
        return await self._hand_over(outgoing, judged)

    def _look_up(self, outgoing: Outgoing, at: datetime) -> LookedUp:
        to, stream, origin = outgoing.to, outgoing.stream, outgoing.origin + recording.SENT
        return self.ledger.looked_up(
            to, channel=outgoing.channel, topic=stream.topic, sender=stream.sender, at=at, origin=origin
        )

    async def _judge(self, outgoing: Outgoing, looked_up: LookedUp, at: datetime) -> Judged:
        asked = time.monotonic()
        if isinstance(outgoing.content, Mail) and len(outgoing.content.raw) > AT_ONCE:
            return await asyncio.to_thread(self._judged, outgoing, looked_up, at, asked)
        return self._judged(outgoing, looked_up, at, asked)

    def _judged(self, outgoing: Outgoing, looked_up: LookedUp, at: datetime, asked: float) -> Judged:
        entry = new_id()
        ours = ways(outgoing, entry, self._links, self.settings)
        answered = self._answered.get(outgoing.stream.name, frozenset())
        prepared = prepare(outgoing, ours, self.identity, self.settings, self._pages, answered)
        configured = {**self._settled.get(outgoing.channel, {}), **outgoing.facts}
        message = facts_of_message(prepared.facts, configured, outgoing.stream)
        ruling = self._ruling(outgoing, message, looked_up, at)
        as_service = not outgoing.stream.service and prepared.facts.get("message_kind") in NOT_MARKETING
        return Judged(entry, prepared.content, ruling, message, asked, prepared.answered_for, as_service)

    def _judged_again(self, outgoing: Outgoing, judged: Judged) -> Judged:
        """The same message, by what is known by now and at this hour."""
        at, asked = self._clock(), time.monotonic()
        ruling = self._ruling(outgoing, judged.message, self._look_up(outgoing, at), at)
        return msgspec.structs.replace(judged, ruling=ruling, asked=asked)

    def _ruling(self, outgoing: Outgoing, message: dict[str, Any], looked_up: LookedUp, at: datetime) -> Ruling:
        known, standing = looked_up.facts, standing_of(self._law, looked_up.business)
        return judge_outgoing(known, message, moments(known, outgoing.to, at), at, standing)

    def _serves(self, outgoing: Outgoing) -> bool:
        """Is it service by its content, without any store? What breaks here was not only the store's trouble."""
        try:
            answered = self._answered.get(outgoing.stream.name, frozenset())
            return is_service(outgoing, self.identity, self.settings, self._pages, answered)
        except Exception as error:
            LOG.error("undecided: %s", type(error).__name__)
            return False

    async def _refuse(self, outgoing: Outgoing, judged: Judged) -> Outcome:
        ruling = judged.ruling
        try:
            await self._records.put(recording.refused(outgoing, ruling, judged.entry, self._clock()))
        except (LedgerError, OSError) as error:
            LOG.error("a refusal could not be recorded: %s", type(error).__name__)
            return Outcome("deferred", UNDECIDED, code=451)
        said = f"{ruling.because} ({ruling.rule})" if ruling.rule else ruling.because
        if judged.as_service:
            said += "; it reads as service mail: send that through a stream with service = true"
        elif outgoing.stream.service and ruling.facts.message_kind not in NOT_MARKETING:
            said += "; it is not recognised as service mail: `sayso gate example` says why, and what you may answer for"
        return Outcome("refused", said, judged.entry, 550, judged.decision)

    async def _hand_over(self, outgoing: Outgoing, judged: Judged) -> Outcome:
        content = await self._enveloped(judged.content, judged.entry)
        record = recording.handing_over(
            outgoing, judged.ruling, content, judged.entry, self._clock(), answered_for=judged.answered_for
        )
        noted = self._notes.put(record)
        latest = _Latest(judged, noted, lambda last: self._judged_again(outgoing, last))
        handed = await self._through(outgoing, content, record.id, latest.still)
        with suppress(LedgerError, OSError):
            await noted  # also where nobody waited for it, so that no note is taken back before it is written
        if latest.judged.ruling.answer != "allowed":
            self._open_journal().done(record.id)
            return await self._refuse(outgoing, latest.judged)
        if latest.judged is not judged:
            record = recording.handing_over(
                outgoing, latest.judged.ruling, content, record.id, self._clock(), answered_for=judged.answered_for
            )
        return await self._became(record, handed)

    async def _hand_over_undecided(self, outgoing: Outgoing) -> Outcome:
        """Service mail that the owner approved goes as it is; it is recorded as soon as the store can be written to."""
        entry = new_id()
        content = await self._enveloped(outgoing.content, entry)
        record = recording.handing_over(outgoing, None, content, entry, self._clock())
        with suppress(LedgerError, OSError):
            await self._notes.put(record)
        return await self._became(record, await self._through(outgoing, content, entry, always))

    async def _became(self, record: Entry, handed: Handed) -> Outcome:
        if handed.state in ("rejected", "deferred"):
            with suppress(LedgerError, OSError):  # without the disk it was not noted either
                self._open_journal().done(record.id)
            return Outcome(handed.state, handed.said, code=handed.code)
        await self._keep(recording.handed_over(record, handed))
        return Outcome(handed.state, handed.said, record.id, handed.code)

    async def _through(self, outgoing: Outgoing, content: Mail | Text, entry: str, still: Still) -> Handed:
        transport = self._transports.get(outgoing.channel)
        if transport is None:
            return Handed("deferred", f"no way out is set up for {outgoing.channel}; see `sayso settings show`")
        return await transport.hand_over(outgoing.to, content, entry, still)

    async def _keep(self, record: Entry) -> None:
        """Record what went; where that cannot be done now, with the next that can, or when the journal is read."""
        try:
            await self._records.put(record)
            self._open_journal().done(record.id)
        except (EntryError, AddressError) as error:  # no other time would change that; its note stays in the journal
            LOG.error("sent, and cannot be recorded as it stands: %s", type(error).__name__)
        except (LedgerError, OSError) as error:
            LOG.error("sent, and not recorded yet: %s", type(error).__name__)
            self._late.append(record)

    async def _enveloped(self, content: Mail | Text, entry: str) -> Mail | Text:
        """A mail with the envelope sender by which what comes back is known, and signed where a key is set up."""
        domain = self.settings.gate.return_domain
        if not isinstance(content, Mail):
            return content
        sender = content.mail_from or self.identity.email
        if domain:
            sender = f"{self._links.return_local('b', entry)}@{domain}"
        if self._signer is None:
            return Mail(content.raw, sender)
        return Mail(await asyncio.to_thread(self._signer.sign, content.raw), sender)

    def _open_journal(self) -> Journal:
        if self._journal is None:
            self._journal = Journal(self.ledger)
        return self._journal

    def _note(self, entries: Sequence[Entry]) -> None:
        self._open_journal().note(entries)

    def _record(self, entries: Sequence[Entry]) -> None:
        late = list(self._late)
        self.ledger.append([*late, *entries])
        del self._late[: len(late)]
        for entry in late:
            self._open_journal().done(entry.id)
            self._open_journal().claims.give_back(recording.origin_of(entry))


class _Latest:
    """The answer for one message that is being handed over, asked for again where it has grown old."""

    def __init__(self, judged: Judged, noted: asyncio.Future[None], again: Callable[[Judged], Judged]) -> None:
        self.judged = judged
        self._noted = noted
        self._again = again

    async def still(self) -> Handed | None:
        """None where it may go; else why it does not."""
        try:
            await self._noted
        except (LedgerError, OSError) as error:
            LOG.error("not noted, so not handed over: %s", type(error).__name__)
            return Handed("deferred", UNDECIDED, 451)
        if time.monotonic() - self.judged.asked < FRESH_SECONDS:
            return None
        try:
            self.judged = self._again(self.judged)
        except Exception as error:  # no answer means no
            LOG.error("undecided: %s", type(error).__name__)
            return Handed("deferred", UNDECIDED, 451)
        allowed = self.judged.ruling.answer == "allowed"
        return None if allowed else Handed("deferred", "it may not go any more")


def _of_the_store(error: Exception) -> bool:
    """Is it trouble of the store, and not of the message that was put to it?"""
    return isinstance(error, LedgerError | OSError) and not isinstance(error, EntryError | AddressError)
