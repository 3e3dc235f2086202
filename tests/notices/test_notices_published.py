"""Published versions: kept in the ledger, compared, and held against what people agreed to; and what one notice permits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from declared import MARKET_MORE, SELLING, declared

from sayso.decision import Decision
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import ConsentGiven, DetailsCollected, HouseRuleSet, Place, SettingChanged
from sayso.notices import UnknownNoticeError, affected, build, changes, history, names, publish, published
from sayso.notices.terms import Change
from sayso.reports.answers import Answers
from sayso.vocabulary import Channel

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MIRA = Address("email", "mira@letterbox.example")
JONAH = Address("email", "jonah@letterbox.example")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def next_day(self) -> datetime:
        self.now += timedelta(days=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.init(tmp_path / "store", clock) as opened:
        yield opened


def record(ledger: Ledger, body: Any, *addresses: Address) -> str:
    """Record what happened now, first hand; its id."""
    count, _ = ledger.count()
    entry = Entry(body=body, happened_at=ledger._clock(), origin=f"test:{count}", actor="person", proof="captured_here",
                  addresses=list(addresses))  # fmt: skip
    ledger.append([entry])
    return entry.id


def told(ledger: Ledger, who: Address, **more: Any) -> str:
    """Somebody fills in the checkout beside its published notice."""
    body = DetailsCollected(
        from_individual=True,
        given_directly=True,
        collected_for="purchase",
        form="checkout",
        before_submission=False,
        sensitive=False,
        notice_version=published(ledger, "checkout").wording_version,
        places=[Place("shipping", "AU", "TAS")],
        **more,
    )
    return record(ledger, body, who)


def agreed(ledger: Ledger, who: Address) -> str:
    """Somebody ticks the checkout's box."""
    (box,) = published(ledger, "checkout").boxes
    body = ConsentGiven(
        act="ticked_box", form="checkout", form_submitted=True, box_default="unticked", box_final="ticked",
        box_changed_by="person", marketing_named=True, names_sender=True, wording=box.wording,
        wording_version=box.wording_version, topics=box.topics, channels=box.channels,
    )  # fmt: skip
    return record(ledger, body, who)


def test_publishing_records_every_document_once(ledger: Ledger, clock: Clock) -> None:
    first = publish(ledger, declared(), clock.now)
    assert [one.published.id for one in first] == ["privacy", "checkout"] == names(ledger)
    assert all(one.is_new and one.published.number == 1 for one in first)
    head = ledger.head()
    again = publish(ledger, declared(), clock.next_day())
    assert not any(one.is_new for one in again)
    assert ledger.head() == head
    assert [one.published.wording_version for one in again] == [one.published.wording_version for one in first]
    assert ledger.verify() == []


def test_what_is_published_is_what_was_built_with_the_day_it_takes_effect(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, declared(), clock.now)
    for draft in build(declared()):
        found = published(ledger, draft.id)
        assert found.markdown == draft.markdown(START.date())
        assert found.content_sha256 == draft.content_hash
        assert draft.content_hash.startswith(found.wording_version.rpartition("-")[2])
        assert found.terms == draft.terms
    assert "in effect since 2 November 2026" in published(ledger, "privacy").markdown
    assert '<h2 id="what-we-collect">' in published(ledger, "privacy").html
    assert "https://billybutton.example/notices/privacy/#what-we-collect" in published(ledger, "checkout").html


def test_a_review_gives_the_policy_a_new_day_and_the_notices_none(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, declared(), clock.now)
    policy, checkout = publish(ledger, declared(), clock.next_day(), reviewed=True)
    assert (policy.published.number, checkout.published.number) == (2, 1)
    assert policy.published.content_sha256 == published(ledger, "privacy", 1).content_sha256
    assert policy.changes == []
    assert changes(ledger, "privacy").diff


def test_older_versions_stay_and_can_be_compared(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, declared(), clock.now)
    publish(ledger, declared(MARKET_MORE), clock.next_day())
    publish(ledger, declared({"held": "in a safe."}), clock.next_day())
    assert [one.number for one in history(ledger, "privacy")] == [3, 2, 1]
    assert published(ledger, "privacy", 1).markdown != published(ledger, "privacy").markdown
    version = published(ledger, "privacy", 2).wording_version
    assert published(ledger, "privacy", version).number == 2
    found = changes(ledger, "privacy", 2)
    added = [line for line in found.diff if line.startswith("+") and not line.startswith("+++")]
    assert any("email" in line for line in added)
    assert [one.kind for one in found.material] == ["new_use"]
    assert changes(ledger, "privacy", 1).diff == []
    assert changes(ledger, "privacy", 3).material == []


@pytest.mark.parametrize("asked", [("nothing", None), ("privacy", 9), ("privacy", "privacy-1-000000000000")])
def test_what_was_never_published_is_an_error_that_says_where_to_look(
    ledger: Ledger, clock: Clock, asked: tuple[str, Any]
) -> None:
    publish(ledger, declared(), clock.now)
    with pytest.raises(UnknownNoticeError, match=r"sayso notices (history|publish)"):
        published(ledger, *asked)
    with pytest.raises(UnknownNoticeError):
        changes(ledger, *asked)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (MARKET_MORE, ["new_use"]),
        ({"purposes.reminders.topics": ["abandoned_cart", "offers"]}, ["new_use", "new_use"]),
        ({"purposes.study": {"words": "to study our customers", "data": ["user.behavior.cart"]},
          "forms.checkout.purposes": ["order", "safety", "reminders", "study"]}, ["new_purpose"]),
        ({"purposes.order.words": "to handle your order, and to score you"}, ["new_purpose"]),
        ({"purposes.safety.data": ["user.device.ip_address", "user.name"]}, ["new_purpose"]),
        ({("data", "user.demographic.date_of_birth"): {"sources": ["typed"], "kept": "1 year"},
          "forms.checkout.fields": [{"data": "user.name"}, {"data": "user.demographic.date_of_birth"}]}, ["new_data"]),
        ({"recipients.bank": {"words": "our bank", "kind": "third_party", "data": ["user.name"]}}, ["new_recipient"]),
        ({"recipients.printer.data": ["user.name", "user.contact.address", "user.contact.email"]}, ["new_recipient"]),
        ({"recipients.printer.countries": ["AU", "NZ"]}, ["new_country"]),
        ({"recipients.printer.sold": "true", "opt_out_of_sale": "https://billybutton.example/no"}, ["sale_or_share"]),
        ({("data", "user.name", "kept"): "36 months after your last order"}, ["kept_longer"]),
        ({("data", "user.name", "kept"): "until you ask"}, ["kept_longer"]),
        ({("data", "user.name", "sources"): ["typed", "device"]}, ["unnoticed"]),
        ({"tracking.by_others": "true"}, ["followed_by_others"]),
        ({("data", "user.name", "kept"): "12 months after your last order"}, []),
        ({"purposes.reminders.channels": ["post"]}, []),
        ({"recipients.printer.data": ["user.name"]}, []),
        ({"held": "in a safe, on paper."}, []),
        ({"business.brand": "Billy"}, []),
    ],
)  # fmt: skip
def test_doing_more_than_people_were_told_is_material_and_nothing_else_is(
    ledger: Ledger, clock: Clock, change: dict[Any, Any], kinds: list[str]
) -> None:
    publish(ledger, declared(), clock.now)
    before, now = declared(), declared(change)
    policy, _ = publish(ledger, now, clock.next_day())
    assert before != now
    assert policy.is_new
    assert [one.kind for one in policy.changes] == kinds


def lacks(found: list[Change]) -> set[str]:
    return {one.kind for one in found}


def test_a_material_change_lists_whose_permission_no_longer_matches(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, declared(), clock.now)
    shown, ticked = told(ledger, MIRA), agreed(ledger, MIRA)
    assert list(affected(ledger, "checkout")) == []
    publish(ledger, declared(MARKET_MORE), clock.next_day())
    later = told(ledger, JONAH)
    found = {one.entry: one for one in affected(ledger, "checkout")}
    assert set(found) == {shown}, "the box named post and still stands as it was; Jonah was told all of it"
    assert found[shown].version == published(ledger, "checkout", 1).wording_version
    assert [(one.topic, one.channel) for one in found[shown].lacks] == [("abandoned_cart", "email")]
    publish(ledger, declared(MARKET_MORE | SELLING | {"forms.checkout.boxes": []}), clock.next_day())
    found = {one.entry: one for one in affected(ledger, "checkout")}
    assert set(found) == {shown, ticked, later}
    assert "sale_or_share" in lacks(found[ticked].lacks)
    assert "new_use" not in lacks(found[later].lacks)


def test_who_is_told_again_no_longer_counts_as_told_less(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, declared(), clock.now)
    told(ledger, MIRA)
    publish(ledger, declared(MARKET_MORE), clock.next_day())
    told(ledger, MIRA)
    assert list(affected(ledger, "checkout")) == []


def bound_by_the_privacy_act(ledger: Ledger) -> None:
    for name, value in (("sender_country", "AU"), ("turnover_aud", 5_000_000.0)):
        record(ledger, SettingChanged(name=name, value=value))


def after_notice_alone(ledger: Ledger, clock: Clock, notice: dict[str, Any], channel: Channel) -> Decision:
    """The answer for somebody who met the checkout's notice, behind a link, and was asked for nothing."""
    bound_by_the_privacy_act(ledger)
    record(ledger, HouseRuleSet(rule="own.permission-first", on=False, reason="the law alone is asked here"))
    publish(ledger, declared(notice | {"forms.checkout.boxes": []}), clock.now)
    told(ledger, MIRA, notice_beside_field=False)
    (person,) = ledger.find(MIRA.value)
    answers = Answers(ledger)
    assert answers.facts(person, channel=channel, topic="abandoned_cart", at=clock.now).grounds == []
    return answers.answer(person, channel=channel, topic="abandoned_cart", at=clock.now)


@pytest.mark.parametrize("notice", [{}, MARKET_MORE], ids=["names letters and ads", "names emails too"])
@pytest.mark.parametrize("channel", ["post", "online_ad"])
def test_one_notice_by_itself_makes_a_letter_and_an_ad_lawful(
    ledger: Ledger, clock: Clock, notice: dict[str, Any], channel: Channel
) -> None:
    """APP 7.2(b) asks what people would expect, and being told makes them expect it; no consent is on record."""
    found = after_notice_alone(ledger, clock, notice, channel)
    assert found.answer == "allowed"
    assert ("au.privacy-act.app7-1", "lifted", "au.privacy-act.app7-2") in {
        (one.rule, one.outcome, one.lifted_by) for one in found.looked_at
    }


def test_the_same_notice_does_not_make_an_email_lawful(ledger: Ledger, clock: Clock) -> None:
    found = after_notice_alone(ledger, clock, {}, "email")
    assert (found.answer, found.rule) == ("not_allowed", "au.spam-act.16-1")


def test_a_notice_that_names_emails_too_leaves_them_open_at_best_and_so_unsent(ledger: Ledger, clock: Clock) -> None:
    """Whether typing an address beside such words is consent by conduct (Spam Act Sch 2 cl 2(b)) no court has said."""
    found = after_notice_alone(ledger, clock, MARKET_MORE, "email")
    assert (found.answer, found.rule) == ("depends", "au.spam-act.16-1")
    assert "au.spam-act.sch2-2b-notice" in {one.rule for one in found.depends_on}


def test_without_that_notice_the_letter_is_not_lawful_either(ledger: Ledger, clock: Clock) -> None:
    bound_by_the_privacy_act(ledger)
    publish(ledger, declared({"forms.checkout.purposes": ["order", "safety"], "forms.checkout.boxes": []}), clock.now)
    told(ledger, MIRA)
    (person,) = ledger.find(MIRA.value)
    found = Answers(ledger).answer(person, channel="post", topic="abandoned_cart", at=clock.now)
    assert found.layers["law"].answer == "not_allowed"


def test_a_notice_tells_of_no_channel_and_no_topic_that_it_does_not_name_together(ledger: Ledger, clock: Clock) -> None:
    bound_by_the_privacy_act(ledger)
    news = {"purposes.news": {"words": "to tell you our news", "data": ["user.contact.email"], "topics": ["newsletter"], "channels": ["email"]},
            "forms.checkout.purposes": ["order", "safety", "reminders", "news"]}  # fmt: skip
    publish(ledger, declared(news), clock.now)
    told(ledger, MIRA)
    (person,) = ledger.find(MIRA.value)

    def names_it(channel: Channel, topic: str) -> bool | None:
        return ledger.facts_for(person, channel=channel, topic=topic, at=clock.now).notice_names_marketing

    assert names_it("post", "abandoned_cart")
    assert names_it("email", "newsletter")
    assert not names_it("post", "newsletter")
    assert not names_it("email", "abandoned_cart")
    assert not names_it("sms", "abandoned_cart")


def test_the_facts_of_a_notice_are_what_its_own_text_says(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, declared(), clock.now)
    told(ledger, MIRA)
    (person,) = ledger.find(MIRA.value)
    facts = ledger.facts_for(person, channel="post", topic="abandoned_cart", at=clock.now)
    assert facts.notice_covers_app5
    assert facts.notice_complete
    assert facts.notice_tells_circumstances
    assert facts.notice_link_target == "section_with_the_content"


def test_what_the_policy_says_settles_what_rules_ask_of_it(ledger: Ledger, clock: Clock) -> None:
    """Before there is a policy nothing is known of it; once it is published, what its own text says is on record."""
    asked = (
        "policy_lists_categories",
        "policy_tells_complaints",
        "policy_says_if_others_track",
        "policy_has_effective_date",
    )
    assert not set(asked) & set(ledger.business().settings)
    publish(ledger, declared(), clock.now)
    assert all(ledger.business().settings[name] is True for name in asked)
    publish(ledger, declared({"jurisdictions": ["AU"]}), clock.next_day())
    settings = ledger.business().settings
    assert settings["policy_tells_complaints"] is True
    assert settings["policy_says_if_others_track"] is False, (
        "an Australian policy need not say it, and this one does not"
    )
