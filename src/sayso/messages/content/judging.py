"""
Is a message commercial? It is, unless every passage and every link in it is recognised as serving, and nothing promotes.

Law: Spam Act 2003 (Cth) s 6(1) looks at content, at presentation, and at what can be reached through links, and one
purpose to promote is enough; Sch 1 cl 2 lets factual information stand with name, logo and contact details alone.
16 CFR 316.3 asks what a message beside transactional content promotes, in its subject line and in the order of its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import compress, takewhile
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from sayso.messages.content.items import listed_items
from sayso.messages.content.kinds import commercial_kind, reports_failed_payment, service_kind, statutory
from sayso.messages.content.links import leads, sells
from sayso.messages.content.names import SPONSORED, is_name, sponsored
from sayso.messages.content.opting_in import quoted_wordings
from sayso.messages.content.passages import LONGEST as LONGEST_PASSAGE
from sayso.messages.content.passages import Verdict, weigh
from sayso.messages.content.promotion import WHY, Act, acts_in
from sayso.messages.content.slots import URL, plain, quoted
from sayso.messages.content.together import Told, shown_together, together, told
from sayso.messages.content.wording import wording
from sayso.messages.content.words import base
from sayso.messages.identity import Identity
from sayso.messages.parts import Finding, Link, Passage, Place, Reading, Run
from sayso.messages.remembering import Remembered, each

_SECTION = "Spam Act 2003 s 6(1); 16 CFR 316.3"
_ANGLED = re.compile(r"<[^<>]*>")
_LOCAL = re.compile(r"([\w.!#$%&'*+/=?^`{|}~-]{1,64})@[\w.-]+")
_LURES: frozenset[Act] = frozenset(("price", "reward", "gambling", "urgency", "praise"))
_LEADS = re.compile(r"https?:", re.IGNORECASE)
_FIRST, _TOGETHER = 20, 400
"""Passages in which a kind is looked for, and passages that are looked at together."""
LONGEST = 100_000
"""Characters of a message that are weighed; no service message needs more."""
_TOO_LONG = Verdict(
    "unrecognised", because=f"it stands after {LONGEST:,} characters, and what follows is not weighed", unread=True
)
_FEW = 4
"""What serves counts as content of its own beside promotion from a quarter of its length on, or where the subject serves."""
_MANY = 12
"""Passages that promote or are not recognised, from which a message that serves nothing reads as a newsletter."""


class Weighed(msgspec.Struct, frozen=True):
    """What one stretch of words, or one link, was weighed to do."""

    verdict: Verdict
    place: Place
    words: str
    link: bool = False
    footer: bool = False
    target: str = ""
    """Where a link leads."""


class Content(msgspec.Struct, frozen=True):
    """What a message is by its content: facts by their vocabulary name, and what stands behind them, at its place."""

    facts: dict[str, Any]
    against: tuple[Weighed, ...]
    """What promotes in it, or is not recognised as service."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The same in words; worked out when asked for, since a gate asks for the facts alone."""
        return tuple(map(_finding, self.against))

    @property
    def commercial(self) -> bool:
        """Something in it promotes, or is not recognised as service."""
        return bool(self.facts["commercial_purpose"])


def judge_content(
    reading: Reading,
    identity: Identity,
    landings: Mapping[str, Reading] = {},
    answered: frozenset[str] = frozenset(),
) -> Content:
    """
    What the message is by its content, whatever its sender calls it.

    `landings` are readings of the pages that links lead to, by target, where somebody fetched them. What cannot be told
    counts as promotion, so a fact may be wrong only to the sender's disadvantage; facts that content cannot tell are
    left out. `answered` are the wordings that nobody can tell and that somebody answers for (`to_answer_for`): they serve,
    while what promotes and what is no words counts as ever.
    """
    names = _names(identity)
    subject = (
        Weighed(weigh(reading.subject, names), Place("header Subject"), reading.subject) if reading.subject else None
    )
    sender = _sender(reading.sender, names)
    wordings, items = quoted_wordings(reading.passages), listed_items(reading.passages)
    weighed = _weighing(names, identity.domains, landings) if landings else _known(names, identity.domains)
    stretches = list(_stretches(_without(reading, items | (wordings or frozenset())), weighed))
    judged = [subject] if subject else []
    for stretch in stretches:
        judged += stretch.judged
    if sender.does in ("promotes", "unrecognised"):
        judged.append(Weighed(sender, Place("header From"), reading.sender))
    judged += [_headed(passage, names) for passage in reading.headers]
    judged += _together(_without(reading, wordings or frozenset()), opting_in=wordings is not None)
    against = [one for one in judged if one.verdict.does in ("promotes", "unrecognised")]
    serving = [one for stretch in stretches for one in stretch.serving]
    if answered:
        known = [_wording(one, names) in answered for one in against]
        serving += compress(against, known)
        against = [one for one, it_is in zip(against, known, strict=True) if not it_is]
    if not (serving or against or wordings is not None):
        place = reading.passages[0].place if reading.passages else Place("message")
        nothing = Verdict("unrecognised", because="nothing in the message says what it serves")
        against.append(Weighed(nothing, place, ""))
    if not against and _service(judged, opting_in=False)["message_kind"] != "factual":
        against += [
            replace(one, verdict=Verdict("promotes", ("partner",), WHY["partner"]))
            for one in judged
            if one.verdict.because == SPONSORED
        ]
    if against:
        return Content(_commercial(judged, against, subject, serving), tuple(against))
    facts = _service(judged, opting_in=wordings is not None)
    if reports_failed_payment(" ".join(plain(one.words).lower() for one in judged[:_FIRST])):
        facts["pressed_pay"] = True
        del facts["only_permitted_extras"]
    return Content(facts, ())


def to_answer_for(content: Content, identity: Identity) -> frozenset[str]:
    """The wordings that nobody can tell from their words alone, so that somebody who reads them may answer for them."""
    return frozenset(filter(None, (_wording(one, _names(identity)) for one in content.against)))


def _wording(one: Weighed, names: tuple[str, ...]) -> str:
    """Empty for what promotes, for what is no words, and for what is not there."""
    if one.verdict.does != "unrecognised" or one.verdict.unread or not one.words:
        return ""
    return wording(one.words, names, one.target)


@lru_cache(maxsize=1000)
def _names(identity: Identity) -> tuple[str, ...]:
    """
    What the sender is called and where it is, which may stand anywhere. A name made of words that service uses anyway, or
    that promotes by itself, is read as what it says.
    """
    told = (identity.brand, identity.legal_name, identity.postal_address, identity.phone or "", *identity.domains)
    return tuple(
        name for name in told if name and not all(map(base, name.lower().split())) and not acts_in(name.lower())
    )


def _without(reading: Reading, apart: frozenset[int]) -> Reading:
    """The message without some of its passages, by their numbers."""
    if not apart:
        return reading
    return replace(reading, passages=tuple(one for at, one in enumerate(reading.passages) if at not in apart))


class _Stretch(NamedTuple):
    """What some passages do, and which of it serves."""

    judged: list[Weighed]
    serving: list[Weighed]


def _weighing(
    names: tuple[str, ...], domains: tuple[str, ...], landings: Mapping[str, Reading] = {}
) -> Remembered[Run, _Stretch]:
    weighed = each(lambda passage: _passage(passage, names, domains, landings))
    return Remembered(lambda run: _stretch(weighed[run]))


_known = lru_cache(maxsize=16)(_weighing)
"""For each sender, what its passages were weighed to do where nobody looked at the pages they lead to."""


def _stretch(judged: list[Weighed]) -> _Stretch:
    serving = [one for one in judged if one.verdict.does == "serves" and not (one.link or one.footer)]
    return _Stretch(judged, serving)


def _stretches(reading: Reading, weighed: Remembered[Run, _Stretch]) -> Iterator[_Stretch]:
    """What its runs do; where it is too long to be weighed, what its passages do up to that length."""
    if sum(len(passage.words) for passage in reading.passages) <= LONGEST:
        yield from map(weighed.__getitem__, reading.runs)
        return
    length = 0
    for passage in reading.passages:
        length += len(passage.words)
        if length > LONGEST:
            yield _stretch([Weighed(_TOO_LONG, passage.place, passage.words)])
            return
        yield weighed[(passage,)]


def _passage(
    passage: Passage, names: tuple[str, ...], domains: tuple[str, ...], landings: Mapping[str, Reading]
) -> list[Weighed]:
    """What a passage does by its words, then what each of its links does."""
    if passage.unread:
        said = weigh(passage.words, names)
        said = said if said.does == "promotes" else Verdict("unrecognised", because=passage.unread, unread=True)
    elif passage.kind == "image" and not passage.words:
        said = Verdict(
            "unrecognised",
            because="it is a picture without alternative text, and nobody can tell what it shows",
            unread=True,
        )
    elif passage.kind in ("sender", "recipient"):
        said = _named(passage, names)
    else:
        said = weigh(passage.words, names)
    if passage.words and sponsored(passage.words) and not passage.links:
        said = Verdict("accompanies", because=SPONSORED)
    found = [Weighed(said, passage.place, passage.words, footer=passage.kind in ("footer", "header"))]
    found += [Weighed(verdict, passage.place, words) for words, verdict in _seen_otherwise(passage, names)]
    for link in passage.links:
        verdict = _link(link, names, domains, landings)
        found.append(Weighed(verdict, link.place, link.words or link.target, link=True, target=link.target))
    for target in _written_out(passage):
        found.append(Weighed(leads(target, names, domains), passage.place, target, link=True, target=target))
    return found


def _seen_otherwise(passage: Passage, names: tuple[str, ...]) -> Iterator[tuple[str, Verdict]]:
    """What promotes in a passage where letters of some look are not seen, and in what its pictures are called."""
    for words in passage.shown:
        alone = weigh(words, names)
        if alone.does == "promotes" or alone.because.startswith("it invites"):
            because = f"{alone.because}, where the letters around it are not seen"
            yield words, Verdict("promotes", alone.acts, because)
    for source in passage.pictures:
        sold = sells(source)
        if sold:
            yield source[-40:], Verdict("promotes", ("price",), f"`{sold}` stands in the name of a picture or file")


def _sender(shown: str, names: tuple[str, ...]) -> Verdict:
    """What the From line shows: the sender's own name, and words of service beside it."""
    if not shown:
        return Verdict("accompanies")
    name = _ANGLED.sub(" ", shown).strip(" \"'")
    local = (_LOCAL.findall(shown) or [""])[-1]
    if _LURES.intersection(acts_in(re.sub(r"[._+-]", " ", local.lower()))):
        return Verdict("promotes", ("invitation",), "the address it comes from promotes")
    if not any(map(str.isalnum, name)) or _LOCAL.fullmatch(name):
        return Verdict("accompanies")
    if not names:
        said = weigh(name, names)
        return said if said.does == "promotes" or not is_name(name) else Verdict("accompanies")
    said = weigh(name, names)
    known = said.does in ("serves", "accompanies") or all(map(base, name.lower().split()))
    if said.does == "promotes" or known:
        return said if said.does == "promotes" else Verdict("accompanies")
    return Verdict("unrecognised", because=f"it shows more than your own name and words of service: {said.because}")


def _named(passage: Passage, names: tuple[str, ...]) -> Verdict:
    """A name in a header field: somebody it goes to may be called anything that is a name."""
    if not passage.words or (passage.kind == "recipient" and is_name(passage.words)):
        return Verdict("accompanies")
    return _sender(passage.words, names)


def _headed(passage: Passage, names: tuple[str, ...]) -> Weighed:
    if passage.unread:
        return Weighed(Verdict("unrecognised", because=passage.unread, unread=True), passage.place, "")
    if passage.kind in ("sender", "recipient"):
        return Weighed(_named(passage, names), passage.place, passage.words)
    return Weighed(weigh(passage.words, names), passage.place, passage.words)


def _together(reading: Reading, *, opting_in: bool) -> list[Weighed]:
    """What passages do together that none of them does alone: an order not placed, and a way to place it."""
    if len(reading.passages) > _TOGETHER:
        reading = replace(reading, passages=reading.passages[:_TOGETHER])
    place = reading.passages[0].place if reading.passages else Place("message")
    found = [_told_in[run] for run in reading.runs]
    said = told[reading.subject].union(*(one.told for one in found))
    acts = [] if opting_in else together(said, leading=any(one.leading for one in found))
    judged = [Weighed(Verdict("promotes", (act,), because), place, "") for act, because in acts]
    for words, at in (row for one in found for row in one.rows):
        judged.append(
            Weighed(Verdict("promotes", ("invitation",), "it promotes where it is read in one go"), at, words)
        )
    return judged


class _Together(NamedTuple):
    """What some passages say that counts with others; whether a page is led to; and what short ones promote in one go."""

    told: frozenset[Told]
    leading: bool
    rows: list[tuple[str, Place]]


def _side_by_side(run: Run) -> _Together:
    return _Together(
        frozenset[Told]().union(*(told[passage.words] for passage in run if not passage.unread)),
        any(_LEADS.match(link.target) for passage in run for link in passage.links),
        list(shown_together([(passage.words, passage.place) for passage in run])),
    )


_told_in = Remembered[Run, _Together](_side_by_side)


def _written_out(passage: Passage) -> list[str]:
    """Targets that stand in the words and that no link of the passage leads to; many readers make links of them."""
    if not ("/" in passage.words or "www." in passage.words.lower()) or len(passage.words) > LONGEST_PASSAGE:
        return []
    written = (target.rstrip(".,;:!?)'\"") for target in URL.findall(passage.words))
    return [
        target if "://" in target[:8] else f"http://{target}"
        for target in written
        if not any(target in link.target or link.target in target for link in passage.links)
    ]


def _link(link: Link, names: tuple[str, ...], domains: tuple[str, ...], landings: Mapping[str, Reading]) -> Verdict:
    there = leads(link.target, names, domains)
    if link.words and there.does in ("serves", "accompanies"):
        said = weigh(link.words, names)
        if said.does in ("promotes", "unrecognised"):
            return said
    if there.does == "promotes" or link.target not in landings:
        return there
    return _landing(landings[link.target], there, names, domains)


def _landing(page: Reading, there: Verdict, names: tuple[str, ...], domains: tuple[str, ...]) -> Verdict:
    """What stands on the page: what promotes there promotes here, and one that only serves is known to."""
    said = [weigh(page.subject, names), *(weigh(passage.words, names) for passage in page.passages)]
    said += [leads(link.target, names, domains) for passage in page.passages for link in passage.links]
    promoting = next((one for one in said if one.does == "promotes"), None)
    if promoting:
        return Verdict("promotes", promoting.acts, f"on the page it leads to, {promoting.because}")
    if all(one.does in ("serves", "accompanies") for one in said) and any(one.does == "serves" for one in said):
        return Verdict("serves")
    return there


def _finding(one: Weighed) -> Finding:
    what = "link" if one.link else "passage"
    called = f"`{quoted(one.words)}`" if one.words.strip() else f"this {what}"
    if one.verdict.does == "promotes":
        said = f"{called} promotes: {one.verdict.because}; take it out to send this as service"
        return Finding("promotion", "wrong", said, one.place, _SECTION)
    advice = "" if ";" in one.verdict.because else "; put it plainly or take it out"
    said = f"{called} is not recognised as service, so it counts as promotion: {one.verdict.because}{advice}"
    return Finding("not-recognised-as-service", "wrong", said, one.place, _SECTION)


def _commercial(
    judged: list[Weighed], against: list[Weighed], subject: Weighed | None, serving: list[Weighed]
) -> dict[str, Any]:
    acts: list[Act] = [act for one in against for act in one.verdict.acts]
    weighty = _weight(serving) * _FEW >= _weight(against)
    beside = bool(serving) and ((subject is not None and subject.verdict.does == "serves") or weighty)
    named = [one for one in serving if statutory(plain(one.words).lower())]
    kind = commercial_kind(acts, serves=beside, long=len(against) >= _MANY)
    facts: dict[str, Any] = {
        "message_kind": kind,
        "commercial_purpose": True,
        "contains_marketing": True,
        "only_permitted_extras": False,
        "links_to_promotion": any(one.link for one in against),
    }
    if subject and subject.verdict.does != "unrecognised":
        facts["subject_promotional"] = subject.verdict.does == "promotes"
    if named and _weight(named) * _FEW >= _weight(against):
        facts["other_content"] = "transactional"
        facts["transactional_first"] = _stands_first(named, judged)
    elif not serving and kind != "newsletter":
        facts["other_content"] = "none"
    if _weight(against) * 2 >= _weight(judged):
        facts["mainly_promotional_to_reader"] = True
    if kind in ("abandoned_cart", "requested_quote"):
        facts["transaction_agreed"] = False
    if "gambling" in acts:
        facts["promotes_gambling"] = True
    if "partner" in acts:
        facts["promotes"] = "mixed"
    return facts


def _service(judged: list[Weighed], *, opting_in: bool) -> dict[str, Any]:
    kind = "opt_in_confirmation" if opting_in else service_kind([plain(one.words).lower() for one in judged[:3]])
    return {
        "message_kind": kind,
        "commercial_purpose": False,
        "contains_marketing": False,
        "only_permitted_extras": True,
        "links_to_promotion": False,
        "promotes": "nothing",
        "promotes_gambling": False,
        "subject_promotional": False,
        "transactional_first": True,
        "mainly_promotional_to_reader": False,
        "other_content": "transactional",
    }


def _stands_first(serving: list[Weighed], judged: list[Weighed]) -> bool:
    """Whether at least half of what serves stands before anything else in the body (16 CFR 316.3(a)(2)(ii))."""
    body = [one for one in judged if not (one.link or one.place.where.startswith("header"))]
    body = [one for one in body if one.verdict.does != "accompanies"]
    before = list(takewhile(lambda one: one.verdict.does == "serves", body))
    return _weight([one for one in before if not one.footer]) * 2 >= _weight(serving)


def _weight(judged: list[Weighed]) -> int:
    return sum(len(one.words) for one in judged)
