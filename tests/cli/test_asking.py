"""`sayso ask`, `casebook` and `law`: answers, exit codes, and errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sayso.cli.app import app

KEYS = [
    "answer", "because", "rule", "limb", "cite", "layers", "obligations", "remedies", "exposure", "depends_on",
    "looked_at", "entries", "valid_until",
]  # fmt: skip


def sayso(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def facts(tmp_path: Path, content: Any) -> Path:
    file = tmp_path / "facts.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


AU_CART = {"person_country": "AU", "message_kind": "abandoned_cart", "commercial_purpose": True}


def test_an_answer_as_json_has_every_field_of_the_contract(tmp_path: Path) -> None:
    done = sayso("ask", "--facts", facts(tmp_path, AU_CART), "-c", "email", "-t", "abandoned_cart", "--json")
    answer = json.loads(done.stdout)
    assert [key for key in answer if key in KEYS] == KEYS
    assert answer["answer"] == "not_allowed"
    assert answer["rule"].startswith("au.spam-act.")
    assert "Spam Act 2003" in answer["cite"]
    assert done.exit_code == 3


def test_consent_makes_the_same_question_allowed_by_law(tmp_path: Path) -> None:
    ground = {"kind": "consent", "act": "ticked_box", "evidence": "captured_here", "given_by": "account_holder"}
    told = ground | {"covers_channel": True, "covers_topic": True, "marketing_named": True, "names_sender": True}
    given = AU_CART | {"grounds": [told | {"form_submitted": True, "given_on": "2026-11-01"}]}
    done = sayso(
        "ask", "--facts", facts(tmp_path, given), "-c", "email", "--under", "au.spam-act", "--at", "2026-11-20"
    )
    assert done.exit_code == 0, done.output


def test_the_answer_for_people_says_why_and_what_would_help(tmp_path: Path) -> None:
    done = sayso("ask", "--facts", facts(tmp_path, AU_CART), "--channel", "email", "--topic", "abandoned_cart")
    assert "not allowed" in done.stdout
    assert "What would make it lawful" in done.stdout
    assert "compliant" not in done.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON"),
        (b'"email"', "object"),
        ('{"person_country": "Ā"}'.encode("utf-16"), "not JSON in UTF-8"),
        ({"person_contry": "AU"}, "did you mean `person_country`"),
        ({"pressed_pay": "perhaps"}, "expected true or false"),
        ({"message_kind": "abandonedcart"}, "did you mean `abandoned_cart`"),
        ({"grounds": [{"given_on": "2026-02-30"}]}, "expected a day"),
        ({"grounds": "none"}, "a list of mappings"),
        ({"covers_topic": True}, "each of the `grounds`"),
    ],
)
def test_facts_that_cannot_be_read_are_refused_with_what_to_write(tmp_path: Path, content: Any, words: str) -> None:
    done = sayso("ask", "--facts", facts(tmp_path, content), "--channel", "email", "--topic", "abandoned_cart")
    assert done.exit_code == 2
    assert words in done.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--channel", "emial"], "did you mean `email`"),
        (["--channel", "email", "--act", "sned"], "did you mean `send`"),
        (["--channel", "email", "--at", "tomorrow"], "is not a moment"),
        (["--channel", "email", "--under", "au.spam"], "no instrument or rule is called"),
        ([], "say how: --channel"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(tmp_path: Path, options: list[str], words: str) -> None:
    done = sayso("ask", "--facts", facts(tmp_path, AU_CART), *options)
    assert done.exit_code == 2
    assert words in done.stderr.replace("\n", " ")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    for command in (["ask", "--channel", "email", "--facts"], ["casebook"], ["law", "check"]):
        done = sayso(*command, tmp_path / "nowhere.json")
        assert done.exit_code == 2
        assert "there is no file" in done.stderr


def test_a_casebook_that_disagrees_ends_with_a_finding_and_both_reasons(tmp_path: Path) -> None:
    case = {"id": "wrong", "name": "A wrong case", "under": ["au.spam-act"], "expected": "allowed"}
    file = tmp_path / "cases.yaml"
    file.write_text(json.dumps({"cases": [case | {"given": AU_CART | {"channel": "email"}}]}))
    done = sayso("casebook", file, "--json")
    result = json.loads(done.stdout)
    assert done.exit_code == 6
    assert (result["cases"], result["agree"], len(result["disagreements"])) == (1, 0, 1)
    assert result["confusion"]["allowed"]["not_allowed"] == 1
    assert result["disagreements"][0]["because"]


def test_a_house_rule_with_an_error_is_refused_with_file_line_and_nearest_match(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text(HOUSE.replace("person_country", "person_contry"))
    done = sayso("law", "check", file)
    assert done.exit_code == 1
    assert "mine.md:" in done.stderr
    assert "person_country" in done.stderr


def test_a_house_rule_cannot_lift_the_law(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text(HOUSE.replace("forbidden_when:", "exception_to: [au.spam-act.16-1]\nwhere:"))
    done = sayso("law", "check", file)
    assert done.exit_code == 1
    assert "a lower layer cannot lift it" in done.stderr.replace("\n", " ")
    file.write_text(HOUSE.replace("layer: own", "layer: law"))
    assert "house rules have `layer: own`" in sayso("law", "check", file).stderr.replace("\n", " ")


HOUSE = """# Mine

```instrument
id: own.mine
title: Rules of mine
jurisdiction: own
layer: own
source: own
```

Nobody there.

```rule
id: own.mine.there
cite: decided by the owner
in_force: {from: 2026-01-01}
forbidden_when:
  (a): person_country == AU
because: we do not write there
verified: own
```
"""


def test_a_house_rule_file_that_is_no_rulebook_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("Be nice.\n")
    done = sayso("law", "check", file)
    assert done.exit_code == 2
    assert "holds no rulebook" in done.stderr
    file.write_bytes(HOUSE.encode("utf-16"))
    done = sayso("law", "check", file)
    assert done.exit_code == 1
    assert "mine.md:1 this is not text in UTF-8" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["au.spam-act", "--at", "2001-01-01"], "was not in force on 2001-01-01; it is known from 2004-04-10"),
        (["spam"], "did you mean `au.spam-act`?"),
        (["au.spam-act.16-11"], "did you mean `au.spam-act.16-1`?"),
    ],
)
def test_a_rule_that_cannot_be_shown_is_said_why(words: list[str], said: str) -> None:
    done = sayso("law", "show", *words)
    assert done.exit_code == 2
    assert said in done.stderr.replace("\n", " ")


def test_what_is_open_besides_a_refusal_offers_no_risk_to_take(tmp_path: Path) -> None:
    """Nothing loosens *not allowed*, so nothing that is open is said to decide it."""
    ground = {"kind": "consent", "act": "ticked_box", "evidence": "captured_here", "given_by": "account_holder"}
    told = ground | {"covers_channel": True, "covers_topic": True, "marketing_named": True, "names_sender": True}
    unsent = AU_CART | {"grounds": [told | {"form_submitted": False, "given_on": "2026-11-01"}]}
    asked = ["ask", "--facts", facts(tmp_path, unsent), "-c", "email", "-t", "abandoned_cart", "--at", "2026-11-20"]
    refused = sayso(*asked)
    assert refused.exit_code == 3
    assert "Open besides" in refused.stdout
    assert "to take the risk" not in refused.stdout
    alone = sayso(*asked, "--under", "au.spam-act")
    assert alone.exit_code == 4
    assert "to take the risk: sayso house accept 'au.spam-act.sch2-2a-unsent (tick)'" in " ".join(alone.stdout.split())


def test_a_folder_of_other_yaml_files_is_not_told_off_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(json.dumps({"cases": [{"id": f"c{n}", "question": "?"} for n in range(50)]}))
    done = sayso("casebook", tmp_path)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 21
    assert "more; mend these first" in done.stderr
