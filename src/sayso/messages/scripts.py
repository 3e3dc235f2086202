"""Call scripts and letters, as plain text or Markdown: who speaks, why, and how to say no; found, or added."""

from __future__ import annotations

import re

from msgspec.structs import replace

from sayso.messages.content import judge_content
from sayso.messages.identity import Identity
from sayso.messages.mail_text import read_text
from sayso.messages.parts import Finding, Passage, Place, Reading
from sayso.messages.requirements import Found, Judged, judge_sender, names, whole_name

CALL = "Telecommunications (Telemarketing and Research Calls) Industry Standard 2017"
CALL_PROMOTES = "Do Not Call Register Act 2006 s 5(1); 47 USC 227(a)(4)"
LETTER_PROMOTES = "Privacy Act 1988 Sch 1 APP 7.1"
LETTER = "our own standard; no law that was read asks it of a letter"
OPT_OUT = "Privacy Act 1988 Sch 1 APP 7.2(c), 7.3(c), 7.3(d)"

_NAME = re.compile(
    r"\bmy name(?:'s| is)\b|\bthis is\s+[\[{<(]|\bI(?:'m| am)\s+[\[{<(]|[\[{<(](?:your |agent |caller |first )*name[\]}>)]|\bmein name ist\b|\bje m'appelle\b|\bme llamo\b",
    re.IGNORECASE,
)  # fmt: skip
_PURPOSE = re.compile(
    r"\b(?:calling|call(?:ed)? you|ringing|phoning|on the phone)\b.{0,40}\b(?:about|because|to|regarding|concerning|for|on behalf)\b|\b(?:reason|purpose) (?:for|of|I'm|I am|we)\b|\bich rufe\b.{0,40}\b(?:wegen|an, weil|um)\b",
    re.IGNORECASE,
)  # fmt: skip
_END = re.compile(
    r"\bend the call\b|\bhang(?:s|ing)? up\b|\b(?:ends?|finish(?:es)?|stops?) (?:the |this )?(?:call|conversation)\b|\bI(?:'ll| will) let you go\b|\bdas gespräch (?:be)?enden",
    re.IGNORECASE,
)  # fmt: skip
_NEVER = re.compile(
    r"(?:\bnot|\bnever|n't|\bstop|\bno longer|\bno more)(?: (?:to|be|get|want|wish|like|receive|us|any|more|further|such|you|these|our|marketing)){0,5} (?:call(?:s|ed|ing)?|ring(?:ing)?|phon(?:e|ed|ing)|contact(?:ed|ing)?|hear from)\b|\b(?:take|remove)\b.{0,30}\b(?:off|from)\b.{0,20}\blist\b|\bdo[- ]not[- ]call\b|\bopt[- ]out\b|nicht mehr an(?:ge)?rufen",
    re.IGNORECASE,
)  # fmt: skip
_REFUSE = re.compile(
    r"\b(?:opt(?:ing)?[- ]out|unsubscrib\w+)\b"
    r"|\b(?:not|n['’]t|no longer|never)\b(?: \w+){0,3} (?:wish|want|like|care|prefer)\b[^.!?]{0,30}\b(?:receiv\w+|get(?:ting)?|hear(?:ing)?|be (?:sent|contacted|written to|mailed))\b"
    r"|\b(?:rather|prefer)\b[^.!?]{0,20}\bnot\b[^.!?]{0,20}\b(?:receiv\w+|get(?:ting)?|hear(?:ing)?|be (?:sent|contacted|written to|mailed)|write|send)\b"
    r"|\bstop (?:receiving|getting|hearing|us (?:from )?(?:writing|sending)|(?:our |these |such |any )?(?:marketing |further |advertising )*(?:letters?|mail\w*|offers?|marketing))\b"
    r"|\b(?:take|remove)\b[^.!?]{0,30}\b(?:off|from)\b[^.!?]{0,20}\blist\b"
    r"|\bkeine werbung\b|\bwerbung\w*\b[^.!?]{0,40}\bwidersprechen\b|\bne plus recevoir\b|\bdejar de recibir\b",
    re.IGNORECASE,
)
"""What refuses; together with whom it is offered to, and what is refused."""
_REFUSED = re.compile(
    r"\b(?:letters?|mail(?:s|ings?)?|marketing|offers?|advert\w*|catalog\w*|brochures?|leaflets?|communications?|contact\w*|list|hear(?:ing)? from|writ\w+|"
    r"such|these|further|werb\w+|post|courriers?|publicit\w+|publicidad|cartas?)\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\byou(?:['’]d|r)?\b|(?:^|[.!?:]\s*)(?:please |to |simply |just )?(?:opt|unsubscribe|stop|tell|call|write|tick|cross|visit)\b|\b(?:sie|ihnen|vous|usted|tick)\b|^(?:no longer|(?:do|would) (?:not|you))\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\d[\d ()-]{6,}\d|[\w.+-]+@[\w-]+\.\w|https?://|\bwww\.|\w\.\w{2,}/\w|\bfreepost\b|\breply paid\b|\btick\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_HEADING = re.compile(r"(?m)^#{1,6}\s+(.+)$")


class CheckedScript(Found, frozen=True, kw_only=True):
    """What was found in a script or a letter."""

    reading: Reading
    promotion: str = ""
    """The section under which it is asked whether a script or letter promotes; that of email reaches neither."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return (*(replace(one, cite=self.promotion) for one in self.content.findings), *self.carried)


def read_script(text: str, where: str) -> Reading:
    """A script or letter as it is spoken or read; Markdown headings are headings."""
    return Reading("", "", tuple(read_text(_HEADING.sub(r"\1\n---", text), where)))


def check_script(text: str, identity: Identity) -> CheckedScript:
    """Judge a call script: name, employer and purpose are said, the call ends when asked, and a stop is taken down."""
    reading = read_script(text, "script")
    asked = (
        ("caller-name", "the caller gives a name", _first(reading, _NAME), "`My name is [name]`"),
        ("employer", "the caller says for whom", _naming(reading, identity), f"`I am calling from {identity.brand}`"),
        ("purpose", "the caller says what for", _first(reading, _PURPOSE), "`I am calling about ...`"),
        ("ending", "the call ends when asked", _first(reading, _END), "`If they ask, thank them and end the call`"),
    )
    found = Judged({"call_identifies_caller": all(place is not None for _, _, place, _ in asked)}, [])
    for matter, said, place, add in asked:
        found.findings.append(_finding(matter, said, place, add, "script", CALL))
    refused = _first(reading, _NEVER)
    found.facts |= {"opt_out_statement_in_message": refused is not None, "opt_out_means_provided": refused is not None}
    add = "`If you would rather not get such calls, say so and we take your number off our list`"
    found.findings.append(_finding("opt-out", "one may say no to further calls", refused, add, "script", OPT_OUT))
    return _checked(found, reading, identity, CALL_PROMOTES)


def check_letter(text: str, identity: Identity) -> CheckedScript:
    """Judge a letter: who sends it, how to reach them, that one may opt out, and a simple means to."""
    reading = read_script(text, "letter")
    found = judge_sender(reading, identity)
    del found.facts["ad_identified"]
    asked = ("sender", "contact", "postal-address")
    found.findings = [replace(one, cite=LETTER) for one in found.findings if one.matter in asked]
    saying = next((one for one in reading.passages if any(map(_offers_a_no, _SENTENCES.split(one.words)))), None)
    add = "`You may opt out of our letters at any time`"
    place = saying.place if saying else None
    found.findings.append(_finding("opt-out", "it says that one may opt out", place, add, "letter", OPT_OUT))
    means = _means(reading, saying)
    add = "a telephone number, a mailbox or a page beside it"
    found.findings.append(_finding("opt-out-means", "it gives a simple means", means, add, "letter", OPT_OUT))
    found.facts |= {"opt_out_statement_in_message": saying is not None, "opt_out_means_provided": means is not None}
    return _checked(found, reading, identity, LETTER_PROMOTES)


def complete_script(text: str, identity: Identity) -> str:
    """The script with the lines it lacks: those that open a call before it, those that end one after it."""
    lacking = {one.matter for one in check_script(text, identity).lacking}
    opening, closing = [], []
    if lacking & {"caller-name", "employer"}:
        opening.append(f"My name is [name], and I am calling from {whole_name(identity)}.")
    if "purpose" in lacking:
        opening.append("I am calling about [what the call is for].")
    if "opt-out" in lacking:
        closing.append("If you would rather not get such calls, tell me, and we take your number off our list at once.")
    if "ending" in lacking:
        closing.append("(If they ask for it at any point, thank them and end the call.)")
    return _around(opening, text, closing)


def complete_letter(text: str, identity: Identity, *, opt_out: str = "") -> str:
    """
    The letter with the lines it lacks. `opt_out` is a page where one stops letters; without one, mailbox and telephone are
    named.
    """
    lacking = {one.matter for one in check_letter(text, identity).lacking}
    closing = []
    reach = " or ".join(one for one in (opt_out, identity.email, identity.phone or "") if one)
    if lacking & {"opt-out", "opt-out-means"}:
        closing.append(f"You may opt out of our marketing letters at any time, free of charge: {reach}.")
    if lacking & {"sender", "contact", "postal-address"}:
        reached = ", ".join(one for one in (identity.email, identity.phone or "") if one)
        closing.append(
            f"Sent by {whole_name(identity)}, {' '.join(identity.postal_address.split())}. Contact: {reached}."
        )
    return _around([], text, closing)


def _checked(found: Judged, reading: Reading, identity: Identity, promotion: str) -> CheckedScript:
    content = judge_content(reading, identity)
    facts = {name: value for name, value in {**content.facts, **found.facts}.items() if value is not None}
    carried = tuple(found.findings)
    return CheckedScript(facts=facts, content=content, carried=carried, reading=reading, promotion=promotion)


def _offers_a_no(sentence: str) -> bool:
    """Does it tell the reader that one may refuse further letters? `Do not send money for offers` refuses something else."""
    return all(pattern.search(sentence) for pattern in (_REFUSE, _REFUSED, _OFFERED))


def _finding(matter: str, said: str, place: Place | None, add: str, where: str, cite: str) -> Finding:
    if place is not None:
        return Finding(matter, "present", said, place, cite)
    return Finding(matter, "missing", f"not found: {said}; add {add}", Place(where), cite)


def _first(reading: Reading, pattern: re.Pattern[str]) -> Place | None:
    return next((one.place for one in reading.passages if pattern.search(one.words)), None)


def _naming(reading: Reading, identity: Identity) -> Place | None:
    told = (
        one for one in reading.passages if names(one.words, identity.brand) or names(one.words, identity.legal_name)
    )
    return next((one.place for one in told), None)


def _means(reading: Reading, saying: Passage | None) -> Place | None:
    """A means stands with the statement, or in the passage after it."""
    if saying is None:
        return None
    at = reading.passages.index(saying)
    near = reading.passages[at : at + 2]
    return next((one.place for one in near if one.links or _MEANS.search(one.words)), None)


def _around(opening: list[str], text: str, closing: list[str]) -> str:
    if not opening and not closing:
        return text
    return "\n\n".join([*opening, text.strip("\n"), *closing]) + "\n"
