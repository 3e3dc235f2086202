"""
The table of stops: which kind of stop reaches which kind of message.

Nothing is written down twice: each cell is what the rulebook `own.any-stop` answers for that stop and that message, so
the table that pages and documents show is the one the gate keeps to.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, get_args

from sayso.decision.verdict import judge
from sayso.law import Rulebooks
from sayso.vocabulary import Facts, Stop
from sayso.vocabulary.ground import StopKind

RULEBOOK = "own.any-stop"

_SERVICE: dict[str, Any] = {"commercial_purpose": False, "links_to_promotion": False}
MESSAGES: dict[str, dict[str, Any]] = {
    "marketing": {"act": "send", "message_kind": "promotional", "commercial_purpose": True},
    "news and notices": {"act": "send", "message_kind": "factual", **_SERVICE},
    "orders and account": {"act": "send", "message_kind": "transactional", **_SERVICE},
    "the answer to a stop": {"act": "send", "message_kind": "opt_out_confirmation", **_SERVICE},
    "sale, sharing and ads": {"act": "share", "message_kind": "promotional", "commercial_purpose": True},
}
"""The kinds of message, in words for people, and the facts that make one."""

STOPS: dict[StopKind, str] = {
    "unsubscribe": "unsubscribed by a link, a form or by mail",
    "stop_keyword": "texted STOP or the like",
    "free_text": "asked in their own words",
    "do_not_call": "asked not to be called",
    "objection": "objected to direct marketing",
    "complaint": "reported a message as spam, or complained",
    "hard_bounce": "the mailbox or number does not exist",
    "number_reassigned": "the number passed to somebody else",
    "do_not_sell": "asked not to have their data sold or shared",
    "gpc": "their browser asks for the same (Global Privacy Control)",
    "limit_sensitive": "asked to limit the use of sensitive data",
    "erasure": "asked to be forgotten",
}


@lru_cache(maxsize=8)
def table_of_stops(books: Rulebooks, on: date) -> dict[StopKind, dict[str, bool]]:
    """For each kind of stop, in the order of `STOPS`, whether it reaches each of `MESSAGES` on the channel it is about."""
    rules = books.only([RULEBOOK])
    return {
        kind: {name: _reached(rules, kind, message, on) for name, message in MESSAGES.items()}
        for kind in get_args(StopKind)
    }


def _reached(rules: Rulebooks, kind: StopKind, message: dict[str, Any], on: date) -> bool:
    stop = Stop(
        kind=kind,
        scope="everything",
        received_on=on - timedelta(days=30),
        covers_channel=True,
        covers_topic=True,
        means_stop=True,
    )
    return judge(Facts(channel="sms", topic="news", stops=[stop], **message), on, rules).answer == "not_allowed"
