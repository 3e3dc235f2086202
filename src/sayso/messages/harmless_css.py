"""
What of CSS is known to draw nothing of its own: colours, sizes, spaces, borders, fonts that every program has.

All else, above all what is fetched, what is generated and what moves letters over others, counts as not read. What makes
letters hard to see stays allowed and is told, so that the words around them can be weighed without them.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from sayso.messages.harmless_html import FONTS
from sayso.messages.remembering import Remembered

_PLAIN_LISTED = """
align-items border-collapse border-spacing box-sizing caption-side clear color-scheme supported-color-schemes cursor
empty-cells float font-family font-style font-weight font-variant font-stretch font-display hyphens justify-content
letter-spacing line-height list-style list-style-type list-style-position text-align text-align-last text-transform
text-rendering text-size-adjust vertical-align white-space word-break word-wrap overflow-wrap word-spacing font-smoothing
osx-font-smoothing interpolation-mode tap-highlight-color table-layout page-break-before page-break-after
page-break-inside break-inside orphans widows user-select resize transition transition-property transition-duration
text-overflow z-index box-shadow text-shadow outline appearance overflow-scrolling tab-size line-break object-fit
unicode-range min-width max-width min-height width content position left right top bottom v-text-anchor text-underline-offset
align-self align-content flex flex-wrap gap
"""
_SEEN_LISTED = """
color font-size font opacity display visibility overflow overflow-x overflow-y max-height height text-indent
text-decoration text-decoration-line text-decoration-color background background-color
"""
_PLAIN, _SEEN = frozenset(_PLAIN_LISTED.split()), frozenset(_SEEN_LISTED.split())
"""What changes how much of the letters is seen stands in the second."""
_FAMILIES = re.compile(
    r"(?:border|margin|padding|outline)(?:-[a-z-]+)?$|(?:webkit|moz)-border-radius|-?premailer-[\w-]+|"
    r"mso-(?:table-[lr]space|line-height-(?:rule|alt)|height-rule|width-(?:rule|percent|source)|(?:padding|margin|border|font)(?:-[a-z]+)*-alt|font-size|font-charset|"
    r"font-width|text-raise|ansi-font-size|bidi-font-size|style-priority|cellspacing|padding-[a-z]+|generic-font-family|font-pitch|font-signature|"
    r"fareast-[a-z-]+|fit-shape-to-text|color-alt|border-[a-z-]+|margin-[a-z-]+|element-frame|text-indent-alt|hyperlink-[a-z-]+)$"
)
_PREFIX = re.compile(r"-(?:webkit|moz|ms|o)-")
_VALUE = re.compile(r"[\w\s#%.,!+*/()'-]*")
_FUNCTION = re.compile(r"([\w-]*)\(")
_FUNCTIONS = frozenset(("rgb", "rgba", "hsl", "hsla", "calc", ""))
_NEGATIVE = re.compile(r"(?<![\w.#-])-(\d*\.?\d+)(px|em|rem|pt|%)?")
_MOVES = ("margin", "padding", "letter-spacing", "word-spacing", "text-indent")
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_FONT_NAME = re.compile(r"[\w ,.()+^~*$|=/-]{1,200}")
_COMMENT = re.compile(r"(\"[^\"\n]*\"|'[^'\n]*')|/\*.*?\*/", re.DOTALL)
_BARE_URL = re.compile(r"url\(\s*[^\"'\s)][^)]{0,2000}?\*", re.IGNORECASE)
_IMPORT = re.compile(
    r"@import\s+(?:url\(\s*)?(\"[^\"\n]*\"|'[^'\n]*'|[^\s;)\"']+)\s*\)?[\w\s,():-]{0,200};", re.IGNORECASE
)
_FONT = re.compile(r"@font-face\s*\{([^{}]*)\}", re.IGNORECASE)
_URL = re.compile(r"url\(\s*[\"']?([^\"')\s]*)", re.IGNORECASE)
_TOKEN = re.compile(r"([^{};]*)([{};])")
_GROUPS = ("@media", "@supports", "@-ms-viewport", "@viewport", "@page")
_NAMED = re.compile(r"[.#][\w-]+")
_TAG = re.compile(r"[a-z][\w:]*|\*", re.IGNORECASE)
_SMALL = re.compile(r"(?:0|[012](?:\.\d+)?)(?:px|pt)?(?:!important)?|auto(?:!important)?")
_HIDES = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:max-)?height:0(?![.\d])|opacity:0?(?:\.[012])?(?![.\d])|text-indent:-\d{3,}|(?<![\w-])color:(?:transparent|rgba\([^)]*,0?(?:\.[012]\d*)?\))"
)
_LONGEST = 200_000


class Look(msgspec.Struct, frozen=True):
    """What one `style` does."""

    unread: str = ""
    """What in it may draw; empty where nothing does."""
    hides: bool = False
    alters: bool = False
    """It may make letters hard to see: their colour, their size, whether they are shown at all."""
    sized: bool = False
    """It gives a picture a size of more than two pixels."""


class Sheet(msgspec.Struct, frozen=True):
    """What one style sheet does, and to what: `.class`, `#id` or `element`; `*` where that cannot be told."""

    unread: str = ""
    alters: frozenset[str] = frozenset()
    sized: frozenset[str] = frozenset()


def _look(style: str) -> Look:
    """What an inline `style` does."""
    said = _uncommented(style)
    if said is None or "{" in said or "}" in said:
        return Look(unread="it cannot be told what its style draws", alters=True)
    unread, alters, sized = "", False, False
    for declaration in _quiet(said).split(";"):
        if declaration.strip():
            name, unread_one = _declared(declaration)
            unread = unread or unread_one
            alters = alters or name in _SEEN or name == "mso-hide"
            sized = sized or _sizes(name, declaration)
    compact = re.sub(r"\s+", "", said).lower()
    return Look(unread, bool(_HIDES.search(compact)), alters, sized)


look_of = Remembered[str, Look](_look)


@lru_cache(maxsize=128)
def read_sheet(css: str) -> Sheet:
    """What a style sheet does."""
    said = _uncommented(css) if len(css) <= _LONGEST else None
    if said is None:
        return Sheet(unread="it cannot be told what its style sheet draws")
    for found in (*_IMPORT.findall(said), *_fetched(said)):
        target = found.strip("\"'")
        if not target.startswith((*FONTS, "https://fonts.gstatic.com/")):
            return Sheet(unread=f"its style sheet fetches `{target[:60]}`")
    said = _quiet(_FONT.sub(" ", _IMPORT.sub(" ", said)).replace("<!--", " ").replace("-->", " "))
    unread, at = "", 0
    alters: set[str] = set()
    sized: set[str] = set()
    within: list[list[str]] = []
    for found_token in _TOKEN.finditer(said):
        text, mark = found_token[1].strip(), found_token[2]
        at = found_token.end()
        if mark == "{":
            if text.startswith("@") and not text.lower().startswith(_GROUPS):
                unread = unread or f"its style sheet has `{text[:30]}`"
            within.append([] if text.startswith("@") else _meant(text))
            continue
        if text.startswith("@"):
            unread = unread or ("" if text.lower().startswith("@charset") else f"its style sheet has `{text[:30]}`")
        elif text:
            name, unread_one = _declared(text)
            unread = unread or unread_one
            names = within[-1] if within else ["*"]
            if name in _SEEN or name == "mso-hide":
                alters.update(names)
            if _sizes(name, text):
                sized.update(names)
        if mark == "}" and within:
            within.pop()
    if said[at:].strip():
        unread = unread or "its style sheet is left open"
    return Sheet(unread, frozenset(alters), frozenset(sized))


def _uncommented(css: str) -> str | None:
    """Without its comments; None where readers could differ on where they end."""
    if "\\" in css or (("/*" in css) and _BARE_URL.search(css)):
        return None
    said = _COMMENT.sub(lambda found: found[1] or " ", css) if "/*" in css else css
    return None if "/*" in said else said


def _fetched(said: str) -> list[str]:
    return [target for block in _FONT.findall(said) for target in _URL.findall(block)]


def _quiet(said: str) -> str:
    """With a short string in the place of what names a font, and a mark in the place of any other."""
    return _STRING.sub(_quieted, said) if "'" in said or '"' in said else said


def _quieted(found: re.Match[str]) -> str:
    held = found[0][1:-1].strip()
    return ("'x'" if _FONT_NAME.fullmatch(held) else "\0") if held else "''"


def _declared(declaration: str) -> tuple[str, str]:
    """The property, and why it may draw; empty where it does not."""
    written, _, value = declaration.partition(":")
    name, value = _PREFIX.sub("", written.strip().lower().lstrip("*_")), value.strip().lower()
    if name == "mso-hide":
        return name, ""
    if name not in _PLAIN and name not in _SEEN and not _FAMILIES.match(name):
        return name, f"its style has `{name[:30]}`, which may draw or move what is read"
    told = f"`{name}` in its style may draw what is not read"
    if not _VALUE.fullmatch(value) or not _FUNCTIONS.issuperset(_FUNCTION.findall(value)):
        return name, told
    if name == "content" and value.replace("!important", "").strip() not in ("''", "none", "normal", ""):
        return name, told
    if name == "position" and not value.startswith(("static", "relative", "initial", "inherit")):
        return name, "`position` in its style may lay it over what is read"
    if name in ("left", "right", "top", "bottom") and not re.match(r"0(?![.\d]*[1-9])|auto", value):
        return name, f"`{name}` in its style may lay it over what is read"
    if name in ("box-shadow", "text-shadow") and re.sub(r"\([^)]*\)", "", value).count(",") > 1:
        return name, told
    if name.startswith(_MOVES) and (found := _NEGATIVE.search(value)):
        small = name == "letter-spacing" and float(found[1]) <= (0.1 if found[2] in ("em", "rem") else 2)
        if not small and name != "text-indent":
            return name, f"`{name}` in its style moves letters over others"
    return name, ""


def _sizes(name: str, declaration: str) -> bool:
    value = declaration.partition(":")[2]
    return name in ("width", "height", "min-width", "min-height", "flex") and not _SMALL.fullmatch(
        "".join(value.lower().split())
    )


def _meant(selectors: str) -> list[str]:
    """What a rule is about: the classes, ids and elements that its selectors end in."""
    found: list[str] = []
    for selector in selectors.lower().split(","):
        last = re.split(r"[\s>+~]+", re.sub(r"\[[^\]]*\]|\([^)]*\)", "", selector.strip()))[-1].partition(":")[0]
        tag = _TAG.match(last)
        found += _NAMED.findall(last) or [tag[0] if tag else "*"]
    return found
