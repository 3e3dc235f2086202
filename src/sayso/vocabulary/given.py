"""Facts as someone wrote them (JSON, a case, a table's row) into typed facts, with errors that say what to write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from sayso.vocabulary import VOCABULARY, Facts, Ground, Stop, Term


class FactsError(ValueError):
    """Facts that cannot be read; one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_facts(given: Mapping[str, Any]) -> Facts:
    """
    Facts from a mapping of names to values; `grounds` and `stops` are lists of mappings. A missing name is unknown.

    Raises FactsError with the nearest match for each name or choice that is not in the vocabulary.

    >>> read_facts({"channel": "email", "stops": [{"kind": "unsubscribe", "received_on": "2026-11-17"}]}).stops[0].scope
    """
    problems: list[str] = []
    flat = {name: value for name, value in given.items() if name not in ("grounds", "stops")}
    values: dict[str, Any] = _values(flat, VOCABULARY.facts, "", problems)
    values["grounds"] = [
        Ground(**_values(item, VOCABULARY.ground, f"grounds[{number}].", problems))
        for number, item in enumerate(_items(given, "grounds", problems))
    ]
    values["stops"] = [
        Stop(**_values(item, VOCABULARY.stop, f"stops[{number}].", problems))
        for number, item in enumerate(_items(given, "stops", problems))
    ]
    if problems:
        raise FactsError(problems)
    return Facts(**values)


def _items(given: Mapping[str, Any], name: str, problems: list[str]) -> list[Mapping[str, Any]]:
    items = given.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        problems.append(f"`{name}` is a list of mappings, one for each {name[:-1]} on record")
        return []
    return items


def _values(given: Mapping[str, Any], terms: dict[str, Term], prefix: str, problems: list[str]) -> dict[str, Any]:
    values = {}
    for name, value in given.items():
        term = terms.get(name)
        if term is None:
            problems.append(f"no fact is called `{prefix}{name}`{_near(name, prefix, terms)}")
        elif value is not None:
            try:
                values[name] = read_value(term, value)
            except ValueError as error:
                problems.append(f"`{prefix}{name}`: {error}")
    return values


def _near(name: str, prefix: str, terms: dict[str, Term]) -> str:
    if not prefix:
        for owner, others in (("grounds", VOCABULARY.ground), ("stops", VOCABULARY.stop)):
            if name in others:
                return f"; `{name}` is said of each of the `{owner}`"
    close = get_close_matches(name, list(terms), 1, 0.5)
    return f"; did you mean `{close[0]}`?" if close else ""


def read_value(term: Term, value: Any) -> Any:
    """One value as its fact's type. Raises ValueError saying what was expected; never repeats a value of free text."""
    match term.kind:
        case "flag":
            if isinstance(value, bool):
                return value
            word = str(value).strip().lower()
            if word in ("true", "yes", "1"):
                return True
            if word in ("false", "no", "0"):
                return False
            raise ValueError("expected true or false")
        case "number":
            if isinstance(value, bool):
                raise ValueError("expected a number" + (f" ({term.fact.unit})" if term.fact.unit else ""))
            try:
                return float(value)
            except (TypeError, ValueError):
                raise ValueError("expected a number" + (f" ({term.fact.unit})" if term.fact.unit else "")) from None
        case "day":
            if isinstance(value, datetime):
                return value.date()
            if isinstance(value, date):
                return value
            try:
                return date.fromisoformat(str(value).strip()[:10])
            except ValueError:
                raise ValueError("expected a day such as 2026-11-24") from None
        case "choice":
            word = str(value).strip()
            if word in term.choices:
                return word
            close = get_close_matches(word, term.choices, 1, 0.5)
            hint = f"did you mean `{close[0]}`?" if close else f"one of {', '.join(term.choices)}"
            raise ValueError(f"is never `{word[:40]}`; {hint}")
        case _:
            return str(value)
