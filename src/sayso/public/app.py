"""
The public listener of one store.

A GET shows and changes nothing. What changes something is a signed token's own page, a form's report under a nonce of
ours, or a webhook under its signature; each is recorded before it is answered. Other hosts are refused, `X-Forwarded-For`
is believed of trusted proxies alone, and nothing of what is asked is logged but that it was refused.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import uvicorn
from anyio.to_thread import run_sync
from litestar import Litestar, MediaType, Request, Response
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.stores.memory import MemoryStore
from litestar.template import TemplateConfig
from litestar.types import Message, Scope

from sayso.capture.errors import BadRowError, TooOftenError
from sayso.capture.links import LinkError, LinkExpiredError
from sayso.capture.live import sweep
from sayso.ledger import Ledger, LedgerError
from sayso.notices.errors import UnknownNoticeError
from sayso.public import choices, forms, hooks, notices, pages, returns, texts
from sayso.public.desk import Desk
from sayso.public.patience import PatientProtocol
from sayso.sending.announcing import Announcing
from sayso.sending.listening import bound
from sayso.settings import Settings

HERE = Path(__file__).parent
LOG = logging.getLogger("sayso.public")
SWEEP_SECONDS = 30.0
PAUSE_SECONDS = 0.5
"""Between two looks at the mails that wait: events that come close together are looked at as one."""
HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}
SAID = {
    400: "That cannot be read. Load the page again, and try once more.",
    403: "That page is not one of those that may report here.",
    404: "There is nothing here. The link may have been cut off on its way; copy it whole from the message.",
    405: "That cannot be done here.",
    410: "The time of this link is over. Fill in the form again, and a new one comes.",
    413: "That is more than a form holds.",
    429: "That was a lot at once. Wait a minute, then try again.",
    503: "This cannot be recorded just now. Nothing was lost; try again in a minute.",
    500: "Something is wrong here, and nothing was changed. Try again later.",
}


def create_app(desk: Desk) -> Litestar:
    """The application for one open store, for requests to its public address alone."""
    public = desk.settings.public
    local = f"{public.host}:{public.port}"
    return Litestar(
        route_handlers=[
            *pages.ROUTES,
            *choices.ROUTES,
            *forms.ROUTES,
            *notices.ROUTES,
            *hooks.ROUTES,
            *returns.ROUTES,
            *texts.ROUTES,
            create_static_files_router(path="/static", directories=[HERE / "static"], name="static"),
        ],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        template_config=TemplateConfig(directory=HERE / "templates", engine=JinjaTemplateEngine),
        allowed_hosts=AllowedHostsConfig(allowed_hosts=[urlsplit(public.url).netloc, local], www_redirect=False),
        middleware=[
            RateLimitConfig(
                ("minute", public.requests_a_minute), exclude=["^/static", "^/hooks/", "^/events/", "^/texts/"], identifier_for_request=_client,
                check_throttle_handler=_counted(desk),
            ).middleware
        ],
        exception_handlers={
            LinkError: _sorry, BadRowError: _sorry, TooOftenError: _sorry, LedgerError: _sorry, UnknownNoticeError: _sorry,
            HTTPException: _sorry, Exception: _sorry,
        },
        before_send=[_headers],
        lifespan=[lambda app: _sweeping(app, desk)],
        request_max_body_size=1 << 20,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )  # fmt: skip


@asynccontextmanager
async def _sweeping(app: Litestar, desk: Desk) -> AsyncIterator[None]:
    """
    While the listener runs, note twice a minute which checkouts were left, and forget who asked how often before; and send
    the mails that ask for a second step as soon as they may go.
    """
    counts = app.stores.get("rate_limit")
    assert isinstance(counts, MemoryStore)  # noqa: S101 -- no other was set
    after = timedelta(minutes=desk.settings.checkout.abandoned_after_minutes)

    async def ever() -> None:
        while True:
            try:
                await run_sync(lambda: sweep(desk.ledger, desk.now(), after))
            except LedgerError as error:
                LOG.warning("abandoned checkouts could not be noted, and will be: %s", error)
            except Exception as error:  # whatever it is, the next round may do better, and its text may hold anything
                LOG.error("abandoned checkouts could not be noted: %s", type(error).__name__)
            await counts.delete_expired()
            await anyio.sleep(SWEEP_SECONDS)

    async def asking() -> None:
        with suppress(Exception):  # whoever needs the way out says what is wrong with it
            await run_sync(desk.dispatch.warm)
        while True:
            try:
                await desk.second_steps.look()
            except LedgerError as error:
                LOG.warning("the mails that wait for a second step could not be looked at, and will be: %s", error)
            except Exception as error:  # as above
                LOG.error("the mails that wait for a second step could not be looked at: %s", type(error).__name__)
            with anyio.move_on_after(SWEEP_SECONDS):
                await desk.second_steps.woken()
            await anyio.sleep(PAUSE_SECONDS)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ever)
        tasks.start_soon(asking)
        yield
        tasks.cancel_scope.cancel()


def _counted(desk: Desk) -> Callable[[Request[Any, Any, Any]], Awaitable[bool]]:
    """
    Which requests are counted: all but those with a token of ours for somebody's choices. A mail provider posts for
    thousands of people from a few addresses, and none of their stops may be turned away.
    """

    async def counted(request: Request[Any, Any, Any]) -> bool:
        return not choices.has_our_token(desk, request.scope["path"])

    return counted


def _client(request: Request[Any, Any, Any]) -> str:
    """Who is counted: an IPv4 address, or the /64 of an IPv6 one, within which one client has as many as it likes."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Network((int(address), 64), strict=False))
    return host


def _status(error: Exception) -> int:
    match error:
        case HTTPException():
            return error.status_code
        case LinkExpiredError():
            return 410
        case LinkError() | UnknownNoticeError():
            return 404
        case BadRowError():
            return 400
        case TooOftenError():
            return 429
        case LedgerError():
            return 503
    return 500


def _sorry(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What to do, in words, and nothing of what was asked; programs get the same words as JSON."""
    status = _status(error)
    asked = request.scope.get("path_template") or "no page of ours"  # the path itself may hold anything
    LOG.warning("%s %s: %s%s", request.method[:10], asked, status, f" {type(error).__name__}" if status >= 500 else "")
    said = SAID.get(status, SAID[400] if status < 500 else SAID[500])
    if "html" not in request.headers.get("accept", ""):
        return Response({"error": said}, status_code=status, media_type=MediaType.JSON)
    template = request.app.template_engine.get_template("sorry.html")  # type: ignore[union-attr]
    return Response(template.render(said=said), status_code=status, media_type=MediaType.HTML)


async def _headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        present = {name.lower() for name, _ in message["headers"]}
        message["headers"] = [*message["headers"], *((name, HEADERS[name]) for name in HEADERS if name not in present)]


def listening_config(desk: Desk) -> uvicorn.Config:
    """How the listener is served: nothing logged of who asks, the client's address from trusted proxies alone."""
    proxies = desk.settings.public.trusted_proxies
    return uvicorn.Config(
        create_app(desk), http=PatientProtocol, ws="none", log_level="warning", access_log=False, server_header=False,
        lifespan="on", proxy_headers=bool(proxies), forwarded_allow_ips=proxies,
    )  # fmt: skip


def serve(ledger: Ledger, settings: Settings) -> None:
    """Serve until interrupted. Port 0 takes a free one. Raises OSError where the port is taken."""
    public = settings.public
    with bound(public.host, public.port) as listening:
        public.port = listening.getsockname()[1]
        said = f"the public listener is on http://{public.host}:{public.port}  (Ctrl+C to stop)"
        Announcing(listening_config(Desk(ledger, settings)), said).run(sockets=[listening])
