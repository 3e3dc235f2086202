"""
The mails that ask for the second step of a double opt-in, sent as soon as the answer lets them.

The first attempt is made when the form comes in. Where the answer is no because nobody knows yet where the person is, it
is asked again when more becomes known of them or of their mailbox, when the business changes what it settled, and every
hour. Everything is read from the ledger: what is kept here is how far it was read, and it is read again after a restart.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import anyio
import msgspec
from anyio.to_thread import run_sync

from sayso.capture import confirmation
from sayso.ledger import Entry, LedgerError
from sayso.ledger.addresses import folded, normalised
from sayso.ledger.entries import Address, MessageSent, Wording
from sayso.sending.outgoing import Mail, Outgoing, Stream

if TYPE_CHECKING:
    from sayso.public.desk import Desk

STREAM = "double-opt-in"
LOG = logging.getLogger("sayso.public")
AGAIN = timedelta(hours=1)
"""After how long an answer is asked for again although nothing new was heard: laws come into force, and hours pass."""
MOST = 500
"""Mails in one look, the newest first; then it is read on, so that a long list keeps nobody waiting who comes after it."""
CONSENTS = frozenset({"consent_given"})
OF_SOMEBODY = frozenset({"details_collected", "checkout_abandoned", "order_placed", "person_described"})
"""What may say where somebody is, and whatever else their answer rests on."""
OF_THE_BUSINESS = frozenset({"risk_accepted", "house_rule_set", "setting_changed"})


class _Waiting(msgspec.Struct):
    """A report whose mail has not left, as far as was read."""

    since: datetime
    due: datetime
    named: frozenset[str]
    """The person and their mailboxes, the latter as fingerprints."""


class SecondSteps:
    """The waiting mails of one listener. Used from its event loop alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._place: int | None = None
        self._waiting: dict[str, _Waiting] = {}
        self._by_name: dict[str, set[str]] = {}
        self._under_way: dict[str, anyio.Event] = {}
        self._woken = anyio.Event()

    def wake(self) -> None:
        """Something was recorded that may have settled an answer."""
        self._woken.set()

    async def woken(self) -> None:
        """Wait for it."""
        await self._woken.wait()
        self._woken = anyio.Event()

    async def ask(self, report: str, consents: list[Entry], *, quietly: bool = False) -> bool:
        """
        Send the mail of a report if the answer allows it; whether nothing is left to do.

        `quietly` looks at the answer first, so that a refusal that is on record already is not recorded again.
        """
        while report in self._under_way:
            await self._under_way[report].wait()
        self._under_way[report] = anyio.Event()
        desk, now = self._desk, self._desk.now()
        try:
            dispatch = desk.dispatch
            outgoing = await run_sync(self._mail, report, consents)
            if await dispatch.known(outgoing.origin) is not None:
                return True
            if quietly and (await dispatch.judge(outgoing)).ruling.answer != "allowed":
                return False
            if quietly and await run_sync(self._often, outgoing.to, now):
                return True
            if not desk.mails.allows(outgoing.to, now):
                return True
            outcome = await dispatch.send(outgoing)
            if outcome.state not in ("sent", "unknown"):
                desk.mails.not_done(outgoing.to, now)
            return outcome.state in ("sent", "unknown", "rejected")
        finally:
            self._under_way.pop(report).set()

    async def look(self) -> int:
        """Send what waits and may go now; how much still waits. Raises a LedgerError where the store cannot be asked."""
        desk, now = self._desk, self._desk.now()
        if not desk.settings.widget.confirm:
            return 0
        await run_sync(self._hear, now)
        due = sorted((one.since, report) for report, one in self._waiting.items() if one.due <= now)
        if len(due) > MOST:
            self.wake()
        for _, report in reversed(due[-MOST:]):
            self._waiting[report].due = now + AGAIN
            try:
                days = desk.settings.widget.confirm_days
                consents = await run_sync(confirmation.waiting, desk.ledger, report, now, days)
                over = not consents or await self.ask(report, consents, quietly=True)
            except LedgerError:
                self._waiting[report].due = now
                raise
            except Exception as error:  # one mail that cannot be made keeps no other one back
                LOG.error("a mail that asks for a second step could not be sent: %s", type(error).__name__)
                over = False
            if over:
                self._drop(report)
        return len(self._waiting)

    def _hear(self, now: datetime) -> None:
        """Read on, to the end of what is on record."""
        ledger = self._desk.ledger
        if self._place is None:
            self._place = ledger.place_of(now - timedelta(days=self._desk.settings.widget.confirm_days))
        until = -1
        while until != self._place:
            kinds = CONSENTS | OF_SOMEBODY | OF_THE_BUSINESS if self._waiting else CONSENTS
            self._place = max(self._place, until)
            entries, until = ledger.recorded_after(self._place, kinds)
            for entry in entries:
                self._heard(entry, now)

    def _heard(self, entry: Entry, now: datetime) -> None:
        if entry.kind in OF_THE_BUSINESS:
            found = set(self._waiting)
        else:
            named = self._names(entry)
            found = set[str]().union(*(self._by_name.get(name, ()) for name in named))
            report = confirmation.report_of(entry)
            if report is not None and report not in self._waiting:
                self._waiting[report] = _Waiting(entry.happened_at, now, named)
                for name in named:
                    self._by_name.setdefault(name, set()).add(report)
        for report in found:
            self._waiting[report].due = now

    def _names(self, entry: Entry) -> frozenset[str]:
        fingerprint = self._desk.ledger.fingerprint
        mailboxes = [address for address in entry.addresses if address.kind == "email"]
        known = [fingerprint(folded(normalised(address)).value) for address in mailboxes]
        return frozenset([*known, *([entry.person] if entry.person else [])])

    def _drop(self, report: str) -> None:
        for name in self._waiting.pop(report).named:
            reports = self._by_name[name]
            reports.discard(report)
            if not reports:
                del self._by_name[name]

    def _often(self, to: Address, now: datetime) -> bool:
        """Was this mailbox asked as often as it may be, as the ledger has it, whatever this process knows of?"""
        ledger = self._desk.ledger
        sent = [
            entry
            for person in ledger.find(to.value)
            for entry in ledger.entries_about(person)
            if isinstance(entry.body, MessageSent)
            and entry.body.stream == STREAM
            and to in entry.addresses
            and now - entry.happened_at < confirmation.WITHIN
        ]
        return len(sent) >= confirmation.MOST

    def _mail(self, report: str, consents: list[Entry]) -> Outgoing:
        desk = self._desk
        to = mailbox(consents)
        message = confirmation.mail(
            desk.declaration.business,
            consents,
            to.value,
            desk.url(f"/confirm/{desk.links.confirm(report)}"),
            desk.url(f"/receipts/{desk.links.receipt(report)}"),
            desk.now(),
        )
        topics = [topic for entry in consents if isinstance(entry.body, Wording) for topic in entry.body.topics]
        stream = Stream(STREAM, topics[0] if topics else "marketing", consents[0].sender, service=True)
        return Outgoing(to, "email", stream, Mail(message.as_bytes()), confirmation.origin(report))


def mailbox(consents: list[Entry]) -> Address:
    """The mailbox that a report's boxes are about."""
    return next(address for address in consents[0].addresses if address.kind == "email")
