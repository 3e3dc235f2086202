"""
Every fact a rule may ask about, declared once.

A question's facts are flat (`Facts`); beside them stand the grounds and stops on record, each judged by itself.
The declarations are read by the rulebook reader, both compilers, the importers, the pages and the reference.
"""

from __future__ import annotations

import types
import typing
from datetime import date
from typing import Any, Literal, get_args, get_origin

import msgspec

from sayso.vocabulary.ground import Ground, Stop
from sayso.vocabulary.message import MessageFacts, MomentFacts
from sayso.vocabulary.person import PersonFacts
from sayso.vocabulary.sender import SenderFacts
from sayso.vocabulary.words import (
    ACT_OF_CHANNEL,
    CHANNEL_OF_ACT,
    CHANNELS,
    LAYERS,
    STRICTNESS,
    Act,
    Answer,
    Channel,
    Fact,
    Layer,
    Owner,
    Unknown,
)

__all__ = [
    "ACT_OF_CHANNEL",
    "CHANNELS",
    "CHANNEL_OF_ACT",
    "LAYERS",
    "STRICTNESS",
    "VOCABULARY",
    "Act",
    "Answer",
    "Channel",
    "Fact",
    "Facts",
    "Ground",
    "Layer",
    "Owner",
    "Stop",
    "Term",
    "Unknown",
    "Vocabulary",
]

Kind = Literal["flag", "choice", "number", "day", "text"]


class Facts(MomentFacts, kw_only=True):
    """
    All that is known for one question: flat facts, and every ground and stop on record.

    >>> Facts(channel="email", person_country="AU").unsubscribe_present is None
    True
    """

    grounds: list[Ground] = msgspec.field(default_factory=list)
    stops: list[Stop] = msgspec.field(default_factory=list)


class Term(msgspec.Struct, frozen=True):
    """One fact as the rule language sees it: its name, whose it is, what kind of value it has, what was declared."""

    name: str
    owner: Owner
    kind: Kind
    choices: tuple[str, ...]
    fact: Fact


class Vocabulary(msgspec.Struct, frozen=True):
    """The terms of one set of rulebooks; benchmarks bring their own, everything else uses `VOCABULARY`."""

    facts: dict[str, Term]
    ground: dict[str, Term]
    stop: dict[str, Term]
    facts_type: type[msgspec.Struct]

    def scope(self, owner: str) -> dict[str, Term]:
        """The terms a name may be looked up in: `facts`, `ground` or `stop`."""
        return {"ground": self.ground, "stop": self.stop}.get(owner, self.facts)


def kind_of(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """The kind of value an annotation such as `bool | None` or `Literal[...] | None` stands for, and its choices."""
    options = get_args(annotation) if get_origin(annotation) in (types.UnionType, typing.Union) else (annotation,)
    (value,) = [option for option in options if option is not type(None)]
    if get_origin(value) is Literal:
        return "choice", get_args(value)
    kinds: dict[Any, Kind] = {bool: "flag", float: "number", int: "number", date: "day", str: "text"}
    return kinds[value], ()


def terms_of(struct: type[msgspec.Struct], owner_of: dict[str, Owner] | Owner) -> dict[str, Term]:
    """The declared facts of a struct, in the order in which they are declared."""
    terms = {}
    for name, hint in typing.get_type_hints(struct, include_extras=True).items():
        declared = next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Fact)), None)
        if declared is None:
            continue
        kind, choices = kind_of(get_args(hint)[0])
        owner = owner_of if isinstance(owner_of, str) else owner_of[name]
        terms[name] = Term(name, owner, kind, choices, declared)
    return terms


def _owners() -> dict[str, Owner]:
    owners: dict[str, Owner] = {}
    chain: list[tuple[type[msgspec.Struct], Owner]] = [
        (SenderFacts, "sender"),
        (PersonFacts, "person"),
        (MessageFacts, "message"),
        (MomentFacts, "moment"),
    ]
    for struct, owner in chain:
        for name in struct.__struct_fields__:
            owners.setdefault(name, owner)
    for name in ("act", "channel", "topic"):
        owners[name] = "question"
    return owners


VOCABULARY = Vocabulary(
    facts=terms_of(Facts, _owners()),
    ground=terms_of(Ground, "ground"),
    stop=terms_of(Stop, "stop"),
    facts_type=Facts,
)
