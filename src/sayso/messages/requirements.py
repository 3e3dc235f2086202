"""What a message must say of who sends it: found in what its reader meets, with its place and the section that asks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from sayso.messages.content import Content
from sayso.messages.identity import Identity
from sayso.messages.parts import CALENDAR, Finding, Passage, Place, Reading, Run
from sayso.messages.reading_html import HIDDEN, PREHEADER
from sayso.messages.remembering import Remembered

WHO = "Spam Act 2003 s 17(1)(a)"
CONTACT = "Spam Act 2003 s 17(1)(b), (2)"
POSTAL = "15 USC 7704(a)(5)(A)(iii)"
LABEL = "15 USC 7704(a)(5)(A)(i)"

_FORMS = frozenset((
    "pty", "ltd", "limited", "inc", "incorporated", "llc", "llp", "lp", "plc", "corp", "corporation", "co", "company",
    "gmbh", "ag", "kg", "ug", "sa", "sas", "sarl", "sl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps",
))  # fmt: skip
_SAME = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "dr": "drive",
    "ln": "lane", "hwy": "highway", "ste": "suite", "fl": "floor", "p": "po", "o": "", "sq": "square", "ct": "court",
}  # fmt: skip
_LABELLED = re.compile(
    r"\badvertise(?:ment|r announcement|rs?' announcement)\b|\badvertorial\b|\[?\badv?\b[:\]]|\bpromotional (?:e-?mail|message|offer)\b|\bmarketing (?:e-?mail|message)\b"
    r"|\bcommercial (?:e-?mail|message)\b|\banzeige\b|\bwerbung\b|\bwerbepartner\b|\bwerbe-?mail\b|\bpublicit(?:é|aire|ario|aria)\b|\bpublicidad\b|\bpubblicità\b"
)
"""In small letters."""
_LABELS = ("advert", "ad:", "ad]", "adv:", "adv]", "promotional", "marketing", "commercial", "anzeige", "werb", "publici", "pubblici")  # fmt: skip
"""One of these is in every label: quicker to look for than the pattern."""
_NEGATED = re.compile(
    r"(?:\b(?:not|no|never|nor|without|isn|aren|ain|nicht|nie|kein\w*|pas|sans|non|sin)\b|n['’]t\b)[^.!?;:]{0,30}$"
)
"""What stands before a label that says that it is none, or speaks of others that one does not want."""


class Judged(msgspec.Struct):
    """Facts by their names in the vocabulary, and what was found."""

    facts: dict[str, Any] = {}
    findings: list[Finding] = []

    def add(self, other: Judged) -> None:
        self.facts.update(other.facts)
        self.findings += other.findings


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found about one message. `facts` bear the names of the vocabulary; what is not in them is unknown."""

    facts: dict[str, Any]
    content: Content
    """What it is, by what it says."""
    carried: tuple[Finding, ...]
    """What it carries, and what it lacks of what a message must carry."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return (*self.content.findings, *self.carried)

    @property
    def lacking(self) -> tuple[Finding, ...]:
        """What is missing, or not as asked."""
        return tuple(one for one in self.carried if one.state in ("missing", "wrong"))


UNSEEN = (HIDDEN, PREHEADER, CALENDAR)
"""Where what stands identifies nobody and offers nothing."""


def shown(passages: Run) -> list[Passage]:
    """What the eye meets."""
    return [one for one in passages if one.place.where not in UNSEEN]


@lru_cache(maxsize=1000)
def core_name(name: str) -> str:
    """A name without the words for the kind of company: `Harbour Books` of `Harbour Books Pty Ltd`."""
    tokens = _tokens(name)
    while len(tokens) > 1 and tokens[-1] in _FORMS:
        tokens.pop()
    return " ".join(tokens)


def names(words: str, name: str) -> bool:
    """Do these words say the name, whole?"""
    core = core_name(name)
    return bool(core) and core.partition(" ")[0] in words.casefold() and f" {core} " in f" {' '.join(_tokens(words))} "


def whole_name(identity: Identity) -> str:
    """The company's name, after the brand where that is called something else."""
    brand, company = identity.brand, identity.legal_name
    if brand.casefold() in company.casefold():
        return company
    return f"{brand} ({company})" if company else brand


def same_name(identity: Identity) -> bool:
    """Does the brand name the company, but for `Pty Ltd` and the like?"""
    return not identity.legal_name.strip() or core_name(identity.brand) == core_name(identity.legal_name)


def judge_sender(reading: Reading, identity: Identity) -> Judged:
    """Who authorised it, and how to reach them: in the body, and in the From line where there is one."""
    found = Judged({}, [])
    known = _said_of(identity)
    said = [known[run] for run in reading.runs]
    naming = next((one.naming for one in said if one.naming), None)
    in_from = _named(reading.sender, identity)
    found.facts["sender_identified"] = naming is not None or in_from
    found.facts["sender_identified_in_body"] = naming is not None
    if reading.sender:
        found.facts["from_line_names_sender"] = names(reading.sender, identity.legal_name)
    if naming is not None:
        found.findings.append(_said("sender", "present", "it names who sends it", naming, WHO))
    elif in_from:
        found.findings.append(
            _said("sender", "note", "only the From line names who sends it; say it in the body too", _FROM, WHO)
        )
    else:
        found.findings.append(
            _said(
                "sender", "missing", f"nothing names who sends it; add `{identity.brand}` as a footer does", _END, WHO
            )
        )
    _contact(found, reading, said, identity)
    _postal(found, said, identity)
    _label(found, reading, said)
    return found


def says_sender(runs: tuple[Run, ...], identity: Identity, *, postal: bool) -> bool:
    """Does a body name who sends it, say how to reach them and, where `postal` asks for that, at which address they are?"""
    said = list(map(_said_of(identity).__getitem__, runs))
    addressed = not (postal and identity.postal_address.strip()) or _address(said, identity) is not None
    return addressed and any(one.naming for one in said) and any(one.contact for one in said)


class _Said(NamedTuple):
    """Where some passages say something of their sender first, if they do; where the last of them stands; all their words."""

    naming: Place | None
    contact: Place | None
    address: Place | None
    label: Place | None
    last: Place | None
    words: str


@lru_cache(maxsize=16)
def _said_of(identity: Identity) -> Remembered[Run, _Said]:
    """For each sender, what runs say of it."""
    return Remembered(lambda run: _said_in(shown(run), identity))


def _said_in(passages: list[Passage], identity: Identity) -> _Said:
    addresses = [has_address(one.words, identity.postal_address) for one in passages]
    return _Said(
        _first(passages, [_named(one.words, identity) for one in passages]),
        _first(passages, [there or _reaches(one, identity) for one, there in zip(passages, addresses, strict=True)]),
        _first(passages, addresses),
        _first(passages, [len(one.words) < 400 and _labelled(one.words) for one in passages]),
        passages[-1].place if passages else None,
        " ".join(one.words for one in passages),
    )


def _first(passages: list[Passage], has: list[bool]) -> Place | None:
    return next((one.place for one, it in zip(passages, has, strict=True) if it), None)


def _reaches(passage: Passage, identity: Identity) -> bool:
    reached = " ".join(link.target for link in passage.links if link.target.startswith(("mailto:", "tel:")))
    return _has_contact(f"{passage.words} {reached}", identity.email, identity.phone or "")


def _named(words: str, identity: Identity) -> bool:
    return names(words, identity.legal_name) or names(words, identity.brand)


def _contact(found: Judged, reading: Reading, said: list[_Said], identity: Identity) -> None:
    """A way to reach the sender: as declared, so that it holds for the 30 days that the Act asks for."""
    place = next((one.contact for one in said if one.contact), None)
    if place is None and identity.email.lower() in reading.sender.lower():
        place = _FROM
    found.facts["contact_details_accurate"] = place is not None
    if place is not None:
        found.findings.append(_said("contact", "present", "it says how to reach the sender", place, CONTACT))
    else:
        found.findings.append(
            _said("contact", "missing", "no declared way to reach the sender is in it; add mailbox, telephone or address", _END, CONTACT)
        )  # fmt: skip


def _has_contact(words: str, email: str, phone: str) -> bool:
    if email and email.lower() in words.lower():
        return True
    digits = re.sub(r"\D", "", phone)[-8:]
    return len(digits) >= 6 and digits[-2:] in words and digits in re.sub(r"\D", "", words)


def _address(said: list[_Said], identity: Identity) -> Place | None:
    """Where the postal address stands: in one passage, or spread over several, in which case the last of all is named."""
    place = next((one.address for one in said if one.address), None)
    if place is None and has_address(" ".join(one.words for one in said), identity.postal_address):
        place = next(one.last for one in reversed(said) if one.last)
    return place


def _postal(found: Judged, said: list[_Said], identity: Identity) -> None:
    if not identity.postal_address.strip():
        found.findings.append(
            _said("postal-address", "note", "no postal address is declared, so none can be looked for; declare it", _END, POSTAL)
        )  # fmt: skip
        return
    place = _address(said, identity)
    found.facts["postal_address_present"] = place is not None
    if place is not None:
        found.findings.append(_said("postal-address", "present", "the postal address is in it", place, POSTAL))
    else:
        found.findings.append(
            _said("postal-address", "missing", "the declared postal address is not in it; add it to the footer", _END, POSTAL)
        )  # fmt: skip


def has_address(words: str, address: str) -> bool:
    """Is the address in these words? Each number of it, and most of its words, close together and in any order."""
    wanted, numbers = _wanted(address)
    anchor = (numbers or wanted)[:1]
    if not anchor:
        return False
    folded = words.casefold()
    if not all(one in folded for one in numbers):
        return False
    said = _address_tokens(words)
    for at, token in enumerate(said):
        if token == anchor[0]:
            near = set(said[max(0, at - len(wanted) - 4) : at + len(wanted) + 6])
            if set(numbers) <= near and sum(one in near for one in wanted) >= 0.7 * len(wanted):
                return True
    return False


@lru_cache(maxsize=1000)
def _wanted(address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of an address, and those of them that are numbers."""
    words = tuple(_address_tokens(address))
    return words, tuple(one for one in words if any(map(str.isdigit, one)))


def _label(found: Judged, reading: Reading, said: list[_Said]) -> None:
    """The label that CAN-SPAM asks for where the person did not consent; the law prescribes no words."""
    place = _SUBJECT if _labelled(reading.subject) else None
    if place is None:
        place = next((one.label for one in said if one.label), None)
    found.facts["ad_identified"] = place is not None
    if place is not None:
        found.findings.append(
            _said("advertisement-label", "present", "it says that it is an advertisement", place, LABEL)
        )
    else:
        found.findings.append(
            _said("advertisement-label", "note", "nothing says that it is an advertisement; the United States ask for that without consent", _END, LABEL)
        )  # fmt: skip


def _labelled(words: str) -> bool:
    """Does it say that it is an advertisement? `This is not a marketing email` says the opposite."""
    small = words.lower()
    if not any(map(small.__contains__, _LABELS)):
        return False
    return any(not _NEGATED.search(small[: one.start()]) for one in _LABELLED.finditer(small))


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _address_tokens(text: str) -> list[str]:
    return [word for word in (_SAME.get(one, one) for one in _tokens(text)) if word]


_FROM, _SUBJECT, _END = Place("header From"), Place("header Subject"), Place("the message")


def _said(matter: str, state: Any, said: str, place: Place, cite: str) -> Finding:
    return Finding(matter, state, said, place, cite)
