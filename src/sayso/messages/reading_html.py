"""
An HTML part as its reader meets it: what stands together is one passage, with its line, its links and what is hidden.

Elements, attributes and styles are held to lists of what is harmless. What is on none of them, and so may draw, speak or
lead, is a passage that is not read, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sayso.messages.harmless_css import look_of, read_sheet
from sayso.messages.harmless_html import (
    ELEMENTS,
    OUTLOOK,
    SPOKEN,
    said_in_head,
    said_twice,
    strange_attribute,
    strange_head,
)
from sayso.messages.json_ld import TYPE, read_json_ld
from sayso.messages.parts import Link, PartKind, Passage, Place

SHOWN, HIDDEN, PREHEADER, OUTLOOK_ONLY = "HTML", "HTML, hidden text", "HTML, preheader", "HTML, for Outlook"
"""Where a passage stands. A preheader is hidden text before any that is shown: inboxes show it beside the subject."""
MOST = 2_000
"""Passages that are read of one part; no service message needs more."""
DEEPEST = 256
"""Elements within elements; parsers take time by the square of it."""
_MISSES = 50
"""How often a text is looked for in vain in the source, where it is written in another way, before lines are left alone."""
_LOOKS = 8
"""Looks of letters that one passage may have."""
_SMALL_WIDTH, _SMALL_HEIGHT, _UNSIZED = 400, 120, re.compile(r"logo|icon|brand|wordmark|badge", re.IGNORECASE)
_LARGE = (
    "it is too large for a logo, or its size is not said, and its alternative text need not be what it shows; say it in "
    "text, or give its small width and height"
)
_LATELY = 8
"""Parts read lately that are remembered, since what was completed is looked at twice: is it seen, and is it all there?"""
_CONDITIONS = 200
"""Conditional comments of one part that are read."""
_PICTURES = 6
"""Pictures of one part that alternative text speaks for."""
_SAID, _REASONS = 3, 60
"""How often one reason is given, and how many are."""
_COLOURED = 64
"""Coloured cells without words; more of them can draw letters."""
_SKIPPED = frozenset(("script", "template", "noscript", "object", "svg", "math", "iframe", "video", "audio", "canvas"))
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_NOT_NESTED = frozenset((
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "source",
    "tbody", "td", "tfoot", "th", "thead", "tr", "wbr",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "title", "details", "summary", "map", "button", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label", "legend", "li",
    "main", "nav", "ol", "option", "p", "pre", "section", "select", "table", "td", "th", "tr", "ul",
))  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption", "dt"))
_ITEMS = frozenset(("li", "dd", "option"))
_BUTTON = re.compile(r"\b(?:btn|button|cta)", re.IGNORECASE)
_FOOTER = re.compile(r"footer", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\w-])font-size:(\d*\.?\d+)(px|pt|pc|rem|cm|mm|in|vw|vh|em|ex|%)?")
_OF_PARENT = ("em", "ex", "%")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2007\ufeff"))
_BREAKS = re.compile(r"[\t\r\n]+")
_CLEAN = re.compile(r"[\w ,.;:-]+")
_CONDITION = re.compile(r"\s*\[\s*if\b([^\]>]*)\]\s*>?", re.IGNORECASE)
_ENDS_EARLY = re.compile(r"^-?>|--\s*!?\s*>|--!")
"""By what some programs end a comment that others read on."""


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
    look: str = ""
    """What within the block makes its letters look otherwise."""

    @property
    def hidden(self) -> bool:
        return self.concealed or self.tiny


def _tiny(style: str, around: bool) -> bool:
    """Have the letters no size? A share of the size around them leaves those of no size as they are."""
    size = _SIZE.search(style)
    if size is None:
        return around
    return float(size[1]) == 0 or (around and size[2] in _OF_PARENT)


def _deep(html: str) -> bool:
    """Are elements nested deeper than any message needs? Counted roughly first, since most mail is not."""
    depth = most = 0
    for piece in html.split("</"):
        depth += piece.count("<")
        most = max(most, depth)
        depth = max(depth - 1, 0)
    if most <= DEEPEST:
        return False
    depth = 0
    for closing, tag in _TAG.findall(html):
        if tag.lower() not in _NOT_NESTED:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > DEEPEST:
                return True
    return False


class _Reader:
    def __init__(self, html: str, first_line: int, where: str) -> None:
        self.html, self.line, self.cursor, self.where = html, first_line, 0, where
        self.outlook = where == OUTLOOK_ONLY
        self.found: list[Passage] = []
        self.aside: list[Passage] = []
        """What stands by itself beside the words that are being put together, and is kept until they are."""
        self.unled: dict[tuple[int, str], int] = {}
        self.records: list[tuple[str, int]] = []
        """JSON-LD, with its line."""
        self.unread: dict[str, int] = {}
        self.seen_shown = False
        self.misses = self.pictures = self.coloured = self.conditions = 0
        self.altered = self.sized = frozenset[str]()
        self._begin(_Context(0, "text"))

    def _begin(self, context: _Context) -> None:
        self.context = context
        self.words: list[str] = []
        self.looks: list[str] = []
        self.links: dict[tuple[int, str], tuple[list[str], int]] = {}
        self.sources: list[str] = []
        self.image, self.unseen = False, ""
        self.at = 0

    def read(self, tree: LexborHTMLParser) -> None:
        root = tree.root
        if root is None:
            return
        self._read_sheets(tree)
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
            if len(self.found) + len(self.aside) > MOST:
                break
        for node in _outside(root):
            self._comment(node)
        self._flush()
        if len(self.found) > MOST:
            self._unread(f"it has more than {MOST:,} passages, and what follows is not read; shorten it")
        for (_, target), line in self.unled.items():
            place = self._place(line)
            self.aside.append(Passage("", "text", place, (Link(target, "", place),)))
        if self.coloured - len(self.found) > _COLOURED:
            self._unread("its coloured cells without words may draw letters; take them out")
        self.found += self.aside
        shown = " ".join(passage.words for passage in self.found if passage.place.where == SHOWN)
        for written, line in self.records:
            self.found += read_json_ld(written, shown, Place(HIDDEN, line))

    def _read_sheets(self, tree: LexborHTMLParser) -> None:
        sheets = [read_sheet(node.text() or "") for node in tree.css("style")]
        for sheet in sheets:
            if sheet.unread:
                self._unread(f"{sheet.unread}; take that out")
        self.altered = frozenset[str]().union(*(sheet.alters for sheet in sheets))
        self.sized = frozenset[str]().union(*(sheet.sized for sheet in sheets))

    def _unread(self, because: str) -> None:
        """Something stands here that is not read as words."""
        self.unread[because] = self.unread.get(because, 0) + 1
        if self.unread[because] <= _SAID and len(self.unread) <= _REASONS:
            self.aside.append(Passage("", "text", self._place(self.line), unread=because))

    def _enter(self, node: LexborNode, tag: str, around: _Context) -> _Context:
        if tag in ("style", "script") or tag in _SKIPPED:
            if tag == "script" and (node.attributes.get("type") or "").strip().lower() == TYPE:
                self._advance("<script")
                self.records.append((node.text(), self.line))
            elif tag != "style":
                self._strange(tag)
            return msgspec.structs.replace(around, skipped=True)
        given = node.attributes
        if tag not in ELEMENTS and not (self.outlook and tag in OUTLOOK):
            self._strange(tag)
        if given:
            self._attributes(tag, given)
        elif tag in ("html", "head", "body", "tbody", "tr", "table", "center") and tag not in _BLOCKS:
            return around
        return self._context(node, tag, given, around)

    def _context(self, node: LexborNode, tag: str, given: dict[str, str | None], around: _Context) -> _Context:
        style = (given.get("style") or "").replace(" ", "").lower()
        look = look_of[given.get("style") or ""] if style else None
        named = f"{given.get('class') or ''} {given.get('id') or ''}"
        concealed = around.concealed or "hidden" in given or (look is not None and look.hides) or tag == "title"
        footer = around.footer or tag == "footer" or (named != " " and bool(_FOOTER.search(named)))
        block, kind, link = around.block, around.kind, around.link
        if tag in _BLOCKS:
            block = node.mem_id
            kind = "heading" if tag in _HEADINGS else "list_item" if tag in _ITEMS else kind
        if tag == "button":
            kind = "button"
        leads = tag in ("a", "area", "form", "v:roundrect", "v:rect")
        target = (given.get("href") or given.get("action") or "") if leads else ""
        if target and not target.startswith("#"):
            link = (node.mem_id, _BREAKS.sub("", target).strip())
            self.unled[link] = self.line
            if tag == "a" and (_BUTTON.search(named) or given.get("role") == "button" or "background" in style):
                block, kind = node.mem_id, "button"
        seen = ""
        if block == around.block:
            seen = around.look
            if (look is not None and look.alters) or self._altered(tag, given):
                seen = f"{seen} {tag} {style} {named} {given.get('color') or ''}"
        context = _Context(block, kind, concealed, _tiny(style, around.tiny), link, footer, look=seen)
        if tag == "br":
            self.words.append("\n")
            self.looks.append(self.looks[-1] if self.looks else "")
        elif tag in ("img", "area") or (tag == "input" and (given.get("type") or "").lower() == "image"):
            self._image(tag, given, context)
        elif tag == "input" and (given.get("type") or "").lower() in ("submit", "button", "reset"):
            words = given.get("value") or given.get("alt") or ""
            self._text(words, msgspec.structs.replace(context, block=node.mem_id, kind="button"))
        return context

    def _strange(self, tag: str) -> None:
        self._advance(f"<{tag}")
        self._unread(f"`<{tag[:30]}>` may draw or lead to what is not read; say it in text, or take it out")

    def _attributes(self, tag: str, given: dict[str, str | None]) -> None:
        """What an element's attributes draw, fetch or say beside its words."""
        strange = strange_attribute(tag, given, outlook=self.outlook)
        if strange:
            self._unread(f"`{strange[:30]}` of `<{tag[:30]}>` may draw, speak or lead to what is not read; take it out")
        if tag in ("meta", "link") and (fetched := strange_head(tag, given)):
            self._unread(f"{fetched}; take it out")
        style = given.get("style")
        if style and (unread := look_of[style].unread):
            self._unread(f"{unread}; take it out")
        if given.keys() & {"bgcolor"} or (style and "background" in style):
            self.coloured += 1
        said = [given.get(name) or "" for name in SPOKEN if name in given and not (name == "title" and tag == "img")]
        if tag == "meta":
            said.append(said_in_head(given))
        elif "alt" in given and tag not in ("img", "area", "input"):
            said.append(given["alt"] or "")
        for words in map(clean, said):
            if words:
                self.aside.append(Passage(words, "text", Place(HIDDEN, self.line)))

    def _altered(self, tag: str, given: dict[str, str | None]) -> bool:
        """May a style sheet, or the element by itself, make its letters hard to see?"""
        if tag in ("s", "strike", "del") or (tag == "font" and ("color" in given or "size" in given)):
            return True
        return bool(self.altered) and not self.altered.isdisjoint(_names(tag, given))

    def _image(self, tag: str, given: dict[str, str | None], context: _Context) -> None:
        if context.link is None and tag == "img" and self._is_pixel(given):
            return
        source = given.get("src") or ""
        self._advance(source[:2_000])
        seen = msgspec.structs.replace(context, tiny=False)
        words, unread = given.get("alt") or given.get("title") or "", ""
        if tag != "area":
            self.pictures += bool(words.strip())
            if words.strip() and not _speaks_for(given):
                unread = _LARGE
            elif self.pictures > _PICTURES:
                unread = f"more than {_PICTURES} pictures may show together what is not read; say it in text"
        self._text(f" {words} ", seen, image=True)
        self.unseen = self.unseen or unread
        self.sources += [source, *re.split(r"[\s,]+", given.get("srcset") or "")] if source or "srcset" in given else []

    def _is_pixel(self, given: dict[str, str | None]) -> bool:
        """Is it really of one or two pixels, with nothing else that gives it a size?"""
        sides = {(given.get(side) or "").strip().removesuffix("px") for side in ("width", "height")}
        if not sides <= {"0", "1", "2"} or {"hspace", "vspace"} & given.keys():
            return False
        style = given.get("style")
        if style and (look_of[style].sized or look_of[style].unread):
            return False
        return self.sized.isdisjoint(_names("img", given))

    def _text(self, text: str, context: _Context, *, image: bool = False) -> None:
        ours = self.context
        if context is not ours and (context.block, context.hidden) != (ours.block, ours.hidden):
            if context.block == ours.block and context.hidden and self._has_text():
                self._hidden(text, context)
                return
            self._flush()
            self._begin(context)
        if not text.strip() and not image:
            self.words.append(text)
            self.looks.append(context.look)
            return
        if not image:
            found = _CLEAN.search(text.strip())
            self._advance(found[0] if found else "")
            if not self.at:
                self.context = context
        self.at = self.at or self.line
        self.image = self.image or image
        if context.link is not None:
            self.unled.pop(context.link, None)
            self.links.setdefault(context.link, ([], self.line))[0].append(text)
        self.words.append(text)
        self.looks.append(context.look)

    def _hidden(self, text: str, context: _Context) -> None:
        """Hidden words amid shown ones stand by themselves: what is shown is read without them."""
        words = clean(text)
        if words:
            place = Place(HIDDEN, self.line)
            self.unled.pop(context.link or (0, ""), None)
            links = (Link(context.link[1], words, place),) if context.link is not None else ()
            self.aside.append(Passage(words, context.kind, place, links))

    def _advance(self, text: str) -> None:
        """To where this stands next in the source; where it is written otherwise there, the line stays."""
        if not text or self.misses > _MISSES:
            return
        place = self.html.find(text, self.cursor)
        if place >= 0:
            self.line += self.html.count("\n", self.cursor, place)
            self.cursor = place
        else:
            self.misses += 1

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
            pictures = tuple(filter(None, self.sources))
            place = self._place(self.at or self.line)
            shown = self._seen_alone()
            self.found.append(Passage(words, kind, place, links, self.unseen, shown, pictures))
            self.seen_shown = self.seen_shown or (bool(words) and not context.hidden)
        if self.aside:
            self.found += self.aside
            self.aside = []

    def _seen_alone(self) -> tuple[str, ...]:
        """What is left to read where the letters of one look are not seen, or they alone are."""
        if len(set(self.looks)) < 2:
            return ()
        said = [(look, words) for look, words in zip(self.looks, self.words, strict=True) if words.strip()]
        looks = list(dict.fromkeys(look for look, _ in said))
        if len(looks) < 2:
            return ()
        if len(looks) > _LOOKS:
            self._unread("its letters have too many looks, and some may not be seen; give them one")
            return ()
        left = [
            clean(" ".join(words for other, words in said if (other == look) is alone))
            for look in looks
            for alone in (True, False)
        ]
        return tuple(dict.fromkeys(left))

    def _has_text(self) -> bool:
        """Is there more than the images' alternative text, which is put in with a space on either side?"""
        return any(words.strip() and not (words.startswith(" ") and words.endswith(" ")) for words in self.words)

    def _place(self, line: int) -> Place:
        if self.where != SHOWN or not self.context.hidden:
            return Place(self.where, line)
        return Place(HIDDEN if self.seen_shown else PREHEADER, line)

    def _comment(self, node: LexborNode) -> None:
        """What stands in a conditional comment is shown by Outlook alone, and by it to many."""
        said = (node.comment_content or "").strip()
        if _ENDS_EARLY.search(said):
            self._unread("some programs end a comment before others do; take the comment out")
        condition = _CONDITION.match(said)
        if condition is None:
            return
        self.conditions += 1
        inner = said[condition.end() :].removesuffix("<![endif]")
        if not inner.strip() or inner.strip() in ("<!", "<!--"):
            return
        if self.outlook or self.conditions > _CONDITIONS:
            self._unread("it holds too many parts for Outlook alone; take them out")
            return
        self._flush()
        self._begin(self.context)
        self.found += read_html(inner, self.line, OUTLOOK_ONLY)


def _outside(root: LexborNode) -> Iterator[LexborNode]:
    """The comments before and after the one element of the document."""
    before, after = root.prev, root.next
    for _ in range(_CONDITIONS + 2):
        if before is not None and before.tag == "-comment":
            yield before
        if after is not None and after.tag == "-comment":
            yield after
        before, after = before.prev if before is not None else None, after.next if after is not None else None


def _names(tag: str, given: dict[str, str | None]) -> list[str]:
    """By which a style sheet may mean an element."""
    found = ["*", tag]
    if named := given.get("class"):
        found += [f".{one}" for one in named.lower().split()]
    if named := given.get("id"):
        found.append(f"#{named.strip().lower()}")
    return found


def _speaks_for(given: dict[str, str | None]) -> bool:
    """May alternative text stand for a picture? For a small one, and for a logo."""
    sizes: dict[str, float] = {}
    style = (given.get("style") or "").replace(" ", "").lower()
    styled = dict(re.findall(r"(?<![\w-])(?:max-)?(width|height):(\d+)px", style))
    for side in ("width", "height"):
        written = styled.get(side) or (given.get(side) or "").strip().removesuffix("px")
        if written.isdecimal() and len(written) < 6:
            sizes[side] = float(written)
    if not sizes:
        return bool(_UNSIZED.search(given.get("src") or ""))
    return sizes.get("width", 0) <= _SMALL_WIDTH and sizes.get("height", 0) <= _SMALL_HEIGHT


@lru_cache(maxsize=_LATELY)
def read_html(html: str, first_line: int = 1, where: str = SHOWN) -> tuple[Passage, ...]:
    """What somebody reads in it, in order. An image without alternative text is a passage without words."""
    if _deep(html):
        words = clean(re.sub(r"<[^<>]*>", " ", html))[:20_000]
        because = f"its elements are nested deeper than {DEEPEST}, and it is not read; write it with fewer"
        return (Passage(words, "text", Place(where, first_line), unread=because),)
    reader = _Reader(html, first_line, where)
    reader.read(LexborHTMLParser(html))
    for name in dict.fromkeys(said_twice(html)):
        because = f"`{name[:30]}` is given twice in one tag, and readers differ on which counts; keep one"
        reader.found.append(Passage("", "text", Place(where, first_line), unread=because))
    return tuple(reader.found)


def language_of(html: str) -> str:
    """The language an HTML part says it is in, as ISO 639-1; empty where it says none."""
    found = re.search(r"<(?:html|body)[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2})\b", html[:5000], re.IGNORECASE)
    return found[1].lower() if found else ""


def clean(text: str) -> str:
    """Words with one space between them, without the characters that nobody sees."""
    return " ".join(text.translate(_INVISIBLE).split())
