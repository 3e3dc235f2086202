"""What changed between versions of a notice, and whose permission no longer matches what they were told."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator

import msgspec

from sayso.ledger import Ledger
from sayso.ledger.entries import ConsentGiven, DetailsCollected
from sayso.ledger.reading import Person
from sayso.ledger.states import Record
from sayso.notices.publish import Published, history, no_version
from sayso.notices.terms import Change, material


class Changes(msgspec.Struct, frozen=True):
    """A version beside the one before it. `diff` holds the lines of a unified diff; the first version has none."""

    now: Published
    before: Published | None
    diff: list[str]
    material: list[Change]


class Affected(msgspec.Struct, frozen=True):
    """
    Somebody who was told, or agreed to, less than what is done now.

    `entry` is what they did or were shown, `version` what it refers to, `lacks` what is done beyond that.
    """

    person: str
    entry: str
    version: str
    is_consent: bool
    lacks: list[Change]


def changes(ledger: Ledger, id: str, version: int | str | None = None) -> Changes:
    """What a version changed against the one before it; the latest if left out. Raises UnknownNoticeError."""
    versions = history(ledger, id)
    asked = [number for number, one in enumerate(versions) if version in (None, one.number, one.wording_version)]
    if not asked:
        raise no_version(id, version)
    now = versions[asked[0]]
    before = versions[asked[0] + 1] if asked[0] + 1 < len(versions) else None
    if before is None:
        return Changes(now, None, [], [])
    return Changes(now, before, _diff(before, now), material(before.terms, now.terms))


def affected(ledger: Ledger, id: str, progress: Callable[[int, int], None] | None = None) -> Iterator[Affected]:
    """
    Everyone whose latest notice, or whose consent, refers to an older version that told of less than what stands now.

    A consent keeps matching what its own wording covers: a channel or topic that is new in the notice and was named in
    the box changes nothing for it. Stops are not looked at: nobody is written to on the strength of this list.
    """
    now, *older = history(ledger, id)
    changed = {one.wording_version: found for one in older if (found := material(one.terms, now.terms))}
    standing = {box.wording_version for box in now.boxes}
    for one in older:
        for box in one.boxes:
            if one.wording_version in changed and box.wording_version not in standing:
                changed.setdefault(box.wording_version, changed[one.wording_version])
    if not changed:
        return
    _, people = ledger.count()
    for number, person in enumerate(ledger.iter_people(), 1):
        if progress and number % 100 == 0:
            progress(number, people)
        yield from _of_person(person, id, changed)


def _of_person(person: Person, id: str, changed: dict[str, list[Change]]) -> Iterator[Affected]:
    collected: Record | None = None
    for record in person.records:
        body = record.body
        if isinstance(body, DetailsCollected) and body.notice_version and _is_of(body.notice_version, id):
            collected = record
        elif isinstance(body, ConsentGiven):
            version = body.wording_version or ""
            lacks = [change for change in changed.get(version, []) if not _covered(body, change)]
            if lacks:
                yield Affected(person.id, record.id, version, True, lacks)
    if collected and isinstance(collected.body, DetailsCollected):
        version = collected.body.notice_version or ""
        if version in changed:
            yield Affected(person.id, collected.id, version, False, changed[version])


def _is_of(version: str, id: str) -> bool:
    """Is it a version of this notice? A version is named after its notice, its number and its content."""
    return version.rsplit("-", 2)[0] == id


def _covered(consent: ConsentGiven, change: Change) -> bool:
    """Did the consent itself name this use? Read narrowly: silence names nothing."""
    return change.kind == "new_use" and change.topic in consent.topics and change.channel in consent.channels


def _diff(before: Published, now: Published) -> list[str]:
    lines = difflib.unified_diff(
        before.markdown.splitlines(),
        now.markdown.splitlines(),
        f"{before.wording_version}, {before.effective}",
        f"{now.wording_version}, {now.effective}",
        lineterm="",
        n=1,
    )
    return list(lines)
