"""
`POST /v1/decisions`: the gate as an HTTP call, one question or a thousand. Plain ASGI, since mailers wait for it.

Whoever asks logs in as one of the gate's streams (HTTP Basic, RFC 7617), and the stream says what the messages are for.
There are no cookies, so no page can ask in somebody's name. Nothing of what is asked is logged.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from sayso.sending.decisions.asking import Decisions
from sayso.sending.decisions.questions import Question, Replies, Request, question_of
from sayso.sending.gate.credentials import Credentials, TryLaterError
from sayso.sending.gate.streams import configured_stream
from sayso.sending.outgoing import Stream
from sayso.settings import GateStream

LOG = logging.getLogger("sayso.decisions")
LARGEST = 32_000_000
"""Bytes of one request."""
PATH = "/v1/decisions"
PATIENCE_SECONDS = 30.0
"""How long a request may take to come in whole."""

_decoder = msgspec.json.Decoder(Request)
_encoder = msgspec.json.Encoder()


class _RefusedError(Exception):
    """An answer that ends the request: its status, and a sentence that says what to do."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class DecisionsApp:
    """The ASGI application of one store."""

    def __init__(self, decisions: Decisions, streams: Mapping[str, GateStream], hosts: frozenset[str]) -> None:
        """`hosts` are the values of the Host header that are answered; others are refused."""
        self._decisions = decisions
        self._credentials = Credentials(streams)
        self._streams = {name: configured_stream(name, one) for name, one in streams.items()}
        self._hosts = hosts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        try:
            body = await self._answered(scope, receive)
            status, extra = 200, []
        except _RefusedError as refusal:
            body = _encoder.encode({"error": str(refusal)})
            status = refusal.status
            extra = [(b"www-authenticate", b'Basic realm="sayso", charset="UTF-8"')] if status == 401 else []
        except Exception as error:  # whatever it is: no answer is no permission, and its text may hold anything
            LOG.error("a question could not be answered: %s", type(error).__name__)
            body = _encoder.encode({"error": "something is wrong here, and nothing was permitted; see the log"})
            status, extra = 500, []
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *extra,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answered(self, scope: Any, receive: Any) -> bytes:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if headers.get(b"host", b"").decode("latin-1").lower() not in self._hosts:
            raise _RefusedError(421, "this host is not served here; set `api.host` and `api.port`")
        if scope["path"] != PATH:
            raise _RefusedError(404, f"there is nothing here; questions go to {PATH}")
        if scope["method"] != "POST":
            raise _RefusedError(405, "ask by POST")
        stream = await self._stream(headers.get(b"authorization", b""), (scope.get("client") or ("",))[0])
        try:
            asked = _decoder.decode(await asyncio.wait_for(_body(receive), PATIENCE_SECONDS))
        except TimeoutError:
            raise _RefusedError(408, "the request did not come in whole in time; send it again") from None
        except msgspec.DecodeError as error:
            raise _RefusedError(400, f"the questions cannot be read: {error}") from None
        read = [question_of(raw) for raw in asked.questions]
        questions = [one for one in read if isinstance(one, Question)]
        answered = iter(await self._decisions.answer(stream, questions, send=asked.send))
        return _encoder.encode(Replies([next(answered) if isinstance(one, Question) else one for one in read]))

    async def _stream(self, given: bytes, client: str) -> Stream:
        kind, _, code = given.partition(b" ")
        try:
            name, found, password = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = found = password = ""
        if kind.lower() != b"basic" or not found:
            raise _RefusedError(401, "log in with a stream's name and password (HTTP Basic)")
        try:
            is_right = await self._credentials.right(name, password, client)
        except TryLaterError:
            said = "too many log-ins at once, or wrong ones before; try again in a minute"
            raise _RefusedError(503, said) from None
        if not is_right:
            raise _RefusedError(401, "no stream has this name and password; `sayso settings show` lists the streams")
        return self._streams[name]


async def _body(receive: Any) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _RefusedError(400, "the request was cut off")
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST:
            raise _RefusedError(413, f"a request holds at most {LARGEST // 1_000_000} MB; ask in parts")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
