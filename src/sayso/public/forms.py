"""The widget's three routes: the script, what a form shows, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from sayso.capture import widget
from sayso.public.desk import Desk

SCRIPT = Path(__file__).parent / "static" / "widget.js"


@get("/widget.js", sync_to_thread=False)
def script() -> Response[bytes]:
    """The widget."""
    return Response(
        SCRIPT.read_bytes(),
        media_type="text/javascript; charset=utf-8",
        headers={"cache-control": "public, max-age=300", "cross-origin-resource-policy": "cross-origin"},
    )


def _showing(desk: Desk, name: str) -> widget.Showing:
    published = desk.notice(name)
    if published is None:
        raise NotFoundException
    version, notice = published
    return widget.showing(desk.links, name, desk.declaration.forms[name], notice, version)


@get("/forms/{name:str}")
async def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], name: FromPath[str]
) -> Response[widget.Showing]:
    """What a form is given to show, under a fresh nonce."""
    origin = _origin(request, desk)
    showing = await run_sync(_showing, desk, name)
    return Response(showing, headers={"access-control-allow-origin": origin, "vary": "Origin"})


@post("/forms/{name:str}")
async def report(request: Request[Any, Any, Any], desk: NamedDependency[Desk], name: FromPath[str]) -> Response[None]:
    """What became of a form; answered once it is on disk. The body is JSON, sent as text so that no page has to ask first."""
    origin = _origin(request, desk)
    body = await request.body()
    if len(body) > widget.LARGEST:
        raise ClientException(status_code=413)
    taken = await run_sync(_take, request, desk, name, body, origin)
    if taken.to_confirm and desk.settings.widget.confirm:
        await desk.second_steps.ask(taken.report, taken.to_confirm)
    desk.second_steps.wake()
    return Response(
        None,
        status_code=204,
        media_type=MediaType.TEXT,
        headers={"access-control-allow-origin": origin, "vary": "Origin"},
    )


def _take(request: Request[Any, Any, Any], desk: Desk, name: str, body: bytes, origin: str) -> widget.Taken:
    """Record what became of a form."""
    return widget.take(
        desk.ledger,
        desk.links,
        desk.declaration,
        name,
        body,
        origin=origin,
        ip=request.client.host if request.client else None,
        user_agent=request.headers.get("user-agent", "")[:400] or None,
        gpc=request.headers.get("sec-gpc") == "1",
        confirm=desk.settings.widget.confirm,
        restraint=desk.reports,
        now=desk.now(),
    )


def _origin(request: Request[Any, Any, Any], desk: Desk) -> str:
    """The page's origin, if it is one of those that may carry the widget."""
    origin = request.headers.get("origin", "")
    if origin not in {page.rstrip("/") for page in desk.settings.public.pages}:
        raise PermissionDeniedException
    return origin


ROUTES = [script, show, report]
