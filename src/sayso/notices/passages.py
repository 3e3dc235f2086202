"""A text as passages: each sentence with the heading it stands under and, in a list, the words that lead into the list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "button", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "label", "legend", "li", "main", "nav", "ol", "p",
    "pre", "section", "select", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
"""Elements that end a line of text."""

_SKIPPED = frozenset(("head", "nav", "noscript", "option", "script", "select", "style", "svg", "template", "textarea"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "dt"))
_ITEMS = frozenset(("li", "dd", "tr"))
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|Inc|Ltd|Pty|No|Mr|Ms|Mrs|Dr|St|vs|approx|U\.S|cl|para|[A-Z])\.$")
_END = re.compile(r"[.!?][)\"'’”]*\s+(?=[A-Z0-9\"'“(•])")
_LISTED = re.compile(r"^\s*(?:[-*•–]|\(?[a-z0-9]{1,2}[.)])\s+")


class Link(msgspec.Struct, frozen=True):
    text: str
    href: str


class Passage(msgspec.Struct, frozen=True):
    """One sentence, or one item of a list. `lead` is what leads into the list, empty elsewhere."""

    text: str
    heading: str = ""
    lead: str = ""
    links: tuple[Link, ...] = ()

    @property
    def whole(self) -> str:
        """The sentence as read: with what leads into it."""
        return f"{self.lead} {self.text}".strip()


class _Line(msgspec.Struct):
    kind: str
    text: str
    links: list[Link]


def passages_of_markdown(text: str) -> list[Passage]:
    return passages_of_html(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def passages_of_html(html: str) -> list[Passage]:
    """Whatever a reader sees, in order; navigation, scripts and the options of a field are left out."""
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    return passages_of_node(root) if root else []


def passages_of_node(node: LexborNode) -> list[Passage]:
    """As `passages_of_html`, for one part of a page."""
    lines: list[_Line] = []
    _read(node, lines, "text")
    return list(_passages(line for line in lines if line.text.strip()))


def passages_of_text(text: str) -> list[Passage]:
    """Plain text: a short line without an end is a heading, a line that starts with a dash is an item."""
    lines = []
    for paragraph in re.split(r"\n\s*\n", text):
        rows = [row for row in paragraph.splitlines() if row.strip()]
        prose: list[str] = []
        for row in rows:
            if _LISTED.match(row):
                lines.append(_Line("text", _clean(" ".join(prose)), []))
                prose = []
                lines.append(_Line("item", _clean(_LISTED.sub("", row)), []))
            elif lines and lines[-1].kind == "item" and row.startswith((" ", "\t")) and not prose:
                lines[-1].text = _clean(f"{lines[-1].text} {row}")
            else:
                prose.append(row)
        whole = _clean(" ".join(prose))
        is_heading = len(rows) == 1 and len(whole) < 70 and not whole.endswith((".", ":", "!", "?", ";", ","))
        lines.append(_Line("heading" if is_heading else "text", whole, []))
    return list(_passages(line for line in lines if line.text.strip()))


def _read(node: LexborNode, lines: list[_Line], kind: str) -> None:
    """Depth first: every block element starts a line of its own."""
    if not lines:
        lines.append(_Line(kind, "", []))
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            lines[-1].text += child.text_content or ""
        elif tag in _SKIPPED or not tag or tag.startswith("_") or hidden(child):
            continue
        elif tag == "br":
            lines[-1].text += "\n"
        elif tag in BLOCKS:
            inner = "heading" if tag in _HEADINGS or _only_bold(child, tag) else "item" if tag in _ITEMS else kind
            lines.append(_Line(inner, "", []))
            _read(child, lines, inner)
            lines.append(_Line(kind, "", []))
        else:
            start = len(lines[-1].text)
            _read(child, lines, kind)
            if tag == "a" and child.attributes.get("href"):
                lines[-1].links.append(Link(_clean(lines[-1].text[start:]), str(child.attributes["href"])))


def hidden(node: LexborNode) -> bool:
    """Is it served so that nobody sees it? By attribute or by its own style; what a stylesheet hides is not known here."""
    attributes = node.attributes
    style = re.sub(r"\s", "", attributes.get("style") or "").lower()
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
        or attributes.get("type") == "hidden"
    )


def _only_bold(node: LexborNode, tag: str) -> bool:
    """A paragraph that is nothing but a few words in bold works as a heading."""
    bold = node.css_first("strong, b") if tag == "p" else None
    text = _clean(node.text(deep=True))
    return bold is not None and len(text) < 80 and _clean(bold.text(deep=True)) == text and not text.endswith(".")


def _clean(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("\xa0", " ").split())


def _passages(lines: Iterator[_Line]) -> Iterator[Passage]:
    heading = lead = ""
    for line in lines:
        text = _clean(line.text)
        if line.kind == "heading":
            heading, lead = text, ""
            yield Passage(text, heading="", links=tuple(line.links))
        elif line.kind == "item":
            yield Passage(text, heading, lead, tuple(line.links))
        else:
            lead = ""
            for sentence in sentences(text):
                yield Passage(sentence, heading, "", tuple(one for one in line.links if one.text in sentence))
                lead = sentence if sentence.endswith(":") else ""


def sentences(text: str) -> list[str]:
    """A paragraph in sentences; a full stop after an abbreviation ends none."""
    found, start = [], 0
    for end in _END.finditer(text):
        before = text[start : end.start() + 1]
        if not _ABBREVIATION.search(before):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found
