"""
JSON as shops export it, item by item: a list, or an object that holds one under its usual name, or one item alone.

Only one item is in memory at a time. The file is gone through once before anything is read from it, so that one that
stops being JSON half way is refused whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TextIO

import msgspec

from sayso.capture.errors import BadRowError, FileRefusedError
from sayso.capture.files import TextFile

LARGEST_ITEM = 64 << 20
"""Characters. No checkout, order or customer is this long."""

_CHUNK = 1 << 20
_JSON = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_HEAD = re.compile(r'\{\s*"(\w+)"\s*:\s*\[')
_SAMPLE = 200
"""Items looked at to tell what they are."""


@dataclass(frozen=True)
class JsonList:
    """The items of a JSON file: how many, the first of them, and all of them when asked for."""

    file: TextFile
    names: frozenset[str]
    key: str
    """The name the list stands under; empty where it stands alone."""
    count: int
    first: tuple[Any, ...]

    def items(self) -> Iterator[Any | BadRowError]:
        """Each item, or what is wrong with it."""
        for text in _texts(self.file, self.names):
            try:
                yield msgspec.json.decode(text)
            except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError):
                yield BadRowError("there are characters or numbers in it that JSON does not have; export it again")


def open_json(file: TextFile, names: frozenset[str]) -> JsonList:
    """
    Go through the whole file once. `names` are those a list of items may stand under, in the plural.

    Raises `FileRefusedError` with the place where it stops being JSON.
    """
    with file.path.open(encoding=file.encoding) as stream:
        head = _HEAD.match(stream.read(4096).lstrip())
    key = head[1] if head and head[1] in names else ""
    found = JsonList(file, names, key, sum(1 for _ in _texts(file, names)), ())
    first = tuple(item for item in islice(found.items(), _SAMPLE) if not isinstance(item, BadRowError))
    return JsonList(file, names, key, found.count, first)


def _texts(file: TextFile, names: frozenset[str]) -> Iterator[str]:
    """Each item as it is written."""
    with file.path.open(encoding=file.encoding) as stream:
        scan = _Scan(stream, file.path.name)
        start = scan.peek()
        head = _HEAD.match(scan.text, scan.at)
        if start == "[":
            scan.at += 1
            yield from _list(scan)
        elif head and head[1] in names:
            scan.at = head.end()
            yield from _list(scan)
            _rest_of_object(scan)
        else:
            yield from _alone(scan.value(), names)
        if scan.peek():
            raise scan.broken(scan.at)


def _list(scan: _Scan) -> Iterator[str]:
    if scan.peek() == "]":
        scan.at += 1
        return
    while True:
        yield scan.value()
        mark = scan.peek()
        if mark not in ("]", ","):
            raise scan.broken(scan.at)
        scan.at += 1
        if mark == "]":
            return


def _rest_of_object(scan: _Scan) -> None:
    while scan.peek() == ",":
        scan.at += 1
        scan.value()
        if scan.peek() != ":":
            raise scan.broken(scan.at)
        scan.at += 1
        scan.value()
    if scan.peek() != "}":
        raise scan.broken(scan.at)
    scan.at += 1


def _alone(text: str, names: frozenset[str]) -> Iterator[str]:
    """One value: an item, an item under its name (`{"order": {...}}`, perhaps with one remark beside it), or an object that holds a list further down."""
    value = json.loads(text)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in names and isinstance(inner, list):
                yield from (json.dumps(item) for item in inner)
                return
            if f"{key}s" in names and isinstance(inner, dict) and len(value) <= 2:
                yield json.dumps(inner)
                return
    yield text


class _Scan:
    """Reads JSON text a piece at a time, one value after the other."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._lines = 0
        self._column = 0
        self.text = ""
        self.at = 0

    def _more(self) -> bool:
        """Let go of what was read and take the next piece; false at the end."""
        piece = self._stream.read(max(_CHUNK, len(self.text)))
        gone = self.text[: self.at]
        self._lines += gone.count("\n")
        self._column = len(gone) - gone.rfind("\n") - 1 if "\n" in gone else self._column + len(gone)
        self.text = self.text[self.at :] + piece
        self.at = 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is not blank; nothing at the end."""
        while True:
            blank = _BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def value(self) -> str:
        """The text of the next value. Raises `FileRefusedError` where there is none."""
        self.peek()
        while True:
            place = len(self.text)
            try:
                end = _JSON.raw_decode(self.text, self.at)[1]
            except json.JSONDecodeError as problem:
                end, place = 0, problem.pos
            except (RecursionError, ValueError):
                raise FileRefusedError(
                    f"`{self._name}` is nested too deeply to be an export; export it again"
                ) from None
            if 0 < end < len(self.text):
                text = self.text[self.at : end]
                self.at = end
                return text
            if len(self.text) - self.at > LARGEST_ITEM:
                raise self.broken(place)
            before = self.at
            if not self._more():
                if not end:
                    raise self.broken(place - before)
                text, self.at = self.text, len(self.text)
                return text

    def broken(self, place: int) -> FileRefusedError:
        """The error that names where the text stops being JSON."""
        before = self.text[:place]
        line = self._lines + before.count("\n") + 1
        column = len(before) - before.rfind("\n") if "\n" in before else self._column + len(before) + 1
        return FileRefusedError(
            f"`{self._name}` is not well-formed JSON (line {line}, column {column}); it may have been cut off: "
            "export it again"
        )
