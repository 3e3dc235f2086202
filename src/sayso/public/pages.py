"""
Pages for people: confirm, receipts, and this site's answer to the Global Privacy Control.

Handlers that share a path are coroutines that hand their work to a thread themselves: Litestar 2.25 wraps the first of
two on one path twice where `sync_to_thread` is to do it.
"""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template

from sayso.capture import confirmation, receipts
from sayso.public.desk import Desk

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


def _confirm_page(desk: Desk, token: str) -> Template:
    wanted = confirmation.asked(desk.ledger, desk.links, token, desk.settings.widget.confirm_days)
    return Template(
        "confirm.html",
        context={
            "business": desk.declaration.business,
            "wordings": confirmation.wordings(wanted.consents),
            "state": wanted.state,
            "receipt": desk.url(f"/receipts/{desk.links.receipt(wanted.report)}"),
        },
    )


def _confirmed_page(desk: Desk, token: str) -> Template:
    pressed = desk.now()  # before looking for stops, so that one that comes meanwhile is the later
    wanted = confirmation.asked(desk.ledger, desk.links, token, desk.settings.widget.confirm_days)
    confirmation.confirm(desk.ledger, wanted, desk.url("/confirm"), pressed)
    return _confirm_page(desk, token)


@get("/confirm/{token:str}")
async def confirm_page(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """What would be confirmed, and a button. Looking confirms nothing."""
    return await run_sync(_confirm_page, desk, token)


@post("/confirm/{token:str}")
async def confirm(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """The second step. Pressing twice says the same again."""
    return await run_sync(_confirmed_page, desk, token)


def _receipt_page(desk: Desk, token: str) -> Template:
    receipt = receipts.read(desk.ledger, desk.links, token)
    return Template(
        "receipt.html",
        context={"business": desk.declaration.business, "receipt": receipt, "record": f"{token}/record.jsonld"},
    )


@get("/receipts/{token:str}")
async def receipt_page(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """What a form showed and what was chosen, and how to change one's mind."""
    return await run_sync(_receipt_page, desk, token)


@get("/receipts/{token:str}/record.jsonld", sync_to_thread=True)
def receipt_record(desk: NamedDependency[Desk], token: FromPath[str]) -> Response[bytes]:
    """The same, signed, for programs."""
    receipt = receipts.read(desk.ledger, desk.links, token)
    here, notice = desk.url(f"/receipts/{token}"), desk.url(f"/notices/{receipt.notice or ''}")
    written = receipts.record(desk.ledger, receipt, desk.declaration, here, notice, desk.now())
    return Response(written, media_type="application/ld+json")


def _stop(desk: Desk, token: str, which: str) -> None:
    receipts.stop(desk.ledger, receipts.read(desk.ledger, desk.links, token), which, desk.now())


@post("/receipts/{token:str}")
async def change_mind(desk: NamedDependency[Desk], token: FromPath[str], data: Form) -> Redirect:
    """Stop one thing, or everything; in effect before the answer."""
    which = data.get("stop", "everything")
    await run_sync(_stop, desk, token, which if isinstance(which, str) else "everything")
    return Redirect(f"/receipts/{token}", status_code=303)


@get("/.well-known/gpc.json", sync_to_thread=False)
def gpc() -> Response[dict[str, object]]:
    """This site honours the Global Privacy Control (W3C draft, section 4)."""
    return Response({"gpc": True, "lastUpdate": "2026-11-25"}, media_type=MediaType.JSON)


ROUTES = [confirm_page, confirm, receipt_page, receipt_record, change_mind, gpc]
