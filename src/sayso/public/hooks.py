"""Webhooks over HTTP. A shop's retries are its own; what is answered with 200 is on disk."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sayso.capture.hooks import HookSettings, handle
from sayso.public.desk import Desk


@post("/hooks/{source:str}")
async def hook(request: Request[Any, Any, Any], desk: NamedDependency[Desk], source: FromPath[str]) -> Response[str]:
    """One event from a shop. The answer says what became of it, and holds no contact detail."""
    settings = desk.hooks.get(source, HookSettings(secrets=()))
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    handled = await run_sync(handle, desk.gathering, source, headers, body, settings, desk.now())
    if handled.status == 200:
        desk.second_steps.wake()
    return Response(handled.said, status_code=handled.status, media_type=MediaType.TEXT)


ROUTES = [hook]
