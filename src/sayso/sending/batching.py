"""Many who wait for the disk at once wait for it together: what comes in while one batch is written is the next batch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
STEP, BUSY = 0.001, 0.0004
"""Seconds: how often it is looked whether the loop does something else, and how much of that is something."""
QUIET = 2
"""Steps in which nothing else was done, after which nobody seems to be coming."""


class Batch(Generic[Item]):
    """
    Hands items to `write` in batches, one batch at a time, off the event loop.

    What `put` returns is done when the batch with its item was written, or has the error that `write` raised for it. Where
    that is an item's own, one of `spoils`, each item of the batch is tried alone, so that one spoils no other.
    The first item waits for company while the loop is busy, `linger` seconds at most: one write for ten costs little
    more than one for one, and what keeps the loop busy is mostly others on their way here.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], None],
        spoils: type[Exception] | tuple[type[Exception], ...] = (),
        linger: float = 0.0,
    ) -> None:
        self._write = write
        self._spoils = spoils
        self._linger = linger
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    def put(self, item: Item) -> asyncio.Future[None]:
        """Done when the item is written."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._all())
        return done

    async def _all(self) -> None:
        while self._waiting:
            await self._company()
            batch, self._waiting = self._waiting, []
            results = await asyncio.to_thread(self._tried, [item for item, _ in batch])
            for (_, done), error in zip(batch, results, strict=True):
                if done.cancelled():
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)

    async def _company(self) -> None:
        """Until the loop has had nothing else to do for two steps, or long enough was waited."""
        until, quiet = time.monotonic() + self._linger, 0
        while quiet < QUIET and time.monotonic() < until:
            worked = time.thread_time()
            await asyncio.sleep(STEP)
            quiet = quiet + 1 if time.thread_time() - worked < BUSY else 0

    def _tried(self, items: Sequence[Item]) -> list[Exception | None]:
        try:
            self._write(items)
        except Exception as error:
            if len(items) > 1 and isinstance(error, self._spoils):
                return [self._tried([item])[0] for item in items]
            return [error] * len(items)
        return [None] * len(items)
