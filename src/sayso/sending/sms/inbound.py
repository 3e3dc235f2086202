"""
A text that came in: what it asks for is on record before anything is answered.

A stop is recorded first and by itself, so that nothing about the rest can cost it. What may be a stop stops, and a human
is asked. START is a fresh act of the person, and is worth what the words say that the programme offers it with.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from sayso.capture.restraint import Restraint
from sayso.choices.links import About
from sayso.choices.stopping import Evidence, How, ask_erasure, stop
from sayso.choices.words import Wish, plain, read_reply
from sayso.ledger import AddressError, Entry, Ledger, phone_number
from sayso.ledger.entries import Address, Body, ConsentGiven, MessageSent, NumberReassigned, Private, TextReceived
from sayso.messages.identity import Identity
from sayso.sending.outgoing import Outgoing
from sayso.sending.sms import answers
from sayso.settings import Sms

LONGEST = 4000
"""Characters kept of a text; ten parts of the longest kind hold fewer."""
SHORTEST = 7
"""Digits of a number; fewer are a short code, which some country's numbering might take for one of its own."""
HELPED_MOST, HELPED_WITHIN = 3, timedelta(days=1)
"""Answers to HELP from one number, at most, and within what time: two machines could ask each other for ever."""
START = frozenset({"start", "unstop", "subscribe", "resubscribe", "opt in", "optin"})
"""What asks for texts to come, when nothing was asked. `Yes` answers a question, and is an answer to that alone."""
_WRONG_NUMBER = re.compile(
    r"\bwrong (?:number|person|guy|lady)\b|\bfalsche nummer\b|\b(?:mauvais|faux) numero\b|\bnumero (?:equivocado|errado|sbagliato)\b"
    r"|\bverkeerd nummer\b|\bfel nummer\b|\bforkert nummer\b|\bzly numer\b|\bnot my number anymore\b"
    r"|\b(?:this|it) is (?:now )?(?:somebody|someone) elses (?:number|phone)\b"
)


class Inbound(msgspec.Struct, frozen=True):
    """One text as it came in. `id` is the gateway's own name for it, after the gateway's: the same text has the same."""

    id: str
    number: Address
    words: str
    answered: bool = False
    """The carrier's side has answered it already, as Twilio's Advanced Opt-Out does."""
    named: bool = True
    """The gateway gave it a name. Where it gave none, two texts may be taken for one, and so a stop always counts."""


class Received(msgspec.Struct, frozen=True):
    """What a text was read as, and what to answer: nothing where it came before, or where nothing is owed."""

    wish: Wish
    known: bool = False
    answer: Outgoing | None = None


def number_of(text: str, country: str | None) -> Address | None:
    """The number that a text came from; gateways leave out the `+`. None for short codes and names: they are nobody's."""
    if sum(one.isdigit() for one in text) < SHORTEST:
        return None
    for spelled, where in ((text, country), (f"+{text.lstrip('+')}", None)):
        try:
            return phone_number(spelled, where)
        except AddressError:
            continue
    return None


def receive(
    ledger: Ledger, sms: Sms, identity: Identity | None, helps: Restraint, text: Inbound, now: datetime
) -> Received:
    """
    Take one text: what it asks for is on disk before this returns. Raises LedgerError; then it has to come again.

    Without an identity nothing is answered, and everything is recorded. Of somebody who is not on record, or was erased,
    nothing is kept but a stop or a permission.
    """
    wish = read_reply(text.words)
    origin = f"text:{text.id}:in"
    known = bool(ledger.entries_from(origin))
    wrong = bool(_WRONG_NUMBER.search(plain(_small(text.words))))
    stops = wish.kind in ("stop", "unclear") or wrong
    if known and (text.named or not stops):
        return Received(wish, known=True)
    added = _stop(ledger, sms, text, wish, now) if stops else []
    if known:
        return Received(wish, known=True)
    noted: list[Body] = []
    if wrong:
        noted.append(NumberReassigned(scope="everything", means_stop=True))
    if wish.kind == "start" and identity and _starts(text.words) and sms.start_means:
        noted.append(_consent(sms, identity))
    if noted or ledger.find(text.number.value):
        noted.append(TextReceived(read_as="wrong_number" if wrong else wish.kind))
        ledger.append([_entry(text, f"{origin}:{body.__struct_config__.tag}", body, now) for body in noted])
    if identity is None or text.answered:
        return Received(wish)
    if added and sms.confirm_stops and not _confirmed(ledger, text.number):
        return Received(wish, answer=answers.stopped(text.number, text.id, identity, sms, wish.kind == "unclear"))
    if wish.kind == "help" and helps.allows(text.number, now):
        return Received(wish, answer=answers.helped(text.number, text.id, identity, sms))
    return Received(wish)


def _stop(ledger: Ledger, sms: Sms, text: Inbound, wish: Wish, now: datetime) -> list[str]:
    how: How = "unclear" if wish.kind == "unclear" else "keyword" if wish.keyword else "reply"
    about = About(text.number, "sms", sms.topic, "shop")
    evidence = Evidence(words=text.words[:LONGEST])
    added = stop(ledger, about, how, wish.scope, now, evidence, named=wish.channels)
    if wish.erasure:
        ask_erasure(ledger, about, now, evidence)
    return added


def _confirmed(ledger: Ledger, number: Address) -> bool:
    """Was a stop confirmed to this number already, with no consent since?"""
    for entry in (one for who in ledger.find(number.value) for one in reversed(ledger.entries_about(who))):
        if isinstance(entry.body, ConsentGiven):
            break
        if isinstance(entry.body, MessageSent) and entry.body.message_kind == "opt_out_confirmation":
            return True
    return False


def _starts(words: str) -> bool:
    return plain(_small(words)) in START


def _small(words: str) -> str:
    """Small letters without marks and signs, as `plain` takes them."""
    return re.sub(r"[^\w\s]", "", unicodedata.normalize("NFKD", words[:LONGEST].casefold()))


def _consent(sms: Sms, identity: Identity) -> ConsentGiven:
    """START, sent from the number itself, with the words the programme offers it with."""
    said = sms.start_means
    return ConsentGiven(
        act="wrote_yes", given_by="user_of_account", confirmed_from_account=True, wording=said, language="en",
        wording_version=f"start-{sha256(said.encode()).hexdigest()[:12]}", channels=["sms", "mms"], topics=[sms.topic],
        marketing_named=True, names_sender=identity.brand.casefold() in said.casefold(), separate_from_terms=True,
        bundled=False,
    )  # fmt: skip


def _entry(text: Inbound, origin: str, body: Body, now: datetime) -> Entry:
    words = text.words[:LONGEST].encode("utf-8", "replace").decode()
    return Entry(
        body=body,  # type: ignore[arg-type]  # one of the bodies above
        happened_at=now,
        origin=origin,
        actor="person",
        proof="captured_here",
        addresses=[text.number],
        private=Private(words=words) if words else None,
    )
