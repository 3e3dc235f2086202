"""How answers look in a terminal."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sayso.decision import Decision, Exposure

COLOURS = {"allowed": "green", "depends": "yellow", "not_covered": "magenta", "not_allowed": "red"}
SIGNS = {"allowed": "✔", "depends": "?", "not_covered": "○", "not_allowed": "✘"}
WORDS = {"allowed": "allowed", "depends": "depends", "not_covered": "not covered", "not_allowed": "not allowed"}
LAYER_WORDS = {"law": "the law", "guidance": "regulators and carriers", "own": "your own rules"}

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def verdict(answer: str) -> Text:
    """The answer with its sign and colour; never colour alone."""
    return Text(f"{SIGNS[answer]} {WORDS[answer]}", style=f"bold {COLOURS[answer]}")


def money(exposure: Exposure) -> str:
    """A range of money, such as `AUD 0 to 36,400 per contravention`."""
    return f"{exposure.currency} {exposure.least:,.0f} to {exposure.most:,.0f} per {exposure.per}"


def decision(found: Decision) -> RenderableType:
    """A decision for people: the answer, why, the layers, what the message must carry, what would make it lawful."""
    parts: list[RenderableType] = [Text.assemble(verdict(found.answer), "  ", found.because)]
    if found.cite:
        parts.append(Text(found.cite, style="dim"))
    layers = Table.grid(padding=(0, 2))
    for layer, one in found.layers.items():
        layers.add_row(LAYER_WORDS[layer], verdict(one.answer), one.because)
    parts += [Text(""), layers]
    if found.depends_on:
        parts.append(
            _list(
                "It depends on",
                [_dependence(item.what, item.permits, item.refuses, item.accept) for item in found.depends_on],
            )
        )
    if found.obligations:
        parts.append(_list("The message must", [f"{item.do} ({item.cite})" for item in found.obligations]))
    if found.remedies:
        parts.append(_list("What would make it lawful", [", and ".join(item.do) for item in found.remedies]))
    elif found.answer != "allowed":
        parts.append(_list("What would make it lawful", ["nothing that sayso knows of"]))
    if found.exposure:
        parts.append(
            _list(
                "A breach may cost",
                [f"{money(item)}: {item.kind} ({item.cite}; source {item.verified})" for item in found.exposure],
            )
        )
    if found.valid_until:
        parts.append(Text(f"This may change on {found.valid_until:%d %B %Y}.", style="dim"))
    return Group(*parts)


def _dependence(what: str, permits: str, refuses: str, accept: str) -> str:
    if not permits:
        return what
    return f"{what}\n  for: {permits}\n  against: {refuses}\n  to take the risk: sayso house accept '{accept}'"


def _list(title: str, items: list[str]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    for item in items:
        grid.add_row("•", item)
    return Group(Text(""), Text(title, style="bold"), Padding(grid, (0, 0, 0, 2)))
