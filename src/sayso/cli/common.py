"""What the commands share: options, exit codes, and errors that say what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import typer
from rich.markup import escape

from sayso.cli.show import err
from sayso.law import LawError
from sayso.vocabulary import Act, Channel
from sayso.vocabulary.given import FactsError

EXIT = {"allowed": 0, "not_allowed": 3, "depends": 4, "not_covered": 5}
FAILED, USAGE, FOUND = 1, 2, 6
CHANNELS, ACTS = get_args(Channel), get_args(Act)


class UsageError(Exception):
    """Something the caller can put right; the message says how. Ends with exit code 2."""


def home() -> Path:
    """The folder of the store: SAYSO_HOME, or `.sayso` in the home folder."""
    return Path(os.environ.get("SAYSO_HOME") or Path.home() / ".sayso")


def one_of(name: str, word: str | None, words: tuple[str, ...]) -> Any:
    if word is not None and word not in words:
        from sayso.law.expression import nearest

        raise UsageError(
            f"--{name} `{word}` is not known{nearest(word, list(words)) or '; one of ' + ', '.join(words)}"
        )
    return word


def moment(text: str | None) -> datetime | date:
    """A day or moment as written; now if left out. A moment without a zone is UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        read = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at `{text[:40]}` is not a moment; write 2026-11-24 or 2026-11-24T10:00:00+11:00") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def print_json(value: Any) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


@contextmanager
def told() -> Iterator[None]:
    """Expected errors become a sentence and an exit code, never a traceback."""
    from sayso.capture.errors import CaptureError
    from sayso.ledger.errors import LedgerError
    from sayso.notices.errors import NoticeError
    from sayso.reports.casebook import CasebookError
    from sayso.reports.errors import ScreeningError
    from sayso.sending.campaigns.declared import CampaignError
    from sayso.settings import SettingsError

    try:
        yield
    except (UsageError, FactsError) as error:
        say(str(error))
        raise typer.Exit(USAGE) from None
    except (
        LawError,
        CasebookError,
        LedgerError,
        CaptureError,
        NoticeError,
        ScreeningError,
        SettingsError,
        CampaignError,
    ) as error:
        say(str(error))
        raise typer.Exit(FAILED) from None
    except UnicodeDecodeError:
        say("this is not text in UTF-8; save the file again as UTF-8")
        raise typer.Exit(FAILED) from None
    except FileNotFoundError as error:
        say(f"there is no file {error.filename}; check the path")
        raise typer.Exit(USAGE) from None
    except OSError as error:
        say(f"{_wrong(error)}; nothing was half-written, mend that and run it again")
        raise typer.Exit(FAILED) from None


def _wrong(error: OSError) -> str:
    """What the machine could not do, and to which file if that is known."""
    if error.errno == errno.ENOSPC or "No space left" in str(error):
        return f"the disk is full{f' at {error.filename}' if error.filename else ''}: make room there"
    reason = error.strerror or str(error)
    return f"{reason}: {error.filename}" if error.filename else reason


def say(text: str) -> None:
    """A plain sentence on standard error."""
    err.print(escape(text), style="red", soft_wrap=True)


ChannelOption = Annotated[str | None, typer.Option("--channel", "-c", help=f"One of {', '.join(CHANNELS)}.")]
TopicOption = Annotated[
    str | None, typer.Option("--topic", "-t", help="What the marketing is about, such as abandoned_cart.")
]
ActOption = Annotated[
    str | None, typer.Option("--act", help=f"One of {', '.join(ACTS)}; follows from the channel if left out.")
]
AtOption = Annotated[str | None, typer.Option("--at", help="Ask as of this day or moment; now if left out.")]
PortOption = Annotated[
    int, typer.Option("--port", "-p", min=0, max=65535, help="On 127.0.0.1 only; 0 takes a free one.")
]
CostsOption = Annotated[bool, typer.Option("--costs", help="Print every range of what a breach may cost.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
