"""A message judged for a law alone: as if it went to somebody there who agreed to it, so that only the message decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sayso.messages.identity import Identity
from sayso.vocabulary import Channel, Facts, Ground

ASSUMED = "somebody there who agreed to it in full, is on no register, and gets it at noon on a working day"
"""Who a message is judged for where nobody is named."""

_NOON = {
    "local_minute": 720.0,
    "local_weekday": "wednesday",
    "public_holiday_there": False,
    "messages_last_7_days": 0.0,
}


def facts_under(place: str, channel: Channel, found: Mapping[str, Any], identity: Identity, day: date) -> Facts:
    """
    The facts of a message (`found`) to such a person in a place: a country, or a country and its state, such as `US-CA`.

    It is taken to be sent from the sender's own country.
    """
    country, _, state = place.upper().partition("-")
    known: dict[str, Any] = {
        "channel": channel,
        "person_country": country,
        "person_state": state or None,
        "sender_country": identity.country or None,
        "message_originates_in": identity.country or None,
        "sender_type": identity.sender_type,
        "grounds": [_agreed(day)],
        **_NOON,
    }
    return Facts(**{name: value for name, value in {**known, **found}.items() if value is not None})


def _agreed(day: date) -> Ground:
    """A consent that leaves nothing to ask for."""
    return Ground(
        kind="consent",
        act="ticked_box",
        evidence="captured_here",
        given_by="account_holder",
        given_on=day,
        form_submitted=True,
        refused_later=False,
        marketing_named=True,
        names_sender=True,
        covers_channel=True,
        covers_topic=True,
        separate_from_terms=True,
        prompted_by_message=False,
        duration="indefinite",
        signed_writing=True,
        pewc_disclosures=True,
        symmetric_choice=True,
        bundled=False,
        deceptive=False,
        withdrawal_as_easy=True,
        confirmed_from_account=True,
        confirmed_in_second_step=True,
        opted_in_to_other_firm=False,
        carrier_opt_in_mentions_carts=True,
    )
