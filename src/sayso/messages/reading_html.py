"""An HTML part as its reader meets it: what stands together is one passage, with its line, its links and what is hidden."""

from __future__ import annotations

import re

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sayso.messages.parts import Link, PartKind, Passage, Place

SHOWN, HIDDEN, PREHEADER, OUTLOOK = "HTML", "HTML, hidden text", "HTML, preheader", "HTML, for Outlook"
"""Where a passage stands. A preheader is hidden text before any that is shown: inboxes show it beside the subject."""

_SKIPPED = frozenset(("head", "script", "style", "template", "title", "noscript", "object", "svg"))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label", "legend", "li",
    "main", "nav", "ol", "option", "p", "pre", "section", "select", "table", "td", "th", "tr", "ul",
))  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption", "dt"))
_ITEMS = frozenset(("li", "dd", "option"))
_BUTTON = re.compile(r"\b(?:btn|button|cta)", re.IGNORECASE)
_FOOTER = re.compile(r"footer", re.IGNORECASE)
_HIDING = re.compile(r"display:none|visibility:hidden|max-height:0(?![.\d])|opacity:0(?![.\d])|text-indent:-\d{3,}")
_SIZE = re.compile(r"(?<![\w-])font-size:(\d*\.?\d+)(px|pt|pc|rem|cm|mm|in|vw|vh|em|ex|%)?")
_OF_PARENT = ("em", "ex", "%")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2007\ufeff"))
_BREAKS = re.compile(r"[\t\r\n]+")
_CLEAN = re.compile(r"[\w ,.;:-]+")
_CONDITIONAL = re.compile(r"^\[if\s+(?!!)[^\]]*mso[^\]]*\]>(.*)<!\[endif\]$", re.DOTALL | re.IGNORECASE)


class _Context(msgspec.Struct, frozen=True):
    """What an element hands on to all within it."""

    block: int
    kind: PartKind
    concealed: bool = False
    tiny: bool = False
    """Letters of no size, until an element within gives them one; pictures are seen all the same."""
    link: tuple[int, str] | None = None
    """The link one is inside of: which element, and where it leads."""
    footer: bool = False
    skipped: bool = False

    @property
    def hidden(self) -> bool:
        return self.concealed or self.tiny


def _tiny(style: str, around: bool) -> bool:
    """Have the letters no size? A share of the size around them leaves those of no size as they are."""
    size = _SIZE.search(style)
    if size is None:
        return around
    return float(size[1]) == 0 or (around and size[2] in _OF_PARENT)


class _Reader:
    def __init__(self, html: str, first_line: int, where: str) -> None:
        self.html, self.line, self.cursor, self.where = html, first_line, 0, where
        self.found: list[Passage] = []
        self.seen_shown = False
        self._begin(_Context(0, "text"))

    def _begin(self, context: _Context) -> None:
        self.context = context
        self.words: list[str] = []
        self.links: dict[tuple[int, str], tuple[list[str], int]] = {}
        self.image = False
        self.at = 0

    def read(self, tree: LexborHTMLParser) -> None:
        root = tree.body
        if root is None:
            return
        contexts: dict[int, _Context] = {}
        top = _Context(root.mem_id, "text")
        for node in root.traverse(include_text=True):
            parent = node.parent
            around = contexts.get(parent.mem_id, top) if parent is not None else top
            tag = node.tag
            if tag == "-text":
                if not around.skipped:
                    self._text(node.text_content or "", around)
            elif tag == "-comment":
                self._comment(node)
            elif tag is not None and not tag.startswith("-"):
                contexts[node.mem_id] = around if around.skipped else self._enter(node, tag, around)
        self._flush()

    def _enter(self, node: LexborNode, tag: str, around: _Context) -> _Context:
        if tag in _SKIPPED:
            return msgspec.structs.replace(around, skipped=True)
        given = node.attributes
        style = (given.get("style") or "").replace(" ", "").lower()
        named = f"{given.get('class') or ''} {given.get('id') or ''}"
        concealed = around.concealed or "hidden" in given or bool(style and _HIDING.search(style))
        footer = around.footer or tag == "footer" or (named != " " and bool(_FOOTER.search(named)))
        block, kind, link = around.block, around.kind, around.link
        if tag in _BLOCKS:
            block = node.mem_id
            kind = "heading" if tag in _HEADINGS else "list_item" if tag in _ITEMS else kind
        if tag == "button":
            kind = "button"
        target = (given.get("href") or given.get("action") or "") if tag in ("a", "area", "form") else ""
        if target and not target.startswith("#"):
            link = (node.mem_id, _BREAKS.sub("", target).strip())
            if tag == "a" and (_BUTTON.search(named) or given.get("role") == "button" or "background" in style):
                block, kind = node.mem_id, "button"
        context = _Context(block, kind, concealed, _tiny(style, around.tiny), link, footer)
        if tag == "br":
            self.words.append("\n")
        elif tag in ("img", "area"):
            self._image(given, context)
        elif tag == "input" and (given.get("type") or "").lower() in ("submit", "button", "image"):
            words = given.get("value") or given.get("alt") or ""
            self._text(words, msgspec.structs.replace(context, block=node.mem_id, kind="button"))
        return context

    def _image(self, given: dict[str, str | None], context: _Context) -> None:
        tiny = {(given.get(side) or "").removesuffix("px") for side in ("width", "height")} <= {"0", "1", "2"}
        if tiny and context.link is None:
            return
        self._advance(given.get("src") or "")
        seen = msgspec.structs.replace(context, tiny=False)
        self._text(f" {given.get('alt') or given.get('title') or ''} ", seen, image=True)

    def _text(self, text: str, context: _Context, *, image: bool = False) -> None:
        ours = self.context
        if context is not ours and (context.block, context.hidden) != (ours.block, ours.hidden):
            self._flush()
            self._begin(context)
        if not text.strip() and not image:
            self.words.append(text)
            return
        if not image:
            found = _CLEAN.search(text.strip())
            self._advance(found[0] if found else "")
            if not self.at:
                self.context = context
        self.at = self.at or self.line
        self.image = self.image or image
        if context.link is not None:
            self.links.setdefault(context.link, ([], self.line))[0].append(text)
        self.words.append(text)

    def _advance(self, text: str) -> None:
        """To where this stands next in the source; where it is written otherwise there, the line stays."""
        place = self.html.find(text, self.cursor) if text else -1
        if place >= 0:
            self.line += self.html.count("\n", self.cursor, place)
            self.cursor = place

    def _flush(self) -> None:
        words = clean("".join(self.words))
        links = tuple(
            Link(target, clean("".join(said)), self._place(line)) for (_, target), (said, line) in self.links.items()
        )
        if words or links or self.image:
            context = self.context
            kind = context.kind
            if self.image and kind != "button":
                kind = "image" if not self._has_text() else kind
            elif context.footer and kind == "text":
                kind = "footer"
            self.found.append(Passage(words, kind, self._place(self.at or self.line), links))
            self.seen_shown = self.seen_shown or (bool(words) and not context.hidden)

    def _has_text(self) -> bool:
        """Is there more than the images' alternative text, which is put in with a space on either side?"""
        return any(words.strip() and not (words.startswith(" ") and words.endswith(" ")) for words in self.words)

    def _place(self, line: int) -> Place:
        if self.where != SHOWN or not self.context.hidden:
            return Place(self.where, line)
        return Place(HIDDEN if self.seen_shown else PREHEADER, line)

    def _comment(self, node: LexborNode) -> None:
        """What stands in a conditional comment is shown by Outlook alone, and by it to many."""
        said = _CONDITIONAL.match((node.comment_content or "").strip())
        if said and re.search(r"\w{3}", re.sub(r"<[^>]*>", "", said[1])):
            self._flush()
            self._begin(self.context)
            self.found += [one for one in read_html(said[1], self.line, OUTLOOK) if one.words and one not in self.found]


def read_html(html: str, first_line: int = 1, where: str = SHOWN) -> list[Passage]:
    """What somebody reads in it, in order. An image without alternative text is a passage without words."""
    reader = _Reader(html, first_line, where)
    reader.read(LexborHTMLParser(html))
    return reader.found


def language_of(html: str) -> str:
    """The language an HTML part says it is in, as ISO 639-1; empty where it says none."""
    found = re.search(r"<(?:html|body)[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2})\b", html[:5000], re.IGNORECASE)
    return found[1].lower() if found else ""


def clean(text: str) -> str:
    """Words with one space between them, without the characters that nobody sees."""
    return " ".join(text.translate(_INVISIBLE).split())
