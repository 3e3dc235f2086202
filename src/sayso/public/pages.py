"""Pages for people: confirm, receipts, and this site's answer to the Global Privacy Control."""

from __future__ import annotations

from typing import Annotated

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template

from sayso.capture import confirmation, receipts
from sayso.public.desk import Desk

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


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


@get("/confirm/{token:str}", sync_to_thread=True)
def confirm_page(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """What would be confirmed, and a button. Looking confirms nothing."""
    return _confirm_page(desk, token)


@post("/confirm/{token:str}", sync_to_thread=True)
def confirm(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """The second step. Pressing twice says the same again."""
    wanted = confirmation.asked(desk.ledger, desk.links, token, desk.settings.widget.confirm_days)
    confirmation.confirm(desk.ledger, wanted, desk.url("/confirm"), desk.now())
    return _confirm_page(desk, token)


@get("/receipts/{token:str}", sync_to_thread=True)
def receipt_page(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """What a form showed and what was chosen, and how to change one's mind."""
    receipt = receipts.read(desk.ledger, desk.links, token)
    return Template(
        "receipt.html",
        context={"business": desk.declaration.business, "receipt": receipt, "record": f"{token}/record.jsonld"},
    )


@get("/receipts/{token:str}/record.jsonld", sync_to_thread=True)
def receipt_record(desk: NamedDependency[Desk], token: FromPath[str]) -> Response[bytes]:
    """The same, signed, for programs."""
    receipt = receipts.read(desk.ledger, desk.links, token)
    here, notice = desk.url(f"/receipts/{token}"), desk.url(f"/notices/{receipt.notice or ''}")
    written = receipts.record(desk.ledger, receipt, desk.declaration, here, notice, desk.now())
    return Response(written, media_type="application/ld+json")


@post("/receipts/{token:str}", sync_to_thread=True)
def change_mind(desk: NamedDependency[Desk], token: FromPath[str], data: Form) -> Redirect:
    """Stop one thing, or everything; in effect before the answer."""
    receipt = receipts.read(desk.ledger, desk.links, token)
    receipts.stop(desk.ledger, receipt, data.get("stop", "everything"), desk.now())
    return Redirect(f"/receipts/{token}", status_code=303)


@get("/.well-known/gpc.json", sync_to_thread=False)
def gpc() -> Response[dict[str, object]]:
    """This site honours the Global Privacy Control (W3C draft, section 4)."""
    return Response({"gpc": True, "lastUpdate": "2026-11-25"}, media_type=MediaType.JSON)


ROUTES = [confirm_page, confirm, receipt_page, receipt_record, change_mind, gpc]
