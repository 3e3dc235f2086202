"""What is on record of one person as of a moment, and the facts of theirs that are neither a ground nor a stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sayso.ledger.business import Business
from sayso.ledger.entries import (
    CheckoutAbandoned,
    ConsentGiven,
    DetailsCollected,
    NoticePublished,
    OrderPlaced,
    PersonDescribed,
    RegisterChecked,
    RelationshipRecorded,
)
from sayso.ledger.places import whereabouts
from sayso.ledger.states import PersonState, Record
from sayso.vocabulary import Channel


class Known:
    """What is on record of one person as of a moment, seen from one of their addresses."""

    def __init__(self, state: PersonState, business: Business, exact: str | None, at: datetime, sender: str) -> None:
        self.state, self.business, self.exact, self.at, self.sender = state, business, exact, at, sender
        self.records = sorted(
            (record for record in state.records if record.recorded_at <= at), key=lambda record: record.happened_at
        )
        moment = at.timestamp()
        self.messages = [sent for sent in state.messages if sent.recorded <= moment]
        self.collected = [r for r in self.records if isinstance(r.body, DetailsCollected) and self.names(r)]

    def names(self, record: Record) -> bool:
        return self.exact is None or self.exact in record.addresses

    def latest(self, name: str) -> Any:
        """The latest known value of a field over the collections of this address."""
        for record in reversed(self.collected):
            value = getattr(record.body, name)
            if value is not None:
                return value
        return None

    def flat(self, channel: Channel, topic: str) -> dict[str, Any]:
        """The person's facts that are not a ground or a stop; a value of `None` is unknown."""
        held = [address for address in self.state.addresses if address.recorded_at <= self.at]
        country, state, _, _ = whereabouts(self.records, held)
        facts: dict[str, Any] = {
            "person_country": country,
            "person_state": state,
            "address_verified": self._verified() or None,
            **self._dealings(),
            **self._registers(),
        }
        if self.collected:
            facts.update(self._collection(channel, topic))
        for record in self.records:
            if isinstance(record.body, PersonDescribed):
                facts.update(record.body.facts)
        return facts

    def _collection(self, channel: Channel, topic: str) -> dict[str, Any]:
        facts = {
            "collected_from_individual": self.latest("from_individual"),
            "collected_on": self.collected[-1].happened_at.date(),
            "collected_for": self.latest("collected_for"),
            "captured_before_submission": self.latest("before_submission"),
            "list_source": self.latest("list_source"),
            "recipient_type": self.latest("recipient_type"),
            "address_type": self.latest("address_type"),
            "sensitive_consent": self.latest("sensitive_consent"),
            "promised_only_tickers": self.latest("promised_only_tickers"),
            "refusal_offered_at_collection": self.latest("refusal_offered"),
            "notice_at_collection": self.latest("notice_shown"),
            "notice_names_marketing": self.latest("notice_names_marketing"),
            "notice_beside_field": self.latest("notice_beside_field"),
            "notice_link_target": self.latest("notice_link_target"),
            "notice_complete": self.latest("notice_complete"),
            "notice_covers_app5": self.latest("notice_covers_app5"),
            "notice_tells_circumstances": self.latest("notice_tells_circumstances"),
            "opt_out_notice_posted_at_collection": self.latest("opt_out_notice_posted"),
        }
        named = self.latest("notice_channels")
        if named is not None:
            facts["notice_names_channel"] = channel in named
        version = self.latest("notice_version")
        if version is None:
            return facts
        told: dict[str, Any] = {"notice_at_collection": True}
        notice = self.business.notices.get(version)
        if notice is not None:
            told |= {
                "notice_names_marketing": _names(notice, channel, topic),
                "notice_names_channel": channel in (notice.uses.get(topic, []) if notice.uses else notice.channels),
                "notice_link_target": notice.link_target,
                "notice_complete": notice.complete,
                "notice_covers_app5": notice.covers_app5,
                "notice_tells_circumstances": notice.tells_circumstances,
                "opt_out_notice_posted_at_collection": notice.opt_out_notice,
            }
        return {**told, **{name: value for name, value in facts.items() if value is not None}}

    def _dealings(self) -> dict[str, Any]:
        """What checkouts, orders, collections and other dealings say beside being a ground."""
        facts: dict[str, Any] = dict.fromkeys(
            ("asked_for_contact", "sensitive_information", "pressed_pay", "agreed_other_opt_out")
        )
        for record in self.records:
            body = record.body
            if isinstance(body, DetailsCollected | CheckoutAbandoned):
                facts["asked_for_contact"] = latest_of(body.asked_for_contact, facts["asked_for_contact"])
            if isinstance(body, DetailsCollected | CheckoutAbandoned | OrderPlaced) and body.sensitive is not None:
                # one sensitive order is not undone by an ordinary one after it
                facts["sensitive_information"] = bool(facts["sensitive_information"]) or body.sensitive
            if isinstance(body, CheckoutAbandoned):
                facts["pressed_pay"] = body.pressed_pay
            if isinstance(body, RelationshipRecorded) and record.sender == self.sender:
                facts["agreed_other_opt_out"] = latest_of(body.agreed_other_opt_out, facts["agreed_other_opt_out"])
                if body.relationship == "student":
                    facts["recipient_is_student_household"] = True
        return facts

    def _verified(self) -> bool:
        return any(
            (isinstance(record.body, OrderPlaced) and record.body.paid)
            or (isinstance(record.body, ConsentGiven) and record.body.confirmed_from_account)
            for record in self.records
            if self.names(record)
        )

    def _registers(self) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for record in self.records:
            if not isinstance(record.body, RegisterChecked) or not self.names(record):
                continue
            listed = record.body.registered
            match record.body.register:
                case "au_do_not_call":
                    facts["on_do_not_call_register"] = facts["wash_reported_registered"] = listed
                    facts["list_washed_days_ago"] = float((self.at.date() - record.happened_at.date()).days)
                case "us_national_do_not_call":
                    facts["on_national_dnc"] = listed
                case "preference_register":
                    facts["on_preference_register"] = listed
        return facts


def covers(named: Sequence[str], asked: str) -> bool | None:
    """Does a wording that names these cover this one? Unknown where it names none."""
    return asked in named if named else None


def _names(notice: NoticePublished, channel: Channel, topic: str) -> bool | None:
    """Does it tell of this marketing? One that sets out topics with their channels tells of nothing else."""
    named = channel in notice.uses.get(topic, []) if notice.uses else covers(notice.topics, topic)
    return _and(notice.marketing_named, named)


def latest_of(now: bool | None, before: bool | None) -> bool | None:
    return before if now is None else now


def _and(one: bool | None, other: bool | None) -> bool | None:
    """Both, where a wording that names no topic speaks of marketing in general."""
    return one if other is None else (one and other if one is not None else None)
