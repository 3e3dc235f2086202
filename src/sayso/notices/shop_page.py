"""
A shop's page as a visitor meets it: its links to the privacy policy, and for each form what it asks for, what it tells
there, and the boxes with the state they are served in. A stylesheet or script may change what is seen; neither runs here.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sayso.notices.controls import Box, asks_for, boxes_of
from sayso.notices.passages import Passage, passages_of_node
from sayso.notices.provisions import Matter
from sayso.notices.recognise import recognise

Place = Literal["header_or_nav", "footer", "inside_form", "body"]
NoticeAtForm = Literal["none", "link", "text", "text and link"]

BESIDE = 1200
"""Characters; a longer text next to a form is a page, not a notice."""
_PRIVACY = re.compile(r"\bprivacy\b|\bdatenschutz\b")
_SIGN_UP = re.compile(
    r"\bnewsletters?\b|\bsubscri(?:be|bing)\b|\bmailing list\b|\bsign up (?:for|to)\b.*\b(?:offers|news|emails?)"
)
_LOG_IN = re.compile(r"\blog[ -]?in\b|\bsign[ -]?in\b")
_TELLS: tuple[Matter, ...] = ("purposes", "kinds", "third_parties", "policy_access", "identity")
"""What a text at a form has to say, any of these, to be called a notice."""


class PrivacyLink(msgspec.Struct, frozen=True):
    wording: str
    href: str
    place: Place


class FormSeen(msgspec.Struct, frozen=True):
    """One form that asks for personal details."""

    name: str
    asks: list[str]
    boxes: list[Box]
    notice: NoticeAtForm
    notice_passages: list[Passage]
    is_log_in: bool
    is_sign_up: bool
    """The form itself is a request for marketing, such as a newsletter's."""

    @property
    def asks_for_marketing_permission(self) -> bool:
        return self.is_sign_up or any(box.purpose == "marketing" for box in self.boxes)


class ShopPage(msgspec.Struct, frozen=True):
    links: list[PrivacyLink]
    forms: list[FormSeen]


def read_page(html: str) -> ShopPage:
    """Everything on a page that bears on privacy and permission."""
    page = LexborHTMLParser(html)
    links = [
        PrivacyLink(_text(anchor), anchor.attributes.get("href") or "", place_of(anchor))
        for anchor in page.css("a[href]")
        if _PRIVACY.search((_text(anchor) or anchor.attributes.get("aria-label") or "").lower())
    ]
    return ShopPage(links, [seen for form in [*page.css("form"), *_loose(page)] if (seen := _form(form, page))])


def place_of(node: LexborNode) -> Place:
    """Where something stands; inside a form before all, then by the nearest part of the page around it."""
    parts = list(_around(node))
    if any(one.tag == "form" for one in parts):
        return "inside_form"
    for one in parts:
        role = one.attributes.get("role")
        names = f"{one.attributes.get('class') or ''} {one.attributes.get('id') or ''}".lower().split()
        if one.tag == "footer" or role == "contentinfo" or {"footer", "site-footer"} & set(names):
            return "footer"
        if (
            one.tag in ("header", "nav")
            or role in ("banner", "navigation")
            or {"header", "site-header", "navbar"} & set(names)
        ):
            return "header_or_nav"
    return "body"


def _around(node: LexborNode) -> list[LexborNode]:
    found = []
    around = node.parent
    while around is not None and around.tag not in ("body", "html"):
        found.append(around)
        around = around.parent
    return found


def _loose(page: LexborHTMLParser) -> list[LexborNode]:
    """Parts of the page that ask for details outside any form: a script sends them."""
    found: list[LexborNode] = []
    for control in page.css("textarea, input[type=email], input[type=tel]"):
        around = _around(control)
        if around and not any(one.tag == "form" for one in around):
            block = next((one for one in around if one.css_first("button, input[type=submit]") is not None), around[0])
            if all(block.html != other.html for other in found):
                found.append(block)
    return found


def _form(form: LexborNode, page: LexborHTMLParser) -> FormSeen | None:
    """What a form asks for; None where it asks for nothing about a person."""
    asks: list[str] = []
    for control in form.css("input, select, textarea"):
        kind = asks_for(control, page)
        if kind and kind not in asks:
            asks.append(kind)
    if not asks or set(asks) <= {"country", "region"}:
        return None
    boxes = boxes_of(form, page)
    about = _about(form)
    alone = not {one for one in asks if one not in ("email", "first_name", "last_name", "name", "phone")}
    telling = [one for one in [*passages_of_node(form), *_beside(form)] if not _is_label(one, boxes)]
    linked = _links_in(form) or any(_PRIVACY.search(link.text.lower()) for one in telling for link in one.links)
    tells = [one for one in telling if _tells(one)]
    notice: NoticeAtForm = "text and link" if tells and linked else "text" if tells else "link" if linked else "none"
    attributes = form.attributes
    return FormSeen(
        name=attributes.get("id") or attributes.get("name") or (attributes.get("class") or "form").split(" ")[-1],
        asks=asks,
        boxes=boxes,
        notice=notice,
        notice_passages=tells,
        is_log_in="password" in asks
        and len(asks) <= 2
        and bool(_LOG_IN.search(about))
        and not re.search(r"\bregister\b|\bcreate\b", about),
        is_sign_up=alone and bool(_SIGN_UP.search(about)) and not boxes,
    )


def _about(form: LexborNode) -> str:
    """What a form says it is for: its buttons, headings, placeholders and names."""
    said = [
        _text(one) or one.attributes.get("value") or ""
        for one in form.css("button, input[type=submit], h1, h2, h3, h4, legend")
    ]
    said += [one.attributes.get(name) or "" for one in form.css("input") for name in ("placeholder", "aria-label")]
    said += [form.attributes.get(name) or "" for name in ("id", "action", "class", "aria-label")]
    return re.sub(r"[_/.=&?-]+", " ", " ".join(said)).lower()


def _beside(form: LexborNode) -> list[Passage]:
    """A short text right before or after the form, where it stands by itself there."""
    found: list[Passage] = []
    for direction in ("prev", "next"):
        node = getattr(form, direction)
        while node is not None and (node.tag or "").startswith("-"):
            node = getattr(node, direction)
        short = node is not None and len(_text(node)) < BESIDE and not node.css("form, input, nav")
        if short and node.tag in ("p", "small", "div", "span", "section", "aside"):
            found += passages_of_node(node)
    return found


def _links_in(form: LexborNode) -> bool:
    return any(_PRIVACY.search(_text(anchor).lower()) for anchor in form.css("a[href]"))


def _is_label(passage: Passage, boxes: list[Box]) -> bool:
    """Is it nothing but the words of a box? Those are judged as a request, not as a notice."""
    return any(passage.text and passage.text.strip(" *:") in box.wording for box in boxes)


def _tells(passage: Passage) -> bool:
    found = [recognise(matter, [passage]) for matter in _TELLS]
    return any(one is not None and one.strength == "says" for one in found)


def _text(node: LexborNode) -> str:
    return " ".join((node.text(deep=True, separator=" ") or "").split())
