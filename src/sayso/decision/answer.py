"""What a decision carries, as it is shown and written to JSON."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from sayso.vocabulary import Answer, Layer

Outcome = Literal["does_not_apply", "not_met", "lifted", "met", "to_arrange", "open", "refuses", "holds", "not_covered"]
"""What became of one rule that was looked at. `holds` is said of an exception that lifts a rule."""


class LayerAnswer(msgspec.Struct, frozen=True):
    """What one layer says by itself."""

    answer: Answer
    rule: str
    limb: str
    because: str


class Looked(msgspec.Struct, frozen=True):
    """One rule that was looked at, and why it did or did not decide."""

    rule: str
    layer: Layer
    outcome: Outcome
    why: str
    cite: str
    limb: str = ""
    lifted_by: str = ""
    entry: str = ""


class Obligation(msgspec.Struct, frozen=True):
    """What the message, or the moment it is sent, must be like for the answer to hold."""

    do: str
    rule: str
    cite: str


class Dependence(msgspec.Struct, frozen=True):
    """
    One thing the answer depends on: a fact nobody knows yet, or a limb that is open in law with both readings.

    `accept` is the reason code under which the owner can accept the permitting reading at their own risk.
    """

    rule: str
    what: str
    fact: str = ""
    permits: str = ""
    refuses: str = ""
    accept: str = ""


class Remedy(msgspec.Struct, frozen=True):
    """Lawful acts which together make the answer *allowed*, with who has to do something and how hard it is (1 to 9)."""

    do: list[str]
    who: str
    burden: int


class Exposure(msgspec.Struct, frozen=True):
    """What a breach of a rule may cost: a range, never a forecast."""

    rule: str
    kind: str
    per: str
    currency: str
    least: float
    most: float
    cite: str
    verified: str
    condition: str = ""


class Decision(msgspec.Struct, frozen=True):
    """
    The answer to one question, with its reasons.

    `rule` and `limb` are the deciding ones (empty where nothing that applies forbids); `layers` what statutes,
    regulators' expectations and house rules each say; `entries` the ledger entries relied on; `valid_until` the first
    day on which the same question may get another answer.
    """

    answer: Answer
    because: str
    rule: str
    limb: str
    cite: str
    layers: dict[str, LayerAnswer]
    obligations: list[Obligation]
    remedies: list[Remedy]
    exposure: list[Exposure]
    depends_on: list[Dependence]
    looked_at: list[Looked]
    entries: list[str]
    valid_until: date | None
    at_your_risk: list[str] = []
    """Reason codes of arguable limbs whose risk the owner accepted, where that made the answer *allowed*."""
