"""
Publishing: each version of a notice is an entry in the ledger, and what is served, compared and proved comes from there.

Publishing the same content again adds nothing. What the entry says of the law's demands (complete, covers APP 5) is what
the checker found in the very text that is published, not what the declaration intended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import NoticePublished, SettingChanged
from sayso.ledger.states import Record
from sayso.notices.boxes import PublishedBox, published_box
from sayso.notices.build import COLLECTED, Draft, build
from sayso.notices.check import check_text
from sayso.notices.declaration import Declaration
from sayso.notices.errors import UnknownNoticeError
from sayso.notices.provisions import Provision
from sayso.notices.rendering import html_of
from sayso.notices.terms import Change, Terms, material

VERSION_DIGITS = 12
"""How much of the content hash stands in a version's name."""


class Published(msgspec.Struct, frozen=True):
    """One published version. `wording_version` is what entries about people refer to."""

    id: str
    number: int
    wording_version: str
    kind: str
    title: str
    language: str
    url: str
    effective: date
    published_at: datetime
    content_sha256: str
    markdown: str
    terms: Terms
    boxes: tuple[PublishedBox, ...]
    body: NoticePublished
    entry: str

    @property
    def html(self) -> str:
        """The text as a safe HTML fragment; its first heading, if it has one, is of level 1."""
        return html_of(self.markdown)


class Outcome(msgspec.Struct, frozen=True):
    """What publishing came to: the version that stands now, whether it is new, and what changed materially."""

    published: Published
    is_new: bool
    changes: list[Change]


def publish(
    ledger: Ledger, declared: Declaration, at: datetime | None = None, *, reviewed: bool = False
) -> list[Outcome]:
    """
    Publish the policy and every form's notice, all or nothing. `at` is when they take effect: now, if left out.

    What the policy's own text settles of the facts that rules ask of the sender is recorded with it as settings.

    `reviewed` gives the policy a new version, and so a new day, though nothing in it changed: the Californian Act wants
    it reviewed every 12 months (Cal. Civ. Code 1798.130(a)(5)).
    """
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    business = ledger.business()
    versions = business.published
    entries, drafts = [], list(build(declared))
    for draft in drafts:
        earlier = _latest(versions.get(draft.id, []))
        if earlier is None or earlier.content_sha256 != draft.content_hash or (reviewed and draft.kind == "policy"):
            entries.append(_entry(draft, (earlier.number or 0) + 1 if earlier else 1, moment))
            if draft.kind == "policy":
                entries += _settings(draft, entries[-1], business.settings, moment)
    before = {draft.id: latest(ledger, draft.id) for draft in drafts}
    if entries:
        ledger.append(entries)
    outcomes = []
    for draft in drafts:
        now, was = published(ledger, draft.id), before[draft.id]
        changed = was is not None and was.number != now.number
        outcomes.append(Outcome(now, was is None or changed, material(was.terms, now.terms) if was and changed else []))
    return outcomes


def published(ledger: Ledger, id: str, version: int | str | None = None) -> Published:
    """
    A version by its number or its `wording_version`; the latest if left out.

    Raises UnknownNoticeError where there is none.
    """
    for record in reversed(_records(ledger, id)):
        body = record.body
        if isinstance(body, NoticePublished) and version in (None, body.number, body.wording_version):
            return _read(ledger, [record])[0]
    raise no_version(id, version)


def no_version(id: str, version: int | str | None) -> UnknownNoticeError:
    """The error for a version that was never published."""
    return UnknownNoticeError(
        f"no version `{version}` of `{id}` was published; `sayso notices history {id}` lists them"
    )


def latest(ledger: Ledger, id: str) -> Published | None:
    """The version that stands, if one was ever published."""
    return published(ledger, id) if id in ledger.business().published else None


def history(ledger: Ledger, id: str) -> list[Published]:
    """Every version, the latest first. Raises UnknownNoticeError."""
    return _read(ledger, reversed(_records(ledger, id)))


def names(ledger: Ledger) -> list[str]:
    """The ids of all that was published, the policy among them."""
    return list(ledger.business().published)


def _records(ledger: Ledger, id: str) -> list[Record]:
    records = ledger.business().published.get(id)
    if not records:
        raise UnknownNoticeError(
            f"nothing was published under `{id}`; `sayso notices publish` publishes what is declared"
        )
    return records


def _latest(records: list[Record]) -> NoticePublished | None:
    bodies = [record.body for record in records if isinstance(record.body, NoticePublished)]
    return bodies[-1] if bodies else None


def _read(ledger: Ledger, records: Iterable[Record]) -> list[Published]:
    """The records with their words and terms, in the order given."""
    wanted = list(records)
    entries = {entry.id: entry for entry in ledger.entries([record.id for record in wanted])}
    return [_published(entries[record.id]) for record in wanted]


def _published(entry: Entry) -> Published:
    body = entry.body
    assert isinstance(body, NoticePublished)  # noqa: S101 -- narrows the type only
    return Published(
        id=body.notice or "",
        number=body.number or 0,
        wording_version=body.wording_version or "",
        kind=str(body.terms.get("document", "notice")),
        title=body.title or "",
        language=body.language or "en",
        url=body.page or "",
        effective=entry.happened_at.date(),
        published_at=entry.recorded_at or entry.happened_at,
        content_sha256=body.content_sha256 or "",
        markdown=body.wording or "",
        terms=msgspec.convert(body.terms.get("terms", {}), Terms),
        boxes=tuple(msgspec.convert(body.terms.get("boxes", []), list[PublishedBox])),
        body=body,
        entry=entry.id,
    )


def _entry(draft: Draft, number: int, moment: datetime) -> Entry:
    version = f"{draft.id}-{number}-{draft.content_hash[:VERSION_DIGITS]}"
    text = draft.markdown(moment.date())
    uses = draft.terms.uses
    boxes = [published_box(draft.id, box) for box in draft.boxes]
    body = NoticePublished(
        wording=text,
        wording_version=version,
        page=draft.url,
        language=draft.language,
        channels=sorted({channel for channels in uses.values() for channel in channels}),
        topics=sorted(uses),
        uses=uses,
        names_sender=True,
        notice=draft.id,
        number=number,
        title=draft.title,
        content_sha256=draft.content_hash,
        terms=msgspec.to_builtins({"document": draft.kind, "terms": draft.terms, "boxes": boxes}),
        **_found(draft, text, moment),
    )
    return Entry(body=body, happened_at=moment, origin=f"notice:{version}", actor="owner", proof="captured_here")


def _settings(draft: Draft, version: Entry, known: dict[str, bool | float | str], moment: datetime) -> list[Entry]:
    """The sender's facts that the policy settles, as far as they are not on record so already."""
    checked = check_text(draft.markdown(moment.date()), draft.kind, ["AU", "US-CA"], draft.conditions, at=moment.date())
    return [
        Entry(
            body=SettingChanged(name=name, value=value),
            happened_at=moment,
            origin=f"{version.origin}:{name}",
            actor="sayso",
            proof="captured_here",
        )
        for name, value in checked.facts().items()
        if known.get(name) != value
    ]


def _found(draft: Draft, text: str, moment: datetime) -> dict[str, Any]:
    """What the checker finds in the text, as the fields that the ledger turns into facts."""
    if draft.kind == "policy":
        return {"marketing_named": bool(draft.terms.uses)}
    checked = check_text(text, draft.kind, ["AU", "US-CA"], draft.conditions, at=moment.date())

    def holds(*ids: str) -> bool:
        return not any(one.lacking for one in checked.findings if _under(one.provision, ids))

    return {
        "marketing_named": bool(draft.terms.uses) and holds("au.privacy-act.app7-2-b"),
        "complete": holds("us-ca.ccpa.7012-e"),
        "covers_app5": holds(*(f"au.privacy-act.app5-2-{letter}" for letter in "aefghij")),
        "tells_circumstances": any(
            one.status == "present" for one in checked.findings if one.provision.id == "au.privacy-act.app5-2-b"
        ),
        "opt_out_notice": holds("us-ca.ccpa.7012-e (opt-out)") if draft.conditions.get("sells_or_shares") else None,
        "link_target": "section_with_the_content" if f"#{COLLECTED})" in text else "top_of_policy",
    }


def _under(provision: Provision, ids: tuple[str, ...]) -> bool:
    return provision.id in ids or provision.id.split(" ")[0] in ids
