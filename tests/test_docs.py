"""The documents hold: links lead somewhere, code runs, examples are read, commands exist."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from markdown_it import MarkdownIt

from sayso.cli.app import app
from sayso.law import with_house_rules
from sayso.reports.casebook import agrees, put, read_cases

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
HOW_TO = ROOT / "docs" / "how-to"


def fences(page: Path, kind: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info.strip() == kind]


def links(page: Path) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))
    children = [child for token in tokens for child in token.children or ()]
    found = [str(child.attrs.get("href") or child.attrs.get("src") or "") for child in children]
    return [link.split("#")[0] for link in found if link and "://" not in link and not link.startswith("#")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for link in links(page):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_for_python_does_what_the_page_says(page: Path) -> None:
    for source in fences(page, "python"):
        test = doctest.DocTestParser().get_doctest(source, {}, page.name, str(page), 0)
        assert test.examples
        assert not doctest.DocTestRunner(verbose=False).run(test).failed


def commands(page: Path) -> list[list[str]]:
    lines = [line for block in fences(page, "console") for line in block.splitlines() if line.startswith("$ ")]
    words = [shlex.split(line[2:], comments=True) for line in lines]
    return [line[1:] for line in words if line and line[0] in ("sayso", ".venv/bin/sayso")]


WRITTEN = [page for page in PAGES if page.parent.name != "reference"]
"""Pages written by hand; those of the reference come from the code itself."""


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_exists_with_the_options_shown(page: Path) -> None:
    for words in commands(page):
        command = typer.main.get_command(app)
        while words and hasattr(command, "commands") and (found := command.get_command(None, words[0])):
            command, words = found, words[1:]
        assert not hasattr(command, "commands") or command.invoke_without_command, words
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if re.fullmatch("--?[a-z-]+", word)} <= known, words


def test_the_rules_of_the_how_to_are_read(tmp_path: Path) -> None:
    file = tmp_path / "manners.md"
    file.write_text("\n\n".join(fences(HOW_TO / "write-a-rule.md", "markdown")))
    books = with_house_rules([file])
    names = {rule.id for rule in books.rules if rule.instrument == "own.manners"}
    assert names == {"own.manners.twice-a-week", "own.manners.asked-for-more"}


def test_the_case_of_the_how_to_agrees_with_its_source(tmp_path: Path) -> None:
    from sayso.law import rulebooks

    file = tmp_path / "my-cases.yaml"
    file.write_text("\n".join(fences(HOW_TO / "write-a-case.md", "yaml")))
    (case,) = read_cases([file])
    assert agrees(case, put(case, rulebooks()))


@pytest.mark.parametrize("folder", ["src", "docs"])
def test_nothing_is_called_compliant(folder: str) -> None:
    files = [*(ROOT / folder).rglob("*.md"), *(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.html")]
    assert files
    for file in [*files, ROOT / "README.md"]:
        assert not re.search(r"\bcompliant\b", file.read_text("utf-8"), re.IGNORECASE), file.name


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    """Its files are saved, its commands run in order, and each line of output it shows is there."""
    page = ROOT / "docs" / "tutorial.md"
    tokens = [token for token in MarkdownIt("commonmark").parse(page.read_text("utf-8")) if token.type in KINDS]
    environment = {"HOME": str(tmp_path), "COLUMNS": "200", "PATH": str(Path(sys.executable).parent)}
    name = ""
    for token in tokens:
        if token.type == "inline":
            name = next(iter(re.findall(r"`([a-z-]+\.(?:json|csv|yaml|eml))`", token.content)), name)
        elif token.info in ("json", "csv", "yaml", "eml"):
            (tmp_path / name).write_text(token.content)
        elif token.info == "console":
            for step in token.content.split("$ ")[1:]:
                command, *shown = step.splitlines()
                if command.startswith("export "):
                    said = re.sub(r"\$PWD|~", str(tmp_path), command.removeprefix("export "))
                    environment.update([said.split("=")])
                    continue
                done = subprocess.run(
                    shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True
                )
                printed = " ".join((done.stdout + done.stderr).split())
                for line in shown:
                    assert " ".join(line.split()) in printed, (command, line)


KINDS = ("inline", "fence")
