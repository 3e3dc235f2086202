"""
What of HTML is known neither to draw, to speak nor to lead except by what `reading_html` reads of it. All else is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from sayso.messages.remembering import LONGEST, MOST

ELEMENTS = frozenset((
    "html", "head", "body", "title", "meta", "link", "style",
    "a", "abbr", "acronym", "address", "area", "article", "aside", "b", "bdi", "big", "blockquote", "br", "button", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "fieldset",
    "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "input",
    "ins", "kbd", "label", "legend", "li", "main", "map", "mark", "nav", "nobr", "o:p", "ol", "option", "p", "pre", "q", "s",
    "samp", "section", "select", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
))  # fmt: skip
OUTLOOK = frozenset((
    "xml", "v:roundrect", "v:rect", "v:textbox", "v:fill", "w:anchorlock", "o:officedocumentsettings", "o:allowpng",
    "o:pixelsperinch", "o:targetscreensize", "o:relyonvml", "w:worddocument", "w:view", "w:zoom", "w:donotoptimizeforbrowser",
))  # fmt: skip
"""What Outlook alone knows: settings, and the shape behind a button whose words stand in it."""
_SHAPES = frozenset((
    "arcsize", "fill", "filled", "fillcolor", "stroke", "stroked", "strokecolor", "strokeweight", "inset",
))  # fmt: skip
ATTRIBUTES = frozenset((
    "accept-charset", "action", "align", "alink", "alt", "aria-hidden", "aria-label", "aria-labelledby", "aria-level",
    "aria-describedby", "aria-roledescription", "abbr", "autocomplete", "axis", "bgcolor", "border", "bordercolor",
    "cellpadding", "cellspacing", "char", "charset", "cite", "class", "clear", "color", "cols", "colspan", "compact",
    "content", "coords", "datetime", "decoding", "dir", "disabled", "editable", "enctype", "face", "for", "frame", "headers",
    "height", "hidden", "href", "hreflang", "hspace", "http-equiv", "id", "ismap", "lang", "leftmargin", "link", "loading",
    "marginheight", "marginwidth", "media", "method", "name", "nohref", "noshade", "nowrap", "offset", "open", "property",
    "referrerpolicy", "rel", "reversed", "role", "rowspan", "rules", "scope", "selected", "shape", "size", "sizes", "spellcheck",
    "src", "srcset", "start", "style", "summary", "tabindex", "target", "text", "title", "topmargin", "translate", "type",
    "usemap", "valign", "value", "version", "vlink", "vspace", "width", "xmlns", "initial-scale", "x-apple-data-detectors",
    "rightmargin", "bottommargin", "yahoo", "yahoofix", "prefix", "profile",
))  # fmt: skip
_FAMILIES = re.compile(r"(?:data|xmlns|mc|xml)[:-][\w:.-]+$")
"""Names that only programs read; style sheets, which could show them, are held to a list of their own."""
SPOKEN = ("title", "aria-label", "aria-roledescription", "summary", "abbr", "placeholder")
"""What is shown on pointing at an element, or read out for it."""
_META = frozenset((
    "viewport", "format-detection", "x-apple-disable-message-reformatting", "color-scheme", "supported-color-schemes",
    "generator", "robots", "progid", "originator", "author", "referrer", "theme-color",
))  # fmt: skip
_HTTP = frozenset(("content-type", "x-ua-compatible", "content-language", "content-style-type"))
FONTS = ("https://fonts.googleapis.com/", "//fonts.googleapis.com/")
"""Style sheets that hold nothing but the fonts of one public collection, which draw letters as letters."""


_TAGS = (
    r"""(?P<raw>script|style|title)\b[^>]*+>(?:[^<]++|<(?!/(?P=raw)))*+"""
    r"""|[a-z][^\s/>]*+(?P<given>(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+)>"""
    r"""|[a-z].*"""
)
"""After `<`: an element whose content is no markup, a tag, and one that never ends, as HTML 13.2.5 takes them apart."""
_MARKUP = re.compile(rf"<(?:!--(?P<comment>(?:[^-]++|-(?!->))*+)|{_TAGS})", re.IGNORECASE | re.DOTALL)
_COMMENTED = re.compile(rf"<(?:{_TAGS})", re.IGNORECASE | re.DOTALL)
_GIVEN = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?""")


def said_twice(html: str) -> Iterator[str]:
    """Attributes that one tag gives two values, in comments too: programs differ on which of them counts."""
    for found in _MARKUP.finditer(html):
        for tag in _COMMENTED.finditer(found["comment"]) if found["comment"] else (found,):
            if (given := tag["given"]) and given.count("=") > 1:
                yield from (_twice if len(given) <= LONGEST else _twice.__wrapped__)(given)


@lru_cache(MOST)
def _twice(given: str) -> tuple[str, ...]:
    pairs = [(name.lower(), value.strip("\"'")) for name, value in _GIVEN.findall(given)]
    first = dict(reversed(pairs))
    return tuple(name for name, value in pairs if value != first[name])


def strange_attribute(tag: str, given: Mapping[str, str | None], *, outlook: bool) -> str:
    """An attribute that may draw, speak or lead, or one with such a value; empty where there is none."""
    for name in () if ATTRIBUTES.issuperset(given) else given.keys() - ATTRIBUTES:
        if not (_FAMILIES.match(name) or (outlook and name in _SHAPES)):
            return name
    if "dir" in given and (given["dir"] or "").strip().lower() not in ("ltr", "auto"):
        return "dir"
    if tag == "input" and (given.get("type") or "").lower() not in ("hidden", "submit", "button", "reset", "image"):
        return "type"
    return ""


def strange_head(tag: str, given: Mapping[str, str | None]) -> str:
    """What a `meta` or `link` fetches, leads to or says; empty where it does nothing of the kind."""
    if tag == "link":
        target = (given.get("href") or "").strip()
        quiet = (given.get("rel") or "").lower() in ("preconnect", "dns-prefetch") or target.startswith(FONTS)
        return "" if quiet else f"`<link>` fetches `{target[:60]}`"
    asked = (given.get("http-equiv") or "").strip().lower()
    if asked and asked not in _HTTP:
        return f"`<meta http-equiv={asked[:30]}>` does what is not read"
    return ""


def said_in_head(given: Mapping[str, str | None]) -> str:
    """The words of a `meta` that somebody may be shown, such as a description."""
    name = (given.get("name") or "").strip().lower()
    if not (name or "property" in given) or name in _META:
        return ""
    return given.get("content") or ""
