"""What the public listener knows of texts: the keys of the gateway, who answers, and the way out for answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sayso.capture.restraint import Restraint
from sayso.choices.links import ChoiceLinks
from sayso.ledger import Ledger
from sayso.messages.identity import Identity
from sayso.notices.declaration import Declaration
from sayso.notices.errors import NoticeError
from sayso.sending.dispatch import Dispatch
from sayso.sending.sms import keys_of
from sayso.sending.sms.inbound import HELPED_MOST, HELPED_WITHIN
from sayso.sending.wiring import open_dispatch
from sayso.settings import Settings


class TextDesk:
    """Texts of one store, as the public listener meets them."""

    def __init__(
        self, ledger: Ledger, settings: Settings, declared: Callable[[], Declaration], clock: Callable[[], datetime]
    ) -> None:
        """Raises SettingsError where the gateway's secrets are missing."""
        self.keys = keys_of(ledger.home, settings.sms)
        self.links = ChoiceLinks(ledger)
        self.helps = Restraint(ledger, HELPED_MOST, HELPED_WITHIN)
        self._ledger, self._settings, self._declared, self._clock = ledger, settings, declared, clock
        self._dispatch: Dispatch | None = None

    def identity(self) -> Identity | None:
        """Who answers; None where nobody has declared that yet, and then texts are recorded and not answered."""
        try:
            return Identity.of(self._declared().business)
        except (OSError, NoticeError):
            return None

    def dispatch(self, identity: Identity) -> Dispatch:
        """The way out, opened when the first answer is due."""
        if self._dispatch is None:
            self._dispatch = open_dispatch(self._ledger, self._settings, identity, self._clock)
        return self._dispatch
