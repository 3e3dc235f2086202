"""
Any CSV file: which column means what is proposed from headings and contents, written as a small YAML file that the
owner can correct, and read back from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import msgspec
import yaml

from sayso.capture.errors import BadValueError, MappingError
from sayso.capture.files import Row
from sayso.capture.readings import (
    UNDATED,
    Contact,
    Draft,
    Options,
    Reading,
    full_name,
    places_of,
    read_contact,
    read_place,
    stop_in,
)
from sayso.capture.values import read_country, read_email, read_moment, read_phone, read_yes_no, says_stop, text_of
from sayso.ledger.entries import (
    Address,
    AnyBody,
    BounceReceived,
    CheckoutAbandoned,
    ComplaintReceived,
    ConsentGiven,
    ConsentWithdrawn,
    DetailsCollected,
    OrderPlaced,
    Private,
    RegisterChecked,
)
from sayso.vocabulary import Channel

Meaning = Literal[
    "ignore",
    "email",
    "phone",
    "first_name",
    "last_name",
    "name",
    "id",
    "country",
    "state",
    "billing_country",
    "billing_state",
    "collected_at",
    "email_permission",
    "sms_permission",
    "permission_at",
    "permission_wording",
    "unsubscribed",
    "unsubscribed_at",
    "status",
    "bounced",
    "complained",
    "abandoned_at",
    "ordered_at",
    "goods",
    "on_do_not_call_register",
    "on_national_dnc",
    "register_checked_at",
]
"""
What a column may mean. `ignore` is for columns that say nothing sayso asks about; of a `status` only words such as
`unsubscribed`, `bounced` or `complained` are read, which stop.
"""

_HEADINGS: tuple[tuple[str, Meaning], ...] = (
    (r"(billing|invoice).*country", "billing_country"),
    (r"(billing|invoice).*(state|province|region)", "billing_state"),
    (r"country", "country"),
    (r"state|province|region", "state"),
    (r"(unsubscri|opt(ed)?.?out).*(at|date|time|on)$|unsub.?time", "unsubscribed_at"),
    (r"^status$|(member|contact|list|subscriber|delivery).?(status|state)", "status"),
    (r"unsubscri|opt(ed)?.?out|do.?not.?(email|contact|mail)|suppress", "unsubscribed"),
    (r"bounce|undeliver", "bounced"),
    (r"complain|spam", "complained"),
    (r"(opt.?in|consent|permission|subscri|accepts?).*(at|date|time|stamp|on)$", "permission_at"),
    (r"(opt.?in|consent|permission).*(word|text)", "permission_wording"),
    (r"(sms|text|mobile|phone).*(opt.?in|consent|permission|market|subscri)|accepts?.sms", "sms_permission"),
    (r"opt.?in|consent|permission|market|subscribe|newsletter|accepts?", "email_permission"),
    (r"do.?not.?call|dncr", "on_do_not_call_register"),
    (r"national.?dnc|us.?dnc", "on_national_dnc"),
    (r"wash|scrub|register.?check", "register_checked_at"),
    (r"abandon", "abandoned_at"),
    (r"(order|purchase|bought).*(at|date|time|on)$|^(last )?(order|purchase)$", "ordered_at"),
    (r"e.?mail", "email"),
    (r"phone|mobile|cell|tel(efon|ephone)?$|number", "phone"),
    (r"first.?name|given.?name|vorname", "first_name"),
    (r"(last|family|sur).?name|nachname", "last_name"),
    (r"^(full.?)?name$", "name"),
    (r"(item|goods|product|cart.?content)", "goods"),
    (r"created|added|signed.?up|collected|captured|^date$", "collected_at"),
    (r"^(customer.?|contact.?|checkout.?|cart.?)?(id|token)$", "id"),
)
_REPEATABLE = frozenset({"ignore", "goods"})
_NOTHING = frozenset({"", "-", "n/a", "na", "none", "null", "never", "0000-00-00", "0000-00-00 00:00:00"})
"""What systems write where there is nothing to say."""


class Mapping(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which column means what. Written as YAML; every column of the file is named, `ignore` included."""

    columns: dict[str, Meaning]
    default_country: str | None = None


def _seems(values: list[str], reads: Callable[[str], object], share: float = 0.6) -> bool:
    """Whether this share of the filled cells can be read as this kind of value."""
    filled = [value for value in values if value]
    good = 0
    for value in filled:
        try:
            good += reads(value) is not None
        except BadValueError:
            continue
    return bool(filled) and good >= len(filled) * share


def propose(headings: tuple[str, ...], rows: Iterable[Row], default_country: str | None = None) -> Mapping:
    """
    What each column seems to mean: by its heading where its contents agree, else by its contents alone.

    Nothing is taken for a permission by its contents.
    """
    sample = list(rows)
    columns: dict[str, Meaning] = {}
    for heading in headings:
        values = [row.cells[heading] for row in sample]
        meaning = next((found for pattern, found in _HEADINGS if re.search(pattern, heading, re.IGNORECASE)), None)
        if meaning == "email" and any(values) and not _seems(values, read_email, share=0.2):
            meaning = None
        if meaning in (None, "phone") and _seems(values, read_email):
            meaning = "email"
        elif meaning is None and _seems(values, lambda value: read_phone(value, default_country)):
            meaning = "phone"
        elif meaning is None and _seems(values, read_country):
            meaning = "country"
        if meaning is None or (meaning in columns.values() and meaning not in _REPEATABLE):
            meaning = "ignore"
        columns[heading] = meaning
    return Mapping(columns=columns, default_country=default_country)


def write_mapping(mapping: Mapping, path: Path, name: str) -> None:
    """Save a mapping where its owner can correct it and give it back."""
    meanings = ", ".join(get_args(Meaning))
    head = (
        f"# How the columns of {name} are read. Correct it and import again with this file as the mapping.\n"
        f"# Meanings: {meanings}.\n"
        "# default_country (such as AU) is for phone numbers that name no country.\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + yaml.safe_dump(msgspec.to_builtins(mapping), sort_keys=False, allow_unicode=True), "utf-8")


def read_mapping(path: Path, headings: tuple[str, ...]) -> Mapping:
    """A mapping as its owner left it. Raises `MappingError` where it does not fit the file."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except OSError as problem:
        raise MappingError(f"the mapping `{path.name}` cannot be read ({problem.strerror}); check the path") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise MappingError(
            f"the mapping `{path.name}` is not well-formed YAML; leave it out to have one proposed"
        ) from None
    columns = found.get("columns") if isinstance(found, dict) else None
    if not isinstance(columns, dict):
        raise MappingError(f"the mapping `{path.name}` has no `columns:`; leave it out to have one proposed")
    for heading, meaning in columns.items():
        if meaning not in get_args(Meaning):
            near = get_close_matches(str(meaning), get_args(Meaning), 1)
            hint = f"; did you mean `{near[0]}`?" if near else f"; use one of {', '.join(get_args(Meaning))}"
            raise MappingError(f"{path.name}: nothing is called `{meaning}` (column `{heading}`){hint}")
        if heading not in headings:
            near = get_close_matches(str(heading), headings, 1)
            hint = f"; did you mean `{near[0]}`?" if near else "; take it out of the mapping"
            raise MappingError(f"{path.name}: the file has no column `{heading}`{hint}")
    try:
        mapping = msgspec.convert(found, Mapping)
    except msgspec.ValidationError as problem:
        raise MappingError(f"{path.name}: {problem}") from None
    check(mapping, path.name)
    return mapping


def check(mapping: Mapping, name: str) -> None:
    """Refuse a mapping under which no row could be about anybody, or two columns would say the same thing."""
    meanings = [meaning for meaning in mapping.columns.values() if meaning not in _REPEATABLE]
    twice = next((meaning for meaning in meanings if meanings.count(meaning) > 1), None)
    if twice:
        raise MappingError(f"{name}: two columns are read as `{twice}`; set one of them to `ignore`")
    if not {"email", "phone"} & set(meanings):
        raise MappingError(f"{name}: no column is read as `email` or `phone`, so no row is about anybody; name one")


def read_mapped(row: Row, mapping: Mapping, options: Options, now: datetime) -> Reading:
    """One row of a CSV file, by its mapping."""
    cells: dict[Meaning, str] = {
        meaning: row.cells.get(heading, "") for heading, meaning in mapping.columns.items() if meaning != "ignore"
    }
    goods = [
        row.cells[heading] for heading, meaning in mapping.columns.items() if meaning == "goods" and row.cells[heading]
    ]
    warnings: list[str] = []

    def moment(meaning: Meaning) -> datetime | None:
        try:
            return read_moment(cells.get(meaning), now)
        except BadValueError as problem:
            warnings.append(f"`{meaning}`: {problem.reason}")
            return None

    def flag(meaning: Meaning) -> bool | None:
        try:
            return read_yes_no(cells.get(meaning))
        except BadValueError as problem:
            warnings.append(f"`{meaning}`: {problem.reason}")
            return None

    places = [
        read_place("account", cells.get("country"), cells.get("state"), warnings),
        read_place("billing", cells.get("billing_country"), cells.get("billing_state"), warnings),
    ]
    country = next((place.country for place in places if place), mapping.default_country or options.default_country)
    contact = read_contact(cells.get("email"), [cells.get("phone")], country)
    found = places_of(places, contact)
    name = full_name(cells.get("first_name"), cells.get("last_name")) or text_of(cells.get("name")) or None
    abandoned, ordered = moment("abandoned_at"), moment("ordered_at")
    given = moment("permission_at")
    at = moment("collected_at") or abandoned or ordered or given or UNDATED
    drafts = [
        Draft(
            body=DetailsCollected(places=found),
            happened_at=at,
            addresses=contact.addresses,
            private=Private(name=name) if name else None,
            with_raw=True,
        )
    ]
    drafts += _stops(cells, moment, contact)
    if abandoned:
        left = CheckoutAbandoned(goods=goods, places=found)
        drafts.append(Draft(body=left, happened_at=abandoned, addresses=contact.addresses))
    if ordered:
        drafts.append(Draft(body=OrderPlaced(goods=goods), happened_at=ordered, addresses=contact.addresses))
    wording = text_of(cells.get("permission_wording")) or None
    wanted: tuple[tuple[Meaning, Channel], ...] = (("email_permission", "email"), ("sms_permission", "sms"))
    for meaning, channel in wanted:
        address = contact.email if channel == "email" else contact.phone
        if not says_stop(cells.get(meaning)) and flag(meaning) and address:
            body: AnyBody = ConsentGiven(act="ticked_box", channels=[channel], wording=wording)
            drafts.append(Draft(body=body, happened_at=given or UNDATED, addresses=[address]))
    checked = moment("register_checked_at")
    for register, column in (
        ("au_do_not_call", "on_do_not_call_register"),
        ("us_national_do_not_call", "on_national_dnc"),
    ):
        listed = flag(column)  # type: ignore[arg-type]
        if listed is not None and contact.phone:
            answer = RegisterChecked(register=register, registered=listed)  # type: ignore[arg-type]
            drafts.append(Draft(body=answer, happened_at=checked or UNDATED, addresses=[contact.phone]))
    key = text_of(cells.get("id")) or "+".join(address.value for address in contact.addresses)
    return Reading(
        line=row.line,
        written=row.written,
        key=f"csv:{key}",
        drafts=drafts,
        warnings=warnings + contact.warnings,
        raw=msgspec.json.encode(row.cells).decode(),
    )


def _stops(cells: dict[Meaning, str], moment: Callable[[Meaning], datetime | None], contact: Contact) -> list[Draft]:
    """
    Every stop of the row. Whatever is written under a meaning that stops, short of a no, stops, however it is spelt;
    words such as `unsubscribed` stop under a permission or a status too.
    """
    stopping: list[tuple[AnyBody, datetime | None, list[Address]]] = []
    if _written(cells, "unsubscribed") or _written(cells, "unsubscribed_at"):
        stopping.append((ConsentWithdrawn(), moment("unsubscribed_at"), contact.addresses))
    if _written(cells, "bounced") and "soft" not in cells["bounced"].casefold():
        bounce = BounceReceived(hard=True, scope="channel", channels=["email"])
        stopping.append((bounce, None, contact.addresses))
    if _written(cells, "complained"):
        stopping.append((ComplaintReceived(), None, contact.addresses))
    said: tuple[tuple[Meaning, Channel, Address | None], ...] = (
        ("status", "email", contact.email),
        ("status", "sms", contact.phone),
        ("email_permission", "email", contact.email),
        ("sms_permission", "sms", contact.phone),
    )
    for meaning, channel, address in said:
        stop = stop_in(cells.get(meaning), channel)
        if stop is not None and address is not None and not (isinstance(stop, BounceReceived) and channel == "sms"):
            stopping.append((stop, None, [address]))
    return [Draft(body=body, happened_at=at, addresses=addresses) for body, at, addresses in stopping]


def _written(cells: dict[Meaning, str], meaning: Meaning) -> bool:
    """Whether something that is not a no is written there."""
    word = text_of(cells.get(meaning)).casefold()
    if word in _NOTHING:
        return False
    try:
        return says_stop(word) or read_yes_no(word) is True
    except BadValueError:
        return True
