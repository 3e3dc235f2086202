"""`sayso notices`: from a declaration to what people read and to what is lacking, with exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from declared import BILLY, MARKET_MORE, changed
from typer.testing import CliRunner

from sayso.cli.app import app
from sayso.cli.show import out
from sayso.ledger import Ledger


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a declaration beside it."""
    monkeypatch.setenv("SAYSO_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(out, "width", 200)
    Ledger.init(tmp_path / "home").close()
    (tmp_path / "home" / "notices.yaml").write_text(BILLY)
    return tmp_path / "home"


def sayso(*words: object) -> Result:
    return CliRunner().invoke(app, ["notices", *(str(word) for word in words)])


def test_declare_build_publish_and_check(home: Path, tmp_path: Path) -> None:
    assert sayso("build", "--out", tmp_path / "built").exit_code == 0
    assert {one.name for one in (tmp_path / "built").iterdir()} == {"privacy.md", "checkout.md"}
    done = sayso("publish")
    assert done.exit_code == 0
    assert "privacy: version 1" in done.stdout
    assert "https://billybutton.example/notices/checkout/" in done.stdout
    assert "unchanged, version 1" in sayso("publish").stdout
    for name in ("privacy", "checkout"):
        checked = sayso("check", tmp_path / "built" / f"{name}.md")
        assert checked.exit_code == 0, checked.stdout


def test_a_change_is_told_when_published_and_can_be_looked_at_again(home: Path) -> None:
    sayso("publish")
    (home / "notices.yaml").write_text(changed(MARKET_MORE))
    assert "marketing about what you left in your basket by email" in sayso("publish").stdout
    done = sayso("diff", "checkout")
    assert "material" in done.stdout
    assert any(line.startswith("+") and "email" in line for line in done.stdout.splitlines())
    assert "is the first version" in sayso("diff", "checkout", "--version", "1").stdout
    versions = json.loads(sayso("history", "checkout", "--json").stdout)
    assert [one["number"] for one in versions] == [2, 1]


def test_what_is_lacking_ends_with_six_and_is_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.md").write_text("# Privacy policy\n\nWe collect your name.\n")
    done = sayso("check", tmp_path / "policy.md", "--place", "AU")
    assert done.exit_code == 6
    assert "APP 1.4(e)" in done.stdout
    found = json.loads(sayso("check", tmp_path / "policy.md", "--json").stdout)
    assert found["lacking"] is True
    first = found["found"]["checked"]["findings"][0]
    assert (first["provision"]["cite"], first["status"]) == ("Privacy Act 1988 APP 1.4(a)", "present")
    assert first["passage"] == "We collect your name."


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check", "nothing.html"], 2, "there is no file nothing.html"),
        (["check", "x", "--place", "US"], 2, "--place `US` is not known; did you mean `US-CA`?"),
        (["check", "http://127.0.0.1:9/privacy"], 1, "--allow-private"),
        (["history", "checkout"], 1, "nothing was published under `checkout`"),
        (["diff"], 1, "nothing was published under `privacy`"),
        (["build", "--file", "none.yaml"], 2, "there is no declaration none.yaml"),
    ],
)
def test_errors_say_what_to_do(home: Path, words: list[str], code: int, said: str) -> None:
    done = sayso(*words)
    assert done.exit_code == code
    assert said in " ".join(done.stderr.split())


def test_a_bad_declaration_publishes_nothing(home: Path) -> None:
    (home / "notices.yaml").write_text(BILLY.replace("countries: [SG]", "countries: [Singapore]"))
    done = sayso("publish")
    assert done.exit_code == 1
    assert "`Singapore` is not a country" in done.stderr
    with Ledger(home) as ledger:
        assert ledger.count() == (0, 0)


def test_the_declaration_of_the_how_to_is_the_one_tried_here() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "notices.md").read_text("utf-8")
    assert page.split("```yaml\n")[1].split("```")[0] == BILLY
