"""
Links that name nobody: what a signed token stands for, and what a form was really shown.

Tokens are signed with keys derived from the ledger's own (HMAC-SHA256), so that they hold as long as the ledger does.
None holds an address. A token that opens a page for one person is as good as a password: it goes only to them.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from itsdangerous import BadData, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from sayso.ledger import Ledger

SHOWN_FOR = timedelta(days=2)
"""How long after it was shown a form's report is believed to be about what was shown."""


class LinkError(Exception):
    """The token is not one of ours, was altered, or is for something else."""


class LinkExpiredError(LinkError):
    """The token was ours, and its time is over."""


class Shown(msgspec.Struct, frozen=True):
    """What the server gave a page to show: the report that comes back can say nothing else of it."""

    once: str
    form: str
    notice: str
    """Version of the collection notice."""
    boxes: list[str]
    """Versions of the wordings of the boxes, in the order given."""
    language: str
    at: datetime


class Links:
    """Makes and reads the tokens of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._nonce = URLSafeTimedSerializer(ledger.secret("form shown"))
        self._confirm = URLSafeTimedSerializer(ledger.secret("confirm"))
        self._receipt = URLSafeSerializer(ledger.secret("receipt"))

    def nonce(self, form: str, notice: str, boxes: list[str], language: str) -> str:
        """A fresh nonce for one showing of a form."""
        return str(self._nonce.dumps([secrets.token_urlsafe(9), form, notice, boxes, language]))

    def shown(self, nonce: str) -> Shown:
        """What a nonce was given for. Raises LinkError, LinkExpiredError."""
        (once, form, notice, boxes, language), at = _read(self._nonce, nonce, SHOWN_FOR)
        return Shown(once, form, notice, boxes, language, at)

    def confirm(self, report: str) -> str:
        """The token of the mail that asks for the second step."""
        return str(self._confirm.dumps(report))

    def confirmed(self, token: str, days: int) -> tuple[str, datetime]:
        """The report that a confirming link is about, and when the link was made. Raises LinkError, LinkExpiredError."""
        return _read(self._confirm, token, timedelta(days=days))

    def receipt(self, report: str) -> str:
        """The token of a receipt; it never expires."""
        return str(self._receipt.dumps(report))

    def received(self, token: str) -> str:
        """The report that a receipt is about. Raises LinkError."""
        try:
            return str(self._receipt.loads(token))
        except BadData:
            raise LinkError("this link is not one of ours, or it was cut off on its way") from None


def _read(serializer: URLSafeTimedSerializer, token: str, valid: timedelta) -> tuple[Any, datetime]:
    try:
        value, signed = serializer.loads(token, max_age=int(valid.total_seconds()), return_timestamp=True)
    except SignatureExpired:
        raise LinkExpiredError("the time of this link is over") from None
    except BadData:
        raise LinkError("this link is not one of ours, or it was cut off on its way") from None
    return value, signed.astimezone(UTC)
