"""Texts and MMS in the form of Twilio's API: `POST /2010-04-01/Accounts/{Sid}/Messages.json`, Messages resource."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

from sayso.ledger import LedgerError
from sayso.ledger.entries import Address
from sayso.sending.outgoing import Handed, Mail, Still, Text, always
from sayso.sending.sms.calling import call

LOG = logging.getLogger("sayso.sending")
API = "https://api.twilio.com"
MOST_MEDIA = 10
"""Files of one MMS (Messages resource, `MediaUrl`)."""

STOPPED = 21610
"""The person texted a stop word to the number, and the carrier's side blocks it: an opt-out we had not seen."""
_OURS = {
    20003: "Twilio refuses the log-in; check `sms.username` and `sms.password_file`",
    20404: "Twilio knows no such account; check `sms.username`",
    20429: "Twilio takes no more just now",
    21212: "the number texts come from is none; check `sms.number`",
    21408: "the account may not send to that country; permit it in Twilio's console",
    21603: "there is no number to send from; set `sms.number` or `sms.messaging_service`",
    21606: "the number texts come from is not one of the account's; check `sms.number`",
    21609: "Twilio cannot use the address for reports; check `public.url`",
    21611: "Twilio's queue for that number is full",
    21659: "the number texts come from is not one of the account's; check `sms.number`",
    21701: "there is no such Messaging Service; check `sms.messaging_service`",
    63038: "the account's limit of the day is reached",
}
"""What is wrong on our side, or passes: the same text may go later."""
_THEIRS = {
    STOPPED: "the person texted STOP to this number before, and the carrier takes nothing more for them",
    21211: "it is not a number that can be sent to",
    21214: "no text can be sent to that number",
    21217: "it is not a number that can be sent to",
    21612: "no carrier reaches that number from the one texts come from",
    21614: "it is not a mobile number",
    21617: "the text is longer than 1,600 characters",
    21620: "Twilio cannot use the address of a picture or film",
    21623: "there are more than ten pictures or films",
}


class Twilio:
    """The way to Twilio. `report` makes the address at which it tells what became of a message, from its entry."""

    def __init__(
        self,
        account: str,
        token: str,
        report: Callable[[str], str],
        refused: Callable[[Address, int], None],
        *,
        number: str = "",
        service: str = "",
        api: str = API,
    ) -> None:
        """`refused` is told which number the carrier will not take anything for, and Twilio's code for why."""
        self._url = f"{api}/2010-04-01/Accounts/{account}/Messages.json"
        self._login = (account, token)
        self._source = {"MessagingServiceSid": service} if service else {"From": number}
        self._report, self._refused = report, refused

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        """One text, or an MMS where it has media."""
        if isinstance(content, Mail):
            return Handed("rejected", "Twilio takes texts alone")
        if len(content.media) > MOST_MEDIA:
            return Handed("rejected", _THEIRS[21623])
        form: dict[str, Any] = {"To": to.value, **self._source, "StatusCallback": self._report(entry)}
        if content.body:
            form["Body"] = content.body
        if content.media:
            form["MediaUrl"] = list(content.media)
        if refusal := await still():
            return refusal
        answer = await call(self._url, data=form, auth=self._login)
        if isinstance(answer, Handed):
            return answer
        handed = _handed(answer)
        if handed.state == "rejected":
            await self._note(to, handed.code)
        return handed

    async def _note(self, to: Address, code: int) -> None:
        """The carrier says the same of every further text, so what cannot be noted now is noted then."""
        try:
            await asyncio.to_thread(self._refused, to, code)
        except LedgerError as error:
            LOG.error("a carrier's refusal could not be recorded: %s", type(error).__name__)


class _Taken(msgspec.Struct):
    sid: str


class _Error(msgspec.Struct):
    code: int = 0


def _handed(answer: httpx.Response) -> Handed:
    status = answer.status_code
    if status == httpx.codes.CREATED:
        taken = _read(answer, _Taken)
        return Handed("sent", "taken by Twilio", status, taken.sid if taken else "")
    error = _read(answer, _Error)
    code = error.code if error else 0
    if code in _THEIRS:
        return Handed("rejected", f"{_THEIRS[code]} (Twilio {code})", code)
    if code in _OURS:
        return Handed("deferred", f"{_OURS[code]} (Twilio {code})", code)
    match status:
        case 401 | 403:
            return Handed("deferred", _OURS[20003], status)
        case 404:
            return Handed("deferred", _OURS[20404], status)
        case 429 | 503:
            return Handed("deferred", _OURS[20429], status)
        case _ if 300 <= status < 400:
            return Handed("deferred", "the API has moved; check `sms.url`", status)
        case _ if 400 <= status < 500:
            return Handed("rejected", f"Twilio will not take it (HTTP {status}, code {code})", code or status)
    return Handed("unknown", f"Twilio did not say whether it took it (HTTP {status})", status)


def _read(answer: httpx.Response, shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except (msgspec.DecodeError, UnicodeError):
        return None
