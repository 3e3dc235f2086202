"""The owner's page of messages: what was sent, what was refused and why, and of what nobody knows whether it went."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import MessageRefused, MessageSent
from sayso.reports.words import masked
from sayso.sending.outgoing import OUTBOX
from sayso.web.chart import bars_svg

KINDS = frozenset({"message_sent", "message_refused"})
ROWS = 50
DAYS = 14
"""Days in the picture."""
COUNTED = 20_000
"""Messages that the picture counts at most, the newest of them."""
COLOURS = {"sent": "#1b7f5c", "refused": "#c0583f", "in doubt": "#7a1f4d"}
Outcome = Literal["sent", "refused", "in doubt"]


class Told(msgspec.Struct, frozen=True):
    """One message as a row of the page."""

    at: datetime
    what: str
    """The campaign and its step, or the stream."""
    channel: str
    outcome: Outcome
    rule: str
    because: str
    to: str
    """Masked."""
    answer: str
    """The address of the page with the answer of that person; it names nobody."""
    laid: str
    """The name under which it lies in the outbox; empty where it does not."""


@get("/messages", sync_to_thread=True)
def messages(
    owner: NamedDependency[Ledger],
    before: Annotated[int | None, QueryParameter(ge=1, le=2**62)] = None,
    only: Annotated[str, QueryParameter(max_length=20)] = "",
) -> Template:
    """The latest messages, the newest first; `before` is the place in the ledger to go on from."""
    kinds = frozenset({"message_refused"}) if only == "refused" else KINDS
    found, further = owner.recorded_before(before, kinds, ROWS)
    link = "/messages?" + urlencode({"before": further} | ({"only": only} if only else {})) if further else ""
    rows = [told(owner, entry) for _, entry in found]
    return Template("messages.html", context={"rows": rows, "further": link, "first": before is None, "only": only})


@get("/messages.svg", sync_to_thread=True)
def picture(owner: NamedDependency[Ledger], narrow: FromQuery[bool] = False) -> Response[str]:
    """What was sent and refused, day by day."""
    today = datetime.now().astimezone().date()
    days = [today - timedelta(days=ago) for ago in range(DAYS)]
    counted: dict[date, Counter[str]] = {day: Counter() for day in days}
    for entry in _since(owner, datetime.now(UTC) - timedelta(days=DAYS + 1)):
        day = entry.happened_at.astimezone().date()
        if day in counted:
            counted[day][outcome_of(entry)] += 1
    bars = {f"{day.day} {day:%b}": dict(counts) for day, counts in counted.items()}
    most = max(sum(counts.values()) for counts in bars.values())
    return Response(bars_svg(bars, COLOURS, most, row=20, narrow=narrow), media_type="image/svg+xml")


def _since(owner: Ledger, since: datetime) -> list[Entry]:
    """The messages on record since a moment, as far back as is counted."""
    kept: list[Entry] = []
    place: int | None = None
    while len(kept) < COUNTED:
        found, place = owner.recorded_before(place, KINDS, 1000)
        kept += [entry for _, entry in found if entry.happened_at >= since]
        if place is None or not found or (found[-1][1].recorded_at or since) <= since:
            break
    return kept


def told(owner: Ledger, entry: Entry) -> Told:
    """A message on record, as the page says it."""
    body = entry.body
    assert isinstance(body, MessageSent | MessageRefused)  # noqa: S101 -- what was asked for
    asked = urlencode({"topic": body.topic})
    laid = isinstance(body, MessageSent) and (owner.home / OUTBOX / f"{entry.id}.eml").is_file()
    return Told(
        at=entry.happened_at,
        what=what_of(entry.origin) or body.stream or "–",
        channel=body.channel,
        outcome=outcome_of(entry),
        rule=body.rule or "",
        because=_because(body),
        to=masked(entry.addresses[0]) if entry.addresses else "erased",
        answer=f"/people/{entry.person}/{body.channel}?{asked}" if entry.person else "",
        laid=entry.id if laid else "",
    )


def outcome_of(entry: Entry) -> Outcome:
    """What became of it, in words."""
    if isinstance(entry.body, MessageRefused):
        return "refused"
    return "in doubt" if isinstance(entry.body, MessageSent) and entry.body.outcome == "unknown" else "sent"


def what_of(origin: str) -> str:
    """Which step of which campaign, from an entry's origin."""
    parts = origin.split(":")
    return f"{parts[1]}, {parts[2]}" if parts[0] == "campaign" and len(parts) > 2 else ""


def _because(body: MessageSent | MessageRefused) -> str:
    if isinstance(body, MessageRefused):
        return body.because or ""
    if body.outcome == "unknown":
        return "nobody can say whether it was taken"
    if body.rule == "approved-service-mail":
        return "no answer could be had, and its wording was approved beforehand"
    if body.wording_answered_for:
        return "it is service by a wording that the owner answers for"
    return "it rests on a consent" if body.with_consent else "nothing that applies forbids it"


HANDLERS: list[Any] = [messages, picture]
