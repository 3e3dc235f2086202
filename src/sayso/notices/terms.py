"""
What a published document told people, in a form that two versions can be compared in.

A change is material where more is done than people were told: a new purpose, kind of data, topic, channel or recipient,
a sale or sharing that was not, another country, a longer time. Doing less, or saying the same in other words, is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from sayso.notices.countries import COUNTRIES
from sayso.notices.declaration import RecipientKind, Retention
from sayso.notices.words import CHANNEL_WORDS, topic_words
from sayso.vocabulary import Channel

ChangeKind = Literal[
    "new_purpose", "new_data", "new_use", "new_recipient", "sale_or_share", "new_country", "kept_longer", "unnoticed",
    "followed_by_others",
]  # fmt: skip


class _Told(msgspec.Struct, frozen=True, omit_defaults=True):
    pass


class Use(_Told, frozen=True):
    """A purpose with the kinds of data it takes, and its topics and channels if it is marketing."""

    words: str
    kinds: list[str] = []
    topics: list[str] = []
    channels: list[Channel] = []


class ToWhom(_Told, frozen=True):
    words: str
    kind: RecipientKind
    kinds: list[str] = []
    countries: list[str] = []
    sold: bool = False
    shared: bool = False


class Terms(_Told, frozen=True):
    """All that one document declares; keys as in the declaration."""

    kinds: dict[str, str] = {}
    purposes: dict[str, Use] = {}
    recipients: dict[str, ToWhom] = {}
    kept: dict[str, Retention] = {}
    uses: dict[str, list[Channel]] = {}
    unnoticed: list[str] = []
    followed_by_others: bool = False


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One material change, in a sentence. A new use names its topic and channel."""

    kind: ChangeKind
    sentence: str
    topic: str | None = None
    channel: Channel | None = None


def material(old: Terms, new: Terms) -> list[Change]:
    """Everything that is done now and that the older text did not tell."""
    return list(_changes(old, new))


def _changes(old: Terms, new: Terms) -> Iterator[Change]:
    for key in new.kinds.keys() - old.kinds.keys():
        yield Change("new_data", f"{new.kinds[key]} is collected now")
    for key, use in new.purposes.items():
        before = old.purposes.get(key)
        if before is None or before.words != use.words:
            yield Change("new_purpose", f"a purpose people were not told of: {use.words}")
        else:
            for kind in sorted(set(use.kinds) - set(before.kinds)):
                yield Change("new_purpose", f"{new.kinds.get(kind, kind)} is used now for: {use.words}")
    for topic, channels in new.uses.items():
        for channel in channels:
            if channel not in old.uses.get(topic, []):
                sentence = f"marketing about {topic_words(topic)} by {CHANNEL_WORDS[channel]}"
                yield Change("new_use", sentence, topic, channel)
    for key, to in new.recipients.items():
        yield from _recipient(old.recipients.get(key), to, new)
    for key, kept in new.kept.items():
        before_kept = old.kept.get(key)
        if before_kept and kept.words != before_kept.words and not _shorter(kept, before_kept):
            yield Change("kept_longer", f"{new.kinds[key]} is kept {kept.words}; it was {before_kept.words}")
    for key in sorted(set(new.unnoticed) - set(old.unnoticed)):
        if key in old.kinds:
            yield Change("unnoticed", f"{new.kinds[key]} is now also collected without the person giving it")
    if new.followed_by_others and not old.followed_by_others:
        yield Change("followed_by_others", "others may follow people across sites now")


def _recipient(before: ToWhom | None, to: ToWhom, new: Terms) -> Iterator[Change]:
    if before is None or (before.words, before.kind) != (to.words, to.kind):
        yield Change("new_recipient", f"details go to {to.words} now")
    for kind in sorted(set(to.kinds) - set(before.kinds if before else to.kinds)):
        yield Change("new_recipient", f"{new.kinds.get(kind, kind)} goes to {to.words} now")
    for word, now, was in (
        ("sold", to.sold, before and before.sold),
        ("shared for ads", to.shared, before and before.shared),
    ):
        if now and not was:
            yield Change("sale_or_share", f"details are {word}: to {to.words}")
    for country in sorted(set(to.countries) - set(before.countries if before else [])):
        yield Change("new_country", f"details go to {COUNTRIES[country]} now: to {to.words}")


def _shorter(now: Retention, was: Retention) -> bool:
    """Is it known that the time did not grow? A length that cannot be told is not known to be shorter."""
    return now.days is not None and was.days is not None and now.days <= was.days and _since(now) == _since(was)


def _since(kept: Retention) -> str:
    """From when it counts: what stands after the number and its unit."""
    return " ".join(word for word in kept.words.split() if not word[0].isdigit() and word.rstrip("s") not in _UNITS)


_UNITS = frozenset({"day", "week", "month", "year"})
