"""The header fields by which a mail program unsubscribes (RFC 2369, RFC 8058), and whether a signature covers them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import dkim

from sayso.messages.mail import ParsedMail
from sayso.messages.parts import Finding, Place
from sayso.messages.requirements import Judged

ONE_CLICK = "List-Unsubscribe=One-Click"
"""The whole value of List-Unsubscribe-Post (RFC 8058 3.1)."""
COVERED = ("list-unsubscribe", "list-unsubscribe-post")

_URI = re.compile(r"<\s*([^<>]*?)\s*>")
_TAG = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")


def judge_list_header(parsed: ParsedMail, own: str, dnsfunc: Callable[..., Any] | None = None) -> Judged:
    """
    One List-Unsubscribe with exactly one https address, best with a mailbox beside it, one List-Unsubscribe-Post, both signed.

    Mailbox providers ask for it of whoever sends to many; no law does, so that it makes no fact.
    """
    found = Judged({}, [])
    fields, posts = parsed.fields("list-unsubscribe"), parsed.fields("list-unsubscribe-post")
    place = Place("header List-Unsubscribe", fields[0].line if fields else 0)
    there = uris(fields[0].value) if fields else []
    if not fields:
        said = "there is no List-Unsubscribe; add one with an https address and a mailbox"
        found.findings.append(Finding("list-unsubscribe", "missing", said, place, "RFC 2369 3.2"))
    else:
        wrong = _wrong(fields[0].value, there, len(fields))
        found.findings.append(
            Finding("list-unsubscribe", "wrong", wrong, place, "RFC 2369 3.2; RFC 8058 3.1")
            if wrong
            else Finding("list-unsubscribe", "present", "mail programs can offer to unsubscribe", place, "RFC 2369 3.2")
        )
        if not wrong and not any(uri.lower().startswith("mailto:") for uri in there):
            said = (
                "there is no mailbox beside its https address; nothing asks for one, and some programs use nothing else"
            )
            found.findings.append(Finding("list-unsubscribe-mailbox", "note", said, place, "RFC 2369 3.2"))
    found.findings.append(_post([field.value.strip() for field in posts], there, place))
    if fields and posts:
        found.findings.append(_signed(parsed, place, dnsfunc))
    if own and fields and not any(uri.startswith(own) for uri in there):
        said = "it leads elsewhere, so that a stop does not reach us; complete the message to put our own there"
        found.findings.append(Finding("list-unsubscribe", "note", said, place, "RFC 8058 3.1"))
    return found


def uris(value: str) -> list[str]:
    """The addresses that a List-Unsubscribe names, in order."""
    return ["".join(one.split()) for one in _URI.findall(value)]


def _wrong(value: str, found: list[str], fields: int) -> str:
    """What is wrong with it, in a sentence; empty where nothing is."""
    if fields > 1:
        return f"List-Unsubscribe is there {fields} times; programs differ on which counts, so keep one"
    if "=?" in value:
        return "List-Unsubscribe was broken into encoded words, which no program undoes; write it in one line of ASCII"
    https = [uri for uri in found if uri.lower().startswith("https://")]
    if not found:
        return "List-Unsubscribe holds no address in `<` and `>`; write `<https://...>, <mailto:...>`"
    if any(uri.lower().startswith("http://") for uri in found):
        return "List-Unsubscribe leads to http; use https, which one-click asks for"
    if not https:
        return "List-Unsubscribe has a mailbox alone; add an https address, which one-click asks for"
    if len(https) > 1:
        return f"List-Unsubscribe holds {len(https)} https addresses; one-click asks for exactly one"
    if urlsplit(https[0]).hostname is None:
        return "List-Unsubscribe holds an https address without a host; write it whole"
    return ""


def _post(values: list[str], there: list[str], place: Place) -> Finding:
    if not values:
        said = f"one click does not unsubscribe; add `List-Unsubscribe-Post: {ONE_CLICK}`"
        return Finding("one-click", "missing", said, place, "RFC 8058 3.1")
    if values != [ONE_CLICK] or not any(one.lower().startswith("https://") for one in there):
        said = f"one-click asks for `List-Unsubscribe-Post: {ONE_CLICK}`, once and verbatim, beside one https address"
        return Finding("one-click", "wrong", said, place, "RFC 8058 3.1")
    return Finding("one-click", "present", "one click unsubscribes", place, "RFC 8058 3.1")


def _signed(parsed: ParsedMail, place: Place, dnsfunc: Callable[..., Any] | None) -> Finding:
    """A DKIM signature whose `h=` names both fields (RFC 8058 4), and which holds where keys can be looked up."""
    covering = [
        number
        for number, field in enumerate(parsed.fields("dkim-signature"))
        if set(COVERED) <= set(signed_fields(field.value))
    ]
    cite = "RFC 8058 4; RFC 6376"
    if not covering:
        said = "no DKIM signature covers List-Unsubscribe and List-Unsubscribe-Post; sign both when it is sent"
        return Finding("one-click-signed", "missing", said, place, cite)
    if dnsfunc is None:
        return Finding("one-click-signed", "present", "a DKIM signature names both; it was not verified", place, cite)
    if any(_verifies(parsed.raw, number, dnsfunc) for number in covering):
        return Finding("one-click-signed", "present", "a DKIM signature covers both, and holds", place, cite)
    said = "the DKIM signature that covers both does not hold; sign after the last change to the message"
    return Finding("one-click-signed", "wrong", said, place, cite)


def signed_fields(signature: str) -> list[str]:
    """The header fields that a DKIM-Signature says it covers, in lower case."""
    tags = dict(_TAG.findall(signature))
    return [name.strip().lower() for name in tags.get("h", "").split(":")]


def _verifies(raw: bytes, number: int, dnsfunc: Callable[..., Any]) -> bool:
    try:
        return bool(dkim.DKIM(raw).verify(idx=number, dnsfunc=dnsfunc))
    except dkim.DKIMException:
        return False
