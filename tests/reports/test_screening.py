"""A list through SQL gets the answers that one asks for one by one, and can only tighten what the store knows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.ledger import Ledger
from sayso.ledger.standing import Standing
from sayso.reports.answers import Answers, as_moment
from sayso.reports.errors import ScreeningError
from sayso.reports.screening import Screened, screen
from sayso.sample.demo import open_sample
from sayso.vocabulary import STRICTNESS, Channel

AT = as_moment(date(2026, 11, 24))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    with open_sample(tmp_path_factory.mktemp("shop"), lambda: AT, size=200) as ledger:
        yield Answers(ledger)


@pytest.fixture(scope="module")
def people(answers: Answers) -> list[str]:
    return [person.id for person in answers.ledger.iter_people(AT)]


@pytest.fixture(scope="module")
def plain(answers: Answers, people: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The answers of everybody where the list says nothing of them."""
    return rows(run(answers, tmp_path_factory.mktemp("plain"), "person\n" + "\n".join(people) + "\n").out)


def run(answers: Answers | None, tmp_path: Path, text: str, channel: Channel = "email", out: str = "o.csv") -> Screened:
    file = tmp_path / "list.csv"
    file.write_text(text)
    standing = answers.standing(AT) if answers else Standing(default(), frozenset())
    return screen(answers, standing, file, tmp_path / out, channel=channel, topic="newsletter", at=AT)


def default():  # type: ignore[no-untyped-def]
    from sayso import default_rulebooks

    return default_rulebooks()


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("channel", ["email", "sms", "voice_live", "online_ad"])
def test_every_row_has_the_answer_rule_and_reason_that_one_gets_by_asking(
    answers: Answers, people: list[str], tmp_path: Path, channel: Channel
) -> None:
    done = run(answers, tmp_path, "person\n" + "\n".join(people) + "\n", channel)
    assert done.rows == len(people)
    different = 0
    for row in rows(done.out):
        asked = answers.answer(row["person"], channel=channel, topic="newsletter", at=AT)
        assert (row["answer"], row["rule"], row["limb"]) == (asked.answer, asked.rule, asked.limb)
        if asked.rule:
            assert row["because"] == asked.because
        for layer, one in asked.layers.items():
            assert row[layer] == one.answer
        different += row["answer"] != "not_allowed"
    assert different


@pytest.mark.parametrize(
    "column", ["person_country,{}\n", "age,{}\n", "unsubscribe_present,{}\n", "sensitive_information,{}\n"]
)
def test_a_column_of_facts_never_loosens_an_answer(
    answers: Answers, people: list[str], plain: list[dict[str, str]], tmp_path: Path, column: str
) -> None:
    name = column.split(",")[0]
    for value in {"person_country": ["NZ", "AU"], "age": ["12", "40"]}.get(name, ["true", "false"]):
        text = f"person,{name}\n" + "".join(f"{person},{value}\n" for person in people)
        for before, after in zip(plain, rows(run(answers, tmp_path, text).out), strict=True):
            assert STRICTNESS[after["answer"]] >= STRICTNESS[before["answer"]]


def test_a_known_false_fact_tightens(answers: Answers, people: list[str], tmp_path: Path) -> None:
    text = "person,unsubscribe_present\n" + "".join(f"{person},no\n" for person in people)
    done = run(answers, tmp_path, text)
    assert set(done.counts) == {"not_allowed"} | (set(done.counts) & {"not_covered"})


def test_an_address_that_cannot_be_one_is_not_allowed_and_the_rest_is_screened(
    answers: Answers, tmp_path: Path
) -> None:
    done = run(answers, tmp_path, "email,id\nnot an address,1\nsomeone@post.example,2\n")
    first, second = rows(done.out)
    assert (first["answer"], first["id"]) == ("not_allowed", "1")
    assert "not an email address" in first["because"]
    assert second["answer"] in ("not_allowed", "not_covered")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("person_country\nAU\n", "say whom each row is about"),
        ("person,person_contry\nx,AU\n", "did you mean `person_country`"),
        ("person,age\nx,old\ny,30\nz,young\n", "row 1: `age`: expected a number"),
        ("person,message_kind\nx,newsleter\n", "did you mean `newsletter`"),
        ("person,grounds\nx,[]\n", "cannot bring grounds"),
        ("person,age,age\nx,1,2\n", "stands twice"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_and_nothing_is_written(
    answers: Answers, tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(ScreeningError, match=words):
        run(answers, tmp_path, text)
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]


def test_a_result_that_was_there_stays_whole_when_a_list_is_refused(answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("yesterday's")
    with pytest.raises(ScreeningError):
        run(answers, tmp_path, "person,age\nx,old\n")
    assert (tmp_path / "o.csv").read_text() == "yesterday's"


def test_facts_alone_need_no_store_and_may_bring_grounds(tmp_path: Path) -> None:
    ground = {"kind": "consent", "act": "ticked_box", "evidence": "captured_here", "given_by": "account_holder",
              "covers_channel": True, "covers_topic": True, "marketing_named": True, "names_sender": True,
              "separate_from_terms": True, "form_submitted": True, "given_on": "2026-11-01"}  # fmt: skip
    person = {"id": "1", "person_country": "AU", "person_state": "VIC", "sender_country": "AU", "sender_state": "VIC"}
    lines = [person | {"grounds": [ground]}, person | {"id": "2", "grounds": []}]
    file = tmp_path / "facts.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    out = tmp_path / "o.parquet"
    screen(None, Standing(default(), frozenset()), file, out, channel="email", topic="newsletter", at=AT)
    first, second = pq.read_table(out).to_pylist()
    assert (first["answer"], second["answer"]) == ("allowed", "not_allowed")


def test_parquet_goes_in_and_out_and_only_its_owner_may_read_it(
    answers: Answers, people: list[str], tmp_path: Path
) -> None:
    file, out = tmp_path / "list.parquet", tmp_path / "o.parquet"
    pq.write_table(pa.table({"person": people}), file)
    standing = answers.standing(AT)
    done = screen(answers, standing, file, out, channel="email", topic="newsletter", at=AT)
    assert pq.read_table(out).num_rows == done.rows == len(people)
    assert out.stat().st_mode & 0o077 == 0


def test_an_empty_list_gives_an_empty_result_with_its_columns(answers: Answers, tmp_path: Path) -> None:
    done = run(answers, tmp_path, "email\n")
    assert done.rows == 0
    assert done.out.read_text().startswith('"email","answer"')


def test_the_counts_are_those_of_the_rows(answers: Answers, people: list[str], tmp_path: Path) -> None:
    done = run(answers, tmp_path, "person\n" + "\n".join(people) + "\n")
    assert sum(done.counts.values()) == done.rows
    assert msgspec.json.encode(done.counts)


def test_the_ledger_is_only_read(answers: Answers, people: list[str], tmp_path: Path) -> None:
    ledger: Ledger = answers.ledger
    before = ledger.head()
    run(answers, tmp_path, "person\n" + "\n".join(people) + "\n")
    assert ledger.head() == before
