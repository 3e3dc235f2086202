"""
Who may send through the gate: passwords as argon2 hashes, and a memory of those that were right.

Checking one is slow on purpose, so nobody can have many checked: only so many wait, and whoever was wrong several times
in a row is not heard again for a while.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from pwdlib import PasswordHash

from sayso.settings import GateStream

_HASH = PasswordHash.recommended()
REMEMBERED = 1000
"""Right passwords remembered at once."""
AT_ONCE = 2
"""Hashes worked out at once: each takes some tens of milliseconds and 64 MiB."""
WAITING = 32
"""Passwords that wait to be checked."""
WRONG_MOST = 5
"""Wrong passwords in a row that cost nothing; a mail program tries each of its ways before it gives up."""
LONGEST_SECONDS = 60.0
"""The longest that somebody is not heard: a second at first, and twice as long with each further wrong password."""
CLIENTS = 10_000
"""Clients whose wrong passwords are counted; the one that came longest ago goes first."""


class TryLaterError(Exception):
    """The password was not looked at: too many wait, or too many were wrong."""


def hashed(password: str) -> str:
    """The hash that the settings hold (argon2id, RFC 9106)."""
    return _HASH.hash(password)


def decoy() -> str:
    """
    A hash that takes as long to check as any, and that no password is known to have. It is made up and not worked out,
    which would keep each process from starting for as long as a log-in takes.
    """
    salt, digest = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m=65536,t=3,p=4${salt}${digest}"


class Credentials:
    """
    Checks user names and passwords.

    Argon2 is slow on purpose, and mailers log in for every connection; so what was right is remembered until the
    process ends, as a keyed digest under a key that only this process has. What was wrong is worked out every time.
    """

    def __init__(
        self, streams: Mapping[str, GateStream], waiting: int = WAITING, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._streams = streams
        self._room = waiting
        self._clock = clock
        self._wrong: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        """Client and user -> wrong passwords in a row, and until when none is looked at."""
        self._key = os.urandom(32)
        self._right: set[bytes] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._decoy = decoy()

    async def right(self, user: str, password: str, client: str = "") -> bool:
        """
        Is this the user's password? An unknown user takes as long as a wrong password.

        `client` is the address that asks. Raises TryLaterError; a password that was right before is heard all the same.
        """
        stream = self._streams.get(user)
        kept = stream.password_hash if stream else self._decoy
        digest = hmac.digest(self._key, "\0".join((user, kept, password)).encode(), "sha256")
        if digest in self._right:
            return True
        asking = (client, user if stream else "")
        if not self._room or self._clock() < self._wrong.get(asking, (0, 0.0))[1]:
            raise TryLaterError
        self._room -= 1
        try:
            async with self._places:
                is_right = await asyncio.to_thread(_verified, password, kept)
        finally:
            self._room += 1
        if not is_right or stream is None:
            self._was_wrong(asking)
            return False
        self._wrong.pop(asking, None)
        if len(self._right) < REMEMBERED:
            self._right.add(digest)
        return True

    def _was_wrong(self, asking: tuple[str, str]) -> None:
        times = self._wrong.pop(asking, (0, 0.0))[0] + 1
        beyond = times - WRONG_MOST
        pause = min(2.0 ** min(beyond, 10), LONGEST_SECONDS) if beyond >= 0 else 0.0
        self._wrong[asking] = (times, self._clock() + pause)
        if len(self._wrong) > CLIENTS:
            self._wrong.popitem(last=False)


def _verified(password: str, kept: str) -> bool:
    try:
        return _HASH.verify(password, kept)
    except Exception:  # pwdlib raises its own error for a hash that is none
        return False
