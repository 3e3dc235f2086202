"""
What people choose, as ledger entries: every way of asking to stop ends here.

A stop is on record before this returns. Asking again in the same way on the same day (UTC) adds nothing while nothing else
came between. On another day, or once a consent or an order came, it is a stop of its own: a yes may have lifted the first
one, or may yet turn up that was given before the second. It is recorded of everybody who holds the
address, since any of them may ask. Who was erased is erased again at once: only the stop stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec

from sayso.choices.links import About
from sayso.ledger import Entry, EntryError, Ledger
from sayso.ledger.entries import (
    ConsentGiven,
    ConsentWithdrawn,
    DeliveryReported,
    MessageRefused,
    MessageSent,
    OptOutOfSaleReceived,
    Private,
    RequestReceived,
    Stopping,
    TextReceived,
)
from sayso.vocabulary import Channel

Reach = Literal["topic", "channel", "everything", "sale"]
"""How far a stop is meant: one topic on one channel, all topics on one channel, all marketing, or sale and sharing."""

How = Literal["one_click", "page", "mail", "keyword", "reply", "unclear", "told"]
"""
How it came. `one_click`: a mail client's request (RFC 8058). `page`: a button of ours. `mail`: to the address that
List-Unsubscribe names. `keyword`: a stop word by text. `reply`: other words that a reasonable person takes for a stop.
`unclear`: words that may or may not be one; it stops, and a human is asked. `told`: by phone, letter or in person, as
the owner says.
"""

LONGEST = 4000
"""Characters kept of what somebody wrote; the whole message is the mail server's to keep."""
_TRIES = 5


class _Way(NamedTuple):
    means: Literal["unsubscribe", "stop_keyword", "free_text"]
    offered: bool | None
    """It is the way that our own message offered; unknown of an answer, which the message may have invited."""
    meant: bool | None = True


_WAYS: dict[How, _Way] = {
    "one_click": _Way("unsubscribe", True),
    "page": _Way("unsubscribe", True),
    "mail": _Way("unsubscribe", True),
    "keyword": _Way("stop_keyword", True),
    "reply": _Way("free_text", None),
    "unclear": _Way("free_text", None, meant=None),
    "told": _Way("free_text", False),
}


class Evidence(msgspec.Struct, frozen=True):
    """What shows that it happened: kept sealed under the person's key."""

    words: str | None = None
    ip: str | None = None
    user_agent: str | None = None


NO_EVIDENCE = Evidence()


def stop(
    ledger: Ledger,
    about: About,
    how: How,
    reach: Reach,
    happened_at: datetime,
    evidence: Evidence = NO_EVIDENCE,
    *,
    named: Iterable[Channel] = (),
) -> list[str]:
    """
    Record that whoever uses this address wants this stopped; on disk before it returns.

    Gives the entries that were added: none where the same stop stands already. The topic and channel are those of `about`;
    `named` are channels that the words name besides, which a stop of a channel reaches as well.
    Works for an address that nobody on record holds. Raises a LedgerError.
    """
    added: list[str] = []
    if reach == "topic" and about.topic in ("", "everything"):
        reach = "channel"  # no topic of ours: whatever was meant, nothing less than this covers it
    for attempt in range(_TRIES):
        people, standing = _holders(ledger, about)
        erased = not people and _erased(ledger, about)
        body, private = _body(about, how, reach, named), _private(evidence)
        said = private.words if private and private.words else ""
        asked = ledger.fingerprint("\n".join((*_parts(about), reach, _day(happened_at), standing, said)))
        entries = [
            Entry(body=body, happened_at=happened_at, origin=f"choice:{how}:{asked}:{number}",
                  actor="owner" if how == "told" else "person", proof="captured_here", sender=about.sender,
                  person=person, addresses=[about.address], private=private)
            for number, person in enumerate(people or [None])
        ]  # fmt: skip
        try:
            added += ledger.append(entries).added
        except EntryError:
            if attempt == _TRIES - 1:
                raise
            continue  # one of them was erased meanwhile
        if erased and added:
            _forget(ledger, added[-1])
        if _holders(ledger, about)[1] == standing:
            break  # nothing came between looking and recording that this did not stop
    return added


def ask_erasure(ledger: Ledger, about: About, happened_at: datetime, evidence: Evidence = NO_EVIDENCE) -> list[str]:
    """
    Record that whoever uses this address asked to have their details deleted; the owner has to answer, and deletes.

    Nothing is deleted by it: anyone may write from a shared telephone. Nothing is recorded of who is not on record.
    """
    asked = ledger.fingerprint("\n".join((*_parts(about), "erasure", _day(happened_at))))
    entries = [
        Entry(body=RequestReceived(asks_for="erasure"), happened_at=happened_at, origin=f"choice:erasure:{asked}:{number}",
              actor="person", proof="captured_here", sender=about.sender, person=person, addresses=[about.address],
              private=_private(evidence))
        for number, person in enumerate(ledger.find(about.address.value))
    ]  # fmt: skip
    return ledger.append(entries).added if entries else []


def ask_again(
    ledger: Ledger, about: About, wording: str, page: str, happened_at: datetime, evidence: Evidence = NO_EVIDENCE
) -> None:
    """
    Record that somebody with the link pressed a button to get this again. It lifts nothing by itself.

    Whoever was forwarded the message could press it, so it is only asserted: it counts once the owner says what proves
    it, or the person ticks a form's box and confirms it from the mailbox. Nothing is recorded of who is not on record.
    """
    people, _ = _holders(ledger, about)
    if not people:
        return
    body = ConsentGiven(
        act="pressed_button", wording=wording, wording_version=f"again-{sha256(wording.encode()).hexdigest()[:12]}",
        page=page, language="en", channels=[about.channel], topics=[about.topic], marketing_named=True,
        names_sender=True, separate_from_terms=True, bundled=False,
    )  # fmt: skip
    asked = ledger.fingerprint("\n".join((*_parts(about), _day(happened_at))))
    ledger.append(
        [
            Entry(body=body, happened_at=happened_at, origin=f"choice:again:{asked}", actor="person", proof="asserted",
                  sender=about.sender, addresses=[about.address], private=_private(evidence))
        ]
    )  # fmt: skip


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _parts(about: About) -> tuple[str, ...]:
    return about.address.kind, about.address.value, about.channel, about.topic, about.sender


def _holders(ledger: Ledger, about: About) -> tuple[list[str], str]:
    """Who holds the address, and the latest of what is on record of them that is neither a stop nor a message."""
    people = ledger.find(about.address.value)
    standing = []
    for person in people:
        told = [one.id for one in ledger.entries_about(person) if not isinstance(one.body, _NOTHING_NEW)]
        standing += told[-1:]
    return people, "|".join(sorted(standing))


_TOGETHER: dict[str, tuple[Channel, ...]] = dict.fromkeys(("sms", "mms"), ("sms", "mms"))
"""Texts with and without pictures come from one number, to one phone: who stops the one has stopped the other."""

_NOTHING_NEW = (Stopping, RequestReceived, MessageSent, MessageRefused, DeliveryReported, TextReceived)


def _erased(ledger: Ledger, about: About) -> bool:
    stops = ledger.facts_for(about.address, channel=about.channel, topic=about.topic).stops
    return any(one.kind == "erasure" for one in stops)


def _forget(ledger: Ledger, entry: str) -> None:
    """Erase whom a stop was recorded of who had been erased before, unless more is on record of them by now."""
    person = ledger.entries([entry])[0].person
    if person and all(isinstance(one.body, Stopping) for one in ledger.entries_about(person)):
        reason = "they had been erased, and asked to stop once more"
        ledger.erase(person, origin=f"choice:erased:{entry}", actor="sayso", reason=reason)


def _body(about: About, how: How, reach: Reach, named: Iterable[Channel]) -> ConsentWithdrawn | OptOutOfSaleReceived:
    if reach == "sale":
        return OptOutOfSaleReceived(signal="do_not_sell", person_known=True)
    way = _WAYS[how]
    meant: tuple[Channel, ...] = (about.channel, *(named if reach == "channel" else ()))
    channels: list[Channel] = [one for channel in meant for one in _TOGETHER.get(channel, (channel,))]
    channels = [] if reach == "everything" else list(dict.fromkeys(channels))
    return ConsentWithdrawn(
        means=way.means, scope=reach, channels=channels, topics=[about.topic] if reach == "topic" else [],
        through_offered_mechanism=way.offered, means_stop=way.meant,
    )  # fmt: skip


def _private(evidence: Evidence) -> Private | None:
    """The evidence as it can be written; what cannot be never keeps a stop from being recorded."""
    kept = Private(
        words=_written(evidence.words, LONGEST), ip=_written(evidence.ip, 64), user_agent=_written(evidence.user_agent, 400)
    )  # fmt: skip
    return kept if kept != Private() else None


def _written(text: str | None, longest: int) -> str | None:
    return text[:longest].encode("utf-8", "replace").decode() if text else None
