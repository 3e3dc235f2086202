"""How answers look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sayso.decision import Decision, Exposure
from sayso.reports.words import ANSWERS, PROOFS, SIGNS

if TYPE_CHECKING:
    from sayso.reports.evidence import Event

COLOURS = {"allowed": "green", "depends": "yellow", "not_covered": "magenta", "not_allowed": "red"}
OPEN = {
    "depends": "It depends on",
    "allowed": "Open in law, and taken at your own risk",
    "not_covered": "Open besides; settling it permits nothing",
    "not_allowed": "Open besides; settling it permits nothing",
}
"""What is open, by what the answer makes of it."""
LAYER_WORDS = {"law": "the law", "guidance": "regulators and carriers", "own": "your own rules"}

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def verdict(answer: str) -> Text:
    """The answer with its sign and colour; never colour alone."""
    return Text(f"{SIGNS[answer]} {ANSWERS[answer]}", style=f"bold {COLOURS[answer]}")


def money(exposure: Exposure) -> str:
    """A range of money, such as `AUD 0 to 36,400 per contravention`."""
    return f"{exposure.currency} {exposure.least:,.0f} to {exposure.most:,.0f} per {exposure.per}"


def decision(found: Decision, *, costs: bool = False, otherwise: str = "") -> RenderableType:
    """
    A decision for people: the answer, why, the layers, what the message must carry, what would make it lawful. Of what a
    breach may cost, the first range alone, unless all `costs` are asked for. `otherwise` is said where nothing else would
    make it lawful.
    """
    parts: list[RenderableType] = [Text.assemble(verdict(found.answer), "  ", found.because)]
    if found.cite:
        parts.append(Text(found.cite, style="dim"))
    layers = Table.grid(padding=(0, 2))
    for layer, one in found.layers.items():
        layers.add_row(LAYER_WORDS[layer], verdict(one.answer), one.because)
    parts += [Text(""), layers]
    if found.depends_on:
        deciding = found.answer == "depends"
        parts.append(
            _list(
                OPEN[found.answer],
                [
                    _dependence(item.what, item.permits, item.refuses, item.accept if deciding else "")
                    for item in found.depends_on
                ],
            )
        )
    if found.obligations:
        parts.append(_list("The message must", [f"{item.do} ({item.cite})" for item in found.obligations]))
    if found.remedies:
        parts.append(_list("What would make it lawful", [", and ".join(item.do) for item in found.remedies]))
    elif found.answer != "allowed":
        parts.append(_list("What would make it lawful", [otherwise or "nothing that sayso knows of"]))
    if found.exposure:
        shown = found.exposure if costs else found.exposure[:1]
        parts.append(
            _list(
                "A breach may cost",
                [f"{money(item)}: {item.kind} ({item.cite}; source {item.verified})" for item in shown]
                + ([f"and {len(found.exposure) - len(shown)} more ranges: --costs"] if shown != found.exposure else []),
            )
        )
    if found.valid_until:
        parts.append(Text(f"This may change on {found.valid_until:%d %B %Y}.", style="dim"))
    return Group(*parts)


def evidence(told: Iterable[Event]) -> RenderableType:
    """What is on record, in time order; a star marks what the answer rests on."""
    grid = Table.grid(padding=(0, 2))
    for event in told:
        said = "\n".join([event.said, *([f"“{event.wording}”"] if event.wording else []), *event.details])
        grid.add_row("*" if event.relied_on else "", f"{event.at:%Y-%m-%d %H:%M} UTC", said, PROOFS[event.proof])
    return Group(Text(""), Text("On record (* the answer rests on it)", style="bold"), Padding(grid, (0, 0, 0, 2)))


def _dependence(what: str, permits: str, refuses: str, accept: str) -> str:
    if not permits:
        return what
    risk = f"\n  to take the risk: sayso house accept '{accept}'" if accept else ""
    return f"{what}\n  for: {permits}\n  against: {refuses}{risk}"


def _list(title: str, items: list[str]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    for item in items:
        grid.add_row("•", item)
    return Group(Text(""), Text(title, style="bold"), Padding(grid, (0, 0, 0, 2)))
