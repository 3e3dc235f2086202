"""
Each attempt at a message as a durable workflow (DBOS): handed over, then written down, each of them kept on its own.

What a crash leaves unfinished is taken up again when the engine starts. The dispatch knows what it had in hand then: a
message that may have reached the next hop is `unknown` and does not go again by itself. The engine's tables hold names
of campaigns and steps, ids, and sentences without contact details.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec
from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID

from sayso.sending.campaigns.declared import CampaignError
from sayso.sending.campaigns.records import Known
from sayso.sending.campaigns.tables import open_database

LOCK = "campaigns.lock"
KEPT = timedelta(days=7)
"""How long a finished attempt stays in the engine's tables; its outcome stays in ours."""
UNFINISHED = ["PENDING", "ENQUEUED", "DELAYED"]


class Attempt(msgspec.Struct, frozen=True):
    """One try at one step for one cart. `number` counts from 1."""

    campaign: str
    step: str
    cart: str
    person: str
    number: int

    @property
    def id(self) -> str:
        return f"{self.campaign}:{self.step}:{self.cart}:{self.number}"


class Hands(Protocol):
    """What the workflow's steps do."""

    def hand_over(self, attempt: Attempt) -> Known:
        """Send it if it may be sent, unless it went before or may have. Never raises once the next hop may have it."""

    def keep(self, known: Known) -> None:
        """Write down what became of it; said twice, it stands once."""


_hands: Hands | None = None


def _working() -> Hands:
    if _hands is None:
        raise CampaignError("no campaign engine runs in this process; start one with `sayso campaign run`")
    return _hands


@DBOS.step(name="hand over")
def _hand_over(attempt: list[Any]) -> str:
    return msgspec.json.encode(_working().hand_over(Attempt(*attempt))).decode()


@DBOS.step(name="write down")
def _keep(known: str) -> None:
    _working().keep(msgspec.json.decode(known, type=Known))


@DBOS.workflow(name="attempt")
def _attempt(attempt: list[Any]) -> None:
    _keep(_hand_over(attempt))


def run_attempt(attempt: Attempt) -> None:
    """Make an attempt, or wait for the end of the one that was begun under its id. Safe between threads."""
    with SetWorkflowID(attempt.id):
        _attempt(list(msgspec.structs.astuple(attempt)))


class _Json(Serializer):
    """Plain JSON, so that the tables can be read and nothing is run that stands in them."""

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {"error": type(data).__name__}
        return msgspec.json.encode(data).decode()

    def deserialize(self, serialized_data: str) -> Any:
        return msgspec.json.decode(serialized_data)

    def name(self) -> str:
        return "json"


@contextmanager
def engine(home: Path, url: str, hands: Hands) -> Iterator[None]:
    """
    The engine of one store, alone in it; what was left unfinished is finished first. Raises CampaignError.

    One process at a time sends a store's campaigns: a second would take up what the first has in hand.
    """
    global _hands
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CampaignError("another process runs the campaigns of this store; one is enough") from None
        database = open_database(url)
        config: DBOSConfig = {
            "name": "sayso",
            "system_database_url": url,
            "system_database_engine": database,
            "application_version": "1",
            "executor_id": "sayso",
            "serializer": _Json(),
            "log_level": "ERROR",
            "enable_otlp": False,
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": 0.1,  # nobody is notified; the end waits for the next look
        }
        _hands = hands
        patience = 30
        try:
            DBOS(config=config)
            DBOS.launch()
            _finish()
            _forget(datetime.now(UTC) - KEPT)
            yield
            if not _unfinished():
                patience = 0  # it would sleep for a second before it first looks whether anything is under way
        finally:
            DBOS.destroy(workflow_completion_timeout_sec=patience)
            logging.getLogger("dbos").handlers.clear()  # they hold on to this run's standard error
            database.dispose()
            _hands = None


def _finish() -> None:
    """Wait for the attempts that the engine takes up again by itself."""
    while _unfinished():
        time.sleep(0.05)


def _unfinished() -> bool:
    return bool(DBOS.list_workflows(status=UNFINISHED, limit=1, load_input=False, load_output=False))


def _forget(before: datetime) -> None:
    while old := DBOS.list_workflows(
        completed_before=before.isoformat(), limit=500, load_input=False, load_output=False
    ):
        DBOS.delete_workflows([one.workflow_id for one in old])
