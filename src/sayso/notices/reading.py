"""Reading a declaration from YAML: every problem at once, each with file, line and the nearest word that is known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec
import yaml
from email_validator import EmailNotValidError, validate_email

from sayso.law.expression import nearest
from sayso.notices.countries import COUNTRIES
from sayso.notices.declaration import (
    PLAIN,
    Box,
    Business,
    Complaints,
    Declaration,
    Field,
    Form,
    Jurisdiction,
    Kind,
    Purpose,
    Recipient,
    RecipientKind,
    Retention,
    Source,
    SourceKind,
    Tracking,
    uses,
)
from sayso.notices.errors import DeclarationError, Problem
from sayso.vocabulary import Channel
from sayso.vocabulary.person import CollectedFor

DECLARATION = "notices.yaml"
"""Beside the store: what the business declares of itself."""

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
_LENGTH = re.compile(r"\b(\d{1,4}) (day|week|month|year)s?\b")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_NAME = re.compile(r"[a-z][a-z0-9-]*")

Path_ = tuple[str, ...]


def read_declaration(path: Path) -> Declaration:
    """Raises DeclarationError with everything that is wrong, FileNotFoundError where there is no file."""
    return parse_declaration(path.read_text("utf-8"), path.name)


def parse_declaration(text: str, file: str = "notices.yaml") -> Declaration:
    """As `read_declaration`, from the text itself."""
    reader = _Reader(file)
    plain = reader.plain(text)
    try:
        declared = msgspec.convert(plain, Declaration, strict=False)
    except msgspec.ValidationError as error:
        raise DeclarationError([reader.misread(str(error), plain)]) from None
    problems = list(reader.problems_of(declared))
    if problems:
        raise DeclarationError(problems)
    return declared


def retention(kept: str) -> Retention:
    """How long, with the length in days where the words say one; the longest, where they say several."""
    lengths = [int(number) * _DAYS[unit] for number, unit in _LENGTH.findall(kept)]
    return Retention(kept, max(lengths, default=None))


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {(): 1}

    def plain(self, text: str) -> Any:
        """The values as text, lists and mappings, noting the line of each."""
        try:
            node = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise DeclarationError(
                [self._problem_at(mark.line + 1 if mark else 1, f"not readable: {getattr(error, 'problem', error)}")]
            ) from None
        if not isinstance(node, yaml.MappingNode):
            raise DeclarationError([self._problem_at(1, "a declaration is a mapping; start with `business:`")])
        return self._value(node, ())

    def _value(self, node: yaml.Node, path: Path_) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return " ".join(str(node.value).split())
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, str(number))) for number, item in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                raise DeclarationError([self._problem_at(line, f"`{name}` is written twice; keep one")])
            self.lines[(*path, name)] = line
            found[name] = self._value(value, (*path, name))
        return found

    def _problem_at(self, line: int, message: str) -> Problem:
        return Problem(self.file, line, message)

    def problem(self, path: Path_, message: str) -> Problem:
        """A problem at the nearest place on this path that has a line."""
        while path not in self.lines:
            path = path[:-1]
        return self._problem_at(self.lines[path], message)

    def misread(self, said: str, plain: Any) -> Problem:
        """What msgspec could not convert, in our words."""
        found = _AT.match(said)
        what, where = (found["what"], found["path"] or "$") if found else (said, "$")
        path = self._path(where, plain)
        if unknown := re.search(r"unknown field `([^`]*)`", what):
            return self.problem(
                (*path, unknown[1]), f"`{unknown[1]}` is not read here{nearest(unknown[1], _fields_at(path))}"
            )
        if missing := re.search(r"missing required field `([^`]*)`", what):
            return self.problem(path, f"`{'.'.join(path) or 'the declaration'}` lacks `{missing[1]}`; add it")
        if value := re.search(r"Invalid enum value '([^']*)'", what):
            words = [word for choice in _CHOICES for word in get_args(choice)]
            return self.problem(path, f"`{value[1]}` is not known at `{'.'.join(path)}`{nearest(value[1], words)}")
        return self.problem(path, f"`{'.'.join(path)}`: {what[:1].lower()}{what[1:]}")

    def _path(self, where: str, plain: Any) -> Path_:
        """msgspec writes a mapping's key as `[...]`: take the first item under which a longer path is broken."""
        path: list[str] = []
        for step in _STEP.finditer(where):
            name = step[1] or step[2]
            if name is None:
                rest = where[step.end() :]
                name = self._culprit(tuple(path), rest, plain)
            path.append(name)
        return tuple(path)

    def _culprit(self, path: Path_, rest: str, plain: Any) -> str:
        """Which item of a mapping cannot be converted: each is tried by itself."""
        node = plain
        for name in path:
            node = node[int(name)] if isinstance(node, list) else node[name]
        for name, value in node.items():
            try:
                msgspec.convert(value, _ITEMS[path[-1]], strict=False)
            except msgspec.ValidationError as error:
                if str(error).endswith(f"`${rest}`") or (not rest and " - at " not in str(error)):
                    return str(name)
        return str(next(iter(node)))

    def problems_of(self, declared: Declaration) -> Any:
        """What no type says: keys that lead nowhere, marketing half declared, addresses that are none."""
        yield from self._business(declared)
        kinds, purposes, sources = list(declared.data), list(declared.purposes), list(declared.sources)
        for key, kind in declared.data.items():
            at = ("data", key)
            if not _KEY.fullmatch(key):
                yield self.problem(
                    at, f"`{key}` is not a key; write words joined by dots, such as `user.contact.email`"
                )
            if not kind.words and key not in PLAIN:
                yield self.problem(at, f"`{key}` has no plain words; add `words`{nearest(key, list(PLAIN))}")
            yield from self._known((*at, "sources"), kind.sources, sources, "source")
        for key, purpose in declared.purposes.items():
            at = ("purposes", key)
            yield from self._known((*at, "data"), purpose.data, kinds, "kind of data")
            if bool(purpose.topics) != bool(purpose.channels):
                lacking = "channels" if purpose.topics else "topics"
                yield self.problem(at, f"`{key}` has no `{lacking}`; marketing names both, other purposes neither")
        for key, recipient in declared.recipients.items():
            at = ("recipients", key)
            yield from self._known((*at, "data"), recipient.data, kinds, "kind of data")
            yield from self._countries((*at, "countries"), recipient.countries)
        for key, form in declared.forms.items():
            yield from self._form(declared, key, form, kinds, purposes)
        if declared.sells_or_shares and "US-CA" in declared.jurisdictions and not declared.opt_out_of_sale:
            yield self.problem(
                ("recipients",),
                "something is sold or shared, and `opt_out_of_sale` names no page to refuse it (Cal. Civ. Code 1798.135(a))",
            )
        if declared.tracking.across_sites and not declared.tracking.signals:
            yield self.problem(
                ("tracking",), "people are followed across sites; say under `signals` how do-not-track is answered"
            )

    def _business(self, declared: Declaration) -> Any:
        business = declared.business
        yield from self._countries(("business", "country"), [business.country])
        try:
            validate_email(business.email, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            yield self.problem(
                ("business", "email"), "`email` is not an address; write the one that people reach you at"
            )
        for name, address in (("website", business.website), ("opt_out_of_sale", declared.opt_out_of_sale)):
            parts = urlsplit(address or "https://none.example")
            if parts.scheme not in ("http", "https") or not parts.hostname:
                at = ("business", name) if name == "website" else (name,)
                yield self.problem(at, f"`{name}` is not the address of a page; it starts with https://")

    def _form(self, declared: Declaration, key: str, form: Form, kinds: list[str], purposes: list[str]) -> Any:
        at = ("forms", key)
        if not _NAME.fullmatch(key) or key == "privacy":
            yield self.problem(
                at, f"`{key}` cannot name a form; use small letters, digits and hyphens, and not `privacy`"
            )
        yield from self._known((*at, "fields"), [field.data for field in form.fields], kinds, "kind of data")
        yield from self._known((*at, "purposes"), form.purposes, purposes, "purpose")
        told = uses([declared.purposes[name] for name in form.purposes if name in declared.purposes])
        for number, box in enumerate(form.boxes):
            for topic in box.topics:
                missing = sorted(set(box.channels) - set(told.get(topic, [])))
                if missing:
                    where = (*at, "boxes", str(number))
                    yield self.problem(
                        where,
                        f"box `{box.id}` asks for {topic} by {', '.join(missing)}, which no purpose of this form declares",
                    )

    def _known(self, at: Path_, named: list[str], known: list[str], what: str) -> Any:
        if not named:
            yield self.problem(at, f"`{'.'.join(at)}` is empty; name at least one {what}")
        for number, name in enumerate(named):
            if name not in known:
                yield self.problem((*at, str(number)), f"no {what} is called `{name}`{nearest(name, known)}")

    def _countries(self, at: Path_, codes: list[str]) -> Any:
        for number, code in enumerate(codes):
            if code not in COUNTRIES:
                yield self.problem((*at, str(number)), f"`{code[:20]}` is not a country; write two letters, such as AU")


_CHOICES = (
    Jurisdiction, SourceKind, RecipientKind, Channel, CollectedFor,
)  # fmt: skip
_ITEMS: dict[str, Any] = {
    "sources": Source,
    "data": Kind,
    "purposes": Purpose,
    "recipients": Recipient,
    "forms": Form,
}


def _fields_at(path: Path_) -> list[str]:
    """The names that are read at this place of a declaration."""
    match path:
        case ():
            part: Any = Declaration
        case ("business" | "complaints" | "tracking" as name,):
            part = {"business": Business, "complaints": Complaints, "tracking": Tracking}[name]
        case ("forms", _, "fields" | "boxes" as name, _):
            part = {"fields": Field, "boxes": Box}[name]
        case (name, _) if name in _ITEMS:
            part = _ITEMS[name]
        case _:
            return []
    return list(part.__struct_fields__)
