"""Every rule says where it comes from and how far that was read, and the index leaves no rulebook out."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, get_args

import pytest
import yaml

from sayso.law import rulebooks
from sayso.law.fences import fences
from sayso.law.tree import Verified

LAW = resources.files("sayso.law")
CONTENT = rulebooks().content


def texts(folder: Any, ending: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found |= {f"{entry.name}/{name}": text for name, text in texts(entry, ending).items()}
        elif entry.name.endswith(ending):
            found[entry.name] = entry.read_text("utf-8")
    return found


BOOKS = texts(LAW / "rulebooks", ".md")
SOURCES = [source for text in texts(LAW / "sources", ".yaml").values() for source in yaml.safe_load(text)]
BLOCKS = [block for name, text in BOOKS.items() for block in fences(name, text)]
STATING = ("rule", "define", "numbers", "penalty")


def label(block: Any) -> str:
    name = next((block.fields[key].value for key in ("id", "name") if key in block.fields), "")
    return f"{block.kind} {name} {block.place}"


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind in STATING], ids=label)
def test_each_statement_of_law_is_cited_and_says_how_far_it_was_verified(block: Any) -> None:
    stated = [line.value for line in block.fields["values"].value] if block.kind == "numbers" else [block.fields]
    for fields in stated:
        assert fields["cite"].value.strip()
        assert "verified" in fields, f"{label(block)}: say how far its source was verified"
        assert fields["verified"].value in get_args(Verified)


@pytest.mark.parametrize("name", CONTENT.instruments)
def test_the_source_of_each_rulebook_is_in_the_register_of_sources(name: str) -> None:
    assert CONTENT.instruments[name].source in {source["key"] for source in SOURCES}


def test_each_source_is_registered_once_and_says_what_was_read_and_how_far() -> None:
    keys = [source["key"] for source in SOURCES]
    assert len(keys) == len(set(keys))
    for source in SOURCES:
        for field in ("title", "where", "version", "read"):
            assert str(source.get(field, "")).strip(), f"{source['key']} has no `{field}`"


def test_every_registered_source_is_used() -> None:
    assert {source["key"] for source in SOURCES} <= {one.source for one in CONTENT.instruments.values()}


@pytest.mark.parametrize("name", BOOKS)
def test_no_rulebook_calls_anybody_compliant(name: str) -> None:
    assert not re.search(r"\bcompliant\b", BOOKS[name], re.IGNORECASE)


@pytest.mark.parametrize("name", CONTENT.instruments)
def test_the_index_names_every_rulebook(name: str) -> None:
    assert re.search(rf"`{re.escape(name)}(?![\w-])", BOOKS["index.md"]), f"index.md does not name `{name}`"


def test_the_index_names_no_rule_that_does_not_exist() -> None:
    known = {rule.id for rule in CONTENT.rules} | set(CONTENT.instruments)
    stems = {name.split(".")[0] for name in CONTENT.instruments}
    named = re.findall(r"`((?:[a-z-]+\.)[a-z0-9][\w.-]*)`", BOOKS["index.md"])
    assert not [
        name for name in named if name.split(".")[0] in stems and name not in known and not name.endswith(("...", "-"))
    ]


@pytest.mark.parametrize("rule", CONTENT.rules, ids=lambda rule: f"{rule.id} {rule.in_force.start}")
def test_each_because_is_one_plain_sentence_without_a_full_stop(rule: Any) -> None:
    for sentence in (rule.because, *(limb.because for limb in rule.limbs if limb.because)):
        assert sentence == sentence.strip()
        assert not sentence.endswith(".")
