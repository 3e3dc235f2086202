"""
Klaviyo: the CSV export of profiles. `can_receive_email_marketing` is true of people who never consented and is not
read at all; a suppression stops whatever the consent column says.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from sayso.capture.errors import BadValueError
from sayso.capture.files import Row
from sayso.capture.readings import (
    UNDATED,
    Draft,
    Options,
    Reading,
    full_name,
    places_of,
    read_contact,
    read_place,
    stop_in,
    together,
)
from sayso.capture.values import read_moment, text_of
from sayso.ledger.entries import (
    Address,
    AnyBody,
    BounceReceived,
    ComplaintReceived,
    ConsentGiven,
    ConsentWithdrawn,
    DetailsCollected,
    Private,
)
from sayso.vocabulary import Channel

_BOUNCES = frozenset({"HARD_BOUNCE", "EMAIL_BOUNCED", "INVALID_EMAIL", "BOUNCED"})
_COMPLAINTS = frozenset({"SPAM_COMPLAINT", "MARKED_AS_SPAM"})
_WITHDRAWALS = frozenset({"UNSUBSCRIBE", "UNSUBSCRIBED", "USER_SUPPRESSED", "MANUAL_SUPPRESSION", "SUPPRESSED"})
_CONSENTS: tuple[tuple[str, Channel], ...] = (("Email", "email"), ("SMS", "sms"))
_NOTHING = frozenset({"", "FALSE", "NONE", "NULL", "[]", "NO"})


def is_profiles(headings: tuple[str, ...]) -> bool:
    """Whether a CSV file is Klaviyo's export of profiles."""
    return "Email Marketing Consent" in headings or "Klaviyo ID" in headings


def _suppressions(cells: dict[str, str], warnings: list[str]) -> list[AnyBody]:
    bodies: list[AnyBody] = []
    listed = cells.get("Email Suppressions") or cells.get("Suppressions") or cells.get("Email Suppression") or ""
    if listed.upper() in _NOTHING:
        return []
    for word in re.split(r"[,;|]", listed):
        reason = re.sub(r"[^A-Z]+", "_", word.upper()).strip("_")
        if not reason:
            continue
        if reason in _BOUNCES:
            bodies.append(BounceReceived(hard=True, scope="channel", channels=["email"]))
        elif reason in _COMPLAINTS:
            bodies.append(ComplaintReceived())
        else:
            bodies.append(ConsentWithdrawn(scope="channel", channels=["email"]))
            if reason not in _WITHDRAWALS:
                warnings.append("the suppression has a reason that is not known here; it was read as an unsubscribe")
    return bodies


def read_profile(row: Row, options: Options, now: datetime) -> Reading:
    """One profile: its suppressions, and what it claims about consent for email and for texts."""
    cells = row.cells
    warnings: list[str] = []
    place = read_place("account", cells.get("Country"), cells.get("State/Region") or cells.get("Region"), warnings)
    country = place.country if place else options.default_country
    contact = read_contact(cells.get("Email"), [cells.get("Phone Number"), cells.get("Phone")], country)
    details = DetailsCollected(places=places_of([place], contact))
    private = Private(name=full_name(cells.get("First Name"), cells.get("Last Name")))
    drafts = [Draft(body=details, happened_at=UNDATED, addresses=contact.addresses, private=private, with_raw=True)]
    if contact.email:
        drafts += [Draft(body=body, addresses=[contact.email]) for body in _suppressions(cells, warnings)]
    for name, channel in _CONSENTS:
        address = contact.email if channel == "email" else contact.phone
        draft = _consent(cells, name, channel, address, now, warnings)
        if draft is not None:
            drafts.append(draft)
    key = text_of(cells.get("Klaviyo ID")) or contact.addresses[0].value
    return Reading(line=row.line, written=row.written, key=f"klaviyo:{key}", drafts=drafts,
                   warnings=warnings + contact.warnings, raw=msgspec.json.encode(cells).decode())  # fmt: skip


def _consent(cells: dict[str, str], name: str, channel: Channel, address: Address | None, now: datetime,
             warnings: list[str]) -> Draft | None:  # fmt: skip
    word = text_of(cells.get(f"{name} Marketing Consent")).upper()
    if word in ("", "NEVER_SUBSCRIBED"):
        return None
    if address is None:
        warnings.append(
            f"`{name} Marketing Consent` is filled in and the row has no usable address for it; it was left out"
        )
        return None
    try:
        at = read_moment(cells.get(f"{name} Marketing Consent Timestamp"), now)
    except BadValueError as problem:
        warnings.append(f"`{name} Marketing Consent Timestamp`: {problem.reason}")
        at = None
    if word == "SUBSCRIBED":
        body = ConsentGiven(act="ticked_box", channels=together(channel))
        return Draft(body=body, happened_at=at or UNDATED, addresses=[address])
    stop = stop_in(word, channel)
    if stop is not None:
        return Draft(body=stop, happened_at=at, addresses=[address])
    warnings.append(f"`{name} Marketing Consent` holds a word that is not known here; it counts as unknown")
    return None
