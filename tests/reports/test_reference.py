"""The reference pages in docs say what the code says; `make docs` writes them anew."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sayso.reports.reference import pages

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = dict(pages())


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name], "run `make docs` and commit what it writes"


def test_the_command_line_page_is_what_the_commands_say(tmp_path: Path) -> None:
    written = tmp_path / "cli.md"
    command = ["utils", "docs", "--name", "sayso", "--title", "The command line", "--output", str(written)]
    typer = Path(sys.executable).with_name("typer")
    subprocess.run([typer, "sayso.cli.app", *command], check=True, capture_output=True)
    assert written.read_text("utf-8") == (REFERENCE / "cli.md").read_text("utf-8"), "run `make docs`"


def test_every_fact_and_every_rule_is_on_its_page() -> None:
    from sayso.law import rulebooks
    from sayso.vocabulary import VOCABULARY

    for terms in (VOCABULARY.facts, VOCABULARY.ground, VOCABULARY.stop):
        assert all(f"| `{name}` |" in PAGES["facts.md"] for name in terms)
    assert all(f"`{rule.id}`" in PAGES["rules.md"] for rule in rulebooks().rules)
