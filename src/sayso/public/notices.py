"""Published notices at addresses that stay: the latest, each version, the history, and what a version changed."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from sayso.notices.changes import changes
from sayso.notices.publish import Published, history, published
from sayso.notices.rendering import html_of
from sayso.public.desk import Desk


def _page(desk: Desk, shown: Published) -> Template:
    latest = published(desk.ledger, shown.id)
    return Template("notice.html", context={"notice": shown, "latest": latest, "text": html_of(shown.markdown)})


def _numbered(version: str) -> int | str:
    return int(version) if version.isdecimal() and len(version) < 10 else version


@get("/notices/{name:str}", sync_to_thread=True)
def latest_notice(desk: NamedDependency[Desk], name: FromPath[str]) -> Template:
    """The version that stands now."""
    return _page(desk, published(desk.ledger, name))


@get("/notices/{name:str}/history", sync_to_thread=True)
def notice_history(desk: NamedDependency[Desk], name: FromPath[str]) -> Template:
    """Every version, the latest first."""
    return Template("history.html", context={"versions": history(desk.ledger, name)})


@get("/notices/{name:str}/{version:str}", sync_to_thread=True)
def notice_version(desk: NamedDependency[Desk], name: FromPath[str], version: FromPath[str]) -> Template:
    """One version, by its number or its name."""
    return _page(desk, published(desk.ledger, name, _numbered(version)))


@get("/notices/{name:str}/{version:str}/changes", sync_to_thread=True)
def notice_changes(desk: NamedDependency[Desk], name: FromPath[str], version: FromPath[str]) -> Template:
    """What a version changed against the one before it."""
    found = changes(desk.ledger, name, _numbered(version))
    return Template("changes.html", context={"changes": found, "notice": found.now})


ROUTES = [latest_notice, notice_history, notice_version, notice_changes]
