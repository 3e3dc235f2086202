"""
The web application of one store, on 127.0.0.1 alone.

Every route is a GET and changes nothing. Requests for another host are refused, so that a page elsewhere cannot read
these through a name that resolves here; nothing is logged of what was asked.
"""

from __future__ import annotations

import errno
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from litestar import Litestar, MediaType, Request, Response, get
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException, ValidationException
from litestar.params import FromPath, QueryParameter
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.types import Message, Scope
from markupsafe import Markup, escape

from sayso.ledger import Ledger
from sayso.reports.answers import Answers
from sayso.reports.words import FILTERS
from sayso.sending.announcing import Announcing
from sayso.sending.listening import bound
from sayso.vocabulary import Channel
from sayso.web import campaigns, library, messages
from sayso.web.desk import TOPICS, Desk, Wanted

HERE = Path(__file__).parent
HOST = "127.0.0.1"
HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"cross-origin-resource-policy": b"same-origin",
}

Topic = Annotated[str, QueryParameter(name="topic", max_length=60, pattern="^[a-z][a-z0-9_]*$")]
At = Annotated[date | None, QueryParameter(name="at")]


class PortTakenError(Exception):
    """The port that was asked for is in use."""


@get("/", sync_to_thread=True)
def front(desk: NamedDependency[Desk], topic: Topic = TOPICS[0], at: At = None) -> Template:
    """Who may be contacted at a glance, and why the others not."""
    return Template("front.html", context={"page": desk.front(topic, at), "topics": TOPICS})


@get("/overview.svg", sync_to_thread=True)
def picture(desk: NamedDependency[Desk], topic: Topic = TOPICS[0], at: At = None) -> Response[str]:
    """The picture of the front page."""
    return Response(desk.picture(topic, at), media_type="image/svg+xml")


@get("/people", sync_to_thread=True)
def people(
    desk: NamedDependency[Desk],
    topic: Topic = TOPICS[0],
    at: At = None,
    channel: Annotated[str, QueryParameter(max_length=40)] = "",
    answer: Annotated[str, QueryParameter(max_length=40)] = "",
    rule: Annotated[str, QueryParameter(max_length=200)] = "",
    page: Annotated[int, QueryParameter(ge=1, le=10_000_000)] = 1,
) -> Template:
    """The audience behind the picture, person by person."""
    wanted = Wanted(topic, at, channel, answer, rule, page)
    return Template("people.html", context={"page": desk.people(wanted), "topics": TOPICS})


@get("/people/{person:str}/{channel:str}", sync_to_thread=True)
def answer_page(
    desk: NamedDependency[Desk], person: FromPath[str], channel: FromPath[str], topic: Topic = TOPICS[0], at: At = None
) -> Template:
    """One answer: the sentence, the evidence, the law, and what would make it lawful."""
    found = desk.person(person, channel, topic, at)
    if found is None:
        raise NotFoundException
    return Template("answer.html", context={"page": found, "topics": TOPICS})


@get("/law", sync_to_thread=True)
def law(desk: NamedDependency[Desk]) -> Template:
    """Every rulebook, and what is not encoded."""
    return Template("law.html", context={"page": library.shelf(desk.answers.rulebooks)})


@get("/law/{instrument:str}", sync_to_thread=True)
def rulebook(desk: NamedDependency[Desk], instrument: FromPath[str]) -> Template:
    """One rulebook as it is written."""
    found = library.book(desk.answers.rulebooks, instrument)
    if found is None:
        raise NotFoundException
    return Template("rulebook.html", context={"page": found})


def _code(said: str) -> Markup:
    """A sentence with what stands in backticks set as code."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(said))))  # noqa: S704 -- escaped first


def _sorry(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A page that says what to do, and nothing of what was asked."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {
        404: "There is no such page. What you looked for may have been erased, or the address is mistyped.",
        405: "These pages only show; nothing can be changed here.",
        400: "That cannot be asked this way. A day is written 2026-11-24, a topic with small letters such as newsletter.",
        500: "Something is wrong inside sayso. Run `sayso ledger verify`; if it finds nothing, please report it.",
    }
    template = request.app.template_engine.get_template("sorry.html")  # type: ignore[union-attr]
    text = template.render(status=status, said=said.get(status, said[400] if status < 500 else said[500]))
    return Response(text, status_code=status, media_type=MediaType.HTML)


async def _headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        present = {name for name, _ in message["headers"]}
        message["headers"] = [*message["headers"], *((name, HEADERS[name]) for name in HEADERS if name not in present)]


def create_app(answers: Answers, port: int) -> Litestar:
    """The application for one open store, for requests to this machine at that port alone."""
    desk = Desk(answers)
    channels: tuple[Channel, ...] = desk.channels

    def shared(engine: JinjaTemplateEngine) -> None:
        engine.engine.filters.update(FILTERS)
        engine.engine.filters["code"] = _code
        engine.engine.filters["rulebook"] = lambda rule: library.rule_link(answers.rulebooks, rule)
        engine.engine.globals.update({"channels": channels})

    return Litestar(
        route_handlers=[
            front,
            picture,
            people,
            answer_page,
            law,
            rulebook,
            *campaigns.HANDLERS,
            *messages.HANDLERS,
            create_static_files_router(path="/static", directories=[HERE / "static"], name="static"),
        ],
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "owner": Provide(lambda: answers.ledger, sync_to_thread=False),
        },
        template_config=TemplateConfig(
            directory=HERE / "templates", engine=JinjaTemplateEngine, engine_callback=shared
        ),
        allowed_hosts=AllowedHostsConfig(allowed_hosts=[f"{HOST}:{port}", f"localhost:{port}"], www_redirect=False),
        exception_handlers={ValidationException: _sorry, HTTPException: _sorry, Exception: _sorry, **campaigns.ERRORS},
        before_send=[_headers],
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def serve(ledger: Ledger, port: int = 8000) -> None:
    """Serve until interrupted, on 127.0.0.1 only; port 0 takes a free one. Raises PortTakenError."""
    try:
        taken = bound(HOST, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(f"port {port} is in use; choose another with --port") from None
        raise
    with taken as listening:
        port = listening.getsockname()[1]
        app = create_app(Answers(ledger), port)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="on")
        Announcing(config, f"sayso is on http://{HOST}:{port}  (Ctrl+C to stop)").run(sockets=[listening])
