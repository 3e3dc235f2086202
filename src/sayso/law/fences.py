"""
Reading a rulebook's Markdown: its fenced blocks with the prose above each, every value kept as text with its line.

YAML gives the shape only: values stay text (`NO` is Norway, `21:00` is not 1260) and a repeated key is refused, which
YAML readers drop in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import yaml
from markdown_it import MarkdownIt

from sayso.law.fields import FIELDS
from sayso.law.tree import Place

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml's reader, ten times as quick, where PyYAML was built with it."""


class Line(msgspec.Struct, frozen=True):
    """One value as written, and where."""

    value: str | list[Line] | dict[str, Line]
    place: Place


class Fence(msgspec.Struct, frozen=True):
    kind: str
    fields: dict[str, Line]
    text: str
    place: Place


class LawProblem(msgspec.Struct, frozen=True):
    """One thing wrong in a rulebook: place, rule and limb, and a sentence with the reader's words and what to do."""

    place: Place
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.place} {self.subject}: {self.message}" if self.subject else f"{self.place} {self.message}"


class LawError(Exception):
    """A rulebook cannot be loaded; `problems` says every thing that is wrong with it."""

    def __init__(self, problems: list[LawProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def fences(file: str, text: str) -> Iterator[Fence]:
    """Each fenced block of a rulebook that this project reads, with the prose since the heading or block before it."""
    prose: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        kind = token.info.strip() if token.type == "fence" else ""
        if kind in FIELDS:
            start = token.map[0] + 1 if token.map else 1
            yield Fence(kind, _fields(file, start, token.content), "\n\n".join(prose), Place(file, start))
            prose = []
        elif kind:
            line = token.map[0] + 1 if token.map else 1
            raise LawError(
                [LawProblem(Place(file, line), "", f"a block of kind `{kind}` is not read; one of {', '.join(FIELDS)}")]
            )
        elif token.type == "heading_open":
            prose = []
        elif token.type == "inline" and token.content:
            prose.append(token.content)


def _fields(file: str, offset: int, content: str) -> dict[str, Line]:
    try:
        node = yaml.compose(content, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = offset + 1 + (mark.line if mark else 0)
        raise LawError(
            [LawProblem(Place(file, line), "", f"not readable: {getattr(error, 'problem', error)}")]
        ) from None
    if not isinstance(node, yaml.MappingNode):
        raise LawError([LawProblem(Place(file, offset), "", "a block holds `key: value` lines")])
    value = _line(file, offset + 1, node).value
    assert isinstance(value, dict)  # noqa: S101 -- a mapping node always reads as one
    return value


def _line(file: str, offset: int, node: yaml.Node) -> Line:
    place = Place(file, offset + node.start_mark.line)
    if isinstance(node, yaml.ScalarNode):
        return Line(" ".join(str(node.value).split()), place)
    if isinstance(node, yaml.SequenceNode):
        return Line([_line(file, offset, item) for item in node.value], place)
    fields: dict[str, Line] = {}
    for key, value in node.value:
        where = Place(file, offset + key.start_mark.line)
        if key.value in fields:
            raise LawError([LawProblem(where, "", f"`{key.value}` is written twice; keep one")])
        fields[str(key.value)] = Line(_line(file, offset, value).value, where)
    return Line(fields, place)
