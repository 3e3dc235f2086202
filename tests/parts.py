"""
The real parts that tests need from Debian, installed where that is possible: `python tests/parts.py`.

Where one is missing and cannot be installed, its tests skip with a message that names the package; with
SAYSO_REQUIRE_PARTS set, as in CI, they fail.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTS = {
    "chromium": ("chromium", "fonts-liberation"),
    "bearerbox": ("kannel", "kannel-extras"),
    "unshare": ("util-linux",),
    "psql": ("postgresql",),
    "postfix": ("postfix", "libsasl2-modules"),
    "swaks": ("swaks", "libnet-ssleay-perl"),
    "spamassassin": ("spamassassin",),
}
"""Program -> Debian packages that bring it."""


def missing() -> list[str]:
    """The programs that are not there."""
    return [program for program in PARTS if shutil.which(program) is None]


def install(programs: list[str]) -> None:
    """Install what is missing if this is root on Debian; else leave it."""
    if not programs or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    packages = [package for program in programs for package in PARTS[program]]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        env=quiet, check=False, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Of several processes of tests one at a time, for which the others wait, may make this folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    install(missing())
    for program in missing():
        print(f"{program} is missing: its tests skip; install Debian's {' '.join(PARTS[program])}", file=sys.stderr)
