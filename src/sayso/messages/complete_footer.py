"""What is added at the foot of a message: who sends it and how to stop, in HTML and in plain text, in few words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from functools import lru_cache
from html import escape

import msgspec

from sayso.messages.identity import Identity
from sayso.messages.parts import Passage, Reading, Run
from sayso.messages.remembering import Remembered
from sayso.messages.requirements import core_name, says_sender, shown


class Ways(msgspec.Struct, frozen=True):
    """The ways out of this one message: two pages of ours and a mailbox, each for its recipient alone."""

    unsubscribe: str
    preferences: str = ""
    mailto: str = ""


class Footer(msgspec.Struct, frozen=True):
    """What to add. Lines of words, and links as words with where they lead; empty where nothing is missing."""

    lines: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.links)

    def html(self) -> str:
        """ASCII, with nothing that a style of the message must know of."""
        rows = [escape(line) for line in self.lines]
        links = [
            f'<a href="{escape(target)}" style="color:#404040">{escape(words)}</a>' for words, target in self.links
        ]
        rows += [" &#183; ".join(links)] if links else []
        return f'<div style="{_STYLE}">\r\n' + "<br>\r\n".join(rows) + "\r\n</div>"

    def text(self) -> str:
        """Lines of plain text, after an empty one."""
        rows = [row for line in self.lines for row in _wrapped(line)]
        links = [f"{words}: {target}" for words, target in self.links]
        return "\r\n".join(["", *rows, *([""] if rows and links else []), *links])


@lru_cache(maxsize=1000)
def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, 76, break_long_words=False)


_STYLE = "clear:both;margin:16px auto 0;padding:12px;max-width:600px;text-align:center;font:13px/19px Arial,Helvetica,sans-serif;color:#404040;background-color:#ffffff"


def missing(runs: tuple[Run, ...], identity: Identity, ways: Ways | None, label: str, language: str) -> Footer:
    """What these passages of one part lack. Without ways, the message is no commercial one and need only name its sender."""
    words = _WORDS.get(language, _WORDS["en"])
    lines: list[str] = []
    if label and not any(label.casefold() in one.words.casefold() for run in runs for one in shown(run)):
        lines.append(label)
    if not says_sender(runs, identity, postal=ways is not None):
        lines += _identity(identity, words)
    links: list[tuple[str, str]] = []
    if ways:
        targets = frozenset[str]().union(*map(_TARGETS.__getitem__, runs))
        offered = ((words["stop"], ways.unsubscribe), (words["choose"], ways.preferences))
        links = [(said_, target) for said_, target in offered if target and target not in targets]
    return Footer(tuple(lines), tuple(links))


_TARGETS = Remembered[Run, list[str]](lambda run: [link.target for one in shown(run) for link in one.links])


def _identity(identity: Identity, words: dict[str, str]) -> list[str]:
    name = identity.brand
    if identity.legal_name and identity.legal_name.casefold() != identity.brand.casefold():
        name = (
            identity.legal_name
            if core_name(identity.legal_name) == core_name(identity.brand)
            else f"{identity.brand} ({identity.legal_name})"
        )
    where = [_line(one) for one in (f"{words['from']} {name}", identity.postal_address) if one.strip()]
    reach = [one for one in (identity.email, identity.phone or "") if one]
    return [", ".join(where), *([_line(f"{words['contact']}: {', '.join(reach)}")] if reach else [])]


def _line(text: str) -> str:
    return " ".join(text.split())


def plain_of(passages: Iterable[Passage]) -> str:
    """Passages as plain text: paragraphs, items, and each link after the words that lead to it."""
    rows: list[str] = []
    for one in passages:
        begin = "* " if one.kind == "list_item" else ""
        rows += textwrap.wrap(begin + one.words, 76, subsequent_indent=" " * len(begin), break_long_words=False)
        for link in one.links:
            if (
                link.target.lower().startswith(("http://", "https://", "mailto:", "tel:"))
                and link.target not in one.words
            ):
                rows.append(link.target if link.words in ("", one.words) else f"{link.words}: {link.target}")
        rows += [""] if rows and rows[-1] else []
    return "\r\n".join(rows)


_COMMON = {
    "de": "und der die das nicht sie wir ist für mit auf ihre ihr ein eine werden bei",
    "fr": "et le la les des vous nous pour est une dans votre vos avec sur pas",
    "es": "y el los las para una que por con su sus nos está del en te tu",
    "en": "and the to of you your for is with we our this on are in",
}  # fmt: skip


def language_of(reading: Reading) -> str:
    """The language of the footer: as the message says, else as its commonest words are; English where none is spoken here."""
    if reading.language in _WORDS:
        return reading.language
    counts = map(sum, zip(*(_counted[run] for run in reading.runs), strict=True))
    found = dict(zip(_KNOWN, counts, strict=False)) or dict.fromkeys(_KNOWN, 0)
    return max(found, key=lambda language: (found[language], language == "en"))


def _common(run: Run) -> tuple[int, ...]:
    """How many of its words are common in each language."""
    said = re.findall(r"\w+", " ".join(passage.words for passage in run).casefold())
    return tuple(sum(word in known for word in said) for known in _KNOWN.values())


_counted = Remembered(_common)
_KNOWN = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORDS = {
    "en": {"from": "Sent by", "contact": "Contact", "stop": "Unsubscribe", "choose": "Choose what you get"},
    "de": {"from": "Gesendet von", "contact": "Kontakt", "stop": "Abmelden", "choose": "Auswählen, was Sie erhalten"},
    "fr": {
        "from": "Envoyé par",
        "contact": "Contact",
        "stop": "Se désabonner",
        "choose": "Choisir ce que vous recevez",
    },
    "es": {"from": "Enviado por", "contact": "Contacto", "stop": "Darse de baja", "choose": "Elegir qué recibe"},
}
