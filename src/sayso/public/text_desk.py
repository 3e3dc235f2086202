"""What the public listener knows of texts: the keys of the gateway, and who answers."""

from __future__ import annotations

from collections.abc import Callable

from sayso.capture.restraint import Restraint
from sayso.ledger import Ledger
from sayso.messages.identity import Identity
from sayso.notices.declaration import Declaration
from sayso.notices.errors import NoticeError
from sayso.sending.sms import keys_of
from sayso.sending.sms.inbound import HELPED_MOST, HELPED_WITHIN
from sayso.settings import Settings


class TextDesk:
    """Texts of one store, as the public listener meets them."""

    def __init__(self, ledger: Ledger, settings: Settings, declared: Callable[[], Declaration]) -> None:
        """Raises SettingsError where the gateway's secrets are missing."""
        self.keys = keys_of(ledger.home, settings.sms)
        self.helps = Restraint(ledger, HELPED_MOST, HELPED_WITHIN)
        self._declared = declared

    def identity(self) -> Identity | None:
        """Who answers; None where nobody has declared that yet, and then texts are recorded and not answered."""
        try:
            return Identity.of(self._declared().business)
        except (OSError, NoticeError):
            return None
