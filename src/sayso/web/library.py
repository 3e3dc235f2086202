"""The rulebooks as pages: the Markdown as written, each block as a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import resources
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from sayso.law import Rulebooks, tree
from sayso.law.fields import FIELDS
from sayso.law.sources import Source, sources
from sayso.reports.words import VERIFIED

RULEBOOKS = resources.files("sayso.law") / "rulebooks"


@dataclass(frozen=True)
class Shelf:
    """Every rulebook by layer, and the index of what is not encoded."""

    books: list[tuple[str, list[tuple[tree.Instrument, int]]]]
    index: str


@dataclass(frozen=True)
class BookPage:
    instrument: tree.Instrument
    source: Source | None
    text: str


def shelf(books: Rulebooks) -> Shelf:
    counted = {name: sum(rule.instrument == name for rule in books.rules) for name in books.instruments}
    layers: dict[str, list[tuple[tree.Instrument, int]]] = {}
    for name, one in books.instruments.items():
        layers.setdefault(one.layer, []).append((one, counted[name]))
    return Shelf(list(layers.items()), _page("index.md"))


def book(books: Rulebooks, name: str) -> BookPage | None:
    """One rulebook, or None where there is none of that name among those that come with sayso."""
    one = books.instruments.get(name)
    if one is None or not _shipped(one.place.file):
        return None
    return BookPage(one, sources().get(one.source), _page(one.place.file))


def rule_link(books: Rulebooks, name: str) -> str:
    """Where a rule, named with or without its limb, can be read: its card, or all the law where it has no page."""
    rule = name.partition(" ")[0]
    found = next((one for one in books.rules if one.id == rule), None)
    if found is None or book(books, found.instrument) is None:
        return "/law"
    return f"/law/{found.instrument}#{rule}"


def _shipped(file: str) -> bool:
    return RULEBOOKS.joinpath(file).is_file()


@lru_cache(maxsize=64)
def _page(file: str) -> str:
    return str(_markdown().render(RULEBOOKS.joinpath(file).read_text("utf-8")))


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _card)
    return reader


def _card(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """One block: its name, what it comes to, and the block itself, as the machine reads it."""
    token = tokens[index]
    kind = token.info.strip()
    if kind not in FIELDS:
        return f"<pre><code>{escape(token.content)}</code></pre>"
    fields: dict[str, Any] = yaml.load(token.content, Loader=yaml.BaseLoader)  # noqa: S506 -- text only, and ours
    name = str(fields.get("id") or fields.get("name") or kind)
    verified = VERIFIED.get(str(fields.get("verified", "")), "")
    told = [str(fields[key]) for key in ("because", "obligation") if fields.get(key)]
    since = fields.get("in_force")
    parts = [str(fields.get("cite", "")), f"in force from {since['from']}" if isinstance(since, dict) else "", verified]
    facts = " · ".join(escape(part) for part in parts if part)
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in told)
    return (
        f'<section class="card {escape(kind)}" id="{escape(name)}"><h4><span class="kind">{escape(kind.replace("_", " "))}'
        f"</span> {escape(name)}</h4><p class=meta>{facts}</p>{sentences}"
        f"<details><summary>as the machine reads it</summary><pre><code>{escape(token.content)}</code></pre></details></section>"
    )
