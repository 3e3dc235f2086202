"""From Markdown rulebooks to the rule tree; everything wrong is refused with file, line and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, get_args

import msgspec

from sayso.law import tree
from sayso.law.check import check
from sayso.law.expression import ExpressionError, Reader, nearest
from sayso.law.fences import Fence, LawError, LawProblem, Line, fences
from sayso.law.fields import FIELDS
from sayso.vocabulary import LAYERS, VOCABULARY, Layer, Vocabulary


class Content(msgspec.Struct):
    """All that a set of rulebooks says, in the order read."""

    instruments: dict[str, tree.Instrument] = {}
    rules: list[tree.Rule] = []
    definitions: dict[str, tree.Definition] = {}
    numbers: dict[str, tuple[tree.DatedValue, ...]] = {}
    penalties: list[tree.Penalty] = []


class _WrongError(Exception):
    def __init__(self, place: tree.Place, subject: str, message: str) -> None:
        self.problem = LawProblem(place, subject, message)


def read(files: Iterable[tuple[str, str]], vocabulary: Vocabulary = VOCABULARY) -> Content:
    """
    The content of rulebooks given as (name, Markdown text).

    Raises LawError with every problem found, each with file, line, the reader's words and the nearest match.
    """
    problems: list[LawProblem] = []
    blocks: list[Fence] = []
    for name, text in files:
        try:
            blocks.extend(fences(name, text))
        except LawError as error:
            problems.extend(error.problems)
    names = {
        _text(block.fields["name"]): _text(block.fields["for_each"]) if "for_each" in block.fields else None
        for block in blocks
        if block.kind == "define" and "name" in block.fields
    }
    numbers = {_text(block.fields["name"]) for block in blocks if block.kind == "numbers" and "name" in block.fields}
    builder = _Builder(vocabulary, Reader(vocabulary, names, numbers))
    for block in blocks:
        try:
            builder.add(block)
        except _WrongError as wrong:
            problems.append(wrong.problem)
    problems.extend(builder.problems)
    if not problems:
        problems.extend(check(builder.content, vocabulary))
    if problems:
        raise LawError(problems)
    return builder.content


def _text(line: Line) -> str:
    return line.value if isinstance(line.value, str) else ""


class _Builder:
    def __init__(self, vocabulary: Vocabulary, reader: Reader) -> None:
        self.vocabulary = vocabulary
        self.reader = reader
        self.content = Content()
        self.problems: list[LawProblem] = []
        self.instrument = ""

    def add(self, block: Fence) -> None:
        keys = FIELDS[block.kind]
        subject = next((_text(block.fields[key]) for key in ("id", "name") if key in block.fields), block.kind)
        for key, line in block.fields.items():
            if key not in keys:
                hint = nearest(key, sorted(keys))
                raise _WrongError(line.place, subject, f"a {block.kind} has no `{key}`{hint}")
        for name, known in keys.items():
            if known.needed and name not in block.fields:
                raise _WrongError(block.place, subject, f"`{name}` is missing")
        getattr(self, f"_{block.kind}")(block, subject)

    def _instrument(self, block: Fence, subject: str) -> None:
        layer: Layer = self._one_of(block.fields["layer"], subject, LAYERS)
        if subject in self.content.instruments:
            raise _WrongError(
                block.place, subject, f"this id is already used at {self.content.instruments[subject].place}"
            )
        on = block.fields.get("on_by_default")
        state = self._one_of(on, subject, ("yes", "no", "always")) if on else "yes"
        self.instrument = subject
        self.content.instruments[subject] = tree.Instrument(
            id=subject,
            title=_text(block.fields["title"]),
            jurisdiction=_text(block.fields["jurisdiction"]),
            layer=layer,
            source=_text(block.fields["source"]),
            applies=self._limbs(block.fields.get("applies"), subject, None),
            on_by_default=state != "no",
            always=state == "always",
            text=block.text,
            place=block.place,
        )

    def _rule(self, block: Fence, subject: str) -> None:
        fields = block.fields
        if not self.instrument or not subject.startswith(self.instrument + "."):
            raise _WrongError(
                block.place,
                subject,
                f"a rule's id starts with its instrument's: `{self.instrument or '(none above)'}.`",
            )
        each = self._each(fields, subject)
        shapes = [key for key in ("forbidden_when", "must", "exception_to") if key in fields]
        if len(shapes) != 1:
            raise _WrongError(
                block.place,
                subject,
                "a rule is a ban (`forbidden_when`), a duty (`when` and `must`) or an exception (`exception_to` and `where`)",
            )
        kind: Any = {"forbidden_when": "ban", "must": "duty", "exception_to": "exception"}[shapes[0]]
        condition = {"ban": "forbidden_when", "duty": "when", "exception": "where"}[kind]
        for key in {"forbidden_when", "when", "where"} - {condition}:
            if key in fields:
                raise _WrongError(
                    fields[key].place, subject, f"a {kind} has no `{key}`; its conditions are under `{condition}`"
                )
        if condition not in fields:
            raise _WrongError(block.place, subject, f"`{condition}` is missing")
        if kind == "duty" and each:
            raise _WrongError(
                fields["for_each"].place,
                subject,
                "a duty is about the message as a whole; `for_each` is for bans and exceptions",
            )
        self.content.rules.append(
            tree.Rule(
                id=subject,
                kind=kind,
                instrument=self.instrument,
                cite=_text(fields["cite"]),
                in_force=self._span(fields["in_force"], subject),
                because=_text(fields["because"]),
                when=self._limbs(fields[condition], subject, each),
                must=self._limbs(fields.get("must"), subject, None),
                each=each,
                exception_to=tuple(self._list(fields["exception_to"], subject)) if kind == "exception" else (),
                obligation=_text(fields["obligation"]) if "obligation" in fields else "",
                verified=self._verified(fields, subject),
                title=_text(fields["title"]) if "title" in fields else "",
                text=block.text,
                place=block.place,
            )
        )

    def _not_encoded(self, block: Fence, subject: str) -> None:
        self.content.rules.append(
            tree.Rule(
                id=subject,
                kind="not_encoded",
                instrument="",
                cite=_text(block.fields["cite"]),
                in_force=tree.Span(date.min),
                because=_text(block.fields["because"]),
                when=self._limbs(block.fields["scope"], subject, None),
                verified=self._verified(block.fields, subject),
                title=_text(block.fields["title"]),
                text=block.text,
                place=block.place,
            )
        )

    def _define(self, block: Fence, subject: str) -> None:
        fields = block.fields
        joins = [key for key in ("all", "any") if key in fields]
        if len(joins) != 1:
            raise _WrongError(block.place, subject, "a definition has either `all` or `any`, with lettered limbs")
        if subject in self.content.definitions:
            raise _WrongError(block.place, subject, f"already defined at {self.content.definitions[subject].place}")
        if subject in self.vocabulary.facts:
            raise _WrongError(block.place, subject, "a fact has this name; choose another")
        each = self._each(fields, subject)
        self.content.definitions[subject] = tree.Definition(
            name=subject,
            join="all" if joins[0] == "all" else "any",
            limbs=self._limbs(fields[joins[0]], subject, each),
            cite=_text(fields["cite"]),
            instrument=self.instrument,
            each=each,
            verified=self._verified(fields, subject),
            text=block.text,
            place=block.place,
        )

    def _numbers(self, block: Fence, subject: str) -> None:
        values = []
        lines = block.fields["values"].value
        if not isinstance(lines, list) or not lines:
            raise _WrongError(block.place, subject, "`values` is a list of {value, from, cite, verified}")
        for line in lines:
            fields = line.value if isinstance(line.value, dict) else {}
            if fields.keys() != {"value", "from", "cite", "verified"}:
                raise _WrongError(line.place, subject, "each value is {value, from, cite, verified}")
            values.append(
                tree.DatedValue(
                    self._number(fields["value"], subject),
                    self._day(fields["from"], subject),
                    _text(fields["cite"]),
                    self._verified(fields, subject),
                )
            )
        if [value.start for value in values] != sorted({value.start for value in values}):
            raise _WrongError(block.place, subject, "values stand in order of `from`, each day once")
        if subject in self.content.numbers:
            raise _WrongError(block.place, subject, "this number is already given elsewhere")
        self.content.numbers[subject] = tuple(values)

    def _penalty(self, block: Fence, subject: str) -> None:
        fields = block.fields
        self.content.penalties.append(
            tree.Penalty(
                id=subject,
                rules=tuple(self._list(fields["rules"], subject)),
                cite=_text(fields["cite"]),
                kind=_text(fields["kind"]),
                per=_text(fields["per"]),
                currency=_text(fields["currency"]),
                least=self._number(fields["least"], subject) if "least" in fields else 0.0,
                most=self._number(fields["most"], subject),
                in_force=self._span(fields["in_force"], subject),
                unit=_text(fields["unit"]) if "unit" in fields else "",
                condition=_text(fields["condition"]) if "condition" in fields else "",
                who=self._expression(fields["who"], subject, None) if "who" in fields else None,
                verified=self._verified(fields, subject),
                place=block.place,
            )
        )

    def _limbs(self, line: Line | None, subject: str, each: str | None) -> tuple[tree.Limb, ...]:
        if line is None:
            return ()
        if not isinstance(line.value, dict) or not line.value:
            raise _WrongError(line.place, subject, "limbs are lettered lines: `(a): ...`")
        limbs = []
        for letter, written in line.value.items():
            name = f"{subject} {letter}"
            if not (letter.startswith("(") and letter.endswith(")") and len(letter) > 2):
                raise _WrongError(written.place, name, "a limb is lettered in brackets: `(a)`")
            fields = written.value if isinstance(written.value, dict) else {"is": written}
            if unknown := fields.keys() - {"is", "because", "arguable"}:
                raise _WrongError(
                    written.place,
                    name,
                    f"a limb has no `{min(unknown)}`{nearest(min(unknown), ['is', 'because', 'arguable'])}",
                )
            if "is" not in fields:
                raise _WrongError(written.place, name, "`is` is missing")
            expression = self._try_expression(fields["is"], name, each)
            if expression is None:
                continue
            arguable = None
            if "arguable" in fields:
                readings = fields["arguable"].value
                if not isinstance(readings, dict) or readings.keys() != {"permits", "refuses"}:
                    raise _WrongError(
                        fields["arguable"].place, name, "`arguable` gives both readings: `permits` and `refuses`"
                    )
                arguable = tree.Arguable(_text(readings["permits"]), _text(readings["refuses"]))
            because = _text(fields["because"]) if "because" in fields else ""
            limbs.append(tree.Limb(letter, _text(fields["is"]), expression, because, arguable))
        return tuple(limbs)

    def _try_expression(self, line: Line, subject: str, each: str | None) -> tree.Expression | None:
        try:
            return self._expression(line, subject, each)
        except _WrongError as wrong:
            self.problems.append(wrong.problem)
            return None

    def _expression(self, line: Line, subject: str, each: str | None) -> tree.Expression:
        try:
            return self.reader.read(_text(line), each)
        except ExpressionError as error:
            raise _WrongError(line.place, subject, str(error)) from None

    def _each(self, fields: dict[str, Line], subject: str) -> Any:
        return self._one_of(fields["for_each"], subject, ("ground", "stop")) if "for_each" in fields else None

    def _verified(self, fields: dict[str, Line], subject: str) -> Any:
        return self._one_of(fields["verified"], subject, get_args(tree.Verified))

    def _one_of(self, line: Line, subject: str, words: tuple[str, ...]) -> Any:
        word = _text(line)
        if word not in words:
            raise _WrongError(
                line.place, subject, f"`{word}` is not one of {', '.join(words)}{nearest(word, list(words))}"
            )
        return word

    def _list(self, line: Line, subject: str) -> list[str]:
        if not isinstance(line.value, list) or not line.value:
            raise _WrongError(line.place, subject, "write a list: `[one, another]`")
        return [_text(item) for item in line.value]

    def _number(self, line: Line, subject: str) -> float:
        try:
            return float(_text(line).replace("_", ""))
        except ValueError:
            raise _WrongError(line.place, subject, f"`{_text(line)}` is not a number") from None

    def _day(self, line: Line, subject: str) -> date:
        try:
            return date.fromisoformat(_text(line))
        except ValueError:
            raise _WrongError(line.place, subject, f"`{_text(line)}` is not a day; write it as 2026-11-24") from None

    def _span(self, line: Line, subject: str) -> tree.Span:
        fields = line.value if isinstance(line.value, dict) else {}
        if not {"from"} <= fields.keys() <= {"from", "before"}:
            raise _WrongError(line.place, subject, "`in_force` is {from: day} or {from: day, before: day}")
        span = tree.Span(
            self._day(fields["from"], subject), self._day(fields["before"], subject) if "before" in fields else None
        )
        if span.before and span.before <= span.start:
            raise _WrongError(line.place, subject, f"in force before `{span.before}` but only from `{span.start}`")
        return span
