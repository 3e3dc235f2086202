"""How answers and evidence are said to people: signs, names, amounts, days; and addresses with nothing left to read them by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sayso.ledger import Address

ANSWERS = {
    "allowed": "allowed",
    "depends": "depends",
    "not_covered": "not covered",
    "not_allowed": "not allowed",
}
SIGNS = {"allowed": "✔", "depends": "?", "not_covered": "○", "not_allowed": "✘"}
CHANNELS = {
    "email": "email",
    "sms": "text",
    "mms": "picture text",
    "voice_live": "call",
    "voice_recorded": "recorded call",
    "post": "letter",
    "online_ad": "ad audience",
    "inbox_ad": "ad in an inbox",
    "instant_message": "instant message",
    "push": "app notification",
    "fax": "fax",
    "website": "website",
}
LAYERS = {"law": "The law", "guidance": "Regulators and carriers", "own": "Your own rules"}
PROOFS = {
    "captured_here": "captured here",
    "imported_with_proof": "imported with proof",
    "asserted": "claimed, not proved yet",
}
VERIFIED = {
    "primary": "read in the text of the law",
    "quoted": "read where others quote the law",
    "guidance": "read in the regulator's guidance",
    "secondary": "read in secondary accounts",
    "unverified": "not verified",
    "analysis": "our own analysis",
    "own": "our own standard",
}


def masked(address: Address) -> str:
    """Enough to recognise one's own, too little to use.

    >>> from sayso.ledger import Address
    >>> masked(Address("email", "mira@letterbox.example"))
    'm•••@l•••.example'
    >>> masked(Address("phone", "+61491570156"))
    '+61•••••156'
    """
    if address.kind == "phone":
        return f"{address.value[:3]}•••••{address.value[-3:]}"
    local, _, domain = address.value.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}"


def day(moment: date | datetime | None) -> str:
    """A day as people write it."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def clock(moment: datetime) -> str:
    """A moment by this machine's own clock, with the name of its zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def plain(name: str) -> str:
    """A name of the vocabulary as words."""
    return str(name).replace("_", " ")


def number(value: float) -> str:
    """With thousands set apart."""
    return f"{value:,.0f}"


def _table(words: dict[str, str]) -> Callable[[Any], str]:
    return lambda name: words.get(str(name), plain(str(name)))


FILTERS: dict[str, Callable[..., Any]] = {
    "answer": _table(ANSWERS),
    "sign": _table(SIGNS),
    "channel": _table(CHANNELS),
    "layer": _table(LAYERS),
    "proof": _table(PROOFS),
    "verified": _table(VERIFIED),
    "day": day,
    "clock": clock,
    "plain": plain,
    "number": number,
}
