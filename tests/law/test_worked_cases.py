"""Every worked case, by name: the answer its source gives, by the rule that should decide."""

from pathlib import Path

import pytest

from sayso.law import rulebooks
from sayso.reports.casebook import Case, agrees, put, read_cases

CASES = read_cases([Path(__file__).parent / "cases"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rules_answer_as_the_source_does(case: Case) -> None:
    verdict = put(case, rulebooks())
    assert agrees(case, verdict), (
        f"{case.name}: expected {case.expected} by {case.rule} {case.limb or ''}, "
        f"got {verdict.answer} by {verdict.rule_id} {verdict.limb}; refusing {verdict.reasons}"
    )
