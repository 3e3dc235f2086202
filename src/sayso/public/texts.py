"""
Texts that come in, and what gateways tell of those that went out; on record before the gateway is answered.

Kannel shows a secret in the address it posts to, Twilio signs. Kannel tells of delivery by GET and by nothing else, so
that one GET records: its address is made for one message, is told to Kannel alone, and can only say what became of it.
"""

from __future__ import annotations

import hmac
import logging
from typing import Any
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from litestar import MediaType, Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from sayso.ledger import Address, LedgerError
from sayso.public.desk import Desk
from sayso.sending.outgoing import Outgoing
from sayso.sending.sms.inbound import Inbound, number_of, receive
from sayso.sending.sms.reports import NotYetError, Report, of_kannel, of_twilio, record_report
from sayso.sending.sms.signature import genuine

LOG = logging.getLogger("sayso.public")
LARGEST, MOST_FIELDS = 64 << 10, 200
"""Bytes of a request, and fields of a form."""
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Twilio says nothing more to the person."""


@post("/texts/kannel/{secret:str}", status_code=200)
async def kannel_text(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], secret: FromPath[str]
) -> Response[str]:
    """A text by Kannel's `post-url`. An empty answer, since Kannel would text anything else to the person."""
    expected = desk.texts.keys.kannel
    if not expected or not hmac.compare_digest(secret.encode(), expected.encode()):
        raise NotFoundException
    words = _decoded(await _body(request), request.content_type[1].get("charset", "utf-8"))
    asked = request.query_params.get("id", "")[:100]
    return await _take(desk, "kannel", asked, request.headers.get("x-kannel-from", ""), words, "")


@get("/texts/kannel/reports/{code:str}")
async def kannel_report(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], code: FromPath[str]
) -> Response[str]:
    """What Kannel tells of one message, by its `dlr-url`."""
    if not desk.texts.keys.kannel:
        raise NotFoundException
    return await _told(desk, code, of_kannel(request.query_params.get("status", "")))


@post("/texts/twilio", status_code=200)
async def twilio_text(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """A text by Twilio's webhook."""
    form = await _signed(request, desk)
    asked = form.get("MessageSid") or form.get("SmsSid", "")
    answered = bool(form.get("OptOutType"))
    return await _take(
        desk, "twilio", asked[:100], form.get("From", ""), form.get("Body", ""), TWIML, answered=answered
    )


@post("/texts/twilio/reports/{code:str}", status_code=200)
async def twilio_report(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], code: FromPath[str]
) -> Response[str]:
    """What Twilio tells of one message, by its StatusCallback."""
    form = await _signed(request, desk)
    return await _told(desk, code, of_twilio(form.get("MessageStatus", ""), form.get("ErrorCode", "")))


async def _take(
    desk: Desk, gateway: str, asked: str, number: str, words: str, said: str, *, answered: bool = False
) -> Response[str]:
    """Record a text, then answer the gateway; the person's answer goes afterwards, through the dispatch."""
    sms = desk.settings.sms
    address = number_of(number, sms.default_country)
    if address is None:
        LOG.warning("a text came from what is no number, so it is nobody's")
        return _said(said)
    text = _inbound(desk, gateway, asked, address, words, answered)
    try:
        identity = await run_sync(desk.texts.identity)
        got = await run_sync(lambda: receive(desk.ledger, sms, identity, desk.texts.helps, text, desk.now()))
    except LedgerError as error:
        LOG.error("a text could not be recorded, and has to come again: %s", type(error).__name__)
        return Response("", status_code=503, media_type=MediaType.TEXT)
    after = BackgroundTask(_answer, desk, got.answer) if identity and got.answer else None
    return _said(said, after)


def _inbound(desk: Desk, gateway: str, asked: str, number: Address, words: str, answered: bool) -> Inbound:
    """
    The text by its name, of which its number is part: two people's texts are never one.

    Where the gateway gave none, the same words from the same number within a minute are the same text.
    """
    whose = f"{number.value}\n{desk.now():%Y-%m-%dT%H:%M}\n{words}" if not asked else number.value
    return Inbound(f"{gateway}:{asked}:{desk.ledger.fingerprint(whose)}", number, words, answered, named=bool(asked))


def _said(said: str, after: BackgroundTask | None = None) -> Response[str]:
    kind = MediaType.XML if said else MediaType.TEXT
    return Response(said, media_type=kind, background=after)


async def _answer(desk: Desk, outgoing: Outgoing) -> None:
    """Send what is owed to the person, if the rules let it go. What could not be sent is not tried again: it would be late."""
    outcome = await desk.dispatch.send(outgoing)
    if outcome.state != "sent":
        LOG.warning("a text was not answered (%s): %s", outcome.state, outcome.said)


async def _told(desk: Desk, code: str, report: Report | None) -> Response[str]:
    use, message = desk.choices.returned(code)
    if use != "b":
        raise NotFoundException
    if report is not None:
        try:
            await run_sync(lambda: record_report(desk.ledger, message, report, desk.now()))
        except (NotYetError, LedgerError) as error:
            LOG.warning("a delivery report has to come again: %s", type(error).__name__)
            return Response("", status_code=503, media_type=MediaType.TEXT)
    return _said("")


async def _signed(request: Request[Any, Any, Any], desk: Desk) -> dict[str, str]:
    """The form of a request that Twilio signed; anything else is refused."""
    query = request.scope["query_string"].decode("latin-1")
    url = desk.url(request.scope["path"]) + (f"?{query}" if query else "")
    try:
        pairs = parse_qsl(
            (await _body(request)).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise PermissionDeniedException from None
    signature = request.headers.get("x-twilio-signature", "")
    settings = request.headers.get("x-twilio-webhooks-signature-settings", "")
    keys = desk.texts.keys
    if not genuine(url, pairs, signature, settings, keys.twilio, keys.twilio_sha256):
        raise PermissionDeniedException
    return dict(pairs)


async def _body(request: Request[Any, Any, Any]) -> bytes:
    body = await request.body()
    if len(body) > LARGEST:
        raise PermissionDeniedException
    return body


def _decoded(body: bytes, charset: str) -> str:
    """The words of a text, in the charset that Kannel names: UTF-8, or UTF-16BE where it came as UCS-2."""
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


ROUTES = [kannel_text, kannel_report, twilio_text, twilio_report]
