"""The subject line of an email: does it say truly what the message is?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sayso.messages.check_header import place_of
from sayso.messages.mail import ParsedMail
from sayso.messages.parts import Finding, Passage, Place, Run
from sayso.messages.remembering import Remembered
from sayso.messages.requirements import Judged

TRUE_SUBJECT = "15 USC 7704(a)(2); Cal. B&P 17529.5(a)(3)"

_REPLY = re.compile(r"^\s*(?:re|aw|sv|vs|antw|fwd?|wg|tr|rv)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_SERVICE = re.compile(
    r"\b(?:your|ihre?|votre|su|tu)\s+(?:\w+\s+)?(order|invoice|receipt|account|payment|delivery|parcel|refund|password|bestellung|rechnung|commande|facture|pedido|factura)\b",
    re.IGNORECASE,
)  # fmt: skip
_WORD = re.compile(r"\w{4,}")

_DEALING = (
    r"(?:order|invoice|receipt|account|payment|delivery|parcel|package|shipment|refund|password|statement|bill|subscription|"
    r"membership|booking|reservation|appointment|ticket|claim|policy|contract|warranty|transaction|purchase|bestellung|rechnung|"
    r"konto|zahlung|lieferung|commande|facture|compte|paiement|livraison|pedido|factura|cuenta|pago|entrega)"
)
_OFFERED = re.compile(
    r"\b(?:complete|finish|place|start)\s+your\s+(?:order|purchase|checkout|booking)\b"
    r"|\byour\s+(?:next|first|future|new year|christmas)\s+(?:order|purchase|booking)\b"
    r"|(?:\boff|\bsave\s+(?:up to\s+)?[$€£]?\d+\s?[%€]?\s+on|%\s+on)\s+your\s+(?:whole\s+|entire\s+)?(?:order|purchase|booking)\b",
    re.IGNORECASE,
)
"""An order that is still to be placed is invited by these words, not claimed."""
_CLAIMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a win", re.compile(
        r"\b(?:won|winners?|prizes?|congrat\w*|jackpot|gewonnen|gewinn\w*|gagné|gagnant|ganado|ganador\w*|premio)\b"
        r"|\byou(?:'ve|’ve| have| were| are)?\s+(?:been\s+)?(?:selected|chosen|awarded)\b", re.I)),
    ("an order, account or payment", re.compile(
        rf"\b(?:your|our|my|ihr\w*|votre|vos|su|sus|tu|tus)\s+(?:[\w-]+\s+){{0,2}}?{_DEALING}s?\b"
        rf"|\b{_DEALING}s?\s+(?:(?:no\.?|number|#)\s*)?#?\s?\d{{3,}}"
        rf"|\b{_DEALING}s?\s*(?:#?\w*\d\w*\s*)?(?:[:,–-]|is|are|was|were|has|have|will|can|could|needs?)?\s*(?:be|been|being|not|now|still|on)?\s*"
        r"(?:confirm\w*|receiv\w*|pending|waiting|processed|processing|dispatched|shipped|delivered|declined|failed|overdue|due|"
        r"suspend\w*|locked|closed|cancel\w*|expir\w*|hold|limited|updat\w*|approved|refunded|delayed|required)\b"
        r"|\b(?:confirm|verify|update|reset|renew)\s+your\s+(?:\w+\s+)?(?:e-?mail|address|details|information|identity|preferences|card|data|mailbox)\b", re.I)),
    ("a notice", re.compile(
        r"\b(?:important|official|urgent|legal)\s+(?:\w+\s+)?(?:notice|notification|reminder|warning|alert|information|message|update)\b"
        r"|\b(?:final|last|second|third|service|security|public)\s+(?:\w+\s+)?(?:notice|notification|warning|alert)\b"
        r"|^\W*(?:notice|notification|warning|alert)\b|\bnotice\s+(?:of|to|regarding|about|concerning)\b"
        r"|\b(?:action|response|reply|attention)\s+(?:is\s+)?(?:required|needed|requested)\b|\brecalls?\b|\bverification code\b|\bmahnung\b", re.I)),
    ("a reply", re.compile(
        r"\byour\s+(?:\w+\s+)?(?:reply|request|question|enquir\w*|inquir\w*|query|message|email|application|call)\b"
        r"|\b(?:in reply to|in response to|as requested|as you asked|following up|you asked for|as discussed)\b", re.I)),
    ("something free", re.compile(
        r"\b(?:free|complimentary|gratis|gift|gifts|bonus|kostenlos\w*|geschenk\w*|gratuit\w*|cadeau\w*|regalo\w*)\b|\b(?:no|without)\s+(?:cost|charge)\b|[$€£]\s?0(?:\.00)?\b", re.I)),
)  # fmt: skip
_NOTHING_FREE = re.compile(
    r"\b[\w]+-free\b|\b(?:sugar|gluten|dairy|fat|lead|cruelty|plastic|duty|tax|acid|hassle|stress|oil|nut|sulphate|wrinkle|hands)\s+free\b"
    r"|\bfree[- ](?:range|standing|form|spirit\w*|style|trade)\b|\bfeel free\b|\bgift\s+(?:ideas?|guides?|wrap\w*|sets?|boxe?s?|shop|cards?|vouchers?|season)\b"
    r"|\bgifts\s+(?:for\s+(?!you\b)|from\s+[$€£]|under\b|to\s+(?:give|love|treasure)\b)|\b(?:perfect|great|lovely|christmas|birthday|holiday|last[- ]minute)\s+gifts?\b",
    re.IGNORECASE,
)
_FREE_CARRIAGE = re.compile(r"\bfree\s+(?:\w+\s+)?(?:delivery|shipping|postage|returns?)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:over|above|from|minimum|min|spend\w*|when|if|with|only|selected|excl\w*|except|conditions?|terms|apply|applies|members?|until|before)\b|[$€£]\s?\d",
    re.IGNORECASE,
)


def judge_subject(parsed: ParsedMail, *, commercial: bool = True) -> Judged:
    """
    Does the subject mislead? False where it pretends; true where the body bears it out; else unknown.

    It is borne out where at least half of its longer words stand in the body. Of a commercial message that is not enough
    for a subject that claims a win, something free, an order, a payment, a notice or a reply: the words of a claim stand
    in the body of a false one too, so a person has to say whether it holds.

    Law: us.can-spam.7704-a-2
    """
    place, body = place_of(parsed, "subject"), " ".join(map(_SMALL.__getitem__, parsed.reading.runs))
    subject = _read(parsed.reading.subject)
    if subject.answers and not (parsed.fields("in-reply-to") or parsed.fields("references")):
        return _misleads("it pretends to answer or to pass on a message; take the `Re:` or `Fwd:` out", place)
    if subject.serves.casefold() not in body:
        return _misleads(
            f"it speaks of a `{subject.serves.lower()}`, and the body has none; say what the message is", place
        )
    if commercial and (claim := _claimed(subject, parsed.reading.passages)):
        said = (
            f"it claims {claim}, and the message promotes: whether that is so, and without a condition that it leaves out, "
            "is for a person to look at; else say what is offered"
        )
        return Judged({}, [Finding("subject", "note", said, place, TRUE_SUBJECT)])
    if subject.longer and 2 * sum(word in body for word in subject.longer) >= len(subject.longer):
        said = "its words and those of the body overlap, and it claims nothing that a person has to look at"
        return Judged({"subject_accurate": True}, [Finding("subject", "present", said, place, TRUE_SUBJECT)])
    said = "the body hardly speaks of what the subject says; whether it misleads is for a person to say"
    return Judged({}, [Finding("subject", "note", said, place, TRUE_SUBJECT)])


class _Subject(NamedTuple):
    """What a subject says by itself."""

    words: str
    answers: bool
    """It pretends to be part of a conversation."""
    serves: str
    """What it says it is about that is the reader's already; empty where it says nothing of the kind."""
    free_carriage: str
    claim: str
    """What it claims that only somebody who knows can bear out; empty where it claims nothing of the kind."""
    claim_beside: str
    """The same, free carriage left out."""
    longer: frozenset[str]


@lru_cache(maxsize=1000)
def _read(subject: str) -> _Subject:
    serves = _SERVICE.search(subject)
    left = _NOTHING_FREE.sub(" ", _OFFERED.sub(" ", subject))
    carriage = _FREE_CARRIAGE.search(left)
    return _Subject(
        subject,
        _REPLY.match(subject) is not None,
        serves[1] if serves else "",
        carriage[0].casefold() if carriage else "",
        _claim(left),
        _claim(_FREE_CARRIAGE.sub(" ", left)),
        frozenset(_WORD.findall(subject.casefold())),
    )


def _claim(words: str) -> str:
    return next((what for what, pattern in _CLAIMS if pattern.search(words)), "")


def _claimed(subject: _Subject, passages: tuple[Passage, ...]) -> str:
    """What the subject claims, beside free carriage that the body bears out."""
    if subject.answers:
        return "a reply"
    if subject.free_carriage and _carried_free(subject.free_carriage, subject.words, passages):
        return subject.claim_beside
    return subject.claim


def _carried_free(words: str, subject: str, passages: tuple[Passage, ...]) -> bool:
    """Does the body say the same of the delivery, and set no condition that the subject keeps to itself?"""
    kind = words.rpartition(" ")[2].rstrip("s")
    saying = [one.words for one in passages if _FREE_CARRIAGE.search(one.words) and kind in one.words.casefold()]
    return bool(saying) and (_CONDITION.search(subject) is not None or not any(map(_CONDITION.search, saying)))


_SMALL = Remembered[Run, str](lambda run: " ".join(one.words.casefold() for one in run))


def _misleads(said: str, place: Place) -> Judged:
    return Judged({"subject_accurate": False}, [Finding("subject", "wrong", said, place, TRUE_SUBJECT)])
