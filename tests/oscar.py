"""
A real shop to try things on: django-oscar on loopback, with the file of the how-to in it.

It is installed from the package index into a folder of its own, once, and is no part of sayso's environment. Where that is
not possible its tests say so and are skipped; with SAYSO_REQUIRE_PARTS set, as in CI, they fail.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from parts import alone

HERE = Path(__file__).parent
HOW_TO = HERE.parent / "docs" / "how-to"
OSCAR = "django-oscar[sorl-thumbnail]==4.2.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sayso-tests" / "django-oscar-4.2.1"


def python_with_oscar() -> Path:
    """The interpreter of the shop's own environment, made on first use by one process, for which the others wait."""
    python = CACHE / "bin" / "python"
    if not (CACHE / "ready").exists():
        with alone(CACHE):
            if not (CACHE / "ready").exists():
                _install(python)
    return python


def _install(python: Path) -> None:
    shutil.rmtree(CACHE, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(CACHE)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", OSCAR]
    done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        said = f"django-oscar cannot be installed here: {done.stderr.strip().splitlines()[-1:]}"
        pytest.fail(said) if os.environ.get("SAYSO_REQUIRE_PARTS") else pytest.skip(said)
    (CACHE / "ready").touch()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def shop_running(home: Path, port: int, sayso: str, secret: str, gateway: str = "") -> Iterator[tuple[str, str]]:
    """
    The shop's address and the id of its one product, while it runs in `home` and tells `sayso` of its checkouts.

    `gateway` is HTML added to the page on which a guest types an email address.
    """
    python = python_with_oscar()
    shutil.copytree(HERE / "hooks" / "oscar_shop", home)
    shutil.copy(HOW_TO / "sayso_oscar.py", home)
    if gateway:
        page = home / "templates" / "oscar" / "checkout" / "gateway.html"
        page.parent.mkdir(parents=True)
        block = "{% block content %}{{ block.super }}" + gateway + "{% endblock %}"
        page.write_text('{% extends "oscar/checkout/gateway.html" %}' + block)
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "settings", "OSCAR_HOME": str(home), "SAYSO_SECRET": secret,
        "SAYSO_URL": sayso, "PYTHONPATH": str(home),
    }  # fmt: skip
    run: dict[str, Any] = {"cwd": home, "env": environment}
    subprocess.run([python, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"], check=True, **run)
    seeded = subprocess.run([python, "seed.py"], check=True, capture_output=True, text=True, **run)
    command = [python, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with (home / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, **run) as running:
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", seeded.stdout.strip()
        finally:
            running.terminate()
