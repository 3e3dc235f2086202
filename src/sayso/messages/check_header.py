"""The header of an email: does it say truly who writes, and does nothing in it mean two things?"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from functools import lru_cache

from sayso.messages.identity import Identity
from sayso.messages.mail import ParsedMail
from sayso.messages.parts import Finding, Place
from sayso.messages.requirements import Judged, core_name, names

TRUE_HEADER = "15 USC 7704(a)(1); Cal. B&P 17529.5(a)(2)"
ONCE = "RFC 5322 3.6"

_SINGLE = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
)
_DOES = frozenset(
    [
        "the",
        "and",
        "team",
        "support",
        "news",
        "newsletter",
        "shop",
        "store",
        "orders",
        "order",
        "sales",
        "hello",
        "info",
        "contact",
        "customer",
        "customers",
        "service",
        "care",
        "help",
        "no",
        "noreply",
        "reply",
    ]
)
"""What a display name may say that passes for nobody."""
_INJECTED = re.compile(r"[\r\n\x00]|(?:^|\s)(?:bcc|content-type|mime-version)\s*:", re.IGNORECASE)


def judge_header(parsed: ParsedMail, identity: Identity) -> Judged:
    """Is it from the sender's own domain, once, and free of what was smuggled in?"""
    found = Judged({}, [])
    for name in _SINGLE:
        fields = parsed.fields(name)
        if len(fields) > 1:
            said = f"`{name}` is there {len(fields)} times; readers differ on which counts, so keep one"
            found.findings.append(
                Finding("header", "wrong", said, Place(f"header {name.title()}", fields[1].line), ONCE)
            )
    if parsed.bare_breaks:
        said = "some lines end in a bare CR or LF; end each with CRLF"
        found.findings.append(Finding("header", "note", said, Place("the message"), "RFC 5322 2.3"))
    _injected(parsed, found)
    _own_domain(parsed, identity, found)
    for name, need in (("date", "Date"), ("message-id", "Message-ID")):
        if not parsed.fields(name):
            said = f"there is no {need}; it is added when the message is completed"
            found.findings.append(Finding("header", "missing", said, Place("the header"), ONCE))
    _date(parsed, found)
    wrong = any(one.state == "wrong" for one in found.findings)
    strange = any(not _known(shown, identity) for shown, _ in parsed.addresses("from"))
    place = place_of(parsed, "from")
    if wrong:
        found.facts["header_accurate"] = False
    elif strange:
        said = (
            f"the display name is neither the brand nor the company: it may be somebody of yours, or pass for somebody else; "
            f"write `{identity.brand}`, or `... at {identity.brand}`, or let a person look at it"
        )
        found.findings.append(Finding("header", "note", said, place, TRUE_HEADER))
    else:
        found.facts["header_accurate"] = True
        found.findings.append(Finding("header", "present", "it comes from the sender's own domain", place, TRUE_HEADER))
    return found


def _own_domain(parsed: ParsedMail, identity: Identity, found: Judged) -> None:
    authors = parsed.addresses("from")
    place = place_of(parsed, "from")
    if not authors:
        found.findings.append(Finding("header", "wrong", "no From address can be read; write one", place, ONCE))
        return
    own = all(owned(address, identity) for _, address in authors)
    if not own:
        said = "From names a domain that is not declared as the sender's; send from your own, or declare it"
        found.findings.append(Finding("header", "wrong", said, place, TRUE_HEADER))
    for shown, address in authors:
        other = re.search(r"[\w.+-]+@([\w.-]+\w)", shown)
        if other and other[1].lower() != address.rpartition("@")[2].lower():
            said = "the display name shows another address than the one it comes from; leave it out"
            found.findings.append(Finding("header", "wrong", said, place, TRUE_HEADER))
    others = [(name, address) for name in ("sender", "reply-to") for _, address in parsed.addresses(name)]
    for name, address in others:
        if not owned(address, identity):
            said = f"{name.title()} names another's domain; that needs its permission"
            found.findings.append(Finding("header", "note", said, place_of(parsed, name), "Cal. B&P 17529.5(a)(1)"))
    if own and all(owned(address, identity) for _, address in others):
        found.facts["third_party_domain_unpermitted"] = False


@lru_cache(maxsize=1000)
def _known(shown: str, identity: Identity) -> bool:
    """Is a display name the sender's own: its brand or company with whatever else, a part of them, or what it does?"""
    if names(shown, identity.brand) or names(shown, identity.legal_name) or "@" in shown:
        return True
    own = {word for name in (identity.brand, identity.legal_name) for word in core_name(name).split()}
    own |= {domain.partition(".")[0] for domain in identity.domains}
    return set(re.findall(r"\w+", shown.casefold())) <= own | _DOES


def owned(address: str, identity: Identity) -> bool:
    """Is the domain of this address one of the sender's own, or beneath one?"""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == own or domain.endswith(f".{own}") for own in identity.domains)


def _injected(parsed: ParsedMail, found: Judged) -> None:
    for name in ("subject", "from", "to", "reply-to", "list-unsubscribe"):
        if _INJECTED.search(parsed.header(name)):
            said = f"`{name}` holds a line break or another header; take out what was put in there"
            found.findings.append(Finding("header", "wrong", said, place_of(parsed, name), ONCE))


def _date(parsed: ParsedMail, found: Judged) -> None:
    if written := parsed.header("date"):
        try:
            parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            said = "Date is not a date of mail; write one such as `Wed, 25 Nov 2026 09:00:00 +1100`"
            found.findings.append(Finding("header", "wrong", said, place_of(parsed, "date"), "RFC 5322 3.3"))


def place_of(parsed: ParsedMail, name: str) -> Place:
    """Where a header field stands."""
    fields = parsed.fields(name)
    return Place(f"header {name.title()}", fields[0].line if fields else 0)
