"""
Mailchimp: the CSV files of an audience export. The file's name carries the status, no column does.

A row with `CONFIRM_TIME` and no `OPTIN_TIME` is what an owner's own upload looks like: the time of the upload, and no
trace of anything the person did.
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
)
from sayso.capture.values import read_moment, text_of
from sayso.ledger.entries import (
    AnyBody,
    BounceReceived,
    ComplaintReceived,
    ConsentGiven,
    ConsentWithdrawn,
    DetailsCollected,
    Private,
)

_STATUS = re.compile(r"(?:^|[^a-z])(unsubscribed|nonsubscribed|subscribed|cleaned)(?=[^a-z]|$)", re.IGNORECASE)
_ABUSE = re.compile(r"spam|abuse", re.IGNORECASE)


def is_audience(headings: tuple[str, ...]) -> bool:
    """Whether a CSV file is one of an audience export's."""
    return {"LEID", "EUID"} <= set(headings) or {"MEMBER_RATING", "LAST_CHANGED"} <= set(headings)


def status_of(name: str, options: Options) -> str | None:
    """The status that all rows of a file share, by the file's name or as the owner said."""
    found = _STATUS.search(name)
    return options.status or (found[1].lower() if found else None)


def read_member(row: Row, status: str | None, options: Options, now: datetime) -> Reading:
    """One member of the audience."""
    cells = row.cells
    warnings: list[str] = []
    place = read_place("account", cells.get("CC") or cells.get("Country"), cells.get("REGION"), warnings)
    country = place.country if place else options.default_country
    contact = read_contact(
        cells.get("Email Address") or cells.get("Email"), [cells.get("Phone Number"), cells.get("Phone")], country
    )
    mailbox = [contact.email] if contact.email else []
    opted_in = _moment("OPTIN_TIME", cells, now, warnings)
    confirmed = _moment("CONFIRM_TIME", cells, now, warnings)
    left = _moment("UNSUB_TIME", cells, now, warnings)
    cleaned = _moment("CLEAN_TIME", cells, now, warnings)
    details = DetailsCollected(collected_for="newsletter", places=places_of([place], contact))
    private = Private(name=full_name(cells.get("First Name"), cells.get("Last Name")), ip=cells.get("OPTIN_IP") or None)
    drafts = [
        Draft(body=details, happened_at=opted_in or confirmed or UNDATED, addresses=contact.addresses, private=private,
              with_raw=True),
    ]  # fmt: skip
    notes: list[str] = []
    stop: AnyBody | None = None
    if status == "unsubscribed" or text_of(cells.get("UNSUB_TIME")):
        reason = f"{cells.get('UNSUB_REASON', '')} {cells.get('UNSUB_REASON_OTHER', '')}"
        abuse = _ABUSE.search(reason)
        by_link = True if cells.get("UNSUB_CAMPAIGN_ID") else None
        withdrawn = ConsentWithdrawn(scope="channel", channels=["email"], through_offered_mechanism=by_link)
        stop = ComplaintReceived() if abuse else withdrawn
    elif status == "cleaned" or text_of(cells.get("CLEAN_TIME")):
        stop = BounceReceived(hard=True, scope="channel", channels=["email"])
    elif status == "subscribed" and mailbox:
        if opted_in is None:
            notes.append("some rows have no OPTIN_TIME: somebody uploaded them, and nothing shows what the person did")
        consent = ConsentGiven(
            act="ticked_box", channels=["email"], topics=["newsletter"],
            confirmed_from_account=None if opted_in is None or confirmed is None else confirmed > opted_in or None,
        )  # fmt: skip
        drafts.append(Draft(body=consent, happened_at=opted_in or UNDATED, addresses=mailbox))
    elif status is None:
        notes.append(
            "the file's name does not say whether these are subscribed, unsubscribed or cleaned, so no permission was "
            "read from it; give the status, or import the export's files under their own names"
        )
    if stop is not None:
        drafts.append(Draft(body=stop, happened_at=left or cleaned, addresses=mailbox or contact.addresses))
    key = text_of(cells.get("LEID")) or text_of(cells.get("EUID"))
    key = f"{key}:{contact.addresses[0].value}"
    return Reading(
        line=row.line,
        written=row.written,
        key=f"mailchimp:{status}:{key}",
        drafts=drafts,
        warnings=warnings + contact.warnings,
        notes=notes,
        raw=msgspec.json.encode(cells).decode(),
    )


def _moment(heading: str, cells: dict[str, str], now: datetime, warnings: list[str]) -> datetime | None:
    try:
        return read_moment(cells.get(heading), now)
    except BadValueError as problem:
        warnings.append(f"`{heading}`: {problem.reason}")
        return None
