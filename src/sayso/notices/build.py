"""
From a declaration to the documents that people read: one privacy policy, and a short notice for each form.

The same declaration gives the same text, byte for byte. A document's hash covers its text without the day it takes
effect, what it declares, and the boxes that stand on the form; so publishing it on another day makes no other version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import jinja2
import msgspec

from sayso.ledger.canonical import canonical
from sayso.notices.countries import country_names
from sayso.notices.declaration import Box, Declaration, Form, Source, uses
from sayso.notices.provisions import Condition, Matter, conditions_of, matters_due
from sayso.notices.provisions import Document as DocumentKind
from sayso.notices.reading import retention
from sayso.notices.rendering import anchor
from sayso.notices.terms import Terms, ToWhom, Use
from sayso.notices.words import CHANNEL_WORDS, RECIPIENT_WORDS, day_words, escaped, link, listed, topic_words

POLICY = "privacy"
"""The id of the policy; every other document bears the key of its form."""
COLLECTED = "what-we-collect"
"""The section of the policy that a notice links to, since a link to its top fails (11 CCR 7012(f))."""

_POLICY: tuple[tuple[str, tuple[Matter, ...]], ...] = (
    ("Who we are", ("identity", "contact", "effective_date", "reviewed")),
    ("What we collect", ("kinds", "how_collected", "required_by_law")),
    ("What we use it for", ("purposes",)),
    ("Marketing, and how to stop it", ("marketing", "opt_out")),
    ("Who gets it", ("third_parties", "overseas", "countries", "sale", "opt_out_of_sale")),
    ("How we keep it, and for how long", ("how_held", "retention")),
    ("Tracking", ("others_track", "do_not_track")),
    ("Your details in your hands", ("access", "correction")),
    ("If you are not content", ("complaint", "complaint_handling")),
    ("Changes", ("changes_told",)),
)
_NOTICE: tuple[Matter, ...] = (
    "identity", "contact", "kinds", "circumstances", "required_by_law", "purposes", "marketing", "opt_out",
    "consequences", "third_parties", "overseas", "countries", "sale", "opt_out_of_sale", "retention", "policy_link",
    "policy_access", "policy_complaint",
)  # fmt: skip
_OUR_OWN: frozenset[Matter] = frozenset({"identity", "contact", "retention", "opt_out", "marketing"})
"""Said in every policy: beyond what the provisions ask, people know what is used for marketing, how long, how to stop it."""
_DATED: frozenset[Matter] = frozenset({"effective_date", "reviewed"})
"""Said of the day of publication, and so no part of the content."""


class Statement(msgspec.Struct, frozen=True):
    """One matter said, as Markdown."""

    matter: Matter
    text: str


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands under it; `id` is the anchor that links lead to."""

    id: str
    title: str
    statements: tuple[Statement, ...]


class Draft(msgspec.Struct, frozen=True):
    """A document as built, before it is published."""

    id: str
    kind: DocumentKind
    title: str
    language: str
    url: str
    sections: tuple[Section, ...]
    terms: Terms
    conditions: dict[Condition, bool]
    boxes: tuple[Box, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over canonical JSON (RFC 8785) of all but the day it takes effect."""
        said = [(s.id, s.title, [(t.matter, t.text) for t in s.statements if t.matter not in _DATED])
                for s in self.sections]  # fmt: skip
        content = {"id": self.id, "title": self.title, "language": self.language, "said": said,
                   "terms": self.terms, "boxes": self.boxes}  # fmt: skip
        return hashlib.sha256(canonical(content)).hexdigest()

    def markdown(self, effective: date | None = None) -> str:
        """The text that people read; a policy without a day says nothing of when it takes effect."""
        parts = [f"# {self.title}"] if self.kind == "policy" else []
        for section in self.sections:
            if self.kind == "policy":
                parts.append(f"## {section.title}")
            for said in section.statements:
                if said.matter not in _DATED:
                    parts.append(said.text)
                elif effective:
                    parts.append(_block("policy", said.matter, {"effective": day_words(effective)}))
        return "\n\n".join(parts) + "\n"

    def without(self, matter: Matter) -> Draft:
        """The same document with one matter unsaid, such as for trying what a checker notices."""
        kept = [
            msgspec.structs.replace(one, statements=tuple(said for said in one.statements if said.matter != matter))
            for one in self.sections
        ]
        return msgspec.structs.replace(self, sections=tuple(one for one in kept if one.statements))


def build(declared: Declaration) -> Iterator[Draft]:
    """The policy first, then the notice of each form, in the order declared."""
    yield build_policy(declared)
    for key in declared.forms:
        yield build_notice(declared, key)


def build_policy(declared: Declaration) -> Draft:
    """The privacy policy, with what the declared jurisdictions ask for."""
    holds = conditions_of(declared)
    due = _OUR_OWN | matters_due("policy", declared.jurisdictions, holds)
    if not declared.marketing:
        due -= {"marketing", "opt_out"}
    values = _values(declared, set(declared.data), list(declared.purposes))
    sections = []
    for title, matters in _POLICY:
        said = tuple(Statement(matter, _block("policy", matter, values)) for matter in matters if matter in due)
        if said:
            sections.append(Section(anchor(title), title, said))
    return Draft(
        POLICY, "policy", f"Privacy policy of {escaped(declared.business.brand)}", declared.language,
        page(declared, POLICY), tuple(sections), _terms(declared, set(declared.data), list(declared.purposes), None), holds,
    )  # fmt: skip


def build_notice(declared: Declaration, key: str) -> Draft:
    """The short notice that stands beside one form."""
    form = declared.forms[key]
    keys = {field.data for field in form.fields}
    holds = conditions_of(declared, form)
    due = matters_due("notice", declared.jurisdictions, holds)
    values = _values(declared, keys, form.purposes) | {"form": form}
    said = tuple(Statement(matter, _block("notice", matter, values)) for matter in _NOTICE if matter in due)
    title = f"{escaped(form.title)}: what we collect and why"
    sections = (Section("notice", title, said),)
    terms = _terms(declared, keys, form.purposes, form)
    return Draft(
        key, "notice", title, declared.language, page(declared, key), sections, terms, holds, tuple(form.boxes)
    )


def page(declared: Declaration, id: str) -> str:
    """The stable address of a document: always its latest version."""
    return f"{declared.business.website.rstrip('/')}/notices/{id}/"


def _values(declared: Declaration, keys: set[str], purposes: list[str]) -> dict[str, Any]:
    """What the templates speak of, as far as it concerns these kinds of data and these purposes."""
    kinds = [{"words": declared.words(key), "kept": one.kept} for key, one in declared.data.items() if key in keys]
    recipients = [one for one in declared.recipients.values() if keys & set(one.data)]
    said = [
        {
            "words": one.words,
            "kinds": _words(declared, one.data, keys),
            "topics": [topic_words(topic) for topic in one.topics],
            "channels": [CHANNEL_WORDS[channel] for channel in one.channels],
        }
        for one in (declared.purposes[name] for name in purposes)
    ]
    sources = [
        {"words": source.words, "kind": source.kind, "kinds": found}
        for name, source in declared.sources.items()
        if (
            found := [
                declared.words(key) for key in declared.data if key in keys and name in declared.data[key].sources
            ]
        )
    ]
    given = {key for one in recipients if one.sold or one.shared for key in one.data}
    return {
        "declared": declared,
        "business": declared.business,
        "complaints": declared.complaints,
        "tracking": declared.tracking,
        "kinds": kinds,
        "sources": sources,
        "unnoticed": [one for one in sources if one["kind"] != "person"],
        "purposes": said,
        "marketing": [one for one in said if one["topics"]],
        "recipients": [
            {"words": one.words, "kind": RECIPIENT_WORDS[one.kind], "kinds": _words(declared, one.data, keys)}
            for one in recipients
        ],
        "countries": country_names(declared.overseas(keys)),
        "sale": ["sell"] * any(one.sold for one in recipients)
        + ["share for advertising across other firms' websites"] * any(one.shared for one in recipients),
        "sale_kinds": _words(declared, list(given), keys),
        "policy": page(declared, POLICY) + f"#{COLLECTED}",
        "history": page(declared, POLICY) + "history",
        "effective": "",
    }


def _words(declared: Declaration, wanted: list[str], keys: set[str]) -> list[str]:
    return [declared.words(key) for key in declared.data if key in wanted and key in keys]


def _terms(declared: Declaration, keys: set[str], purposes: list[str], form: Form | None) -> Terms:
    named = {name: declared.purposes[name] for name in purposes}
    return Terms(
        kinds={key: declared.words(key) for key in declared.data if key in keys},
        purposes={
            name: Use(one.words, sorted(keys & set(one.data)), one.topics, one.channels) for name, one in named.items()
        },
        recipients={
            name: ToWhom(one.words, one.kind, sorted(keys & set(one.data)), one.countries, one.sold, one.shared)
            for name, one in declared.recipients.items()
            if keys & set(one.data)
        },
        kept={key: retention(one.kept) for key, one in declared.data.items() if key in keys},
        uses=uses(list(named.values())),
        unnoticed=sorted(key for key in keys if _unnoticed(declared, key))
        if not (form and form.before_submission)
        else sorted(keys),
        followed_by_others=declared.tracking.by_others,
    )


def _unnoticed(declared: Declaration, key: str) -> bool:
    sources: list[Source] = [declared.sources[name] for name in declared.data[key].sources]
    return any(source.kind != "person" for source in sources)


def _block(document: DocumentKind, matter: str, values: dict[str, Any]) -> str:
    template = _templates()[document]
    return "".join(template.blocks[matter](template.new_context(values))).strip()


@cache
def _templates() -> dict[DocumentKind, jinja2.Template]:
    environment = jinja2.Environment(  # noqa: S701 -- writes Markdown, and escapes for it through `finalize`
        loader=jinja2.PackageLoader("sayso.notices"),
        undefined=jinja2.StrictUndefined,
        finalize=escaped,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters |= {"listed": listed, "link": link}
    return {"policy": environment.get_template("policy.md.j2"), "notice": environment.get_template("notice.md.j2")}
