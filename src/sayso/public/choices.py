"""
The pages on which somebody stops what they do not want: the link of a message, and all their choices.

Looking changes nothing, since mail scanners look at every link; a POST acts, without a login, cookie or redirect, and is
on record before it is answered (RFC 8058 section 3.2). Whoever has a link may stop by it, and do nothing else. No page
shows an address or a name: messages are passed on.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, get_args
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from litestar import HttpMethod, MediaType, Request, Response, post, route
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.response import Template

from sayso.capture.links import LinkError
from sayso.choices.links import About
from sayso.choices.preferences import Use, preferences, purposes_of, use_of
from sayso.choices.stopping import Evidence, Reach, ask_again, stop
from sayso.decision.stops import table_of_stops
from sayso.law import rulebooks
from sayso.notices.declaration import Declaration
from sayso.notices.errors import NoticeError
from sayso.public.desk import Desk
from sayso.vocabulary import Channel

BY: dict[Channel, str] = {
    "email": "by email", "sms": "by text message", "mms": "by picture message", "instant_message": "by instant message",
    "push": "by notification", "voice_live": "by phone", "voice_recorded": "by recorded call", "post": "by post",
    "online_ad": "by ads on other sites", "inbox_ad": "by ads in your mailbox", "fax": "by fax", "website": "on our site",
}  # fmt: skip
THINGS: dict[Channel, str] = {
    "email": "emails", "sms": "text messages", "mms": "picture messages", "voice_live": "calls", "voice_recorded": "calls",
    "post": "letters", "online_ad": "ads", "inbox_ad": "ads", "push": "notifications",
}  # fmt: skip
_ONE_CLICK = re.compile(
    rb"(?:^|&)List-Unsubscribe=One-Click(?:&|\s*$)|name=\"?List-Unsubscribe\"?\s*\r?\n(?:[^\r\n]+\r?\n){0,10}\r?\nOne-Click\s",
    re.IGNORECASE,
)
_ONE_CLICK_WITHIN = 4096
"""Bytes in which the one field of a mail client's request stands; a longer request is one of the page, and stops too."""
_LONGEST_TOPIC = 100
ANY_OTHER = "any_other_topic"
"""Stopped where its whole channel is: nobody's declaration names it."""
AnyRequest = Request[Any, Any, Any]


def has_our_token(desk: Desk, path: str) -> bool:
    """Is this the path of a page of choices, with a token of ours? Such requests are held to their token alone."""
    parts = path.split("/")
    if len(parts) < 3 or parts[1] not in ("u", "preferences"):
        return False
    try:
        desk.choices.about(parts[2])
    except LinkError:
        return False
    return True


# The link of a message ----------------------------------------------------------------------------------------------


def _link_page(desk: Desk, token: str, done: str = "") -> Template:
    about = desk.choices.about(token)
    declaration = _declaration(desk)
    use = use_of(desk.ledger, about, about.channel, about.topic)
    return Template(
        "choices/unsubscribe.html",
        context=_shown(declaration, about, desk.now().date())
        | {
            "words": [words.removeprefix("to ") for words in purposes_of(declaration, about)],
            "whole_channel": use_of(desk.ledger, about, about.channel, ANY_OTHER).standing == "stopped",
            "use": use,
            "done": done,
            "here": f"/u/{token}",
            "all": f"/preferences/{token}",
        },
    )


@route("/u/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def link_page(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """What would stop, and a button. Looking stops nothing."""
    return await run_sync(_link_page, desk, token)


def _stop_by_link(desk: Desk, token: str, body: bytes, evidence: Evidence) -> Response[Any]:
    about = desk.choices.about(token)
    if _ONE_CLICK.search(body[:_ONE_CLICK_WITHIN]):
        stop(desk.ledger, about, "one_click", "channel", desk.now(), evidence)
        return Response("You are unsubscribed.\n", media_type=MediaType.TEXT)
    reach: Reach = "everything" if _pressed(body, "stop") == "everything" else "topic"
    stop(desk.ledger, about, "page", reach, desk.now(), evidence)
    return _link_page(desk, token, done=reach)


@post("/u/{token:str}", status_code=200)
async def stop_by_link(request: AnyRequest, desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """Stop: a mail client's one-click, or a button of the page. Doing it again says the same again."""
    return await run_sync(_stop_by_link, desk, token, await request.body(), _evidence(request))


def _again(desk: Desk, token: str, evidence: Evidence) -> Template:
    about = desk.choices.about(token)
    declaration = _declaration(desk)
    brand = declaration.business.brand if declaration else about.sender
    what = "; ".join(purposes_of(declaration, about)) or about.topic
    wording = f"I want {THINGS.get(about.channel, 'messages')} from {brand} again: {what}"
    ask_again(desk.ledger, about, wording, desk.url("/u"), desk.now(), evidence)
    return _link_page(desk, token, done="again")


@post("/u/{token:str}/again", status_code=200)
async def again(request: AnyRequest, desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """Note that somebody wants this again. It lifts nothing, and the page says so."""
    return await run_sync(_again, desk, token, _evidence(request))


# All choices --------------------------------------------------------------------------------------------------------


def _preferences_page(desk: Desk, token: str, done: bool = False) -> Template:
    about = desk.choices.about(token)
    declaration = _declaration(desk)
    return Template(
        "choices/preferences.html",
        context=_shown(declaration, about, desk.now().date())
        | {"found": preferences(desk.ledger, declaration, about), "done": done, "here": f"/preferences/{token}"},
    )


@route("/preferences/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def preferences_page(desk: NamedDependency[Desk], token: FromPath[str]) -> Template:
    """Every topic and channel, how each stands, and a button for each."""
    return await run_sync(_preferences_page, desk, token)


def _stop_by_choice(desk: Desk, token: str, body: bytes, evidence: Evidence) -> Template:
    about, reaches = _chosen(desk.choices.about(token), _pressed(body, "stop"))
    for reach in reaches:
        stop(desk.ledger, about, "page", reach, desk.now(), evidence)
    return _preferences_page(desk, token, done=True)


@post("/preferences/{token:str}", status_code=200)
async def stop_by_choice(request: AnyRequest, desk: NamedDependency[Desk], token: FromPath[str]) -> Response[Any]:
    """Stop one topic on one channel, sale and sharing, or everything."""
    return await run_sync(_stop_by_choice, desk, token, await request.body(), _evidence(request))


def _chosen(about: About, pressed: str) -> tuple[About, list[Reach]]:
    """Which stops a button names: `everything`, `sale`, or a channel and a topic, such as `email:abandoned_cart`."""
    if pressed == "everything":
        return about, ["everything", "sale"]
    if pressed == "sale":
        return about, ["sale"]
    channel, _, topic = pressed.partition(":")
    if channel not in get_args(Channel) or not 0 < len(topic) <= _LONGEST_TOPIC:
        raise ClientException(status_code=400)
    return About(about.address, channel, topic, about.sender), ["topic"]  # type: ignore[arg-type]  # looked at above


# What they share ----------------------------------------------------------------------------------------------------


def _declaration(desk: Desk) -> Declaration | None:
    """What the business declares; without it the pages still stop, and only say less."""
    try:
        return desk.declaration
    except (OSError, NoticeError, UnicodeDecodeError):
        return None


def _shown(declaration: Declaration | None, about: About, on: date) -> dict[str, Any]:
    return {
        "business": declaration.business if declaration else None,
        "brand": declaration.business.brand if declaration else "the sender",
        "about": about,
        "by": BY,
        "things": THINGS.get(about.channel, "messages"),
        "sent_to": "mailbox" if about.address.kind == "email" else "number",
        "day": _day,
        "still": _still(on),
    }


def _still(on: date) -> list[str]:
    """What a stop made here leaves: by the table of stops, which the gate keeps to."""
    reached = table_of_stops(rulebooks(), on)["unsubscribe"]
    return [name for name, stops in reached.items() if not stops]


def _day(use: Use) -> str:
    return f"{use.since:%d %B %Y}".lstrip("0") if use.since else ""


def _evidence(request: AnyRequest) -> Evidence:
    host = request.client.host if request.client else None
    return Evidence(ip=host, user_agent=request.headers.get("user-agent"))


def _pressed(body: bytes, name: str) -> str:
    return parse_qs(body.decode("utf-8", "replace")).get(name, [""])[0]


ROUTES = [link_page, stop_by_link, again, preferences_page, stop_by_choice]
