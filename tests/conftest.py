"""What all tests share: a real part that is missing is a skip with a name, and in CI a failure."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import public
from parts import PARTS

# flufl.bounce brings a package of this name (atpublic), which would hide the tests of the same name from one another.
public.__path__.append(str(Path(__file__).parent / "public"))

# Without what Python keeps of compiled sources, each of the many processes that tests start would compile them all again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Rulebooks and worked cases stay to the end: they need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def part() -> Callable[[str], str]:
    """The path of a real program, such as `chromium`; skips where it is missing, or fails where parts are required."""

    def find(program: str) -> str:
        found = shutil.which(program)
        if found:
            return found
        said = f"{program} is missing; install Debian's {' '.join(PARTS[program])}"
        if os.environ.get("SAYSO_REQUIRE_PARTS"):
            pytest.fail(said)
        pytest.skip(said)

    return find
