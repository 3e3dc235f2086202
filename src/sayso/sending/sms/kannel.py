"""
Texts through Kannel's sendsms (user guide 1.4.5, "Sending SMS").

It is asked by POST, with the text as the body and the rest in headers, so that neither number nor password stands in an
address that proxies and logs keep.
"""

from __future__ import annotations

from collections.abc import Callable

from smsutil import is_valid_gsm

from sayso.ledger.entries import Address
from sayso.sending.outgoing import Handed, Mail, Still, Text, always
from sayso.sending.sms.calling import call

DELIVERED, UNDELIVERABLE, REJECTED = 1, 2, 16
"""Bits of a delivery report. Of 4 (buffered) and 8 (taken by the SMSC) nothing follows, so they are not asked for."""
DLR_MASK = DELIVERED | UNDELIVERABLE | REJECTED
GSM_7, UCS_2 = "0", "2"


class Kannel:
    """The way to Kannel. `report` makes the address at which it tells what became of a message, from its entry."""

    def __init__(self, url: str, username: str, password: str, number: str, report: Callable[[str], str]) -> None:
        self._url, self._username, self._password, self._number = url, username, password, number
        self._report = report

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        """One text; what does not fit the GSM alphabet goes as UCS-2, and what is long in parts, as Kannel cuts them."""
        if isinstance(content, Mail):
            return Handed("rejected", "Kannel takes texts alone")
        if content.media:
            return Handed("rejected", "Kannel has no MMS; send media through Twilio, or put a link into the text")
        if refusal := await still():
            return refusal
        answer = await call(
            self._url,
            content=content.body.encode(),
            headers={
                "Content-Type": "text/plain; charset=UTF-8",
                "X-Kannel-Username": self._username,
                "X-Kannel-Password": self._password,
                "X-Kannel-From": self._number,
                "X-Kannel-To": to.value,
                "X-Kannel-Coding": GSM_7 if is_valid_gsm(content.body) else UCS_2,
                "X-Kannel-DLR-Mask": str(DLR_MASK),
                "X-Kannel-DLR-Url": self._report(entry),
            },
        )
        return answer if isinstance(answer, Handed) else _handed(answer.status_code, answer.text)


def _handed(status: int, said: str) -> Handed:
    match status:
        case 200 | 202:
            return Handed("sent", "taken by Kannel", status)
        case 403 if "authorization" in said.lower():
            return Handed("deferred", "Kannel refuses the log-in; check `sms.username` and `sms.password_file`", status)
        case 503 | 429:
            return Handed("deferred", "Kannel takes nothing just now", status)
        case _ if 400 <= status < 500:
            return Handed("rejected", f"Kannel will not take it (HTTP {status})", status)
        case _ if 300 <= status < 400:
            return Handed("deferred", "there is no sendsms at `sms.url`; it ends in /cgi-bin/sendsms", status)
    return Handed("unknown", f"Kannel did not say whether it took it (HTTP {status})", status)
