"""Who may send, and as what: the streams of the settings, each a user name with the hash of its password (argon2id)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from threading import Lock

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError

from sayso.sending.outgoing import Stream
from sayso.settings import GateStream

_HASHER = PasswordHash.recommended()
_NOBODY = _HASHER.hash(secrets.token_urlsafe())
"""Checked for a name that is not known, so that it takes as long as one that is."""


def hashed(password: str) -> str:
    """What the settings keep of a password."""
    return _HASHER.hash(password)


class Credentials:
    """
    The streams of one store. Safe between threads.

    A password that was right is remembered as a keyed hash, in memory alone, since argon2 is slow on purpose; wrong
    ones are checked one at a time, so that guessing costs the guesser and not the machine.
    """

    def __init__(self, streams: Mapping[str, GateStream]) -> None:
        self._streams = dict(streams)
        self._key = secrets.token_bytes(32)
        self._right: dict[str, bytes] = {}
        self._one_at_a_time = Lock()

    def stream(self, name: str, password: str) -> Stream | None:
        """The stream that this user name and password stand for; None where they are wrong."""
        seen = hmac.digest(self._key, f"{name}\0{password}".encode(), "sha256")
        if hmac.compare_digest(self._right.get(name, b""), seen):
            return self._named(name)
        known = self._streams.get(name)
        with self._one_at_a_time:
            right = _matches(password, known.password_hash if known else _NOBODY)
        if not right or known is None:
            return None
        self._right[name] = seen
        return self._named(name)

    def settings(self, stream: Stream) -> GateStream:
        """What is set for a stream."""
        return self._streams[stream.name]

    def _named(self, name: str) -> Stream:
        known = self._streams[name]
        return Stream(name=name, topic=known.topic, sender=known.sender, service=known.service)


def _matches(password: str, hash_: str) -> bool:
    try:
        return _HASHER.verify(password, hash_)
    except PwdlibError:
        return False
