"""Mail programs that others wrote, from npm, into a folder of their own, once: nodemailer, maildev, mailauth."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from parts import alone

PACKAGES = ("nodemailer@7.0.13", "maildev@2.2.1", "mailauth@4.13.3")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sayso-tests" / "npm-mail-1"


def node_folder() -> Path:
    """The folder whose node_modules has them. Skips where there is no Node.js or no registry; fails where required."""
    if not (CACHE / "ready").exists():
        with alone(CACHE):
            if not (CACHE / "ready").exists():
                _install()
    return CACHE


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        _without("npm is missing; install Debian's npm")
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    install = [str(npm), "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    done = subprocess.run(install, cwd=CACHE, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        _without(f"{', '.join(PACKAGES)} cannot be installed here: {done.stderr.strip().splitlines()[-1:]}")
    (CACHE / "ready").touch()


def _without(said: str) -> None:
    pytest.fail(said) if os.environ.get("SAYSO_REQUIRE_PARTS") else pytest.skip(said)


def run_node(script: str, *arguments: str, given: bytes = b"", environment: dict[str, str] | None = None) -> str:
    """What a script says, run where `require` finds the packages."""
    done = subprocess.run(
        ["node", "-e", script, *arguments],
        cwd=node_folder(), input=given, capture_output=True, check=False, timeout=60, env={**os.environ, **(environment or {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-800:]
    return done.stdout.decode()
