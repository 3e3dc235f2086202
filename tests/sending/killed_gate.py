"""
Runs `sayso gate` in a process of its own that can be killed and started again in no time.

The processes are forked from one that has loaded this module and made ready the law, and nothing else. What the command
line does with the command is done in each of them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dispatched import NOW

from sayso import cli
from sayso.cli import gate  # noqa: F401 -- what it imports is loaded once
from sayso.decision import judge_for
from sayso.law import rulebooks
from sayso.ledger.business import Business
from sayso.ledger.standing import standing_of
from sayso.ledger.states import BusinessState
from sayso.notices import reading  # noqa: F401
from sayso.sending import topics, wiring  # noqa: F401
from sayso.sending.gate import serving  # noqa: F401

judge_for(standing_of(rulebooks(), Business(BusinessState(), NOW)).law, "gate").compiled(NOW.date())  # kept in memory
LOADED_BY = os.getpid()


def main(home: Path, said: Path) -> None:
    """`sayso gate` for the store in `home`; what it prints is added to the file `said`."""
    assert os.getpid() != LOADED_BY
    with said.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ["SAYSO_HOME"] = str(home)
    sys.argv = ["sayso", "gate"]
    cli.main()
