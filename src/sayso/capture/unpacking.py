"""Which files an import means: folders gone into, zip files unpacked, within limits that no export meets."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sayso.capture.errors import FileRefusedError

LARGEST_ZIP = 4 << 30
"""Bytes a zip file may unpack to."""

DENSEST_ZIP = 100
"""How many times larger than packed a zip file's contents may be. Exports shrink to a tenth or so; bombs far more."""

MOST_FILES = 1000
"""Files one zip file may hold."""


@dataclass(frozen=True)
class Unreadable:
    """A file by its name, and why nothing of it can be read."""

    name: str
    reason: str


def expand(paths: Iterable[Path], unpacked: Path) -> Iterator[Path | Unreadable]:
    """The files meant, out of folders and zip files; a zip file that cannot be used comes with the reason instead."""
    for path in paths:
        if path.is_dir():
            inside = sorted(inner for inner in path.iterdir() if inner.is_file() and not inner.name.startswith("."))
            yield from expand(inside, unpacked)
        elif path.suffix.lower() in (".yaml", ".yml"):
            continue
        elif path.is_file() and zipfile.is_zipfile(path):
            try:
                yield from _unzip(path, unpacked)
            except FileRefusedError as problem:
                yield Unreadable(path.name, str(problem))
        else:
            yield path


def _unzip(path: Path, unpacked: Path) -> Iterator[Path]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_zip(path, members)
            for number, member in enumerate(members):
                name = Path(member.filename).name
                if name.startswith(".") or "__MACOSX" in member.filename:
                    continue
                folder = unpacked / f"{path.stem}-{number}"
                folder.mkdir()
                with archive.open(member) as packed, (folder / name).open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
                yield folder / name
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise FileRefusedError(f"`{path.name}` is damaged or locked; unpack it and import its files") from None
    except OSError as problem:
        raise FileRefusedError(
            f"`{path.name}` could not be unpacked ({problem.strerror}); make room, or unpack it and import its files"
        ) from None


def _check_zip(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip file that is something else or holds more than an export would, before anything is unpacked."""
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise FileRefusedError(f"`{path.name}` is a spreadsheet: open it and save it as `CSV UTF-8`")
    if not members:
        raise FileRefusedError(f"`{path.name}` holds no files; export it again")
    if len(members) > MOST_FILES:
        raise FileRefusedError(
            f"`{path.name}` holds more than {MOST_FILES:,} files; unpack it and import those that are exports"
        )
    size = sum(member.file_size for member in members)
    if size > LARGEST_ZIP:
        raise FileRefusedError(f"`{path.name}` unpacks to more than 4 GiB; unpack it and import its files")
    if size > DENSEST_ZIP * max(path.stat().st_size, 1 << 20):
        raise FileRefusedError(
            f"`{path.name}` unpacks to more than {DENSEST_ZIP} times its size, as no export does; if you trust it, "
            "unpack it and import its files"
        )
