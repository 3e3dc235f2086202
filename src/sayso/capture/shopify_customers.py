"""
Shopify's customers: the CSV it exports, and JSON (REST lists, webhook bodies, the customer inside an order).

The CSV has a yes or no without a date. The JSON has a state with its date (shopify.dev, `CustomerEmailMarketingState`):

- `unsubscribed`, for one who was subscribed before or has opted out, is a request to stop.
- `redacted` says that the person's data was erased, which a shop asks of Shopify on the person's behalf; where an
  address still stands beside it, it is read as a request to stop.
- `not_subscribed` is the default of one who never subscribed: no act of anybody.
- `pending` waits for a confirmation that never came, and permits nothing.
- `invalid` is set by Shopify, which does not say why; nobody asked and no mail is known to have come back, so it neither
  permits nor stops.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from sayso.capture.errors import BadRowError, BadValueError
from sayso.capture.files import Row
from sayso.capture.readings import (
    UNDATED,
    Contact,
    Draft,
    Options,
    Reading,
    full_name,
    places_of,
    postal_lines,
    read_contact,
    read_place,
    stop_in,
    ticked_or_not,
    together,
    without_secrets,
)
from sayso.capture.values import read_moment, read_yes_no, text_of
from sayso.ledger.entries import ConsentGiven, DetailsCollected, Private
from sayso.vocabulary import Channel

_CONSENTS: tuple[tuple[str, Channel], ...] = (("email_marketing_consent", "email"), ("sms_marketing_consent", "sms"))
_NEITHER = frozenset({"not_subscribed", "pending", "invalid", ""})
_MARKETING = re.compile(r"marketing", re.IGNORECASE)
_POSTAL = ("address1", "address2", "city", "zip")


def is_customer(item: Any) -> bool:
    """Whether a JSON object is a customer of Shopify's, or a change of one's consent."""
    marks = {"verified_email", "email_marketing_consent", "sms_marketing_consent"}
    return isinstance(item, dict) and not marks.isdisjoint(item) and "order_number" not in item


def read_customer_item(line: int, item: Any, options: Options, now: datetime) -> Reading:
    """One customer of a JSON list or webhook: where they are, and how each consent stands and since when."""
    if not isinstance(item, dict):
        raise BadRowError("it is not a customer; each item has to be a JSON object as Shopify exports it")
    warnings: list[str] = []
    address = item.get("default_address")
    address = address if isinstance(address, dict) else {}
    place = read_place(
        "account",
        address.get("country_code") or address.get("country"),
        address.get("province_code") or address.get("province"),
        warnings,
    )
    country = place.country if place else options.default_country
    contact = read_contact(
        item.get("email") or item.get("email_address"), [item.get("phone"), address.get("phone")], country
    )
    try:
        at = read_moment(item.get("created_at"), now)
    except BadValueError as problem:
        warnings.append(f"`created_at`: {problem.reason}")
        at = None
    private = Private(
        name=full_name(item.get("first_name"), item.get("last_name")), postal_address=postal_lines(address, _POSTAL)
    )
    drafts = [
        Draft(body=DetailsCollected(places=places_of([place], contact)), happened_at=at or UNDATED,
              addresses=contact.addresses, private=private, with_raw=True),
        *consents(item, contact, now, warnings),
    ]  # fmt: skip
    key = text_of(item.get("customer_id")) or text_of(item.get("id")) or contact.addresses[0].value
    return Reading(line=line, written="", key=f"shopify:customer:{key}", drafts=drafts,
                   warnings=warnings + contact.warnings, raw=msgspec.json.encode(without_secrets(item)).decode())  # fmt: skip


def consents(item: dict[str, Any], contact: Contact, now: datetime, warnings: list[str]) -> list[Draft]:
    """What the states of a customer's consents say: claims of permission, and requests to stop."""
    drafts: list[Draft] = []
    for key, channel in _CONSENTS:
        consent = item.get(key)
        address = contact.email if channel == "email" else contact.phone
        if not isinstance(consent, dict) or address is None:
            continue
        state = text_of(consent.get("state")).casefold()
        try:
            at = read_moment(consent.get("consent_updated_at"), now)
        except BadValueError as problem:
            warnings.append(f"`{key}`: {problem.reason}")
            at = None
        stop = stop_in("unsubscribed" if state == "redacted" else state, channel)
        if stop is not None:
            drafts.append(Draft(body=stop, happened_at=at, addresses=[address]))
        elif state == "subscribed":
            confirmed = text_of(consent.get("opt_in_level")).casefold() == "confirmed_opt_in" or None
            body = ConsentGiven(act="ticked_box", channels=together(channel), confirmed_from_account=confirmed)
            drafts.append(Draft(body=body, happened_at=at or UNDATED, addresses=[address]))
        elif state not in _NEITHER:
            warnings.append(f"`{key}` is in a state that is not known here; no permission was read from it")
    return drafts


def stops_of_account(item: dict[str, Any], typed: Contact, country: str | None, now: datetime) -> list[Draft]:
    """
    The requests to stop that the customer's account inside a checkout or order shows; nothing else is read of it.

    They hold for the addresses of the account and for those typed: whoever left is not reached by typing another.
    """
    account = item.get("customer")
    if not isinstance(account, dict) or not is_customer(account):
        return []
    contacts = [typed]
    with suppress(BadRowError):
        own = read_contact(account.get("email"), [account.get("phone")], country)
        contacts.append(Contact(
            email=own.email if own.email != typed.email else None,
            phone=own.phone if own.phone != typed.phone else None,
        ))  # fmt: skip
    return [draft for contact in contacts for draft in consents(account, contact, now, []) if draft.stops]


def is_customers(headings: tuple[str, ...]) -> bool:
    """Whether a CSV file is Shopify's export of customers."""
    accepts = {"Accepts Email Marketing", "Accepts Marketing"} & set(headings)
    return bool(accepts) and bool({"Tax Exempt", "Total Orders", "Total Spent"} & set(headings))


def read_customer(row: Row, options: Options, now: datetime) -> Reading:
    """
    One customer. A yes under `Accepts ... Marketing` is a consent claimed and undated; a no may be a default, a
    refusal or an unsubscribe, and so proves none of them. A word such as `unsubscribed`, which shops' apps write under
    headings about marketing, stops.
    """
    cells = row.cells
    warnings: list[str] = []
    country = cells.get("Default Address Country Code") or cells.get("Default Address Country")
    state = cells.get("Default Address Province Code") or cells.get("Default Address Province")
    place = read_place("account", country, state, warnings)
    numbers = [cells.get("Phone"), cells.get("Default Address Phone")]
    contact = read_contact(cells.get("Email"), numbers, place.country if place else options.default_country)
    details = DetailsCollected(from_individual=None, places=places_of([place], contact))
    keys = ("Default Address Address1", "Default Address Address2", "Default Address City", "Default Address Zip")
    private = Private(
        name=full_name(cells.get("First Name"), cells.get("Last Name")), postal_address=postal_lines(cells, keys)
    )
    drafts = [Draft(body=details, happened_at=UNDATED, addresses=contact.addresses, private=private, with_raw=True)]
    for heading, cell in cells.items():
        about: Channel = "sms" if "sms" in heading.casefold() else "email"
        stop = stop_in(cell, about) if _MARKETING.search(heading) else None
        address = contact.email if about == "email" else contact.phone
        if stop is not None and address is not None:
            drafts.append(Draft(body=stop, addresses=[address]))
    wanted = (
        (
            "Accepts Email Marketing" if "Accepts Email Marketing" in cells else "Accepts Marketing",
            "email",
            contact.email,
        ),
        ("Accepts SMS Marketing", "sms", contact.phone),
    )
    for heading, channel, address in wanted:
        try:
            answer = read_yes_no(cells.get(heading))
        except BadValueError as problem:
            warnings.append(f"`{heading}`: {problem.reason}")
            continue
        body = ticked_or_not(answer, channel, None)  # type: ignore[arg-type]
        if body is not None and address is not None:
            drafts.append(Draft(body=body, happened_at=UNDATED, addresses=[address]))
    key = text_of(cells.get("Customer ID")) or "+".join(address.value for address in contact.addresses)
    return Reading(line=row.line, written=row.written, key=f"shopify:customer:{key}", drafts=drafts,
                   warnings=warnings + contact.warnings, raw=msgspec.json.encode(cells).decode())  # fmt: skip
