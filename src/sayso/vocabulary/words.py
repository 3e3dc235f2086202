"""
The field's words as types, and what is declared of every fact.

A fact is true, false or unknown (a number, day or choice likewise: a value or unknown). Unknown is written `None` and
is never read as no: each fact declares what not knowing it counts as.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Answer = Literal["allowed", "depends", "not_covered", "not_allowed"]
"""The four answers, least strict first. Only *allowed* is sent."""

STRICTNESS: dict[str, int] = {answer: rank for rank, answer in enumerate(get_args(Answer))}

Layer = Literal["law", "guidance", "own"]
"""Statutes and rules; regulators' and carriers' expectations; the sender's own house rules."""

LAYERS: tuple[Layer, ...] = get_args(Layer)

Act = Literal[
    "send",
    "call",
    "post",
    "show_ad",
    "upload_audience",
    "share",
    "transfer_list",
    "collect",
    "publish_policy",
    "ask_again",
]
"""What the sender would do. `show_ad` targets a known person; `upload_audience` gives a customer list to an ad platform."""

Channel = Literal[
    "email",
    "sms",
    "mms",
    "instant_message",
    "push",
    "voice_live",
    "voice_recorded",
    "post",
    "online_ad",
    "inbox_ad",
    "fax",
    "website",
]
"""Where it happens. `inbox_ad` is an advertisement shown among a mail service's messages; `voice_recorded` is an artificial, prerecorded or AI voice; `website` is for notices and policies."""

CHANNELS: tuple[Channel, ...] = get_args(Channel)

ACT_OF_CHANNEL: dict[str, Act] = {
    "email": "send",
    "sms": "send",
    "mms": "send",
    "instant_message": "send",
    "push": "send",
    "fax": "send",
    "voice_live": "call",
    "voice_recorded": "call",
    "post": "post",
    "online_ad": "upload_audience",
    "inbox_ad": "show_ad",
    "website": "publish_policy",
}
"""The act that is meant when only a channel is named."""

CHANNEL_OF_ACT: dict[str, Channel] = {"post": "post", "upload_audience": "online_ad"}
"""The channel that is meant when only an act is named that has but one."""

Unknown = Literal["against", "open", "arrange"]
"""
What not knowing a fact counts as.

`against`: against sending, the sender has to know (consent, a register washed).
`open`: neither way, the answer *depends* and names the fact.
`arrange`: before there is a message or a moment it becomes an obligation; once there is one, it counts against.
"""

Owner = Literal["question", "sender", "person", "message", "moment", "ground", "stop"]
"""Whose fact it is. A ground is one consent, relationship or publication on record; a stop is one request to stop."""


class Fact(msgspec.Struct, frozen=True):
    """What is declared of one fact. `unit` is given for numbers; `cite` where a law fixes what unknown counts as."""

    meaning: str
    unknown: Unknown
    known_from: str
    changed_by: str = "nobody: it happened or it did not"
    unit: str = ""
    cite: str = ""
    worked_out: bool = False
    """Worked out once from other facts and the moment, before any rule is asked; a given value is kept."""
