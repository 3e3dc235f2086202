"""The rules as the owner has set them: the shipped rulebooks, those of the owner's own, what is off, which risks were taken."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from sayso.law import LawError, LawProblem, Rulebooks, rulebooks, with_house_rules
from sayso.law.tree import Place
from sayso.ledger.business import Business
from sayso.ledger.entries import RiskAccepted

HOUSE_RULES = "house-rules"
"""Folder beside the store: Markdown rulebooks of the owner's own, read together with the shipped ones."""


class Standing(msgspec.Struct, frozen=True):
    """The rules as the owner has set them at a moment: rulebooks turned on or off, risks accepted."""

    law: Rulebooks
    accepted: frozenset[str]


@lru_cache(maxsize=16)
def standing_of(books: Rulebooks, business: Business) -> Standing:
    """These rulebooks as the business had set them; remembered, since a business is the same object until something is added."""
    on = {name: one.on_by_default for name, one in books.instruments.items()} | {
        name: on for name, on in business.house_rules.items() if name in books.instruments
    }
    risks = (record.body for record in business.risks)
    accepted = frozenset(f"{body.rule} {body.limb}" for body in risks if isinstance(body, RiskAccepted))
    off = frozenset(
        name for name, one in books.instruments.items() if one.layer == "own" and not one.always and not on[name]
    )
    return Standing(_without(books, off), accepted)


def all_rulebooks(home: Path) -> Rulebooks:
    """The shipped rulebooks, with the owner's own from the folder beside the store. Raises LawError."""
    files = sorted((home / HOUSE_RULES).glob("*.md"))
    return read_house_rules(files) if files else rulebooks()


def read_house_rules(files: Sequence[Path]) -> Rulebooks:
    """The shipped rulebooks together with these house rules. Raises LawError, also for a file that is no text."""
    problems = []
    for file in files:
        try:
            file.read_text("utf-8")
        except UnicodeDecodeError:
            problems.append(LawProblem(Place(file.name, 1), "", "this is not text in UTF-8; save it again as UTF-8"))
    if problems:
        raise LawError(problems)
    return with_house_rules(files)


@lru_cache(maxsize=16)
def _without(books: Rulebooks, off: frozenset[str]) -> Rulebooks:
    return books.without(off) if off else books
