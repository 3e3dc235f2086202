"""A plain-text part as its reader meets it: paragraphs, items, and the links, each with the words that lead to it."""

from __future__ import annotations

import re
from typing import NamedTuple

from sayso.messages.parts import Link, PartKind, Passage, Place
from sayso.messages.remembering import remembered

_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"\[\]{}|\\^`]+|\bwww\.[a-z0-9-]+\.[^\s<>\"\[\]]+", re.IGNORECASE)
_MAILBOX = re.compile(r"(?<![\w.+:/=@-])[\w.+=-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ITEM = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+(?=\S)")
_SIGNATURE = 20
"""Lines that a signature after `-- ` may have."""
_RULE = re.compile(r"^\s*([-=_*~#+])(?:\s*\1){2,}\s*$")


def read_text(text: str, where: str = "text") -> list[Passage]:
    """What somebody reads in it, in order; a signature after `-- ` is the footer."""
    found: list[Passage] = []
    rows: list[tuple[int, str]] = []
    written = [*text.split("\n"), ""]
    signature = max((number for number, row in enumerate(written, 1) if row.rstrip() == "--"), default=0)
    if len(written) - signature > _SIGNATURE:
        signature = 0
    for number, row in enumerate(written, 1):
        footer = 0 < signature < number
        said = row.strip()
        begins = said[:1]
        rule = bool(begins) and begins in "-=_*~#+" and _RULE.match(row) is not None
        if rows and (not said or rule or (not begins.isalpha() and _ITEM.match(row))):
            found.append(_passage(rows, where, footer=footer, underlined=rule))
            rows = []
        if said and not rule and said != "--":
            rows.append((number, row))
    return found


def _passage(rows: list[tuple[int, str]], where: str, *, footer: bool, underlined: bool) -> Passage:
    said = _said("\n".join(row for _, row in rows))
    kind: PartKind = "footer" if footer else "text"
    if said.item:
        kind = "list_item"
    elif len(rows) == 1 and not footer and len(said.words) < 80 and (underlined or said.words.isupper()):
        kind = "heading"
    links = tuple(Link(target, words, Place(where, rows[at][0])) for at, target, words in said.links)
    return Passage(said.words, kind, Place(where, rows[0][0]), links)


class _Said(NamedTuple):
    words: str
    item: bool
    links: tuple[tuple[int, str, str], ...]
    """Row, target and words of each."""


@remembered
def _said(paragraph: str) -> _Said:
    rows = paragraph.split("\n")
    words = " ".join(" ".join(_ITEM.sub("", row).split()) for row in rows)
    links = [
        (at, target, words_)
        for at, (row, before) in enumerate(zip(rows, ["", *rows], strict=False))
        for target, words_ in _links(row, before)
    ]
    return _Said(words, _ITEM.match(rows[0]) is not None, tuple(links))


def _links(row: str, before: str) -> list[tuple[str, str]]:
    """A link of plain text has no words of its own: those of its line count, else those of the line before."""
    targets = [_trimmed(one) for one in _URL.findall(row)]
    rest = _URL.sub(" ", row)
    targets += [f"mailto:{one}" for one in _MAILBOX.findall(rest)]
    if not targets:
        return []
    words = _worded(_MAILBOX.sub(" ", rest)) or _worded(_MAILBOX.sub(" ", _URL.sub(" ", before)))
    return [(target if ":" in target[:8] else f"http://{target}", words or target) for target in targets]


def _worded(row: str) -> str:
    return " ".join(row.split()).strip(" <>()[]:-*•") if re.search(r"\w\w", row) else ""


def _trimmed(target: str) -> str:
    """Without the punctuation of the sentence around it."""
    target = target.rstrip(".,;:!?'*_")
    return target[:-1] if target.endswith(")") and target.count("(") < target.count(")") else target
