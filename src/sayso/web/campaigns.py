"""The owner's pages about campaigns, and about the mail that lies in the outbox. They only show."""

from __future__ import annotations

import logging
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from sayso.ledger import Ledger
from sayso.notices.errors import NoticeError
from sayso.reports.words import masked
from sayso.sending.campaigns.declared import Campaign, CampaignError, Step
from sayso.sending.campaigns.looking import Foreseen, Seen, foresee, preview, seen
from sayso.sending.campaigns.opening import Opened, open_store_campaigns
from sayso.sending.campaigns.records import Known
from sayso.sending.outgoing import OUTBOX, Mail
from sayso.settings import SettingsError
from sayso.web.chart import bars_svg

LOG = logging.getLogger("sayso.web")
FRAMED = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
"""A page that shows a message in a frame."""
FRAME = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
}
"""A message itself: no script, nothing loaded from anywhere, no way out of its frame."""
STATES = {
    "sent": "#1b7f5c", "not due yet": "#5b7aa6", "due or waiting": "#b9822a", "refused": "#c0583f",
    "stopped by a purchase": "#7d6cb4", "in doubt": "#7a1f4d", "no address": "#d5d9df", "too late": "#8a8f99",
}  # fmt: skip
SHOWN_AS = {
    "sent": "sent", "later": "not due yet", "due": "due or waiting", "waiting": "due or waiting",
    "deferred": "due or waiting", "again": "due or waiting", "refused": "refused", "rejected": "refused",
    "bought": "stopped by a purchase", "newer": "too late", "lapsed": "too late", "unknown": "in doubt",
    "no_address": "no address",
}  # fmt: skip
"""How a step can stand for a cart, as the picture shows it; the table beside it has every state apart."""
WORDS = {
    "later": "not due yet", "due": "due", "sent": "sent", "refused": "refused", "waiting": "waiting",
    "deferred": "tried, and again later", "again": "goes again", "unknown": "in doubt", "rejected": "not taken",
    "no_address": "no address", "bought": "stopped by a purchase", "newer": "left a newer cart", "lapsed": "too late",
}  # fmt: skip
LOOKED_AT = 300
"""Carts a step that a dry run on the page looks at; `sayso campaign dry-run` looks at all."""
ROWS = 60
KEPT_NAME = re.compile(r"[0-9a-f-]{36}")


class StepRow(msgspec.Struct, frozen=True):
    """One step of a campaign and how its carts stand."""

    step: Step
    counts: list[tuple[str, int]]
    refused: list[tuple[str, str, int]]
    """Why, under which rule, how many."""


class Laid(msgspec.Struct, frozen=True):
    """One mail in the outbox."""

    name: str
    at: datetime
    subject: str
    to: str
    what: str


def _now() -> datetime:
    return datetime.now(UTC)


@get("/campaigns", sync_to_thread=True)
def campaigns(owner: NamedDependency[Ledger]) -> Template:
    """Every campaign, and how its steps stand."""
    with open_store_campaigns(owner, _now) as opened:
        opened.records.read(owner)
        pages = [(one, [_step_row(opened, one, step) for step in one.steps]) for one in opened.campaigns]
        doubts = [(one.name, known) for one in opened.campaigns for known in _doubts(opened, one)]
    return Template("campaigns.html", context={"campaigns": pages, "doubts": doubts, "wrong": ""})


def cannot_open(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The page that says what is wrong with a campaign, or with what the business declares of itself."""
    template = request.app.template_engine.get_template("campaigns.html")  # type: ignore[union-attr]
    text = template.render(campaigns=[], doubts=[], wrong=str(error))
    return Response(text, status_code=500, media_type=MediaType.HTML)


@get("/campaigns/{name:str}/picture.svg", sync_to_thread=True)
def campaign_picture(owner: NamedDependency[Ledger], name: FromPath[str]) -> Response[str]:
    """A campaign's steps as bars."""
    with open_store_campaigns(owner, _now) as opened:
        campaign = _named(opened, name)
        bars = {}
        for step in campaign.steps:
            shown: Counter[str] = Counter()
            for state, carts in opened.records.counts(campaign, step, _now()).items():
                shown[SHOWN_AS[state]] += carts
            bars[f"{step.key} ({step.after})"] = dict(shown)
    most = max((sum(counts.values()) for counts in bars.values()), default=0)
    return Response(bars_svg(bars, STATES, most), media_type="image/svg+xml")


@get("/campaigns/{name:str}", sync_to_thread=True)
def campaign_page(owner: NamedDependency[Ledger], name: FromPath[str]) -> Template:
    """Each step as the customer sees it, and who would get what when, and why the rest not."""
    with open_store_campaigns(owner, _now) as opened:
        campaign = _named(opened, name)
        steps = [(step, preview(opened, campaign, step)) for step in campaign.steps]
        rows, counts, cut = _dry_run(opened, campaign)
    context = {"campaign": campaign, "steps": steps, "rows": rows, "counts": counts, "cut": cut, "masked": masked}
    return Template("campaign.html", context=context, headers=FRAMED)


@get("/campaigns/{name:str}/{step:str}/preview", sync_to_thread=True)
def step_frame(owner: NamedDependency[Ledger], name: FromPath[str], step: FromPath[str]) -> Response[str]:
    """The page of one step, for its frame."""
    with open_store_campaigns(owner, _now) as opened:
        campaign = _named(opened, name)
        found = next((one for one in campaign.steps if one.key == step), None)
        if found is None:
            raise NotFoundException
        return _frame(preview(opened, campaign, found))


@get("/outbox", sync_to_thread=True)
def outbox(owner: NamedDependency[Ledger]) -> Template:
    """What lies in the outbox, the newest first."""
    names = sorted((file.stem for file in (owner.home / OUTBOX).glob("*.eml")), reverse=True)
    whose = {entry.id: entry for entry in owner.entries(names[:ROWS])}
    laid = []
    for name in names[:ROWS]:
        entry = whose.get(name)
        file = owner.home / OUTBOX / f"{name}.eml"
        to = masked(entry.addresses[0]) if entry and entry.addresses else ""
        at = entry.happened_at if entry else datetime.fromtimestamp(file.stat().st_mtime, UTC)
        laid.append(Laid(name, at, _subject(file), to, _what(entry.origin if entry else "")))
    return Template("outbox.html", context={"laid": laid, "all": len(names)})


def _subject(file: Path) -> str:
    """One mail that cannot be shown hides no other."""
    try:
        return seen(Mail(file.read_bytes())).subject
    except Exception as error:
        LOG.warning("a mail in the outbox cannot be shown: %s", type(error).__name__)
        return "(this mail cannot be shown)"


@get("/outbox/{name:str}", sync_to_thread=True)
def outbox_message(owner: NamedDependency[Ledger], name: FromPath[str]) -> Template:
    """One mail, drawn and as plain text."""
    return Template("message.html", context={"name": name, "seen": _laid(owner, name)}, headers=FRAMED)


@get("/outbox/{name:str}/page", sync_to_thread=True)
def outbox_frame(owner: NamedDependency[Ledger], name: FromPath[str]) -> Response[str]:
    """The HTML of one mail, for its frame."""
    return _frame(_laid(owner, name))


def _laid(owner: Ledger, name: str) -> Seen:
    file = owner.home / OUTBOX / f"{name}.eml"
    if not KEPT_NAME.fullmatch(name) or not file.is_file():
        raise NotFoundException
    return seen(Mail(file.read_bytes()))


def _frame(shown: Seen) -> Response[str]:
    if not shown.html:
        raise NotFoundException
    return Response(shown.html, media_type=MediaType.HTML, headers=FRAME)


def _named(opened: Opened, name: str) -> Campaign:
    found = next((one for one in opened.campaigns if one.name == name), None)
    if found is None:
        raise NotFoundException
    return found


def _step_row(opened: Opened, campaign: Campaign, step: Step) -> StepRow:
    counts = opened.records.counts(campaign, step, _now())
    why: Counter[tuple[str, str]] = Counter()
    for known in opened.records.all_known(campaign.name, step.key, state="refused"):
        why[known.said.removesuffix(f" ({known.rule})"), known.rule] += 1
    return StepRow(
        step,
        [(WORDS[state], counts[state]) for state in WORDS if counts.get(state)],
        [(said, rule, carts) for (said, rule), carts in why.most_common(5)],
    )


def _doubts(opened: Opened, campaign: Campaign) -> list[Known]:
    return opened.records.all_known(campaign.name, state="unknown")[:20]


def _dry_run(
    opened: Opened, campaign: Campaign
) -> tuple[list[Foreseen], list[tuple[tuple[str, str, str, str], int]], bool]:
    rows: list[Foreseen] = []
    counts: Counter[tuple[str, str, str, str]] = Counter()
    cut = False
    for step in campaign.steps:
        for number, row in enumerate(foresee(opened, campaign, step)):
            if number >= LOOKED_AT:
                cut = True
                break
            counts[row.step, row.would, row.because, row.rule] += 1
            rows.append(row)
    rows.sort(key=lambda row: row.when)
    return rows[:ROWS], sorted(counts.items(), key=lambda item: (item[0][0], -item[1])), cut


def _what(origin: str) -> str:
    """Which step of which campaign, from an entry's origin."""
    parts = origin.split(":")
    return f"{parts[1]}, {parts[2]}" if parts[0] == "campaign" and len(parts) > 2 else ""


HANDLERS: list[Any] = [
    campaigns,
    campaign_picture,
    campaign_page,
    step_frame,
    outbox,
    outbox_message,
    outbox_frame,
]
ERRORS: dict[Any, Any] = dict.fromkeys((CampaignError, NoticeError, SettingsError), cannot_open)
