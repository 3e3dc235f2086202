"""Who may send through the gate: passwords as argon2 hashes, and a memory of those that were right."""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Mapping

from pwdlib import PasswordHash

from sayso.settings import GateStream

_HASH = PasswordHash.recommended()
REMEMBERED = 1000
"""Right passwords remembered at once."""
AT_ONCE = 2
"""Hashes worked out at once: each takes some tens of milliseconds and 64 MiB."""


def hashed(password: str) -> str:
    """The hash that the settings hold (argon2id, RFC 9106)."""
    return _HASH.hash(password)


class Credentials:
    """
    Checks user names and passwords.

    Argon2 is slow on purpose, and mailers log in for every connection; so what was right is remembered until the
    process ends, as a keyed digest under a key that only this process has. What was wrong is worked out every time.
    """

    def __init__(self, streams: Mapping[str, GateStream]) -> None:
        self._streams = streams
        self._key = os.urandom(32)
        self._right: set[bytes] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._decoy = hashed(os.urandom(16).hex())

    async def right(self, user: str, password: str) -> bool:
        """Is this the user's password? An unknown user takes as long as a wrong password."""
        stream = self._streams.get(user)
        kept = stream.password_hash if stream else self._decoy
        digest = hmac.digest(self._key, "\0".join((user, kept, password)).encode(), "sha256")
        if digest in self._right:
            return True
        async with self._places:
            is_right = await asyncio.to_thread(_verified, password, kept)
        if not is_right or stream is None:
            return False
        if len(self._right) < REMEMBERED:
            self._right.add(digest)
        return True


def _verified(password: str, kept: str) -> bool:
    try:
        return _HASH.verify(password, kept)
    except Exception:  # pwdlib raises its own error for a hash that is none
        return False
