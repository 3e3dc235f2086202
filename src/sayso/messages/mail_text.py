"""A plain-text part as its reader meets it: paragraphs, items, and the links, each with the words that lead to it."""

from __future__ import annotations

import re
from functools import lru_cache

from sayso.messages.parts import Link, PartKind, Passage, Place
from sayso.messages.remembering import LONGEST, LONGEST_RUN, MOST

_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"\[\]{}|\\^`]+|\bwww\.[a-z0-9-]+\.[^\s<>\"\[\]]+", re.IGNORECASE)
_MAILBOX = re.compile(r"(?<![\w.+:/=@-])[\w.+=-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ITEM = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+(?=\S)")
_SIGNATURE = 20
"""Lines that a signature after `-- ` may have."""
_RULE = re.compile(r"^\s*([-=_*~#+])(?:\1{2,}|(?: \1){2,})\s*$")


def read_text(text: str, where: str = "text") -> tuple[Passage, ...]:
    """What somebody reads in it, in order; a signature after `-- ` is the footer."""
    found: list[Passage] = []
    signature = _signature(text) if "--" in text else 0
    blocks, first = text.split("\n\n"), 1
    for start in range(0, len(blocks), _TOGETHER):
        said = "\n\n".join(blocks[start : start + _TOGETHER])
        found += (_blocks if len(said) <= LONGEST_RUN else _read_blocks)(said, first, where, signature)
        first += said.count("\n") + 2
    return tuple(found)


def _read_blocks(text: str, first: int, where: str, signature: int) -> list[Passage]:
    """The same of a part of it that begins in line `first`."""
    found: list[Passage] = []
    for said in text.split("\n\n"):
        if said:
            found += (_block if len(said) <= LONGEST else _read_block)(said, first, where, signature)
        first += said.count("\n") + 2
    return found


def _signature(text: str) -> int:
    """The number of the line before the signature; 0 where there is none."""
    written = [*text.split("\n"), ""]
    number = max((number for number, row in enumerate(written, 1) if row.rstrip() == "--"), default=0)
    return number if len(written) - number <= _SIGNATURE else 0


def _read_block(text: str, first: int, where: str, signature: int) -> tuple[Passage, ...]:
    """
    What stands between two empty lines: a paragraph, or items and headings too. `first` is the number of its first
    line; what ends after line `signature`, if there is one, is footer.
    """
    found: list[Passage] = []
    rows: list[tuple[int, str]] = []
    for number, row in enumerate([*text.split("\n"), ""], first):
        said = row.strip()
        begins = said[:1]
        rule = bool(begins) and begins in "-=_*~#+" and _RULE.match(row) is not None
        if rows and (not said or rule or (not begins.isalpha() and _ITEM.match(row))):
            found.append(_passage(rows, where, footer=0 < signature < number, underlined=rule))
            rows = []
        if said and not rule and said != "--":
            rows.append((number, row))
    return tuple(found)


_TOGETHER = 8
"""Blocks that are remembered together as well, since most mails of a campaign, and a mail completed, share most of them."""
_block, _blocks = lru_cache(MOST)(_read_block), lru_cache(MOST // _TOGETHER)(_read_blocks)


def _passage(rows: list[tuple[int, str]], where: str, *, footer: bool, underlined: bool) -> Passage:
    words = " ".join(" ".join(_ITEM.sub("", row).split()) for _, row in rows)
    kind: PartKind = "footer" if footer else "text"
    if _ITEM.match(rows[0][1]):
        kind = "list_item"
    elif len(rows) == 1 and not footer and len(words) < 80 and (underlined or words.isupper()):
        kind = "heading"
    links = tuple(
        Link(target, said, Place(where, number))
        for (number, row), (_, before) in zip(rows, [(0, ""), *rows], strict=False)
        for target, said in _links(row, before)
    )
    return Passage(words, kind, Place(where, rows[0][0]), links)


def _links(row: str, before: str) -> list[tuple[str, str]]:
    """A link of plain text has no words of its own: those of its line count, else those of the line before."""
    targets = [_trimmed(one) for one in _URL.findall(row)]
    rest = _URL.sub(" ", row)
    targets += [f"mailto:{one}" for one in _MAILBOX.findall(rest)]
    if not targets:
        return []
    words = _worded(_MAILBOX.sub(" ", rest)) or _worded(_MAILBOX.sub(" ", _URL.sub(" ", before)))
    return [
        (target if ":" in target[:8] else f"http://{target}", words or target.removeprefix("mailto:"))
        for target in targets
    ]


def _worded(row: str) -> str:
    return " ".join(row.split()).strip(" <>()[]:-*•") if re.search(r"\w\w", row) else ""


def _trimmed(target: str) -> str:
    """Without the punctuation of the sentence around it."""
    target = target.rstrip(".,;:!?'*_")
    return target[:-1] if target.endswith(")") and target.count("(") < target.count(")") else target
