"""
Checking a file or page as it comes: what it is, what it lacks, and of a shop's page what its forms do.

A page is checked for what it shows itself. What stands behind its links is checked by checking that page.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from sayso.law.tree import Verified
from sayso.notices.check import Checked, Format, Status, check_passages
from sayso.notices.declaration import Jurisdiction
from sayso.notices.errors import UnreadablePageError
from sayso.notices.fetch import LARGEST, fetch, is_public
from sayso.notices.passages import Passage, passages_of_html, passages_of_markdown, passages_of_text
from sayso.notices.provisions import Condition, Document
from sayso.notices.shop_page import FormSeen, ShopPage, read_page

What = Literal["policy", "notice", "page"]

SHORT = 2500
"""Characters; a text without a title that is no longer than this is taken for a collection notice."""
_TITLE = re.compile(r"privacy (?:policy|statement|notice)|data protection (?:policy|statement)")
_READERS = {"html": passages_of_html, "markdown": passages_of_markdown, "text": passages_of_text}


class PageFinding(msgspec.Struct, frozen=True):
    """One thing a page does or lacks: the part of the page, the provision, and what was found there."""

    part: str
    cite: str
    verified: Verified
    status: Status
    passage: str | None
    because: str

    @property
    def lacking(self) -> bool:
        return self.status == "absent"


class FormChecked(msgspec.Struct, frozen=True):
    """The text beside one form held against what a collection notice has to say."""

    form: str
    checked: Checked
    linked: bool
    """A link to more stands there too, so that what is lacking may be told behind it."""


class Examined(msgspec.Struct, frozen=True):
    """All that was found. `checked` is of a policy or notice; `page`, `findings` and `forms` are of a shop's page."""

    source: str
    what: What
    checked: Checked | None = None
    page: ShopPage | None = None
    findings: list[PageFinding] = []
    forms: list[FormChecked] = []

    @property
    def is_lacking(self) -> bool:
        """Is anything due and not there?"""
        return (
            bool(self.checked and self.checked.lacking)
            or any(one.lacking for one in self.findings)
            or any(one.checked.lacking for one in self.forms)
        )


def examine(
    source: str,
    jurisdictions: list[Jurisdiction],
    *,
    what: What | None = None,
    conditions: dict[Condition, bool] | None = None,
    at: date,
    allow_private: bool = False,
) -> Examined:
    """
    Check a file or the page at a URL. `what` is found from the contents if left out.

    Raises UnreadablePageError, and FileNotFoundError where there is no such file.
    """
    text, format = _load(source, allow_private)
    passages = _READERS[format](text)
    what = what or _what_it_is(text, format, passages)
    if what == "page":
        if format != "html":
            raise UnreadablePageError(f"{source} is not HTML; a page is checked as its browser gets it")
        page = read_page(text)
        return Examined(
            source, what, None, page, page_findings(page, jurisdictions), form_checks(page, jurisdictions, at)
        )
    if not passages:
        raise UnreadablePageError(f"{source} holds no text that a reader sees; check that it is the right file")
    document: Document = what
    return Examined(source, what, check_passages(passages, document, jurisdictions, conditions, at=at))


def _load(source: str, allow_private: bool) -> tuple[str, Format]:
    if source.startswith(("http://", "https://")):
        page = fetch(source, permitted=(lambda _address: True) if allow_private else is_public)
        formats: dict[str, Format] = {"text/plain": "text", "text/markdown": "markdown"}
        return page.text, formats.get(page.media_type, "html")
    path = Path(source)
    if path.stat().st_size > LARGEST:
        raise UnreadablePageError(f"{source} is larger than {LARGEST >> 20} MB; keep the part with the policy")
    text = path.read_bytes().decode("utf-8-sig", "replace")
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or re.match(
        r"\s*<(?:!doctype|html|head|body|div|form|p|h1)\b", text, re.I
    ):
        return text, "html"
    return text, "markdown" if path.suffix.lower() in (".md", ".markdown") else "text"


def _what_it_is(text: str, format: Format, passages: list[Passage]) -> What:
    opening = [one.text.lower() for one in passages if len(one.text) < 120][:12]
    if format == "html":
        titles = re.findall(r"<(?:title|h1)\b[^>]*>(.*?)</(?:title|h1)>", text, re.S | re.I)
        if any(_TITLE.search(title.lower()) for title in titles):
            return "policy"
        return "page" if re.search(r"<(?:form|nav|header|footer)\b", text, re.I) or len(text) > 20 * SHORT else "notice"
    if any(_TITLE.search(one) for one in opening[:3]):
        return "policy"
    return "notice" if sum(len(one.text) for one in passages) <= SHORT else "policy"


def page_findings(page: ShopPage, jurisdictions: list[Jurisdiction]) -> list[PageFinding]:
    """The privacy link, the notice at each form, and boxes that would say yes for whoever leaves them alone."""
    found = [_link(page)] if "US-CA" in jurisdictions else []
    for form in page.forms:
        if not form.is_log_in:
            found += _notice(form, jurisdictions)
        found += _boxes(form)
    return found


def _link(page: ShopPage) -> PageFinding:
    places = dict.fromkeys(link.place for link in page.links)
    wordings = dict.fromkeys(link.wording for link in page.links)
    because = (
        "a link with the word privacy: " + ", ".join(places)
        if page.links
        else "no link with the word privacy on this page"
    )
    cite = "Cal. B&P 22577(b)(3)(A)"
    return PageFinding(
        "page", cite, "primary", "present" if page.links else "absent", " / ".join(wordings) or None, because
    )


def _notice(form: FormSeen, jurisdictions: list[Jurisdiction]) -> list[PageFinding]:
    cites = {"AU": "Privacy Act 1988 APP 5.1", "US-CA": "Cal. Civ. Code 1798.100(a); 11 CCR 7012(c)"}
    words = {
        "none": "nothing at the form says what is collected and why, and no link leads there",
        "link": "a link only; what is told stands behind it, and should be on the section it lands on (11 CCR 7012(f))",
        "text": "told at the form",
        "text and link": "told at the form, with a link to more",
    }
    statuses: dict[str, Status] = {"none": "absent", "link": "unclear"}
    status = statuses.get(form.notice, "present")
    passage = " ".join(one.whole for one in form.notice_passages) or None
    return [
        PageFinding(f"form {form.name}", cites[one], "primary", status, passage, words[form.notice])
        for one in jurisdictions
    ]


def _boxes(form: FormSeen) -> list[PageFinding]:
    found = []
    for box in form.boxes:
        if box.purpose != "marketing":
            continue
        bad = box.yes_by_default or box.is_hidden
        how = (
            "not seen by anybody"
            if box.is_hidden
            else "refuses when ticked, so that leaving it alone counts as yes"
            if box.refuses
            else "ticked when served"
        )
        because = (
            f"{how}: leaving it is no act of the person"
            if bad
            else "not ticked when served; ticking it is the person's own act"
        )
        found.append(
            PageFinding(f"form {form.name}", "permission-first, rule 3; Cal. Civ. Code 1798.140(h)", "analysis",
                        "absent" if bad else "present", box.wording or None, because)
        )  # fmt: skip
    return found


def form_checks(page: ShopPage, jurisdictions: list[Jurisdiction], at: date) -> list[FormChecked]:
    """The text at each form, provision by provision; what it leaves out is open where a link there leads on."""
    found = []
    for form in page.forms:
        if form.notice_passages:
            holds: dict[Condition, bool] = {"markets": form.asks_for_marketing_permission}
            checked = check_passages(form.notice_passages, "notice", jurisdictions, holds, at=at)
            linked = "link" in form.notice
            found.append(FormChecked(form.name, _open(checked) if linked else checked, linked))
    return found


def _open(checked: Checked) -> Checked:
    """Layered notices are fine (APP 5): what is not said here may be said behind the link."""
    findings = [
        msgspec.structs.replace(one, status="unclear", due=None, because="not said at the form; look behind its link")
        if one.lacking
        else one
        for one in checked.findings
    ]
    return msgspec.structs.replace(checked, findings=findings)
