"""The owner's pages about campaigns, and about the mail that lies in the outbox. They only show."""

from __future__ import annotations

import logging
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import MessageSent
from sayso.messages.mail_parts import MessageError, header_of
from sayso.notices.errors import NoticeError
from sayso.reports.words import masked
from sayso.sending.campaigns.declared import Campaign, CampaignError, Step
from sayso.sending.campaigns.looking import Foreseen, Seen, foresee, preview, seen
from sayso.sending.campaigns.opening import Opened, open_store_campaigns
from sayso.sending.campaigns.records import Known
from sayso.sending.outgoing import OUTBOX, Mail
from sayso.settings import SettingsError, read_settings
from sayso.web.chart import bars_svg
from sayso.web.messages import told

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
    waiting: list[tuple[str, int]]
    """Why it did not go yet, how many."""
    lacks: str
    """What has to be set up before any can go."""


class Laid(msgspec.Struct, frozen=True):
    """One mail in the outbox. `answer` is the address of the page with the answer of whom it is for; it names nobody."""

    name: str
    at: datetime
    subject: str
    to: str
    what: str
    answer: str = ""


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
def campaign_picture(
    owner: NamedDependency[Ledger], name: FromPath[str], narrow: FromQuery[bool] = False
) -> Response[str]:
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
    return Response(bars_svg(bars, STATES, most, narrow=narrow), media_type="image/svg+xml")


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
    laid = [_row(owner, name, whose.get(name), _mail(owner, name)) for name in names[:ROWS]]
    settings = read_settings(owner.home)
    context = {"laid": laid, "all": len(names), "smart_host": settings.smart_host.host, "links": settings.public.url}
    return Template("outbox.html", context=context)


def _subject(raw: bytes) -> str:
    """One mail that cannot be shown hides no other."""
    try:
        return seen(Mail(raw)).subject
    except Exception as error:
        LOG.warning("a mail in the outbox cannot be shown: %s", type(error).__name__)
        return "(this mail cannot be shown)"


@get("/outbox/{name:str}", sync_to_thread=True)
def outbox_message(owner: NamedDependency[Ledger], name: FromPath[str]) -> Template:
    """One mail, drawn and as plain text."""
    raw, entry = _mail(owner, name), next(iter(owner.entries([name])), None)
    context = {
        "name": name,
        "seen": seen(Mail(raw)),
        "row": _row(owner, name, entry, raw),
        "fields": _fields(raw, entry),
        "links": read_settings(owner.home).public.url,
    }
    return Template("message.html", context=context, headers=FRAMED)


@get("/outbox/{name:str}/page", sync_to_thread=True)
def outbox_frame(owner: NamedDependency[Ledger], name: FromPath[str]) -> Response[str]:
    """The HTML of one mail, for its frame."""
    return _frame(seen(Mail(_mail(owner, name))))


def _mail(owner: Ledger, name: str) -> bytes:
    file = owner.home / OUTBOX / f"{name}.eml"
    if not KEPT_NAME.fullmatch(name) or not file.is_file():
        raise NotFoundException
    return file.read_bytes()


def _row(owner: Ledger, name: str, entry: Entry | None, raw: bytes) -> Laid:
    subject = _subject(raw)
    if entry is None or not isinstance(entry.body, MessageSent):  # laid, and not recorded yet
        file = owner.home / OUTBOX / f"{name}.eml"
        return Laid(name, datetime.fromtimestamp(file.stat().st_mtime, UTC), subject, "", "")
    message = told(owner, entry)
    return Laid(name, message.at, subject, message.to, message.what, message.answer)


def _fields(raw: bytes, entry: Entry | None) -> list[tuple[str, str]]:
    """The header as it leaves, with the address of whom it is for masked."""
    whom = [(address.value, masked(address)) for address in (entry.addresses if entry else ())]
    found = []
    try:
        fields = header_of(raw)
    except MessageError:
        return []  # what it holds is shown as far as it can be read
    for field in fields:
        value = " ".join(field.value.split())
        for address, shown in whom:
            value = re.sub(re.escape(address), shown, value, flags=re.IGNORECASE)
        if whom or field.name not in ("to", "delivered-to"):
            found.append((field.name.title().replace("Id", "ID").replace("Dkim", "DKIM"), value))
    return found


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
    waiting = Counter(
        known.said
        for state in ("waiting", "deferred")
        for known in opened.records.all_known(campaign.name, step.key, state=state)
    )
    return StepRow(
        step,
        [(WORDS[state], counts[state]) for state in WORDS if counts.get(state)],
        [(said, rule, carts) for (said, rule), carts in why.most_common(5)],
        waiting.most_common(5),
        opened.asking.lacks(step.channel),
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
