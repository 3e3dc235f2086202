"""What the business itself had on record as of a moment: settings, notices, evidence classes, risks, house rules."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from sayso.ledger.entries import EvidenceSet, HouseRuleSet, NoticePublished, RiskAccepted, SettingChanged
from sayso.ledger.states import BusinessState, Record
from sayso.vocabulary import VOCABULARY
from sayso.vocabulary.ground import Evidence


class Business:
    """
    The business as of one moment.

    `settings`: name -> value, the latest first-hand; those that bear a sender fact's name are that fact.
    """

    def __init__(self, state: BusinessState, at: datetime) -> None:
        self._records = [record for record in state.records if record.recorded_at <= at]

    @cached_property
    def settings(self) -> dict[str, bool | float | str]:
        """Every setting that has a value."""
        values: dict[str, Any] = {}
        for record in self._records:
            if isinstance(record.body, SettingChanged):
                values[record.body.name] = record.body.value
        return {name: value for name, value in values.items() if value is not None}

    @cached_property
    def sender_facts(self) -> dict[str, Any]:
        """The settings that are facts a rule may ask of the sender."""
        return {
            name: value
            for name, value in self.settings.items()
            if name in VOCABULARY.facts and VOCABULARY.facts[name].owner == "sender"
        }

    @cached_property
    def notices(self) -> dict[str, NoticePublished]:
        """Notice version -> what it says."""
        return {
            record.body.wording_version: record.body
            for record in self._records
            if isinstance(record.body, NoticePublished) and record.body.wording_version
        }

    @cached_property
    def published(self) -> dict[str, list[Record]]:
        """The policy and each form's notice -> its versions, oldest first. What they say is in the entries."""
        found: dict[str, list[Record]] = {}
        for record in self._records:
            if isinstance(record.body, NoticePublished) and record.body.notice:
                found.setdefault(record.body.notice, []).append(record)
        return found

    @cached_property
    def risks(self) -> list[Record]:
        """The acceptances of risk that stand, latest of each rule and limb."""
        latest: dict[tuple[str, str | None], Record] = {}
        for record in self._records:
            if isinstance(record.body, RiskAccepted):
                latest[record.body.rule, record.body.limb] = record
        return [record for record in latest.values() if isinstance(record.body, RiskAccepted) and record.body.accepted]

    @cached_property
    def house_rules(self) -> dict[str, bool]:
        """House rulebook -> on or off, where the owner said so."""
        return {record.body.rule: record.body.on for record in self._records if isinstance(record.body, HouseRuleSet)}

    @cached_property
    def _evidence(self) -> tuple[dict[str, Evidence], dict[str, Evidence]]:
        of_import: dict[str, Evidence] = {}
        of_entry: dict[str, Evidence] = {}
        for record in self._records:
            if isinstance(record.body, EvidenceSet):
                of_entry.update((entry, record.body.evidence) for entry in record.body.entries)
                if record.body.import_id and not record.body.entries:
                    of_import[record.body.import_id] = record.body.evidence
        return of_import, of_entry

    def evidence(self, record: Record) -> Evidence:
        """How well an entry is proved: as recorded, or as the owner settled since if it was only asserted."""
        if record.proof != "asserted":
            return record.proof
        of_import, of_entry = self._evidence
        return of_entry.get(record.id) or of_import.get(record.import_id or "") or "asserted"
