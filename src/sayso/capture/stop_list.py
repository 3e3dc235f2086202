"""
Lists of addresses and numbers that must not be written to. Each row stops; nothing in such a list permits anything.

One column is enough, with or without a heading. Columns that may stand beside it: reason, channel, topic, date.
A reason or a date that cannot be read never saves anybody from being stopped: the row then stops everything, as of now.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import get_args

from sayso.capture.errors import BadValueError
from sayso.capture.files import Row
from sayso.capture.readings import Draft, Options, Reading, read_contact, stop_of
from sayso.capture.values import read_country, read_email, read_moment, read_phone, text_of
from sayso.vocabulary import Channel
from sayso.vocabulary.ground import StopScope

_NAME = re.compile(r"stop|suppress|unsub|do.?not|opt.?out|blocklist|blacklist|bounce|complain", re.IGNORECASE)
_ADDRESS_HEADINGS = ("address", "email", "email address", "e-mail", "phone", "phone number", "mobile", "number")
_REASON_HEADINGS = ("reason", "kind", "type", "status")
_DATE_HEADINGS = ("date", "at", "when", "received", "unsubscribed at", "created_at", "timestamp")


def is_stop_list(name: str, headings: tuple[str, ...]) -> bool:
    """Whether a CSV file, by its name and headings, is a list of stops."""
    first = headings[0].casefold()
    return bool(_NAME.search(name)) and (first in _ADDRESS_HEADINGS or holds_address(headings))


def holds_address(cells: tuple[str, ...]) -> bool:
    """Whether one of the cells is itself an address: then the file has no line of headings."""
    for cell in cells:
        try:
            read_email(cell) if "@" in cell else read_phone(cell, None)
        except BadValueError:
            continue
        return True
    return False


def _cell(cells: dict[str, str], wanted: tuple[str, ...]) -> str:
    return next((value for key, value in cells.items() if key.casefold() in wanted and value), "")


def read_stop(row: Row, options: Options, now: datetime) -> Reading:
    """One row: the addresses in it, each stopped."""
    cells = row.cells
    warnings: list[str] = []
    try:
        country = read_country(_cell(cells, ("country",)))
    except BadValueError:
        country = None
    values = [_cell(cells, (heading,)) for heading in _ADDRESS_HEADINGS]
    if not any(values):
        values = [text_of(value) for value in cells.values() if "@" in value or holds_address((value,))]
    email = next((value for value in values if "@" in value), "")
    phones = [value for value in values if value and "@" not in value]
    contact = read_contact(email, list(phones), country or options.default_country)
    channel = _cell(cells, ("channel",)).casefold()
    channels: list[Channel] = [found for found in get_args(Channel) if found in re.split(r"[^a-z_]+", channel)]
    if channel and not channels and channel not in ("all", "everything", "any"):
        warnings.append("the channel is not one that is known; the row stops every channel")
    topic = _cell(cells, ("topic",)).casefold()
    scope: StopScope | None = "topic" if topic else "channel" if channels else "everything"
    try:
        at = read_moment(_cell(cells, _DATE_HEADINGS), now)
    except BadValueError as problem:
        warnings.append(f"{problem.reason}; until then it stops as of now")
        at = None
    body = stop_of(_cell(cells, _REASON_HEADINGS), scope, channels, [topic] if topic else [])
    return Reading(
        line=row.line,
        written=row.written,
        key="stop:" + "+".join(address.value for address in contact.addresses),
        drafts=[Draft(body=body, happened_at=at, addresses=contact.addresses)],
        warnings=warnings + contact.warnings,
    )
