"""Text messages: who writes and how to stop, found or added, and how many segments that takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec
import smsutil

from sayso.messages.complete_footer import language_of
from sayso.messages.content import judge_content
from sayso.messages.identity import Identity
from sayso.messages.mail_parts import MessageError
from sayso.messages.mail_text import read_text
from sayso.messages.parts import Finding, Passage, Place, Reading
from sayso.messages.requirements import WHO, Found, Judged, judge_sender, names, same_name, whole_name

STOP_LAW = "Spam Act 2003 s 18(1); 47 CFR 64.1200(a)(10)"
ANSWERED = "47 CFR 64.1200(a)(10)"
FREE = "Spam Regulations 2021 s 7; 16 CFR 316.5"
MOST_SEGMENTS = 4
"""What is surely carried as one message; beyond that gateways and telephones begin to cut."""

Encoding = Literal["GSM-7", "UCS-2"]

_REPLY_STOP = re.compile(
    r"\b(?:reply|text|txt|send|sms|respond|antwort\w*|sende\w*|répond\w*|envoy\w*|responda?|envíe|rispondi)\b.{0,25}?\b(?:stop+|end|quit|cancel|unsub\w*|opt[- ]?out|arret|arrêt|baja|abmelden)\b"
    r"|\bstop\s*(?:=|to|2|2 ?end|um|pour|para|au|an)\b.{0,20}?(?:\bopt|\bend|\bquit|\bcancel|\bunsub|\bstop|\babmeld|\bdésab|\bbaja|\d{3})",
    re.IGNORECASE,
)  # fmt: skip
_STOP_LINK = re.compile(
    r"\b(?:opt[- ]?out|unsub\w*|stop|abmelden|désabonner|baja)\b[^.!?]{0,20}(?:https?://|\bwww\.|\w+\.\w{2,}/)",
    re.IGNORECASE,
)
_STOP_WORD = re.compile(r"\bSTOP+\b|\b(?i:opt[- ]?(?:ing )?out|unsub\w*|abmeld\w*|désabonn\w*|arret|arrêt|baja)\b")
_COSTS = re.compile(
    r"\bcosts?\b|\bcharg(?:e|ed|es)\b|\bpremium\b|\bfees?\b|\bkostet\b|\bcoûte\b|\bcuesta\b", re.IGNORECASE
)
_NO_COST = re.compile(
    r"\b(?:no|without|free of)\s+(?:any\s+|extra\s+)?(?:cost|charge|fee)s?\b|\bat no (?:cost|charge)\b", re.IGNORECASE
)
_PRICE = re.compile(
    r"[$€£]\s?\d|\d\s?[$€£¢]|\b\d+(?:[.,]\d\d)?\s?(?:c|ct|cents?|p|pence|aud|usd|eur|dollars?|euros?)\b", re.IGNORECASE
)
_TO_NUMBER = re.compile(
    r"(?:\b(?:stop+|end|quit|cancel|unsub\w*|opt[- ]?out|arret|arrêt|baja|abmelden)\b[\"'”’]?\s*(?:to|on|at|via|an|au|al?|:|=)?\s*(\+?\d[\d ()-]{2,}\d))"
    r"|\b(?:reply|text|txt|send|sms)\s+(?:to\s+)?(\+?\d[\d ()-]{2,}\d)",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[.!?;\n]+(?=\s|$)|,\s|\s[-\u2013|]\s")
_SENTENCES = re.compile(r"[!?;\n]+|\.(?=\s|$)")
_NO_REPLY = re.compile(
    r"\bno[- ]?repl(?:y|ies)\b|\b(?:do not|don['’]t|can\s?not|can['’]t|please don['’]t) (?:be )?(?:repl(?:y|ied)|answer(?:ed)?)|\brepl(?:y|ies) (?:is|are) not\b"
    r"|\bnot (?:possible to reply|monitored)\b|\bunmonitored\b|\b(?:keine antwort\w*|nicht antworten)\b|\b(?:pas de réponse|ne pas répondre|sans réponse)\b"
    r"|\b(?:no responda|no responder|sin respuesta)\b",
    re.IGNORECASE,
)
_TYPED = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2013": "-", "\u2014": "-",
    "\u2212": "-", "\u2026": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2022": "*", "\u200b": "", "\ufeff": "",
})  # fmt: skip
"""Typographic signs, and what a typewriter has for them: nothing else may be replaced, since letters mean something."""
_WORDS = {
    "en": ("Reply {} to opt out", "Opt out: {}", "No replies", "By {}", "Contact: {}"),
    "de": ("Antworten Sie {} zum Abmelden", "Abmelden: {}", "Keine Antwort möglich", "Von {}", "Kontakt: {}"),
    "fr": ("Répondez {} pour vous désabonner", "Se désabonner : {}", "Ne pas répondre", "Par {}", "Contact : {}"),
    "es": ("Responda {} para darse de baja", "Darse de baja: {}", "No responder", "De {}", "Contacto: {}"),
}
"""To stop by a reply, to stop by a link, that nobody can reply, who sends it, and how to reach them."""


class CheckedText(Found, frozen=True, kw_only=True):
    """What was found in a text, and what it takes to send it."""

    reading: Reading
    segments: int
    encoding: Encoding


class CompletedText(msgspec.Struct, frozen=True):
    """A text with what it lacked. `limit` is what its segments hold in all, counted as its encoding counts."""

    body: str
    segments: int
    encoding: Encoding
    limit: int
    offer: str = ""
    """What plain quotes and dashes would save, where they would; in one sentence."""


def read_body(body: str, media: Sequence[str] = ()) -> Reading:
    """A text as its reader meets it; what is sent with it, such as a picture, nobody reads as words."""
    because = "it is sent beside the text, and nobody can tell what it shows; say it in the text"
    beside = (
        Passage("", "image", Place(f"media {number}"), unread=because, pictures=(one,))
        for number, one in enumerate(media, 1)
    )
    return Reading("", "", (*read_text(body), *beside))


def is_name(sender_id: str) -> bool:
    """Is what a text comes from a name, which nobody can reply to?"""
    return bool(re.search(r"[A-Za-z]", sender_id))


def measure(body: str) -> tuple[int, Encoding]:
    """Segments and encoding: GSM-7 holds 160 septets, 153 in each of several; UCS-2 holds 70 and 67 (3GPP TS 23.038, 23.040)."""
    split = smsutil.split(body)
    return max(len(split.parts), 1), "GSM-7" if split.encoding == "gsm0338" else "UCS-2"


def check_text(
    body: str, identity: Identity, *, own: str = "", sender_id: str = "", media: Sequence[str] = ()
) -> CheckedText:
    """
    Judge one text for its sender. `own` is what our own unsubscribe links begin with, `sender_id` what it comes from,
    `media` what is sent with it.

    Replies to a number of the sender's are believed to be heard, since that is where the gateway delivers them.
    """
    reading = read_body(body, media)
    content = judge_content(reading, identity)
    commercial = content.facts.get("commercial_purpose") is not False
    found = _identity(reading, identity, sender_id, own)
    found.add(_stop(reading, own, sender_id))
    segments, encoding = measure(body)
    said = f"{segments} segment{'s' if segments > 1 else ''} in {encoding}"
    found.findings.append(Finding("segments", "note", said, Place("text"), "3GPP TS 23.040"))
    if not commercial:
        found.findings = [
            msgspec.structs.replace(one, state="note") if one.state == "missing" else one for one in found.findings
        ]
    facts = {name: value for name, value in {**found.facts, **content.facts}.items() if value is not None}
    return CheckedText(
        facts=facts,
        content=content,
        carried=tuple(found.findings),
        reading=reading,
        segments=segments,
        encoding=encoding,
    )


def _identity(reading: Reading, identity: Identity, sender_id: str, own: str) -> Judged:
    found = judge_sender(reading, identity)
    del found.facts["postal_address_present"], found.facts["ad_identified"]
    found.findings = [one for one in found.findings if one.matter in ("sender", "contact")]
    if is_name(sender_id) and (names(sender_id, identity.brand) or names(sender_id, identity.legal_name)):
        found.facts["sender_identified"] = True
        found.findings = [one for one in found.findings if one.matter != "sender"]
        found.findings.append(
            Finding("sender", "present", "the name it comes from says who sends it", Place("sender"), WHO)
        )
    if found.facts["sender_identified"] and not _says_company(reading, identity):
        said = (
            f"it names the brand, and not `{identity.legal_name}`; the regulator asks for the legal name, or a name with its "
            "number (ABN), so let it be completed"
        )
        found.findings.append(Finding("sender-company", "note", said, Place("text"), f"{WHO}; ACMA's guidance"))
    if found.facts["contact_details_accurate"] is False:
        _reached(found, reading, identity, sender_id, own)
    return found


def _says_company(reading: Reading, identity: Identity) -> bool:
    """Is the company named where the brand is called something else?"""
    return same_name(identity) or any(names(one.words, identity.legal_name) for one in reading.passages)


def _reached(found: Judged, reading: Reading, identity: Identity, sender_id: str, own: str) -> None:
    """What may do where no contact details stand in it: the number it comes from, or, arguably, a link."""
    numbered = bool(sender_id) and not is_name(sender_id)
    led = [link.target for one in reading.passages for link in one.links if _leads_home(link.target, identity)]
    pages = [target for target in led if not (own and target.startswith(own))]
    if not numbered and not led:
        return
    found.findings = [one for one in found.findings if one.matter != "contact"]
    cite = "Spam Act 2003 s 17(1)(b)"
    if numbered:
        found.facts["contact_details_accurate"] = True
        said = "the number it comes from says how to reach the sender"
        found.findings.append(Finding("contact", "present", said, Place("text"), cite))
    elif pages:
        found.facts["contact_details_accurate"] = True
        said = "it links to the sender's own pages, which say how to reach them; that a link is enough is arguable"
        found.findings.append(Finding("contact", "note", said, Place("text"), cite))
    else:
        del found.facts["contact_details_accurate"]
        said = (
            "only the link for stopping leads to the sender; whether the contact details on its page are in the message is "
            "arguable, so add a telephone number, a mailbox or a page"
        )
        found.findings.append(Finding("contact", "missing", said, Place("text"), cite))


def _leads_home(target: str, identity: Identity) -> bool:
    host = target.partition("://")[2].partition("/")[0].lower()
    return any(host == own or host.endswith(f".{own}") for own in identity.domains)


def _stop(reading: Reading, own: str, sender_id: str) -> Judged:
    """How it lets one stop: by a reply, which a name cannot get, or by a link."""
    words = " ".join(one.words for one in reading.passages)
    links = [link for one in reading.passages for link in one.links]
    ours = next((link for link in links if own and link.target.startswith(own)), None)
    replies, linked = bool(_REPLY_STOP.search(words)), ours is not None or bool(_STOP_LINK.search(words))
    named = is_name(sender_id) if sender_id else None
    offered = replies or linked
    found = Judged({"unsubscribe_present": offered, "sms_sender_id_alphanumeric": named}, [])
    found.facts |= {"opt_out_statement_in_message": offered, "opt_out_means_provided": offered or None}
    _silence(found, words, named)
    place = ours.place if ours else Place("text")
    if not offered:
        found.findings.append(
            Finding("unsubscribe", "missing", "it says no way to stop; add `Reply STOP to opt out`", place, STOP_LAW)
        )
        return found
    heard = replies and not named
    dear, elsewhere = _costs(words), _elsewhere(words, sender_id)
    found.facts["unsubscribe_route"] = "reply_stop" if heard or not linked else "link"
    if replies and named and not linked:
        said = "a reply is asked for, and a name cannot be replied to; put in a link, or send from a number"
        found.findings.append(Finding("unsubscribe", "wrong", said, place, ANSWERED))
        found.facts["unsubscribe_functional"] = False
        return found
    if heard and (dear or elsewhere) and ours is None:
        said = "stopping seems to cost something; make it free" if dear else _ELSEWHERE
        found.findings.append(Finding("unsubscribe", "wrong", said, place, FREE if dear else STOP_LAW))
        return found
    if (heard and not (dear or elsewhere)) or ours is not None:
        found.facts |= _FREE
    if ours is not None and (dear or elsewhere):
        heard = False
        found.facts["unsubscribe_route"] = "link"
    if heard and named is None:
        del found.facts["unsubscribe_functional"]
    said = "a reply stops it" if heard else "a link stops it"
    found.findings.append(Finding("unsubscribe", "present", said, place, STOP_LAW))
    return found


_ELSEWHERE = "STOP is to go to another number than the one it comes from; whether that is heard, and free, is not known"


def _silence(found: Judged, words: str, named: bool | None) -> None:
    """Does a text that cannot be answered say so? The United States ask it of every such text."""
    found.facts["sms_says_no_reply"] = bool(_NO_REPLY.search(words))
    if named and not found.facts["sms_says_no_reply"]:
        said = "it comes from a name and does not say that it cannot be answered; the United States ask for that, so add `No replies`"
        found.findings.append(Finding("no-reply", "note", said, Place("text"), ANSWERED))


def _costs(words: str) -> bool:
    """Is stopping said to cost something? A price beside the word counts, that of the goods does not."""
    whole = [_NO_COST.sub(" ", one) for one in _SENTENCES.split(words)]
    if any(_STOP_WORD.search(one) and _COSTS.search(one) for one in whole):
        return True
    return any(
        (_REPLY_STOP.search(one) or _STOP_WORD.search(one)) and _PRICE.search(one) for one in _PARTED.split(words)
    )


def _elsewhere(words: str, sender_id: str) -> bool:
    """Is the word to be sent to another number than the one that the text comes from?"""
    ours = re.sub(r"\D", "", sender_id)[-8:]
    named = (re.sub(r"\D", "", one[1] or one[2])[-8:] for one in _TO_NUMBER.finditer(words))
    return any(not ours or one != ours for one in named)


_FREE = {
    "unsubscribe_functional": True,
    "unsubscribe_requires_login": False,
    "unsubscribe_requires_extra_personal_info": False,
    "unsubscribe_fee": False,
    "unsubscribe_more_than_one_step": False,
    "unsubscribe_menu": False,
}


def complete_text(
    body: str,
    identity: Identity,
    *,
    stop: str,
    sender_id: str = "",
    language: str = "",
    plain: bool = False,
    most: int = MOST_SEGMENTS,
) -> CompletedText:
    """
    The text with who sends it and how to stop, where it lacks them.

    `stop` is the word to reply with (`STOP`) or our unsubscribe link; a text that comes from a name needs the link.
    The words for stopping stand whole in one segment. With `plain`, typographic quotes and dashes give way to plain ones
    where that spares UCS-2. Raises MessageError where it would take more than `most` segments.
    """
    link = stop.startswith(("http://", "https://"))
    if is_name(sender_id) and not link:
        raise MessageError("a text from a name cannot be replied to; give a link for stopping, or send from a number")
    own = stop if link else ""
    reading = read_body(body)
    checked = _stop(reading, own, sender_id)
    said = _WORDS.get(language or language_of(reading), _WORDS["en"])
    named = any(names(one.words, name) for one in reading.passages for name in (identity.brand, identity.legal_name))
    shown = named or _identity(reading, identity, sender_id, own).facts["sender_identified"]
    whole = (
        body.strip() if shown else f"{identity.brand if same_name(identity) else whole_name(identity)}: {body.strip()}"
    )
    tail = [] if _says_company(read_body(whole), identity) else [said[3].format(identity.legal_name.strip())]
    if is_name(sender_id) and not _identity(read_body(whole), identity, sender_id, own).facts.get(
        "contact_details_accurate"
    ):
        tail += [said[4].format(reach)] if (reach := identity.phone or identity.email) else []
    if is_name(sender_id) and not checked.facts["sms_says_no_reply"]:
        tail.append(said[2])
    for one in tail:
        whole = _followed(whole) + one
    words = ""
    if (
        not checked.facts["unsubscribe_present"]
        or any(one.state == "wrong" for one in checked.findings)
        or (link and stop not in body)
    ):
        words = said[link].format(stop)
    if plain and _spares(whole + words):
        whole, words = whole.translate(_TYPED), words.translate(_TYPED)
    whole = _joined(whole, words)
    segments, encoding = measure(whole)
    if segments > most:
        raise MessageError(f"it would take {segments} segments, and {most} are carried surely; shorten it")
    offer = ""
    if _spares(whole):
        fewer = measure(whole.translate(_TYPED))[0]
        offer = f"with plain quotes and dashes it would fit GSM-7, in {fewer} instead of {segments}"
    return CompletedText(whole, segments, encoding, _holds(encoding, segments), offer)


def _spares(body: str) -> bool:
    """Would plain signs alone bring it back to GSM-7?"""
    return not smsutil.is_valid_gsm(body) and smsutil.is_valid_gsm(body.translate(_TYPED))


def _joined(whole: str, words: str) -> str:
    """
    The words for stopping at the end; moved on by spaces where a segment would end within them.

    Words longer than a segment, as a long link in UCS-2 is, stand whole in none, and are left to the message as a whole.
    """
    if not words:
        return whole
    before = _followed(whole)
    encoding = measure(before + words)[1]
    each = _holds(encoding, 2) // 2
    parts = _parts(before + words)
    if any(words in part for part in parts) or _units(words, encoding) > each:
        return before + words
    used = 0
    for char in before:
        used = used + _units(char, encoding) if used + _units(char, encoding) <= each else _units(char, encoding)
    return f"{before}{' ' * (each - used)}{words}"


def _followed(whole: str) -> str:
    """What stands before something more: its sentence ended, but not with a full stop that a link would take in."""
    return f"{whole} " if re.search(r"(?:[.!?\n]|\S*://\S*)$", whole) else f"{whole}. "


def _parts(body: str) -> list[str]:
    return [part.content for part in smsutil.split(body).parts]


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "UCS-2":
        return len(text.encode("utf-16-be")) // 2
    return sum(2 if char in smsutil.GSM_EXT_CHARSET else 1 for char in text)


def _holds(encoding: Encoding, segments: int) -> int:
    one, each = (160, 153) if encoding == "GSM-7" else (70, 67)
    return one if segments == 1 else each * segments
