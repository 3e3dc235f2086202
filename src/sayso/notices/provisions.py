"""
What a privacy policy and a collection notice have to say, provision by provision.

One list for both directions: `build` writes a statement for each matter that a provision in it asks for, `check` looks
for those same matters in any text. The rulebooks hold the rules; here stands what satisfies their limbs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from sayso.law.tree import Verified
from sayso.notices.declaration import Declaration, Form, Jurisdiction

Document = Literal["policy", "notice"]

Matter = Literal[
    "kinds", "how_collected", "how_held", "purposes", "marketing", "opt_out", "third_parties", "overseas", "countries",
    "access", "correction", "complaint", "complaint_handling", "changes_told", "effective_date", "reviewed",
    "do_not_track",
    "others_track", "sale", "opt_out_of_sale", "retention", "identity", "contact", "circumstances", "required_by_law",
    "consequences", "policy_access", "policy_complaint", "policy_link",
]  # fmt: skip
"""One thing that a text says. Each has one block in the templates and one recogniser."""

Condition = Literal[
    "markets", "goes_overseas", "has_review_process", "tracks_across_sites", "sells_or_shares", "unaware",
    "law_requires",
]  # fmt: skip
"""When a provision is due that is not always: a fact of the business that a text alone does not settle."""

CONDITIONS: dict[Condition, str] = {
    "markets": "the details are used for marketing",
    "goes_overseas": "details are likely to go overseas, and naming the countries is practicable",
    "has_review_process": "people can review or change their details by a process",
    "tracks_across_sites": "people are followed over time and across other firms' sites",
    "sells_or_shares": "details are sold, or shared for ads across other firms' sites",
    "unaware": "details come from somebody else, or people may not notice that they are collected",
    "law_requires": "a law or order asks for the collection",
}


class Provision(msgspec.Struct, frozen=True, kw_only=True):
    """One provision: what it asks a text to say, when, how far its source was verified, and the limb that holds it."""

    id: str
    cite: str
    jurisdiction: Jurisdiction
    document: Document
    says: str
    matters: tuple[Matter, ...]
    verified: Verified
    only_if: Condition | None = None
    rule: str
    """The rule of the rulebooks that a text which leaves this out falls foul of, or is helped by saying it."""
    fact: str | None = None
    """The fact of the vocabulary that is true where this is satisfied, if one provision alone settles it."""


def _au(
    id: str,
    rule: str,
    cite: str,
    document: Document,
    says: str,
    *matters: Matter,
    verified: Verified = "primary",
    only_if: Condition | None = None,
    fact: str | None = None,
) -> Provision:
    return Provision(
        id=f"au.privacy-act.{id}", rule=f"au.privacy-act.{rule}", cite=f"Privacy Act 1988 {cite}", jurisdiction="AU",
        document=document, says=says, matters=matters, verified=verified, only_if=only_if, fact=fact,
    )  # fmt: skip


def _ca(
    id: str,
    rule: str,
    cite: str,
    document: Document,
    says: str,
    *matters: Matter,
    verified: Verified = "primary",
    only_if: Condition | None = None,
    fact: str | None = None,
) -> Provision:
    return Provision(
        id=f"us-ca.{id}", rule=f"us-ca.{rule}", cite=cite, jurisdiction="US-CA", document=document, says=says,
        matters=matters, verified=verified, only_if=only_if, fact=fact,
    )  # fmt: skip


# fmt: off
PROVISIONS: tuple[Provision, ...] = (
    _au("app1-4-a", "app1-4", "APP 1.4(a)", "policy", "the kinds of details collected and held", "kinds",
        fact="policy_lists_categories"),
    _au("app1-4-b", "app1-4", "APP 1.4(b)", "policy", "how details are collected and how they are held",
        "how_collected", "how_held", fact="policy_says_how_held"),
    _au("app1-4-c", "app1-4", "APP 1.4(c)", "policy", "what details are collected, held, used and passed on for",
        "purposes", fact="policy_states_purposes"),
    _au("app1-4-d", "app1-4", "APP 1.4(d)", "policy", "how to see one's details and have them corrected", "access",
        "correction", fact="policy_tells_access_and_correction"),
    _au("app1-4-e", "app1-4", "APP 1.4(e)", "policy", "how to complain and how a complaint is handled", "complaint",
        "complaint_handling", fact="policy_tells_complaints"),
    _au("app1-4-f", "app1-4", "APP 1.4(f)", "policy", "whether details are likely to go overseas", "overseas",
        fact="policy_tells_overseas_disclosure"),
    _au("app1-4-g", "app1-4", "APP 1.4(g)", "policy", "the countries to which they are likely to go", "countries",
        only_if="goes_overseas"),
    _au("app5-2-a", "app5-1", "APP 5.2(a)", "notice", "who collects, and how to reach them", "identity", "contact"),
    _au("app5-2-b", "app5-1", "APP 5.2(b)", "notice", "that and how details come from somebody else or unnoticed",
        "circumstances", only_if="unaware", fact="notice_tells_circumstances"),
    _au("app5-2-c", "app5-1", "APP 5.2(c)", "notice", "which law or order asks for the collection", "required_by_law",
        only_if="law_requires"),
    _au("app5-2-d", "app5-1", "APP 5.2(d)", "notice", "what the details are collected for", "purposes"),
    _au("app5-2-e", "app5-1", "APP 5.2(e)", "notice", "what follows from not giving them", "consequences"),
    _au("app5-2-f", "app5-1", "APP 5.2(f)", "notice", "whom such details usually go to", "third_parties"),
    _au("app5-2-g", "app5-1", "APP 5.2(g)", "notice", "that the policy tells how to see and correct details",
        "policy_access"),
    _au("app5-2-h", "app5-1", "APP 5.2(h)", "notice", "that the policy tells how to complain", "policy_complaint"),
    _au("app5-2-i", "app5-1", "APP 5.2(i)", "notice", "whether details are likely to go overseas", "overseas"),
    _au("app5-2-j", "app5-1", "APP 5.2(j)", "notice", "the countries to which they are likely to go", "countries",
        only_if="goes_overseas"),
    _au("app7-2-b", "app7-2", "APP 7.2(b)", "notice",
        "that the details are used for marketing, about what and on which channels", "marketing", verified="guidance",
        only_if="markets", fact="notice_names_marketing"),
    _au("app7-2-c", "app7-2-c", "APP 7.2(c)", "notice", "how to opt out of marketing", "opt_out", verified="analysis",
        only_if="markets"),
    _ca("caloppa.22575-b (1)", "caloppa.22575-b", "B&P 22575(b)(1)", "policy", "the kinds of details collected",
        "kinds", fact="policy_lists_categories"),
    _ca("caloppa.22575-b (1-third-parties)", "caloppa.22575-b", "B&P 22575(b)(1)", "policy",
        "the kinds of third parties that details may go to", "third_parties",
        fact="policy_discloses_third_party_category"),
    _ca("caloppa.22575-b (2)", "caloppa.22575-b", "B&P 22575(b)(2)", "policy",
        "how to review and change one's details", "access", "correction", verified="quoted",
        only_if="has_review_process", fact="policy_describes_review"),
    _ca("caloppa.22575-b (3)", "caloppa.22575-b", "B&P 22575(b)(3)", "policy",
        "how people learn of changes to the policy", "changes_told", verified="quoted",
        fact="policy_says_how_changes_are_told"),
    _ca("caloppa.22575-b (4)", "caloppa.22575-b", "B&P 22575(b)(4)", "policy", "since when the policy holds",
        "effective_date", fact="policy_has_effective_date"),
    _ca("caloppa.22575-b-5 (5)", "caloppa.22575-b-5", "B&P 22575(b)(5), (7)", "policy",
        "how do-not-track signals are answered", "do_not_track", only_if="tracks_across_sites",
        fact="policy_answers_do_not_track"),
    _ca("caloppa.22575-b-5 (6)", "caloppa.22575-b-5", "B&P 22575(b)(6)", "policy",
        "whether others may follow people over time and across sites", "others_track",
        fact="policy_says_if_others_track"),
    _ca("ccpa.7013-g", "ccpa.135-a", "Cal. Civ. Code 1798.135(a); 11 CCR 7013(g)", "policy",
        "whether details are sold, or shared for ads across sites", "sale"),
    _ca("ccpa.135-a", "ccpa.135-a", "Cal. Civ. Code 1798.120(b), 1798.135(a); 11 CCR 7013", "policy",
        "the right to opt out of sale and sharing, with a link to do so", "opt_out_of_sale", only_if="sells_or_shares",
        fact="notice_of_opt_out_posted"),
    _ca("ccpa.130-a-5 (age)", "ccpa.130-a-5", "Cal. Civ. Code 1798.130(a)(5)", "policy",
        "that it was reviewed in the last 12 months", "reviewed"),
    _ca("ccpa.7012-e (kinds)", "ccpa.7012-e", "Cal. Civ. Code 1798.100(a); 11 CCR 7012(e)", "notice",
        "the kinds of details collected", "kinds"),
    _ca("ccpa.7012-e (purposes)", "ccpa.7012-e", "Cal. Civ. Code 1798.100(a); 11 CCR 7012(e)", "notice",
        "what they are collected and used for", "purposes"),
    _ca("ccpa.7012-e (sale)", "ccpa.7012-e", "Cal. Civ. Code 1798.100(a); 11 CCR 7012(e)", "notice",
        "whether they are sold or shared", "sale"),
    _ca("ccpa.7012-e (retention)", "ccpa.7012-e", "Cal. Civ. Code 1798.100(a); 11 CCR 7012(e)", "notice",
        "how long they are kept", "retention"),
    _ca("ccpa.7012-e (opt-out)", "ccpa.7012-e", "Cal. Civ. Code 1798.100(a); 11 CCR 7012(e)", "notice",
        "the link to opt out of sale and sharing", "opt_out_of_sale", only_if="sells_or_shares"),
    _ca("ccpa.7012-e (policy)", "ccpa.7012-e", "Cal. Civ. Code 1798.100(a); 11 CCR 7012(e)", "notice",
        "a link to the policy", "policy_link"),
)
# fmt: on
"""In the order of the provisions. 11 CCR 7011 (content of the policy) was not read and is not held here."""


def provisions(document: Document, jurisdictions: list[Jurisdiction]) -> Iterator[Provision]:
    """Those that bind this kind of document there."""
    return (one for one in PROVISIONS if one.document == document and one.jurisdiction in jurisdictions)


def conditions_of(declared: Declaration, form: Form | None = None) -> dict[Condition, bool]:
    """Which conditions hold for a declaration: for the policy, or for one form's notice."""
    keys = {field.data for field in form.fields} if form else set(declared.data)
    sources = {declared.sources[name].kind for key in keys for name in declared.data[key].sources}
    named = form.purposes if form else list(declared.purposes)
    return {
        "markets": any(name in declared.marketing for name in named),
        "goes_overseas": bool(declared.overseas(keys)),
        "has_review_process": True,
        "tracks_across_sites": declared.tracking.across_sites,
        "sells_or_shares": any(
            (one.sold or one.shared) and keys & set(one.data) for one in declared.recipients.values()
        ),
        "unaware": bool(sources - {"person"}) or bool(form and form.before_submission),
        "law_requires": declared.required_by is not None,
    }


def matters_due(document: Document, jurisdictions: list[Jurisdiction], holds: dict[Condition, bool]) -> set[Matter]:
    """What a document has to say where these conditions hold; one that is not known counts as holding."""
    return {
        matter
        for one in provisions(document, jurisdictions)
        if one.only_if is None or holds.get(one.only_if, True)
        for matter in one.matters
    }
