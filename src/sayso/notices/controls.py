"""The controls of a form as served: what each asks for, the words beside it, and how a box stands before anybody touched it."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sayso.notices.passages import hidden

BoxPurpose = Literal["marketing", "agreement", "account", "convenience", "other"]
BoxState = Literal["ticked", "unticked"]

_ASKED: tuple[tuple[str, str], ...] = (
    ("password", r"password|passwort|confirm$"),
    ("email", r"e-?mail"),
    ("phone", r"phone|\btel\b|mobile|\bcell"),
    ("first_name", r"first[ _-]?name|given[ _-]?name|\bfname|forename"),
    ("last_name", r"last[ _-]?name|sur[ _-]?name|family[ _-]?name|\blname"),
    ("login_name", r"log[ _-]?in[ _-]?name|user[ _-]?name"),
    ("date_of_birth", r"birth|\bdob\b|\bbday"),
    ("company", r"company|organi[sz]ation"),
    ("postcode", r"post[ _-]?code|zip|postal[ _-]?code"),
    (
        "street_address_2",
        r"address[ _-]?(?:line)?[ _-]?2|line[ _-]?[23]\b|(?:second|third) line of address|apartment|suite",
    ),
    ("street_address", r"address[ _-]?(?:line)?[ _-]?1|street|line[ _-]?1\b|\baddress\b"),
    ("city", r"\bcity|town|suburb|address-level2|\bline[ _-]?4"),
    ("country", r"country"),
    ("region", r"\bstate\b|region|province|county\b|zone|address-level1"),
    ("gender", r"gender|\bsex\b|salutation"),
    ("name", r"\bname\b|full[ _-]?name"),
)
"""What a control asks for, by the first that its type, name, purpose or label fits."""

_MARKETING = re.compile(
    r"newsletter|subscri|marketing|promotion|special offer|\boffers?\b|\bdeals\b|discount|\bnews\b|mailing list|e-?mail me|text me|"
    r"send me|keep me (?:posted|informed|updated|up to date)|stay (?:informed|in touch|up to date)|accepts?[ _-]?marketing|(?:opt|sign)[ _-]?(?:me )?(?:in|up)\b(?!.*account)"
)
_AGREEMENT = re.compile(
    r"\b(?:agree|accept|read|understand|acknowledge)\b.*\b(?:privacy|terms|conditions|policy)|\b(?:terms|privacy policy)\b|^agree$|gdpr"
)
_ACCOUNT = re.compile(r"create[ _-]?(?:an )?account|register")
_CONVENIENCE = re.compile(r"remember|keep me (?:logged|signed)|save (?:this|my)|same as|ship to|different address")
_REFUSES = re.compile(r"\b(?:do not|don't|not|no longer|never|opt[ -]?out|rather not|unsubscribe)\b")
_YES = frozenset({"1", "yes", "y", "true", "on", "subscribe", "subscribed", "in", "optin", "opt-in"})


class Box(msgspec.Struct, frozen=True):
    """
    Something that can be agreed to: a box, a switch, a choice of yes and no, or a hidden field.

    `default` is how it stands when served. `refuses` says that ticking it means no, so that leaving it alone would be
    taken as yes. `is_hidden` says that nobody sees it.
    """

    wording: str
    purpose: BoxPurpose
    default: BoxState
    control: str
    refuses: bool = False
    is_hidden: bool = False

    @property
    def yes_by_default(self) -> bool:
        """Would somebody who touches nothing be taken to have said yes?"""
        return (self.default == "ticked") != self.refuses


def asks_for(control: LexborNode, page: LexborHTMLParser) -> str | None:
    """The kind of personal detail a control asks for; None for a search, a quantity, a code."""
    kind = (control.attributes.get("type") or "text").lower()
    if control.tag == "input" and kind in (
        "hidden",
        "checkbox",
        "radio",
        "submit",
        "button",
        "reset",
        "image",
        "search",
        "file",
    ):
        return None
    if kind == "password":
        return "password"
    if kind in ("email", "tel"):
        return {"email": "email", "tel": "phone"}[kind]
    names = [control.attributes.get(name) or "" for name in ("autocomplete", "name", "id")]
    said = _words_of(" ".join(names))
    label = label_of(control, page).lower()
    if re.search(
        r"search|keyword|coupon|voucher|captcha|quantity|\bqty\b|currency|language|customer_group|customer group|^q$|id_q",
        f"{said} {label}",
    ):
        return None
    if re.search(r"user ?name.*(?:or|/).*e-?mail", label):
        return "username_or_email"
    for text in (label, said):
        for kind_found, pattern in _ASKED:
            if re.search(pattern, text):
                return kind_found
    return "free_text" if control.tag == "textarea" else None


def _words_of(name: str) -> str:
    """A control's name as words: `billing_first_name` and `firstName` alike."""
    return re.sub(r"[_\[\]-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).lower()


def label_of(control: LexborNode, page: LexborHTMLParser) -> str:
    """The words beside a control: its label, its ARIA label, its placeholder, or else the text of the row it stands in."""
    attributes = control.attributes
    own = attributes.get("id")
    found = page.css_first(f'label[for="{own}"]') if own and '"' not in own else None
    if found is None:
        found = _ancestor(control, ("label",))
    if found is not None and (text := _text(found)):
        return text
    for name in (attributes.get("aria-labelledby") or "").split():
        labelled = page.css_first(f'[id="{name}"]') if '"' not in name else None
        if labelled is not None and _text(labelled):
            return _text(labelled)
    for name in ("aria-label", "placeholder", "title"):
        if attributes.get(name):
            return " ".join(str(attributes[name]).split())
    return _row_text(control)


def _row_text(control: LexborNode) -> str:
    """The text of the nearest element around it that has any, as long as no other control stands in it."""
    node = control.parent
    while node is not None and node.tag not in ("form", "body", "html"):
        others = [one for one in node.css("input, select, textarea") if one.attributes.get("type") != "hidden"]
        if len(others) > 1:
            return ""
        if text := _text(node):
            return text
        node = node.parent
    return ""


def boxes_of(form: LexborNode, page: LexborHTMLParser) -> list[Box]:
    """Every box of a form: checkboxes, switches, choices of yes and no about marketing, hidden fields about marketing."""
    found = []
    for control in form.css("input[type=checkbox], [role=checkbox], [role=switch]"):
        attributes = control.attributes
        is_input = control.tag == "input"
        ticked = "checked" in attributes if is_input else attributes.get("aria-checked") == "true"
        found.append(
            _box(
                label_of(control, page) if is_input else _text(control) or label_of(control, page),
                control,
                ticked,
                "checkbox",
            )
        )
    for name, group in _radio_groups(form).items():
        yes = [one for one in group if _says_yes(one, page)]
        if len(group) == 2 and len(yes) == 1:
            about = _legend(group[0]) or _words_of(name)
            if _MARKETING.search(about.lower()):
                found.append(_box(about, yes[0], "checked" in yes[0].attributes, "radio"))
    for select in form.css("select"):
        label = label_of(select, page)
        options = [one.attributes.get("value") or _text(one) for one in select.css("option")]
        if _MARKETING.search(f"{label} {_words_of(select.attributes.get('name') or '')}".lower()) and len(options) == 2:
            chosen = select.css_first("option[selected]") or select.css_first("option")
            value = (chosen.attributes.get("value") or _text(chosen)).lower() if chosen else ""
            found.append(_box(label, select, value in _YES, "select"))
    for control in form.css("input[type=hidden]"):
        name = _words_of(control.attributes.get("name") or "")
        if _MARKETING.search(name) and (control.attributes.get("value") or "").lower() in _YES:
            found.append(Box(name, "marketing", "ticked", "hidden", is_hidden=True))
    return found


def _box(wording: str, control: LexborNode, ticked: bool, kind: str) -> Box:
    said = wording.lower().replace("’", "'")
    name = _words_of(f"{control.attributes.get('name') or ''} {control.attributes.get('id') or ''}")
    purpose = _purpose(said) or _purpose(name) or "other"
    refuses = purpose == "marketing" and bool(_REFUSES.search(said))
    return Box(wording, purpose, "ticked" if ticked else "unticked", kind, refuses, _unseen(control))


def _purpose(text: str) -> BoxPurpose | None:
    if _AGREEMENT.search(text) and not re.search(r"newsletter|marketing|offers", text):
        return "agreement"
    if _CONVENIENCE.search(text):
        return "convenience"
    if _ACCOUNT.search(text):
        return "account"
    return "marketing" if _MARKETING.search(text) else None


def _unseen(control: LexborNode) -> bool:
    node: LexborNode | None = control
    while node is not None and node.tag != "form":
        if hidden(node):
            return True
        node = node.parent
    return False


def _radio_groups(form: LexborNode) -> dict[str, list[LexborNode]]:
    groups: dict[str, list[LexborNode]] = {}
    for control in form.css("input[type=radio]"):
        groups.setdefault(control.attributes.get("name") or "", []).append(control)
    return groups


def _says_yes(control: LexborNode, page: LexborHTMLParser) -> bool:
    return (control.attributes.get("value") or "").lower() in _YES or label_of(control, page).lower() in _YES


def _legend(control: LexborNode) -> str:
    """What a choice is about: the legend of its fieldset, or the label of the row around it."""
    group = _ancestor(control, ("fieldset",))
    legend = group.css_first("legend") if group is not None else None
    if legend is not None:
        return _text(legend)
    row = control.parent
    while row is not None and row.tag != "form" and len(row.css("input[type=radio]")) < 2:
        row = row.parent
    labels = (
        [one for one in row.css("label") if not one.css("input") and not one.attributes.get("for")]
        if row is not None and row.tag != "form"
        else []
    )
    return _text(labels[0]) if labels else ""


def _ancestor(node: LexborNode, tags: tuple[str, ...]) -> LexborNode | None:
    around = node.parent
    while around is not None and around.tag not in tags:
        around = around.parent
    return around


def _text(node: LexborNode) -> str:
    return " ".join((node.text(deep=True, separator=" ") or "").split()).strip(" *:")
