"""How a message lets its reader stop: the way it shows, where that leads, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sayso.messages.parts import Finding, Link, Passage, Place, Reading, Run
from sayso.messages.remembering import Remembered, each
from sayso.messages.requirements import UNSEEN, Judged
from sayso.notices.errors import NoticeError
from sayso.vocabulary.message import UnsubscribeRoute

STOP = "Spam Act 2003 s 18(1); 15 USC 7704(a)(3)(A)"
WORKS = "Spam Act 2003 s 18(1)(e); 15 USC 7704(a)(3)(A)(ii)"
FREE = "Spam Regulations 2021 s 7; 16 CFR 316.5"

_STOPPING = re.compile(
    r"unsubscrib|\bopt(?:ing)?[- ]?out\b|\bstop (?:receiving|getting|these)|\bno longer (?:wish|want|like|receive)"
    r"|\b(?:do not|don't|not) (?:wish|want) to (?:receive|get)|\b(?:prefer|rather) not (?:to )?(?:receive|get)"
    r"|\bremove (?:me|yourself|your|from)|\b(?:be|get) removed\b|\bleave (?:this|the|our) list|\bcancel (?:your|my|this) subscription"
    r"|\babbestell|\babmeld|\baustrag|nicht mehr erhalten|\bd[ée]sabonn|\bd[ée]sinscri|ne plus recevoir"
    r"|\bdarse de baja|\bdarme de baja|\bcancelar (?:la |tu |su )?suscripci|dejar de recibir"
    r"|\bdisiscri|\bcancella(?:re)? (?:l.)?iscrizion|\bafmeld|\buitschrijv|\bcancelar (?:a )?(?:inscri|subscri)",
    re.IGNORECASE,
)  # fmt: skip
_CHOOSING = re.compile(
    r"\b(?:e-?mail|communication|your|my|manage|update|change)\s+(?:\w+\s+){0,2}(?:preferences|subscriptions?|settings)|\bpreferences\b|Einstellungen|préférences|preferencias",
    re.IGNORECASE,
)  # fmt: skip
_PATH = re.compile(r"unsub|opt-?out|remov|/leave|leave-|abmeld|abbestell|desinscri|desabon|baja", re.IGNORECASE)
_LOGIN = re.compile(
    r"\blog[- ]?in\b|\bsign[- ]in\b|\byour account\b|\bpassword\b|\bKundenkonto\b|\beinloggen\b|\bmot de passe\b|\bcontraseña\b", re.IGNORECASE
)  # fmt: skip
_REPLY = re.compile(r"\breply\b|\bantwort|\brépond|\brespond", re.IGNORECASE)
_PAID = re.compile(r"\bpremium\b|per (?:minute|min\b|call)|/min\b|\bfee\b|\bcharges? appl", re.IGNORECASE)
_TELEPHONE = re.compile(r"\b(?:call|phone|ring|telephone)\b[^.]{0,60}\d[\d ()-]{6,}", re.IGNORECASE)
_WRITE = re.compile(r"\bwrit(?:e|ing) to (?:us at )?", re.IGNORECASE)

_DATA = re.compile(
    r"\b(?:with|includ\w+|stat(?:e|ing)|quot(?:e|ing)|provid\w+|giv(?:e|ing)|tell\w*|enter\w*|writ(?:e|ing)|send\w*|fill\w*)\b[^.!?]{0,40}"
    r"\b(?:(?:your|full|first|last|family|user)\s?names?|date of birth|birth\s?da(?:te|y)|(?:phone|telephone|mobile|customer|account|member(?:ship)?|order|passport|card)\s+(?:number|no|id)|"
    r"(?:postal|home|street)\s+address|post\s?code|zip code|reasons?)\b",
    re.IGNORECASE,
)
"""Words that ask for more than the address written to."""
_CANNOT = re.compile(
    r"\b(?:can\s?not|can['’]t|could not|unable to|not possible to|not able to|no way to)\b[^.!?]{0,30}$", re.IGNORECASE
)

Follow = Callable[[str], str]
"""The HTML of a page, by a plain GET. Raises UnreadablePageError where it cannot be had."""


class Way(msgspec.Struct, frozen=True):
    """One way to stop that the message shows."""

    route: UnsubscribeRoute
    place: Place
    target: str = ""
    own: bool = False
    login: bool = False
    paid: bool = False
    asks: bool = False
    """For more than the address written to."""


def judge_stop(reading: Reading, own: str, follow: Follow | None = None) -> Judged:
    """
    The way to stop that somebody sees, and what is known of it.

    `own` is what our own unsubscribe links begin with: what those do is known. What another's page asks for is
    unknown, unless `follow` may look at it.
    """
    ways = sorted(ways_to_stop(reading, own), key=lambda way: (not way.own, _LEAST.index(way.route), way.login))
    found = Judged({"unsubscribe_present": bool(ways)}, [])
    found.facts |= {"opt_out_statement_in_message": bool(ways), "opt_out_means_provided": bool(ways) or None}
    if not ways:
        said = "no way to unsubscribe is shown; add a link that says `unsubscribe`"
        found.findings.append(Finding("unsubscribe", "missing", said, Place("the message"), STOP))
        return found
    best = ways[0]
    found.facts["unsubscribe_route"] = best.route
    found.findings.append(Finding("unsubscribe", "present", _ROUTES[best.route], best.place, STOP))
    if best.own:
        found.facts |= _OURS
        found.findings.append(
            Finding("unsubscribe-works", "present", "the link is our own and works for ever", best.place, WORKS)
        )
        return found
    _known(found, best)
    if follow is not None and best.target.startswith(("http://", "https://")):
        _followed(found, best, follow)
    if "unsubscribe-works" not in {one.matter for one in found.findings}:
        said = "whether that way works is not known here; look at its page with --follow, or let it be completed with our own link"
        found.findings.append(Finding("unsubscribe-works", "note", said, best.place, WORKS))
    return found


def ways_to_stop(reading: Reading, own: str) -> list[Way]:
    """Every way to stop that is shown, in order. Words decide, or a link of our own."""
    known = _ways_by(own)
    return [way for run in reading.runs for way in known[run]]


@lru_cache(maxsize=16)
def _ways_by(own: str) -> Remembered[Run, list[Way]]:
    """The ways that runs show, where our own links begin so."""
    return each(lambda passage: _ways(passage, own) if passage.place.where not in UNSEEN else [])


def _ways(passage: Passage, own: str) -> list[Way]:
    ours = [link for link in passage.links if own and link.target.startswith(own)]
    if ours:
        return [Way("link", link.place, link.target, own=True) for link in ours]
    said = _STOPPING.search(passage.words) is not None
    if not said and not any(_STOPPING.search(one.words) or _CHOOSING.search(one.words) for one in passage.links):
        return []
    way = _way(passage, said)
    return [way] if way is not None else []


def _way(passage: Passage, said: bool) -> Way | None:
    login, paid = bool(_LOGIN.search(passage.words)), bool(_PAID.search(passage.words))
    asks = bool(_DATA.search(passage.words))
    link = _leading(passage.links, said)
    if link is not None:
        mail = link.target.lower().startswith("mailto:")
        chooses = (
            not mail
            and not _PATH.search(link.target)
            and not _STOPPING.search(link.words)
            and bool(_CHOOSING.search(link.words))
        )
        route: UnsubscribeRoute = "reply_email" if mail else "preference_page" if chooses else "link"
        return Way(route, link.place, link.target, login=login, paid=paid, asks=asks)
    if not said:
        return None
    if _REPLY.search(passage.words):
        return Way("reply_email", passage.place, paid=paid, asks=asks)
    if login or _CHOOSING.search(passage.words) or "://" in passage.words:
        return Way("preference_page", passage.place, login=login, paid=paid, asks=asks)
    if _TELEPHONE.search(passage.words):
        return Way("phone", passage.place, paid=paid, asks=asks)
    return Way("post", passage.place, paid=paid, asks=asks) if _WRITE.search(passage.words) else None


def _leading(links: tuple[Link, ...], said: bool) -> Link | None:
    """The link one would press to stop: by its words, by where it leads, else the first of a passage that speaks of it."""
    usable = [link for link in links if link.target.lower().startswith(("http://", "https://", "mailto:"))]
    for fits in (
        lambda link: _STOPPING.search(link.words) and not re.match(r"\s*subscribe", link.words, re.IGNORECASE),
        lambda link: _PATH.search(link.target) or re.search(r"\bremove\b", link.words, re.IGNORECASE),
        lambda link: _CHOOSING.search(link.words),
        lambda link: said and not re.search(r"privacy|terms|advert", link.words, re.IGNORECASE),
    ):
        found = next((link for link in usable if fits(link)), None)
        if found is not None:
            return found
    return None


def _known(found: Judged, way: Way) -> None:
    """What the message itself says of a way that is not ours."""
    if way.login:
        found.facts["unsubscribe_requires_login"] = True
        said = "stopping seems to need a log-in or an account; let one link be enough"
        found.findings.append(Finding("unsubscribe-login", "wrong", said, way.place, FREE))
    if way.paid:
        found.facts["unsubscribe_fee"] = True
        found.findings.append(
            Finding("unsubscribe-fee", "wrong", "stopping seems to cost a fee; make it free", way.place, FREE)
        )
    elif way.route in ("link", "reply_email", "preference_page"):
        found.facts["unsubscribe_fee"] = False
    if way.route == "reply_email":
        found.facts |= {
            "unsubscribe_requires_login": False,
            "unsubscribe_requires_extra_personal_info": False,
            "unsubscribe_more_than_one_step": False,
            "unsubscribe_menu": False,
        }
    if way.asks:
        found.facts["unsubscribe_requires_extra_personal_info"] = True
        said = "stopping seems to ask for more than the address written to; ask for nothing else"
        found.findings.append(Finding("unsubscribe-data", "wrong", said, way.place, FREE))
    if way.route == "preference_page":
        found.facts["unsubscribe_menu"] = True


def _followed(found: Judged, way: Way, follow: Follow) -> None:
    try:
        page = LexborHTMLParser(follow(way.target))
    except NoticeError as error:
        said = str(error)
        found.findings.append(Finding("unsubscribe-works", "note", said, way.place, WORKS))
        return
    login = page.css_first("input[type=password]") is not None
    form = next((form for form in page.css("form") if _stops(form)), None)
    found.facts["unsubscribe_requires_login"] = login
    asked = [] if form is None else [node for node in form.css("input, textarea, select") if _asks(node.attributes)]
    if any("required" in node.attributes for node in asked):
        found.facts["unsubscribe_requires_extra_personal_info"] = True
    elif form is not None and not asked:
        found.facts.setdefault("unsubscribe_requires_extra_personal_info", False)
    works = not login and form is not None
    said = f"the page at {urlsplit(way.target).hostname} " + (
        "has a form for stopping; that it works, and will for 30 days, was not tried"
        if works
        else "asks for a log-in"
        if login
        else "shows no form by which one stops"
    )
    if works and asked:
        said += "; it has fields for more than the address"
    found.findings.append(Finding("unsubscribe-works", "note" if works else "wrong", said, way.place, WORKS))


def _stops(form: LexborNode) -> bool:
    """Is there a button in this form, or a form of which nothing else can be meant, that stops?"""
    pressed = form.css("button, input[type=submit], input[type=image]")
    words = " ".join(
        f"{node.text(separator=' ')} {node.attributes.get('value') or ''} {node.attributes.get('alt') or ''}"
        for node in pressed
    )
    if any(not _CANNOT.search(words[: one.start()]) for one in _STOPPING.finditer(words)):
        return True
    said = form.text(separator=" ")
    leads = bool(_PATH.search(form.attributes.get("action") or ""))
    offered = any(not _CANNOT.search(said[: one.start()]) for one in _STOPPING.finditer(said))
    return bool(pressed) and (leads or offered)


def _asks(attributes: dict[str, str | None]) -> bool:
    """Is this field for anything but the address? Boxes choose what stops."""
    kind = (attributes.get("type") or "text").lower()
    if kind in ("hidden", "submit", "button", "checkbox", "radio", "image", "reset", "email", "password"):
        return False
    return not re.fullmatch(r"e-?mail(?:[-_ ]?address)?|mailbox", attributes.get("name") or "", re.IGNORECASE)


_LEAST: tuple[UnsubscribeRoute, ...] = ("link", "reply_email", "reply_stop", "preference_page", "phone", "post")
_ROUTES: dict[UnsubscribeRoute, str] = {
    "link": "a link to unsubscribe is shown",
    "reply_email": "a mail to an address it names unsubscribes",
    "reply_stop": "a reply with STOP unsubscribes",
    "preference_page": "a page of settings is named for unsubscribing",
    "phone": "one unsubscribes by telephone; a link or a reply asks less",
    "post": "one unsubscribes by letter; a link or a reply asks less",
}
_OURS = {
    "unsubscribe_functional": True,
    "unsubscribe_requires_login": False,
    "unsubscribe_requires_extra_personal_info": False,
    "unsubscribe_fee": False,
    "unsubscribe_more_than_one_step": False,
    "unsubscribe_menu": False,
    "stop_all_option": True,
    "opt_out_means_provided": True,
}
