"""What the public listener knows: the store, its settings, and what is published; read when asked, so never stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sayso.capture import confirmation, widget
from sayso.capture.gathering import Gathering
from sayso.capture.links import Links
from sayso.capture.restraint import Restraint
from sayso.choices.links import ChoiceLinks
from sayso.ledger import Ledger
from sayso.ledger.entries import NoticePublished
from sayso.messages.identity import Identity
from sayso.notices.build import build_notice
from sayso.notices.declaration import Declaration
from sayso.notices.reading import parse_declaration
from sayso.public.providers import event_sources
from sayso.public.second_steps import SecondSteps
from sayso.public.shops import hook_settings
from sayso.public.text_desk import TextDesk
from sayso.sending.dispatch import Dispatch
from sayso.sending.wiring import open_dispatch
from sayso.settings import Settings


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Desk:
    """One store as the public sees it."""

    def __init__(self, ledger: Ledger, settings: Settings, clock: Callable[[], datetime] = now) -> None:
        self.ledger = ledger
        self.settings = settings
        self.links = Links(ledger)
        self.choices = ChoiceLinks(ledger)
        self.mails = Restraint(ledger, confirmation.MOST, confirmation.WITHIN)
        self.reports = Restraint(ledger, widget.MOST, widget.WITHIN)
        self.gathering = Gathering(ledger)
        self.hooks = hook_settings(ledger.home, settings)
        self.events = event_sources(ledger.home, settings)
        self.now = clock
        self.second_steps = SecondSteps(self)
        self.texts = TextDesk(ledger, settings, lambda: self.declaration)
        self._declared: tuple[bytes, Declaration] | None = None
        self._dispatch: Dispatch | None = None

    @property
    def dispatch(self) -> Dispatch:
        """The way out, for whoever the declaration names now."""
        identity = Identity.of(self.declaration.business)
        if self._dispatch is None:
            self._dispatch = open_dispatch(self.ledger, self.settings, identity, self.now)
        self._dispatch.identity = identity
        return self._dispatch

    @property
    def declaration(self) -> Declaration:
        """The declaration as it stands in the store's folder now; read anew only where the file changed."""
        file = self.ledger.home / "notices.yaml"
        written = file.read_bytes()
        kept = self._declared
        if kept is None or kept[0] != written:
            kept = self._declared = (written, parse_declaration(written.decode("utf-8"), file.name))
        return kept[1]

    def notice(self, form: str) -> tuple[str, widget.Notice] | None:
        """
        The version and text of a form's notice; None where the declaration as it stands now is not published.

        A page shows only what is on record as published, so that what somebody was told can be shown again.
        """
        declaration = self.declaration
        versions = self.ledger.business().published.get(form)
        if form not in declaration.forms or not versions:
            return None
        latest, draft = versions[-1].body, build_notice(declaration, form)
        if not isinstance(latest, NoticePublished) or latest.content_sha256 != draft.content_hash:
            return None
        return str(latest.wording_version), widget.notice_text(draft)

    def url(self, path: str) -> str:
        """A link for outside."""
        return self.settings.public.url.rstrip("/") + path
