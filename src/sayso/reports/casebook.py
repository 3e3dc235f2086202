"""
Worked cases put to the rules: how often they agree with the answer their source gives, and where not, why.

A case names `under` (the instruments its source decided) and `given` (the facts the source takes as met; nothing else
is added). Only those instruments are asked, and the strictest of their answers is compared with `expected`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from sayso.decision import Verdict, decide, judge
from sayso.law import Rulebooks
from sayso.vocabulary import STRICTNESS, Answer, Facts
from sayso.vocabulary.given import FactsError, read_facts

AS_OF = date(2026, 11, 22)
"""The day a case is asked as of where it names none."""
CASE_KEYS: dict[str, tuple[bool, str]] = {
    "id": (True, "unique; a case taken from a collection keeps its id"),
    "name": (True, "what happens, as a sentence"),
    "under": (
        True,
        "the instruments or rules (by id, or the start of one) that the source decided; only these are asked",
    ),
    "at": (False, f"the day or moment it is asked as of; {AS_OF} if left out"),
    "given": (
        True,
        "the facts that the source takes as met, by name, with lists `grounds` and `stops`; nothing is added",
    ),
    "expected": (
        True,
        "`allowed`, `not_allowed`, `depends` or `not_covered`: the strictest answer of those instruments",
    ),
    "rule": (False, "the deciding rule; empty text where nothing that applies forbids"),
    "limb": (False, "its deciding limb, such as `(c)`"),
    "confidence": (False, "`high` or `medium`: how sure the source makes us"),
    "origin": (
        False,
        "`decided`, `reported_case`, `regulator_example`, ..., `constructed_from_rule` (weaker: count these apart)",
    ),
    "source": (False, "`name`, `year` and `where` of what the case was taken from"),
    "note": (False, "anything else a reader should know"),
}
"""The keys of a case: must it be there, and what does it say?"""
NEEDED = [key for key, (needed, _) in CASE_KEYS.items() if needed]
SHOWN = 20
"""Problems told at once."""
ANSWERS: tuple[Answer, ...] = get_args(Answer)


class CasebookError(Exception):
    """A case file that cannot be used; one line for each problem, with file and case."""

    def __init__(self, problems: list[str]) -> None:
        rest = len(problems) - SHOWN
        more = [f"and {rest:,} more; mend these first"] if rest > 0 else []
        super().__init__("\n".join([*problems[:SHOWN], *more]))
        self.problems = problems


class Case(msgspec.Struct, frozen=True):
    """One worked case. `rule` and `limb`, where given, are the deciding ones that are expected too."""

    id: str
    name: str
    under: tuple[str, ...]
    at: date | datetime
    given: Facts
    expected: Answer
    rule: str | None = None
    limb: str | None = None
    confidence: str = ""
    origin: str = ""
    file: str = ""


class Disagreement(msgspec.Struct, frozen=True):
    """A case the rules answer otherwise than its source, with both reasons."""

    id: str
    name: str
    expected: str
    expected_rule: str
    answer: str
    rule: str
    because: str
    file: str


class Casebook(msgspec.Struct, frozen=True):
    """What came of a set of cases. `confusion` counts by expected answer, then by the answer given."""

    cases: int
    agree: int
    confusion: dict[str, dict[str, int]]
    disagreements: list[Disagreement]
    depends_rate: float
    agree_high_confidence: int
    cases_high_confidence: int
    allowed_against_source: int
    """Cases answered *allowed* whose source says not allowed: this must be none."""


class _TextLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml's, where it is there
    """YAML whose bare words stay words: `NO` is Norway, not no; true, false, numbers and days are read."""


_TextLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_cases(paths: Iterable[Path]) -> list[Case]:
    """The cases of these files, or of every `.yaml` file below a folder. Raises CasebookError."""
    problems: list[str] = []
    cases: list[Case] = []
    for path in paths:
        files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        if not files:
            problems.append(f"{path.name}: no .yaml file in this folder")
        for file in files:
            cases.extend(_cases_of(file, problems))
    seen: dict[str, str] = {}
    for case in cases:
        if case.id in seen:
            problems.append(f"{case.file} {case.id}: this id is already used in {seen[case.id]}")
        seen[case.id] = case.file
    if problems:
        raise CasebookError(problems)
    return cases


def _cases_of(file: Path, problems: list[str]) -> Iterator[Case]:
    try:
        content = yaml.load(file.read_text("utf-8"), Loader=_TextLoader)  # noqa: S506 -- a SafeLoader, narrowed
    except OSError as error:
        problems.append(f"{file.name}: cannot be read ({error.strerror})")
        return
    except UnicodeDecodeError:
        problems.append(f"{file.name}: is not UTF-8 text; save it as UTF-8")
        return
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(f"{file.name}:{mark.line + 1 if mark else 1} is not YAML: {getattr(error, 'problem', error)}")
        return
    written = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(written, list):
        problems.append(f"{file.name}: a case file holds `cases:` and a list")
        return
    for number, item in enumerate(written, 1):
        label = f"{file.name} {item.get('id', number) if isinstance(item, dict) else number}"
        if isinstance(item, dict) and (case := _case(item, label, file.name, problems)):
            yield case
        elif not isinstance(item, dict):
            problems.append(f"{label}: a case is a mapping with {', '.join(NEEDED)}")


def _case(item: Mapping[str, Any], label: str, file: str, problems: list[str]) -> Case | None:
    before = len(problems)
    for key in item:
        if key not in CASE_KEYS:
            close = get_close_matches(str(key), list(CASE_KEYS), 1, 0.5)
            problems.append(f"{label}: a case has no `{key}`" + (f"; did you mean `{close[0]}`?" if close else ""))
    problems.extend(f"{label}: `{key}` is missing" for key in NEEDED if key not in item)
    if len(problems) > before:
        return None
    expected = item["expected"]
    if expected not in ANSWERS:
        problems.append(f"{label}: `expected` is one of {', '.join(ANSWERS)}")
    under = item["under"] if isinstance(item["under"], list) else [item["under"]]
    at = _moment(item.get("at"))
    if at is None:
        problems.append(f"{label}: `at` is a day such as 2026-11-24, or a moment such as 2026-11-24T10:00:00+11:00")
    facts = Facts()
    try:
        facts = read_facts(item["given"] or {})
    except FactsError as error:
        problems.extend(f"{label}: {problem}" for problem in error.problems)
    if len(problems) > before or at is None:
        return None
    return Case(
        id=str(item["id"]),
        name=str(item["name"]),
        under=tuple(str(one) for one in under),
        at=at,
        given=facts,
        expected=expected,
        rule=item.get("rule"),
        limb=item.get("limb"),
        confidence=str(item.get("confidence", "")),
        origin=str(item.get("origin", "")),
        file=file,
    )


def _moment(value: Any) -> date | datetime | None:
    if value is None:
        return AS_OF
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _under(law: Rulebooks, under: tuple[str, ...]) -> Rulebooks:
    return law.only(under)


def asked_of(case: Case, law: Rulebooks) -> Rulebooks:
    """The instruments a case is put to. Raises CasebookError where it names one we do not have."""
    try:
        return _under(law, case.under)
    except KeyError as error:
        close = get_close_matches(str(error.args[0]), list(law.instruments), 1, 0.4)
        hint = f"; did you mean `{close[0]}`?" if close else "; `sayso law list` shows them"
        raise CasebookError(
            [f"{case.file} {case.id}: no instrument or rule is called `{error.args[0]}`{hint}"]
        ) from None


def put(case: Case, law: Rulebooks) -> Verdict:
    """The verdict on a case under its own instruments alone."""
    return judge(case.given, case.at, asked_of(case, law))


def agrees(case: Case, verdict: Verdict) -> bool:
    """Is it the expected answer, by the expected rule and limb where the case names them?"""
    return (
        verdict.answer == case.expected
        and (case.rule is None or verdict.rule_id == case.rule)
        and (case.limb is None or verdict.limb == case.limb)
    )


def casebook(cases: Iterable[Case], law: Rulebooks) -> Casebook:
    """Every case put to the rules. A case that names a deciding rule agrees only if that rule decides."""
    confusion: dict[str, dict[str, int]] = {expected: dict.fromkeys(ANSWERS, 0) for expected in ANSWERS}
    disagreements = []
    count = agree = high = agree_high = dangerous = depends = 0
    for case in cases:
        verdict = put(case, law)
        same = agrees(case, verdict)
        count += 1
        agree += same
        depends += verdict.answer == "depends"
        high += case.confidence == "high"
        agree_high += same and case.confidence == "high"
        dangerous += verdict.answer == "allowed" and STRICTNESS[case.expected] > STRICTNESS["depends"]
        confusion[case.expected][verdict.answer] += 1
        if not same:
            decision = decide(case.given, case.at, asked_of(case, law))
            wanted = f"{case.rule or ''} {case.limb or ''}".strip()
            got = f"{decision.rule} {decision.limb}".strip()
            disagreements.append(
                Disagreement(
                    case.id, case.name, case.expected, wanted, decision.answer, got, decision.because, case.file
                )
            )
    return Casebook(
        cases=count,
        agree=agree,
        confusion={expected: row for expected, row in confusion.items() if any(row.values())},
        disagreements=disagreements,
        depends_rate=depends / count if count else 0.0,
        agree_high_confidence=agree_high,
        cases_high_confidence=high,
        allowed_against_source=dangerous,
    )
