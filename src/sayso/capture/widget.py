"""
The live form widget: what a page is given to show, and what its report says was shown and done.

What was shown (notice, boxes, their wording and versions) is known from the server's own nonce, never from the page's
word; the page says only what the person met of it, how each box stood and who changed it. A report is recorded once,
however often it comes.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from markdown_it import MarkdownIt
from msgspec.structs import replace

from sayso.capture.errors import BadRowError, TooOftenError
from sayso.capture.links import Links, Shown
from sayso.capture.readings import Contact, Draft, places_of, read_contact
from sayso.capture.restraint import Restraint
from sayso.capture.stopped import stopped_since
from sayso.capture.values import read_country_code
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import (
    Address,
    AnyBody,
    BoxChanger,
    BoxState,
    ConsentDeclined,
    ConsentGiven,
    DetailsCollected,
    OptOutOfSaleReceived,
    Place,
    Private,
    Proof,
)
from sayso.notices.boxes import PublishedBox, published_box
from sayso.notices.build import Draft as Document
from sayso.notices.declaration import Declaration, Form

_PAGE = re.compile(r'[!"$->@-~]+')
"""As a browser writes an address, without query and fragment."""
LARGEST = 64 << 10
"""Bytes of a report; more is not a form."""
MOST, WITHIN = 60, timedelta(hours=1)
"""Reports that name one address, at most, and within what time: each makes the record of whoever holds it longer."""
LEGEND = {"en": "How we may use your details"}
MORE = {"en": "More about this"}
POLICY_LINK = {"en": "The whole notice, and our privacy policy"}


FIRST = ("identity", "purposes", "marketing", "opt_out")
"""The matters of a notice that are seen without opening it; the others stand under them, one press away."""


class Notice(msgspec.Struct):
    """The collection notice as shown beside the fields, as paragraphs of plain text."""

    first: list[str]
    more: list[str]
    more_text: str
    link: str
    link_text: str


def notice_text(draft: Document) -> Notice:
    """A form's notice for showing: what it is for at once, the rest behind one press."""
    first: list[str] = []
    more: list[str] = []
    for section in draft.sections:
        for said in section.statements:
            (first if said.matter in FIRST else more).append(_plain(said.text))
    return Notice(first, more, MORE["en"], draft.url, POLICY_LINK["en"])


def _plain(markdown: str) -> str:
    """The words of a statement, without the marks; a list becomes a sentence."""
    paragraphs = []
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "inline":
            words = "".join(child.content if child.type != "softbreak" else " " for child in token.children or ())
            paragraphs.append(words)
    head, *items = paragraphs or [""]
    return f"{head} {'; '.join(items)}." if items else head


class ShownBox(msgspec.Struct):
    id: str
    wording: str
    shares: bool
    """It asks for ads elsewhere, and is not shown where the browser says not to share (GPC)."""


class Showing(msgspec.Struct):
    """What the page is given to show."""

    nonce: str
    language: str
    legend: str
    notice: Notice
    boxes: list[ShownBox]
    before_submission: bool


class BoxReport(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    seen: bool
    shown: Annotated[str, msgspec.Meta(max_length=2000)]
    """The words that stood beside it, as the page says."""
    default: BoxState
    final: BoxState
    changed_by: Literal["person", "script", "nobody"]


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """What the page says of one showing of the form."""

    nonce: str
    submitted: bool
    page: Annotated[str, msgspec.Meta(max_length=2000)]
    """Where the form stood: an address under the origin that reports, without spaces or a query."""
    gpc: bool
    notice_seen: bool
    boxes: list[BoxReport]
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    """As the form has it; whatever is no two-letter code is left out."""


class Taken(msgspec.Struct):
    """What became of a report: its name, under which its entries and its receipt are found, and what it asked for."""

    report: str
    to_confirm: list[Entry]
    """Consents for email that wait for the second step."""


def showing(links: Links, name: str, form: Form, notice: Notice, version: str) -> Showing:
    """What a page is given to show for one form, under a fresh nonce."""
    return Showing(
        nonce=links.nonce(name, version, [published_box(name, box).wording_version for box in form.boxes], "en"),
        language="en",
        legend=LEGEND["en"],
        notice=notice,
        boxes=[ShownBox(box.id, box.wording, "online_ad" in box.channels) for box in form.boxes],
        before_submission=form.before_submission,
    )


def take(
    ledger: Ledger, links: Links, declaration: Declaration, name: str, body: bytes, *, origin: str, ip: str | None,
    user_agent: str | None, gpc: bool, confirm: bool, restraint: Restraint, now: datetime,
) -> Taken:  # fmt: skip
    """
    Record one report, on disk before this returns; the same report again adds nothing.

    `origin` is the page's, as its browser says, and `gpc` whether the request itself bore `Sec-GPC: 1`. With `confirm` a
    yes for a mailbox is only `asserted`, since anybody can type anybody's address, until the second step proves it; and
    so is always one for an address that asked for this to stop: what was typed lifts nobody's stop.
    Raises BadRowError where the report cannot be used, LinkError where its nonce is not ours, and TooOftenError where
    `restraint` has it.
    """
    try:
        report = msgspec.json.decode(body, type=Report)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise BadRowError("the report is not as the widget writes it; load the widget from this server") from None
    shown = links.shown(report.nonce)
    form = declaration.forms.get(name)
    if shown.form != name or form is None:
        raise BadRowError("the report is for another form than the one that was shown")
    _check(report, form, origin)
    contact = read_contact(report.email, [report.phone], declaration.business.country)
    once = sha256(
        shown.once.encode()
        + msgspec.json.encode([report.submitted, report.boxes, report.email, report.phone, report.country])
    )
    named = ledger.fingerprint(once.hexdigest())
    if ledger.entries_from(f"widget:{named}:"):
        return Taken(named, [])
    if not all(restraint.allows(address, now) for address in contact.addresses):
        raise TooOftenError("one address was told of too often")
    entries = [
        _entry(draft, named, number, now)
        for number, draft in enumerate(_drafts(form, name, named, report, shown, contact, gpc or report.gpc, confirm))
    ]
    for entry in entries:
        if isinstance(entry.body, ConsentGiven) and stopped_since(ledger, replace(entry, addresses=contact.addresses)):
            entry.proof = "asserted"
    entries[0].private = Private(ip=ip, user_agent=user_agent)
    entries[0].raw = _raw(report)
    added = ledger.append(sorted(entries, key=lambda entry: entry.kind != "opt_out_of_sale_received"))
    waiting = [entry for entry in entries if awaits(entry)]
    return Taken(named, waiting if added.added else [])


def awaits(entry: Entry) -> bool:
    """Is it a box for email, ticked by hand beside the words that were declared? Those can be confirmed, and no other."""
    body = entry.body
    return (
        isinstance(body, ConsentGiven)
        and body.act == "ticked_box"
        and body.form_submitted is True
        and body.wording is not None
        and "email" in body.channels
        and any(address.kind == "email" for address in entry.addresses)
    )


def _check(report: Report, form: Form, origin: str) -> None:
    """What no page of the shop's with our widget in it says; its words reach the person's receipt."""
    if not report.page.startswith(f"{origin}/") or not _PAGE.fullmatch(report.page):
        raise BadRowError("the page that is named is not one of the origin that reports")
    if len({box.id for box in report.boxes}) != len(report.boxes):
        raise BadRowError("one box is reported more than once")
    if not report.submitted and not form.before_submission:
        raise BadRowError("this form's details are not taken before it is submitted; declare `before_submission` first")


def _raw(report: Report) -> str:
    """The report as it came, but for its nonce, which is nobody's business."""
    return msgspec.json.encode(replace(report, nonce="")).decode()


def _entry(draft: Draft, named: str, number: int, at: datetime) -> Entry:
    return Entry(
        body=draft.body,
        happened_at=at,
        origin=f"widget:{named}:{number}",
        actor="person",
        proof=draft.proof,
        addresses=draft.addresses,
        private=draft.private,
    )


def _drafts(
    form: Form, name: str, named: str, report: Report, shown: Shown, contact: Contact, gpc: bool, confirm: bool
) -> list[Draft]:
    addresses = contact.addresses
    country = read_country_code(report.country)
    details = DetailsCollected(
        collected_for=form.collected_for,
        from_individual=True,
        given_directly=report.submitted or None,
        before_submission=not report.submitted,
        form=f"widget:{name}:{named}",
        form_submitted=report.submitted,
        places=places_of([Place("form", country) if country else None], contact),
        notice_shown=report.notice_seen,
        notice_version=shown.notice if report.notice_seen else None,
        notice_beside_field=True if report.notice_seen else None,
    )
    drafts = [Draft(body=details, addresses=addresses, proof="captured_here")]
    published = [published_box(name, one) for one in form.boxes]
    given = {one.id: one for one in published if one.wording_version in shown.boxes}
    for box in report.boxes:
        if box.seen and box.id in given:
            body = _box(given[box.id], box, details.form, report, shown)
            reached = [one for one in addresses if one.kind in _kinds(given[box.id])] or addresses
            mailbox = [one for one in reached if one.kind == "email" and "email" in given[box.id].channels]
            unproved = mailbox if confirm and isinstance(body, ConsentGiven) else []
            proved = [one for one in reached if one not in unproved]
            parts: list[tuple[list[Address], Proof]] = [(unproved, "asserted"), (proved, "captured_here")]
            drafts += [
                Draft(body=body, addresses=part, proof=proof, private=Private(words=box.shown or None))
                for part, proof in parts
                if part
            ]
    if gpc:
        signal = OptOutOfSaleReceived(signal="gpc", person_known=True)
        drafts.append(Draft(body=signal, addresses=addresses, proof="captured_here"))
    return drafts


def _kinds(box: PublishedBox) -> set[str]:
    """The kinds of address that the box's channels use."""
    return {"email" if channel in ("email", "online_ad", "post") else "phone" for channel in box.channels}


def _box(declared: PublishedBox, box: BoxReport, form: str | None, report: Report, shown: Shown) -> AnyBody:
    """Words of the page's own, other than those declared, name nothing that we could vouch for; they are kept sealed."""
    changer: BoxChanger = box.changed_by
    as_declared = _words(box.shown) == _words(declared.wording)
    told: dict[str, Any] = {
        "wording": declared.wording if as_declared else None,
        "wording_version": declared.wording_version,
        "page": report.page,
        "language": shown.language,
        "channels": declared.channels,
        "topics": declared.topics,
        "form": form,
        "form_submitted": report.submitted,
        "box_default": box.default,
        "box_final": box.final,
        "box_changed_by": changer,
    }
    if as_declared:
        told |= {"marketing_named": True, "names_sender": True, "separate_from_terms": True, "bundled": False}
    if box.final == "unticked":
        return ConsentDeclined(**told)
    unasked = box.default == "ticked" or changer != "person"
    return ConsentGiven(**told, act="left_box_ticked" if unasked else "ticked_box")


def _words(text: str) -> str:
    return " ".join(text.split())
