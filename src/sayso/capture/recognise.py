"""Which export a file is, by what is in it, and how its rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from sayso.capture import klaviyo, mailchimp, mapping, shopify, shopify_customers, stop_list, widget_log, woocommerce
from sayso.capture.errors import BadRowError, FileRefusedError, UnknownKindError
from sayso.capture.files import Broken, Row, Table, TextFile, json_lines, open_table, open_text
from sayso.capture.json_items import JsonList, open_json
from sayso.capture.readings import Options, Reading, Rejected, without_secrets

Kind = Literal[
    "shopify-checkouts",
    "shopify-orders",
    "shopify-customers",
    "woocommerce-orders",
    "mailchimp-audience",
    "klaviyo-profiles",
    "stop-list",
    "widget-log",
    "csv",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_SAID: dict[Kind, str] = {
    "shopify-checkouts": "Shopify's abandoned checkouts",
    "shopify-orders": "Shopify's orders",
    "shopify-customers": "Shopify's customers",
    "woocommerce-orders": "WooCommerce's orders",
    "mailchimp-audience": "an audience exported from Mailchimp",
    "klaviyo-profiles": "profiles exported from Klaviyo",
    "stop-list": "a list of addresses to stop",
    "widget-log": "the event log of a form widget",
    "csv": "a CSV file of no known export, read by a mapping of its columns",
}
_JSON_KINDS: dict[Kind, tuple[str, Callable[[Any], bool], Callable[[int, Any, Options, datetime], Reading]]] = {
    "shopify-checkouts": ("checkouts", shopify.is_checkout, shopify.read_checkout),
    "shopify-orders": ("orders", shopify.is_order, shopify.read_order),
    "woocommerce-orders": ("orders", woocommerce.is_order, woocommerce.read_order),
    "shopify-customers": ("customers", shopify_customers.is_customer, shopify_customers.read_customer_item),
}
_NAMES = frozenset(name for name, _, _ in _JSON_KINDS.values())
_ONLY_JSON = frozenset({"shopify-checkouts", "shopify-orders", "woocommerce-orders"})
_SAMPLE = 200
"""Rows looked at to propose a mapping."""


@dataclass
class Source:
    """One file, recognised: where it is, what it is, how to go through it."""

    file: TextFile
    kind: Kind
    options: Options
    now: datetime
    table: Table | None = None
    json: JsonList | None = None
    columns: mapping.Mapping | None = None
    proposed: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What the file was taken for, in words."""
        return f"read as {_SAID[self.kind]} (`{self.kind}`)"

    @property
    def size(self) -> int:
        """Lines or items, for showing progress."""
        return self.json.count if self.json else self.file.lines

    def readings(self) -> Iterator[Reading | Rejected]:
        """Every row, understood or not."""
        if self.kind == "widget-log":
            yield from self._log()
        elif self.table is not None:
            yield from self._rows(self.table)
        elif self.json is not None:
            yield from self._items(self.json)

    def _log(self) -> Iterator[Reading | Rejected]:
        for number, written, value in json_lines(self.file):
            try:
                if isinstance(value, BadRowError):
                    raise value
                reading = widget_log.read_line(number, written, self.options, self.now)
            except BadRowError as problem:
                yield Rejected(line=number, written=written.strip(), reason=problem.reason)
                continue
            if reading is not None:
                yield reading

    def _rows(self, table: Table) -> Iterator[Reading | Rejected]:
        for row in table.rows():
            if isinstance(row, Broken):
                yield Rejected(line=row.line, written=row.written, reason=row.reason)
                continue
            try:
                yield self._row(row)
            except BadRowError as problem:
                yield Rejected(line=row.line, written=row.written, reason=problem.reason)

    def _row(self, row: Row) -> Reading:
        match self.kind:
            case "shopify-customers":
                return shopify_customers.read_customer(row, self.options, self.now)
            case "mailchimp-audience":
                status = mailchimp.status_of(self.file.path.name, self.options)
                return mailchimp.read_member(row, status, self.options, self.now)
            case "klaviyo-profiles":
                return klaviyo.read_profile(row, self.options, self.now)
            case "stop-list":
                return stop_list.read_stop(row, self.options, self.now)
        assert self.columns is not None  # noqa: S101 -- recognise() gives every `csv` its columns
        return mapping.read_mapped(row, self.columns, self.options, self.now)

    def _items(self, found: JsonList) -> Iterator[Reading | Rejected]:
        read = _JSON_KINDS[self.kind][2]
        for number, item in enumerate(found.items(), start=1):
            try:
                if isinstance(item, BadRowError):
                    raise item
                yield read(number, item, self.options, self.now)
            except BadRowError as problem:
                shown = None if isinstance(item, BadRowError) else without_secrets(item)
                yield Rejected(line=number, written=msgspec.json.encode(shown).decode(), reason=problem.reason)


def recognise(path: Path, kind: str | None, options: Options, now: datetime, columns: Path | None = None) -> Source:
    """
    Open a file and say what it is. `kind` settles it where given; `columns` is a mapping for a CSV file.

    Raises `FileRefusedError` where nothing can be read from it, `MappingError` where the mapping does not fit.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownKindError(f"there is no kind `{kind}`; use one of {', '.join(KINDS)}, or leave it out")
    file = open_text(path)
    source = Source(file, "csv", options, now, notes=list(file.notes))
    start = _first_character(file)
    if kind == "widget-log" or (kind is None and start == "{" and _is_log(file)):
        return replace(source, kind="widget-log")
    if kind in _ONLY_JSON or (start in "[{" and kind in (None, *_JSON_KINDS)):
        return _recognise_json(source, kind)
    return _recognise_table(source, kind, columns)


def _first_character(file: TextFile) -> str:
    with file.path.open(encoding=file.encoding) as stream:
        return stream.read(4096).lstrip()[:1]


def _is_log(file: TextFile) -> bool:
    first = next(json_lines(file), (0, "", None))[2]
    return widget_log.is_log(first)


def _recognise_json(source: Source, kind: str | None) -> Source:
    found = open_json(source.file, _NAMES)
    for known, (key, is_kind, _) in _JSON_KINDS.items():
        fits = any(map(is_kind, found.first)) or (not found.count and found.key == key)
        if kind == known or (kind is None and fits):
            return replace(source, kind=known, json=found)
    name = source.file.path.name
    if not found.count:
        raise FileRefusedError(f"`{name}` is an empty list; there is nothing to load")
    raise UnknownKindError(
        f"`{name}` is JSON, but neither Shopify's checkouts, orders or customers nor WooCommerce's orders; name its "
        f"kind ({', '.join(_JSON_KINDS)}) if it is one of them, or export a CSV file"
    )


def _recognise_table(source: Source, kind: str | None, columns: Path | None) -> Source:
    table = open_table(source.file)
    name = source.file.path.name
    headings = table.headings
    found: Kind
    if kind is not None:
        found = kind  # type: ignore[assignment]  # checked against KINDS before
    elif columns is not None:
        found = "csv"
    elif shopify_customers.is_customers(headings):
        found = "shopify-customers"
    elif mailchimp.is_audience(headings):
        found = "mailchimp-audience"
    elif klaviyo.is_profiles(headings):
        found = "klaviyo-profiles"
    elif stop_list.is_stop_list(name, headings):
        found = "stop-list"
    else:
        found = "csv"
    if found != "stop-list" and stop_list.holds_address(headings):
        raise FileRefusedError(
            f"the first line of `{name}` holds an address where headings are expected; put a line of headings above it"
        )
    source = replace(source, kind=found, table=table, notes=source.notes + list(table.notes))
    if found == "stop-list" and stop_list.holds_address(headings):
        names = ("address", *(f"column {number}" for number in range(2, len(headings) + 1)))
        source.table = replace(table, headings=names, heading_line=0, heading_text="")
        source.notes.append("there is no line of headings; the first line is read as an address")
    if found == "csv":
        _set_columns(source, table, columns)
    return source


def _set_columns(source: Source, table: Table, columns: Path | None) -> None:
    if columns is not None:
        source.columns = mapping.read_mapping(columns, table.headings)
        source.notes.append(f"columns are read by `{columns.name}`")
        return
    sample = [row for row in islice(table.rows(), _SAMPLE) if isinstance(row, Row)]
    source.columns = mapping.propose(table.headings, sample, source.options.default_country)
    source.proposed = True
    ignored = [heading for heading, meaning in source.columns.columns.items() if meaning == "ignore"]
    read = [f"`{heading}` as {meaning}" for heading, meaning in source.columns.columns.items() if meaning != "ignore"]
    if read:
        source.notes.append(f"columns were read as their headings and contents suggest: {', '.join(read)}")
    if ignored:
        source.notes.append(f"columns not read: {', '.join(f'`{heading}`' for heading in ignored)}")
    mapping.check(source.columns, source.file.path.name)
