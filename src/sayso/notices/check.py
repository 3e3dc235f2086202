"""
What a policy or notice lacks, provision by provision, each with the passage relied on or the absence found.

This reads words. Whether what they say is true, clear and up to date is for a person to judge.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal

import msgspec

from sayso.notices.declaration import Jurisdiction
from sayso.notices.passages import Passage, passages_of_html, passages_of_markdown, passages_of_text
from sayso.notices.provisions import CONDITIONS, Condition, Document, Matter, Provision, provisions
from sayso.notices.recognise import Found, goes_overseas, recognise

Status = Literal["present", "absent", "unclear", "not_due"]
Format = Literal["html", "markdown", "text"]

REVIEW_MONTHS = 12
"""How old a Californian policy may be (Cal. Civ. Code 1798.130(a)(5))."""


class Finding(msgspec.Struct, frozen=True):
    """
    One provision held against one text.

    `passage` is what it rests on, or the nearest that was found. `due` is unknown where it depends on something that
    neither the text nor the caller settles; then its absence is told and not counted.
    """

    provision: Provision
    status: Status
    due: bool | None
    passage: str | None
    because: str

    @property
    def lacking(self) -> bool:
        """Is it due, and not plainly there?"""
        return self.due is True and self.status in ("absent", "unclear")


class Checked(msgspec.Struct, frozen=True):
    document: Document
    findings: list[Finding]
    at: date

    @property
    def lacking(self) -> list[Finding]:
        """What is due and not plainly there."""
        return [finding for finding in self.findings if finding.lacking]

    def facts(self) -> dict[str, bool | None]:
        """What this says of the facts that rules ask: unclear is unknown; of two provisions on one fact both must hold."""
        found: dict[str, bool | None] = {}
        for finding in self.findings:
            fact = finding.provision.fact
            if fact and finding.status != "not_due":
                value = {"present": True, "absent": False}.get(finding.status)
                found[fact] = found.get(fact, True) and value
        return found


def check_text(
    text: str,
    document: Document,
    jurisdictions: list[Jurisdiction],
    conditions: dict[Condition, bool] | None = None,
    *,
    format: Format = "markdown",
    at: date,
) -> Checked:
    """
    Hold a text against every provision of these jurisdictions.

    `conditions` says what is known of the business; what it leaves out is taken from the text where that settles it.
    `at` is the day by which the policy's age is judged.
    """
    read = {"html": passages_of_html, "markdown": passages_of_markdown, "text": passages_of_text}[format]
    return check_passages(read(text), document, jurisdictions, conditions, at=at)


def check_passages(
    passages: list[Passage],
    document: Document,
    jurisdictions: list[Jurisdiction],
    conditions: dict[Condition, bool] | None = None,
    *,
    at: date,
) -> Checked:
    """As `check_text`, of a text that was read into passages already."""
    asked = list(provisions(document, jurisdictions))
    found = {matter: recognise(matter, passages) for one in asked for matter in one.matters}
    holds = _read_conditions(found) | (conditions or {})
    return Checked(document, [_finding(one, found, holds, at) for one in asked], at)


def _read_conditions(found: dict[Matter, Found | None]) -> dict[Condition, bool]:
    """What the text itself settles: whether details go overseas, are sold or shared, or are used for marketing."""
    holds: dict[Condition, bool] = {}
    overseas = goes_overseas(found.get("overseas"))
    if overseas is not None:
        holds["goes_overseas"] = overseas
    sale = found.get("sale")
    if sale and sale.strength == "says":
        holds["sells_or_shares"] = not sale.denied
    marketing = found.get("marketing")
    if marketing and marketing.strength == "says":
        holds["markets"] = True
    return holds


def _finding(one: Provision, found: dict[Matter, Found | None], holds: dict[Condition, bool], at: date) -> Finding:
    due = True if one.only_if is None else holds.get(one.only_if)
    lacks: list[str] = []
    status: Status = "present"
    passages = []
    for matter in one.matters:
        said = found[matter]
        if said is not None:
            passages.append(said.passage.whole)
        if said is None or said.strength == "denies":
            status = "absent"
            lacks.append(
                f"{_WORDS[matter]}: "
                + ("nothing speaks of it" if said is None else "the text says that it is not told or not offered")
            )
        elif said.strength == "mentions":
            status = "unclear" if status == "present" else status
            lacks.append(f"{_WORDS[matter]}: touched on, not said")
    if status == "present" and "reviewed" in one.matters:
        status, late = _age(found["reviewed"], at)
        lacks += [late] if late else []
    if due is False and status != "present":
        return Finding(one, "not_due", due, None, f"due only if {CONDITIONS[one.only_if]}" if one.only_if else "")
    because = "; ".join(lacks) or "said"
    if due is None and status != "present" and one.only_if:
        status, because = "unclear", f"{because} (due only if {CONDITIONS[one.only_if]})"
    return Finding(one, status, due, " / ".join(dict.fromkeys(passages)) or None, because)


def _age(found: Found | None, at: date) -> tuple[Status, str]:
    """Is the latest day named within the last 12 months?"""
    days = [day for day in _days(found.passage.whole) if day <= at] if found else []
    if not days:
        return "unclear", "when it was last reviewed: the day cannot be read"
    latest = max(days)
    months = (at.year - latest.year) * 12 + at.month - latest.month - (at.day < latest.day)
    if months >= REVIEW_MONTHS and (months > REVIEW_MONTHS or at.day > latest.day):
        return (
            "absent",
            f"last reviewed {latest.day} {latest:%B %Y}, more than {REVIEW_MONTHS} months before {at.day} {at:%B %Y}",
        )
    return "present", ""


_MONTHS = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name}
_NAME = "|".join(_MONTHS)
_DAY = re.compile(
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[ .]+(?P<m1>{_NAME})[a-z]*[ .,]+(?P<y1>\d{{4}})"
    rf"|(?P<m2>{_NAME})[a-z]*[ .]+(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? +)?(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d\d)-(?P<d3>\d\d)"
)


def _days(text: str) -> list[date]:
    """The days named in words or as ISO 8601; a month alone is its first day; 01/02/2026 could be two days and is none."""
    found = []
    for one in _DAY.finditer(text.lower()):
        year, month, day = next((one[f"y{n}"], one[f"m{n}"], one[f"d{n}"]) for n in "123" if one[f"y{n}"])
        number = _MONTHS.get(month) or (int(month) if month.isdigit() else 0)
        try:
            found.append(date(int(year), number, int(day or 1)))
        except ValueError:
            continue
    return found


_WORDS: dict[Matter, str] = {
    "kinds": "kinds of details",
    "how_collected": "how they are collected",
    "how_held": "how they are held",
    "purposes": "purposes",
    "marketing": "marketing with its topics and channels",
    "opt_out": "how to stop marketing",
    "third_parties": "whom details go to",
    "overseas": "whether they go overseas",
    "countries": "the countries",
    "access": "how to see them",
    "correction": "how to correct them",
    "complaint": "how to complain",
    "complaint_handling": "how a complaint is handled",
    "changes_told": "how changes are told",
    "effective_date": "since when it holds",
    "reviewed": "when it was last reviewed",
    "do_not_track": "how do-not-track signals are answered",
    "others_track": "whether others may follow people across sites",
    "sale": "whether details are sold or shared for ads",
    "opt_out_of_sale": "the link to opt out of sale and sharing",
    "retention": "how long they are kept",
    "identity": "who collects",
    "contact": "how to reach them",
    "circumstances": "that details come from elsewhere or unnoticed",
    "required_by_law": "the law that asks for it",
    "consequences": "what follows from not giving them",
    "policy_access": "that the policy tells of access and correction",
    "policy_complaint": "that the policy tells of complaints",
    "policy_link": "a link to the policy",
}
