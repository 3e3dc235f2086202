"""Is a message commercial by its content: what is commercial is never called service."""

from __future__ import annotations

import pytest
from labelled_messages import Labelled, own

from sayso.messages.content import judge_content

TUNING = own("tuning.yaml")


@pytest.mark.parametrize("message", [one for one in TUNING if one.commercial], ids=lambda one: one.id)
def test_what_is_commercial_is_never_called_service(message: Labelled) -> None:
    content = judge_content(message.reading, message.sender)
    assert content.facts["commercial_purpose"] is True
    assert content.findings


@pytest.mark.parametrize("message", [one for one in TUNING if not one.commercial], ids=lambda one: one.id)
def test_plain_service_is_recognised(message: Labelled) -> None:
    content = judge_content(message.reading, message.sender)
    assert [finding.said for finding in content.findings] == []
    assert content.facts["commercial_purpose"] is False
    assert content.facts["message_kind"] == message.kind
