"""Stores that are made once and copied from then on: that is several times as quick as to make them anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sayso.ledger import Ledger


def copied(home: Path, make: Callable[..., None], *given: Any) -> None:
    """Put at `home` what `make` makes there of what is `given`, and closes. Each process makes it once."""
    shutil.copytree(Path(_made(make, *given).name) / "store", home, dirs_exist_ok=True)


@cache
def _made(make: Callable[..., None], *given: Any) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    make(Path(folder.name) / "store", *given)
    return folder


def fresh(home: Path, at: datetime) -> None:
    """A store with nothing in it, made at that time."""
    copied(home, _init, at)


def _init(home: Path, at: datetime) -> None:
    Ledger.init(home, clock=lambda: at).close()
