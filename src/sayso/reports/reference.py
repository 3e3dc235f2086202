"""The reference pages, written from the code and the rulebooks: facts, rules, cases, stops, settings. `make docs` runs it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import msgspec

from sayso.capture.hooks import HOOKS
from sayso.decision.stops import MESSAGES, STOPS, table_of_stops
from sayso.law import Rulebooks, rulebooks, tree
from sayso.law.fields import FIELDS
from sayso.reports.casebook import CASE_KEYS
from sayso.settings import Settings, described
from sayso.vocabulary import VOCABULARY, Answer, Term

_WRITTEN = "*Written by `make docs` from the code; change it there.*"
_OWNERS = {
    "question": "What is asked",
    "sender": "The sender",
    "person": "The person",
    "message": "The message",
    "moment": "The moment",
}
_BLOCKS = {
    "instrument": "The law, code or set of house rules that the file is about; first in the file.",
    "rule": "A ban, a duty or an exception: exactly one of the three shapes.",
    "define": "A name for limbs that several rules share.",
    "numbers": "A dated number: a window, an hour, an amount that the law changes now and then.",
    "penalty": "What a breach may cost, as a range.",
    "not_encoded": "A law that is known and not encoded. Only in `index.md`.",
}


def facts_page() -> str:
    """Every fact a rule may ask about, in the order declared."""
    parts = [
        "# Facts",
        _WRITTEN,
        "Everything a rule may ask about, declared once in `sayso.vocabulary`. Give facts by these names to `ask`, in a "
        "case, or as columns of a file to `sayso screen`. A fact that is left out is unknown, never false.",
        "What *unknown* counts as: `against` sending, since the sender has to know; `open`, so that the answer depends "
        "on it and names it; or `arrange`: before there is a message it becomes an obligation, and once there is one "
        "it counts against.",
    ]
    for owner, title in _OWNERS.items():
        parts += [f"## {title}", _facts_table(term for term in VOCABULARY.facts.values() if term.owner == owner)]
    parts += [
        "## Each ground",
        "A list `grounds`: every consent, relationship or publication on record. One that satisfies a rule is enough.",
        _facts_table(VOCABULARY.ground.values()),
        "## Each stop",
        "A list `stops`: every request to stop, and every event that means the same. One that applies is enough.",
        _facts_table(VOCABULARY.stop.values()),
    ]
    return _page(parts)


def _facts_table(terms: Iterable[Term]) -> str:
    rows = []
    for term in terms:
        kind = ", ".join(f"`{choice}`" for choice in term.choices) or term.kind
        unit = f"{kind} ({term.fact.unit})" if term.fact.unit else kind
        meaning = term.fact.meaning + (f" ({term.fact.cite})" if term.fact.cite else "")
        known = term.fact.known_from + ("; worked out if left out" if term.fact.worked_out else "")
        rows.append((f"`{term.name}`", meaning, unit, term.fact.unknown, known, term.fact.changed_by))
    return _table(("fact", "meaning", "value", "unknown", "known from", "can be changed by"), rows)


def rules_page(books: Rulebooks) -> str:
    """The language of rulebooks, and every rule in every version."""
    parts = [
        "# Rules",
        _WRITTEN,
        "A rulebook is a Markdown file: a heading for each provision, what it says in our own words, and a fenced block "
        "that a machine reads. [How to write a rule](../how-to/write-a-rule.md) shows one being made.",
        "## Blocks",
    ]
    for kind, keys in FIELDS.items():
        rows = [(f"`{name}`", "needed" if key.needed else "", key.meaning) for name, key in keys.items()]
        parts += [f"### `{kind}`", _BLOCKS[kind], _table(("key", "", "meaning"), rows)]
    parts += [
        "## Limbs",
        "A limb is a letter and an expression, `(a): person_country == AU`, or the expression under `is` with a "
        "`because` of its own, or with `arguable: {permits, refuses}` where the law is open and both readings can be held.",
        "Expressions know facts by name, `ground.` and `stop.` facts, definitions, dated numbers, `and`, `or`, `not`, "
        '`==`, `!=`, `<`, `<=`, `>`, `>=`, `in [..]`, `not in [..]`, `recorded(fact)`, `day("2026-01-01")`, '
        "`days_before(n)` and `months_before(n)`. Nothing else.",
        "## How rules come to an answer",
        "Strictest wins: " + " > ".join(f"*{answer.replace('_', ' ')}*" for answer in reversed(get_args(Answer))) + ". "
        "The deciding rule is the first refusal by layer, rulebook and place in the file; of an *allowed*, the exception "
        "that lifted the first ban; it is empty where nothing that applies forbids.",
        "## Every rule",
    ]
    for name, instrument in books.instruments.items():
        state = "" if instrument.on_by_default else " Off unless its owner turns it on."
        state = " It cannot be turned off." if instrument.always else state
        parts += [
            f"### {instrument.title}",
            f"`{name}`, {instrument.jurisdiction}, layer *{instrument.layer}*.{state}",
            _table(
                ("rule", "provision", "in force", "because", "limbs", "source"),
                (_rule_row(rule) for rule in books.rules if rule.instrument == name),
            ),
        ]
    missing = [rule for rule in books.rules if rule.kind == "not_encoded"]
    unread = [(f"`{rule.id}`", rule.title, rule.cite, rule.because) for rule in missing]
    parts += ["### Known and not encoded", _table(("law", "title", "cited", "what is missing"), unread)]
    return _page(parts)


def _rule_row(rule: tree.Rule) -> tuple[str, ...]:
    until = f" until {rule.in_force.before}" if rule.in_force.before else ""
    limbs = " ".join(f"{limb.letter}{' (arguable)' if limb.arguable else ''}" for limb in rule.limbs)
    kind = f" ({rule.kind})"
    return (f"`{rule.id}`{kind}", rule.cite, f"{rule.in_force.start}{until}", rule.because, limbs, rule.verified)


def cases_page() -> str:
    """The format of worked cases."""
    rows = [(f"`{key}`", "needed" if needed else "", meaning) for key, (needed, meaning) in CASE_KEYS.items()]
    return _page(
        [
            "# Cases",
            _WRITTEN,
            "A worked case says what an enforcement outcome, a judgment, a regulator's example or a rule comes to. It is "
            "written in YAML under `cases:`, by anyone, without reading code; "
            "[How to write a case](../how-to/write-a-case.md) shows one being made.",
            _table(("key", "", "meaning"), rows),
            "Facts, grounds and stops are those of the [facts page](facts.md). `sayso casebook FILE...` puts cases to the "
            "rules and prints agreement, a confusion matrix, how many answers were *depends*, and each disagreement "
            "with both reasons; it ends with exit code 6 where one disagrees.",
        ]
    )


def stops_page(books: Rulebooks, on: date) -> str:
    """Which kind of stop reaches which kind of message."""
    rows = [
        (f"`{kind}`", STOPS[kind], *("stops" if reaches[name] else "" for name in MESSAGES))
        for kind, reaches in table_of_stops(books, on).items()
    ]
    return _page(
        [
            "# The table of stops",
            _WRITTEN,
            "What each kind of stop reaches, on the channels and topics it is about. Each cell is the answer of the house "
            "rulebook `own.any-stop`, which cannot be turned off; a law may reach further, never less far. Every stop works "
            "at once, covers all brands of the business and every spelling of the address, and outlives merges and erasure.",
            "A request in words reaches the channel it came by and each channel that it names; one that says `everything` or "
            "`all`, or asks to be deleted, reaches every channel.",
            _table(("kind", "the person", *MESSAGES), rows),
            "Only a later affirmative act of the person, with evidence, lifts a stop. A number that passed on is lifted by "
            "its new holder's order or yes.",
        ]
    )


def settings_page() -> str:
    """Every setting of the public listener, with its default."""
    rows = []
    for one in described(Settings()):
        default = "" if one.value is None else f"`{msgspec.json.encode(one.value).decode()}`"
        rows.append((f"`{one.name}`", default, one.meaning.replace("<", "&lt;")))
    return _page(
        [
            "# Settings",
            _WRITTEN,
            "The settings of the public listener (`sayso listen`) stand in one file, `sayso.toml` in the folder that "
            "`SAYSO_HOME` names. It may be missing, or hold only what differs. `sayso settings show` prints them as they "
            "stand, and `sayso settings set public.port 8002` changes one and keeps the file's remarks; the listener "
            "reads them when it starts.",
            _table(("setting", "default", "meaning"), rows),
            f"`KIND` is a source of webhooks: {', '.join(f'`{kind}`' for kind in HOOKS)}; see "
            "[live events from a shop](../how-to/webhooks.md). A secret stands in a file of its own, which the setting "
            "names, so that this file can be shown to anybody.",
        ]
    )


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _page(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


def pages() -> Iterator[tuple[str, str]]:
    """Each page as file name and Markdown text."""
    yield "facts.md", facts_page()
    yield "rules.md", rules_page(rulebooks())
    yield "cases.md", cases_page()
    yield "stops.md", stops_page(rulebooks(), datetime.now(UTC).date())
    yield "settings.md", settings_page()


def write(folder: Path) -> None:
    """Write every page into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
