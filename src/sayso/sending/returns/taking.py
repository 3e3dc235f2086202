"""
Takes one mail that came back, and records it as the right kind of stop before it returns.

A hard bounce says that an address is no good, not that anybody withdrew a consent; a soft one is counted. A complaint
and an unsubscribe are the person's own. What names one of our messages by token counts as it stands. What does not is
anybody's word: it still may stop, and only so far that nobody is silenced cheaply. A hard bounce counts for a mailbox that
we wrote to within 14 days, a complaint or an opt-out report for one that is on record, 50 of all a day together; a reply
counts for the mailbox that it says it comes from. The rest is kept aside for a human. Nothing here is ever answered.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Literal

import msgspec

from sayso.choices.links import About
from sayso.choices.replies import own_words
from sayso.choices.stopping import Evidence, How, Reach, ask_erasure, stop
from sayso.choices.words import Wish, read_mail
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import Address, BounceReceived, ComplaintReceived, ConsentWithdrawn
from sayso.sending.returns import aside
from sayso.sending.returns.attribution import Attribution, Concerned
from sayso.sending.returns.returned import Kind, read_returned
from sayso.vocabulary import Channel

MOST_UNPROVED = 50
"""Mailboxes that reports without a token of ours may stop in a day; those of our own messages carry one."""
LARGEST = 32 << 20
"""Bytes of a mail that are kept. What lies beyond is the end of what was attached."""
_RAW = 64 << 10
"""Bytes kept with the entry: the report, not the pictures of the message attached to it."""

Became = Literal["recorded", "known", "ignored", "aside"]
LOG = logging.getLogger("sayso.returns")


class Taken(msgspec.Struct, frozen=True):
    """What became of it. `said` is one sentence without any contact detail."""

    kind: Kind
    became: Became
    said: str
    entries: tuple[str, ...] = ()


def take(ledger: Ledger, raw: bytes, *, recipient: str = "", now: datetime | None = None) -> Taken:
    """
    Record what one mail that came back says; on disk when this returns, and the same mail again adds nothing.

    `recipient` is the envelope's (RCPT TO), where it is known. Raises LedgerError, TryLaterError or AsideFullError:
    then nothing was recorded, and the mail has to be offered again.
    """
    raw = raw[:LARGEST]
    taken = _Taking(ledger, raw, recipient, now or datetime.now(UTC)).take()
    LOG.info("%s %s: %s", taken.kind, taken.became, taken.said)
    return taken


class _Taking:
    """One mail on its way into the ledger."""

    def __init__(self, ledger: Ledger, raw: bytes, recipient: str, now: datetime) -> None:
        self._ledger, self._raw, self._recipient, self._now = ledger, raw, recipient, now
        self._returned = read_returned(raw)
        self._attribution = Attribution(ledger)

    def take(self) -> Taken:
        returned = self._returned
        if self._attribution.unsubscribes(self._recipient, returned):
            return self._unsubscribe("it came to the address that the message named for unsubscribing")
        match returned.kind:
            case "bounce" | "complaint" | "opt_out":
                return self._report()
            case "unsubscribe":
                return self._unsubscribe(returned.why)
            case "reply":
                return self._reply()
            case "unreadable":
                return self._aside(returned.why)
            case "auto_reply" if self._wish().kind == "stop":
                return self._aside("an automatic answer that asks to stop, as none does")
        return self._taken("ignored", returned.why)

    # Bounces and complaints ---------------------------------------------------------------------------------------

    def _report(self) -> Taken:
        concerned = self._by_address() or self._by_content()[:1]
        if concerned:
            return self._record(concerned, "")
        named = [one for one in self._returned.recipients if not self._attribution.is_erased(one)]
        if self._returned.recipients and not named:
            return self._taken("ignored", "whoever it names was erased, and everything is stopped for them")
        unproved = [found for one in named if (found := self._unproved(one)) is not None]
        if not unproved:
            return self._aside("it bears no token of ours, and names nobody that it could concern")
        prefix = f"returned:unproved:{self._now:%Y-%m-%d}:"
        if len(self._ledger.entries_from(prefix)) + len(unproved) > MOST_UNPROVED:
            return self._aside(f"it bears no token of ours, and {MOST_UNPROVED} of that kind have counted today")
        return self._record(unproved, prefix)

    def _unproved(self, address: Address) -> Concerned | None:
        """Whom it may stop on its own word: who was written to of late, and where a person asks, anybody on record."""
        found = self._attribution.written_to(address, self._now)
        if found is None and self._returned.kind != "bounce" and self._ledger.find(address.value):
            return Concerned(About(address, "email", "everything", "shop"))
        return found

    def _record(self, concerned: list[Concerned], prefix: str) -> Taken:
        appended = self._ledger.append([self._entry(one, prefix or "returned:") for one in concerned])
        became: Became = "recorded" if appended.added else "known"
        return self._taken(became, self._returned.why, appended.added)

    def _entry(self, one: Concerned, prefix: str) -> Entry:
        """
        The same report of the same message on the same day is one entry: a stop is lifted by an act of a later day at
        the earliest, so no stop is lost by that, and nobody fills the ledger with reports of one message.
        """
        returned, about = self._returned, one.about
        body: BounceReceived | ComplaintReceived | ConsentWithdrawn
        match returned.kind:
            case "bounce":
                body = BounceReceived(hard=returned.hard, scope="channel", channels=[about.channel])
            case "opt_out":
                body = ConsentWithdrawn(scope="channel", channels=[about.channel], means_stop=True)
            case _:
                body = ComplaintReceived(scope="channel", channels=[about.channel])
        parts = (returned.kind, str(returned.hard), one.entry, about.address.value, f"{self._now:%Y-%m-%d}")
        return Entry(
            body=body, happened_at=self._now, origin=f"{prefix}{self._ledger.fingerprint('|'.join(parts))}",
            actor="shop" if returned.kind == "bounce" else "person", proof="captured_here", sender=about.sender,
            addresses=[about.address], raw=self._raw[:_RAW].decode("latin-1"),
        )  # fmt: skip

    # What people say ----------------------------------------------------------------------------------------------

    def _unsubscribe(self, why: str) -> Taken:
        concerned = [one.about for one in self._by_address() or self._by_content()] or self._named()
        if not concerned:
            return self._aside("it asks to unsubscribe, and nobody on record can be told from it")
        return self._stop(concerned, "mail", why)

    def _reply(self) -> Taken:
        """A reply stops by any words that may mean it; whatever else it says, a human has to read it."""
        wish = self._wish()
        if wish.kind not in ("stop", "unclear"):
            return self._aside(f"somebody wrote: {wish.why}")
        said = [one.about for one in (*self._by_address(), *self._by_content())]
        concerned = list({one.address: one for one in (*self._named(), *said)}.values())
        if wish.kind == "unclear" or not concerned:
            self._keep()
        if not concerned:
            return self._taken("aside", "it asks to stop, and nobody on record can be told from it")
        taken = self._stop(
            concerned, "reply" if wish.kind == "stop" else "unclear", wish.why, wish.scope, wish.channels
        )
        if wish.erasure:
            evidence = Evidence(words=own_words(self._returned.text) or None)
            for about in concerned:
                ask_erasure(self._ledger, about, self._now, evidence)
        return taken

    def _wish(self) -> Wish:
        return read_mail(self._returned.subject, self._returned.text)

    def _named(self) -> list[About]:
        """The mailbox it says it comes from, where that is on record."""
        sender = self._returned.sender
        known = sender is not None and self._ledger.find(sender.value)
        return [About(sender, "email", "everything", "shop")] if sender and known else []

    def _stop(
        self, concerned: list[About], how: How, why: str, reach: Reach = "channel", named: tuple[Channel, ...] = ()
    ) -> Taken:
        evidence = Evidence(words=own_words(self._returned.text) or None)
        added = [
            entry
            for about in concerned
            for entry in stop(self._ledger, about, how, reach, self._now, evidence, named=named)
        ]
        return self._taken("recorded" if added else "known", why, added)

    # ----------------------------------------------------------------------------------------------------------------

    def _by_address(self) -> list[Concerned]:
        return self._attribution.by_address(self._recipient, self._returned, self._now)

    def _by_content(self) -> list[Concerned]:
        return self._attribution.by_content(self._returned, self._now)

    def _aside(self, why: str) -> Taken:
        self._keep()
        return self._taken("aside", why)

    def _keep(self) -> None:
        aside.keep(self._ledger.home, self._raw, self._returned.kind)

    def _taken(self, became: Became, said: str, entries: list[str] | tuple[str, ...] = ()) -> Taken:
        return Taken(self._returned.kind, became, said, tuple(entries))
