"""Providers' events over HTTP. Their retries are their own; what is answered with 200 is on disk."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sayso.public.desk import Desk
from sayso.sending.returns import events


async def _event(request: Request[Any, Any, Any], desk: Desk, provider: str, secret: str) -> Response[str]:
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = events.Request(await request.body(), headers, secret)
    set_up = desk.settings.events.get(provider)
    handled = await run_sync(
        events.handle_event, desk.gathering, provider, desk.events.get(provider), asked,
        set_up.sender if set_up else "shop", desk.now(),
    )  # fmt: skip
    return Response(handled.said, status_code=handled.status, media_type=MediaType.TEXT)


@post("/events/{provider:str}")
async def event(request: Request[Any, Any, Any], desk: NamedDependency[Desk], provider: FromPath[str]) -> Response[str]:
    """What a provider reports, signed or with a password. The answer holds no contact detail."""
    return await _event(request, desk, provider, "")


@post("/events/{provider:str}/{secret:str}")
async def event_by_secret(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], provider: FromPath[str], secret: FromPath[str]
) -> Response[str]:
    """What a provider reports that signs nothing: the secret stands in the address."""
    return await _event(request, desk, provider, secret)


@get("/events/{provider:str}/{secret:str}", media_type=MediaType.TEXT)
async def asked_first(provider: FromPath[str], secret: FromPath[str]) -> str:
    """Mailchimp asks whether anybody is there before it takes an address. It says nothing of whether the secret fits."""
    return "events are posted here"


ROUTES = [event, event_by_secret, asked_first]
