"""Text messages: who writes and how to stop, within the segments that are told."""

from __future__ import annotations

from datetime import date

import pytest
import smsutil
from completing import OWN, SHOP, WAYS
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sayso import ask
from sayso.messages.check_law import facts_under
from sayso.messages.mail import MessageError
from sayso.messages.texts import check_text, complete_text, measure
from sayso.settings import Sms

NUMBER, NAME = "+61480000000", "HarbourBk"


def states(body: str, sender_id: str = NUMBER) -> dict[str, str]:
    return {one.matter: one.state for one in check_text(body, SHOP, own=OWN, sender_id=sender_id).carried}


def test_a_bare_offer_lacks_its_sender_and_a_way_to_stop() -> None:
    assert states("Half price books until Friday") == {
        "sender": "missing",
        "contact": "present",
        "unsubscribe": "missing",
        "segments": "note",
    }


@pytest.mark.parametrize(
    "stop",
    ["Reply STOP to opt out", "Txt STOP 2 end", "STOP to opt out", "Antworten Sie STOPP zum Abmelden", "Répondez STOP", "Optout: stop.example/a1", "Unsub https://harbour.example/x"],
)  # fmt: skip
def test_usual_words_for_stopping_are_understood(stop: str) -> None:
    assert states(f"Harbour Books: half price. {stop}")["unsubscribe"] == "present"


@pytest.mark.parametrize(
    "words", ["Stop by our shop on Friday", "Non-stop savings at Harbour Books", "Do not stop reading"]
)
def test_stop_in_another_sense_is_no_way_to_stop(words: str) -> None:
    assert states(f"Harbour Books: {words}")["unsubscribe"] == "missing"


def test_a_name_cannot_be_replied_to() -> None:
    checked = check_text("Harbour Books: half price. Reply STOP to opt out", SHOP, own=OWN, sender_id=NAME)
    assert checked.facts["sms_sender_id_alphanumeric"] is True
    assert checked.facts["unsubscribe_functional"] is False
    assert "unsubscribe" in {one.matter for one in checked.lacking}
    with pytest.raises(MessageError, match="give a link for stopping"):
        complete_text("Half price", SHOP, stop="STOP", sender_id=NAME)


@pytest.mark.parametrize(
    ("words", "state", "works"),
    [
        ("Reply STOP to opt out", "present", True),
        ("Only $5, reply STOP to opt out", "present", True),
        ("Books from $5. Reply STOP to opt out at no cost", "present", True),
        (f"Text STOP to {NUMBER}", "present", True),
        ("Text STOP to 0480 000 000", "present", True),
        ("STOP costs $1.50, text STOP to 19123", "wrong", None),
        ("Reply STOP to opt out ($0.55)", "wrong", None),
        ("Reply STOP to opt out, premium rates", "wrong", None),
        ("Text STOP to 19123", "wrong", None),
        ("Text 19123 to opt out, or reply STOP", "wrong", None),
    ],
)
def test_stopping_that_costs_or_goes_elsewhere_is_not_believed(words: str, state: str, works: bool | None) -> None:
    checked = check_text(f"Harbour Books: half price. {words}", SHOP, own=OWN, sender_id=NUMBER)
    assert {one.matter: one.state for one in checked.carried}["unsubscribe"] == state
    assert checked.facts.get("unsubscribe_functional") is works
    assert checked.facts.get("unsubscribe_fee") is (False if works else None)


def test_a_text_from_a_name_says_that_it_cannot_be_answered() -> None:
    bare = f"Harbour Books: half price. Opt out: {WAYS.unsubscribe}"
    assert check_text(bare, SHOP, own=OWN, sender_id=NAME).facts["sms_says_no_reply"] is False
    done = complete_text("Half price", SHOP, stop=WAYS.unsubscribe, sender_id=NAME)
    assert "No replies" in done.body
    assert check_text(done.body, SHOP, own=OWN, sender_id=NAME).facts["sms_says_no_reply"] is True
    assert complete_text(done.body, SHOP, stop=WAYS.unsubscribe, sender_id=NAME) == done
    assert "No replies" not in complete_text("Half price", SHOP, stop="STOP", sender_id=NUMBER).body


@pytest.mark.parametrize("place", ["AU", "US-NV"])
def test_a_completed_text_from_a_name_may_go_and_one_that_does_not_say_so_may_not_to_the_united_states(
    place: str,
) -> None:
    body = complete_text("Half price books", SHOP, stop=WAYS.unsubscribe, sender_id=NAME).body
    day = date(2026, 11, 25)

    def answer(text: str) -> str:
        facts = check_text(text, SHOP, own=OWN, sender_id=NAME).facts | {
            "dialer": "stored_list",
            "on_national_dnc": False,
        }
        return ask(facts_under(place, "sms", facts, SHOP, day), at=day, gate=True).answer

    assert answer(body) == "allowed"
    assert answer(body.replace(" No replies.", "")) == ("allowed" if place == "AU" else "not_allowed")


def test_our_own_link_alone_says_not_surely_how_to_reach_the_sender() -> None:
    text = f"Harbour Books: half price. No replies. Opt out: {WAYS.unsubscribe}"
    checked = check_text(text, SHOP, own=OWN, sender_id=NAME)
    assert "contact_details_accurate" not in checked.facts
    assert {one.matter: one.state for one in checked.carried}["contact"] == "missing"
    linked = check_text(f"https://harbour.example/contact {text}", SHOP, own=OWN, sender_id=NAME)
    assert linked.facts["contact_details_accurate"] is True
    assert "arguable" in {one.matter: one.said for one in linked.carried}["contact"]
    done = complete_text(text, SHOP, stop=WAYS.unsubscribe, sender_id=NAME).body
    assert check_text(done, SHOP, own=OWN, sender_id=NAME).facts["contact_details_accurate"] is True


def test_a_company_that_is_called_otherwise_is_named_beside_the_brand() -> None:
    kettle = replace(SHOP, brand="Copper Kettle", legal_name="Zubrin Trading Pty Ltd")
    stop = "Reply STOP to opt out"
    done = complete_text("Half price tea", kettle, stop="STOP", sender_id=NUMBER).body
    assert done == f"Copper Kettle (Zubrin Trading Pty Ltd): Half price tea. {stop}"
    branded = check_text(f"Copper Kettle: half price. {stop}", kettle, own=OWN, sender_id=NUMBER)
    assert branded.facts["sender_identified"] is True
    assert {one.matter: one.state for one in branded.carried}["sender-company"] == "note"
    named = complete_text("Copper Kettle: half price", kettle, stop="STOP", sender_id=NUMBER).body
    assert named == f"Copper Kettle: half price. By Zubrin Trading Pty Ltd. {stop}"
    assert complete_text(named, kettle, stop="STOP", sender_id=NUMBER).body == named


def test_any_number_of_a_messaging_service_is_a_number() -> None:
    comes_from = Sms(messaging_service="MG1").comes_from
    text = complete_text("Half price books", SHOP, stop="STOP", sender_id=comes_from).body
    facts = check_text(text, SHOP, own=OWN, sender_id=comes_from).facts
    assert facts["sms_sender_id_alphanumeric"] is False
    assert facts["contact_details_accurate"] is facts["unsubscribe_functional"] is True
    elsewhere = check_text("Harbour Books: half price. Text STOP to 19123", SHOP, own=OWN, sender_id=comes_from).facts
    assert "unsubscribe_functional" not in elsewhere
    assert Sms(number=NUMBER).comes_from == NUMBER
    assert Sms().comes_from == ""


def test_what_lacks_is_added_and_only_once() -> None:
    done = complete_text("Half price books until Friday", SHOP, stop="STOP", sender_id=NUMBER)
    assert done.body == "Harbour Books: Half price books until Friday. Reply STOP to opt out"
    assert (done.segments, done.encoding, done.limit) == (1, "GSM-7", 160)
    assert complete_text(done.body, SHOP, stop="STOP", sender_id=NUMBER) == done
    whole = "Harbour Books: half price. Reply STOP to opt out"
    assert complete_text(whole, SHOP, stop="STOP", sender_id=NUMBER).body == whole


def test_from_a_name_the_link_of_ours_is_added_whatever_else_is_there() -> None:
    done = complete_text("Half price. Reply STOP to end", SHOP, stop=WAYS.unsubscribe, sender_id=NAME)
    assert done.body.endswith(f"Opt out: {WAYS.unsubscribe}")
    facts = check_text(done.body, SHOP, own=OWN, sender_id=NAME).facts
    assert facts["unsubscribe_route"] == "link"
    assert facts["unsubscribe_functional"] is True


@pytest.mark.parametrize(("body", "segments"), [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("é–" * 35, 1), ("–" * 71, 2), ("😀" * 35, 1), ("😀" * 36, 2)])  # fmt: skip
def test_segments_are_counted_as_gateways_count_them(body: str, segments: int) -> None:
    assert measure(body)[0] == segments


def test_typographic_signs_give_way_only_where_that_spares_ucs2_and_is_asked_for() -> None:
    quoted = "Harbour Books: “Reef” is here – half price. Reply STOP to opt out"
    done = complete_text(quoted, SHOP, stop="STOP")
    assert (done.body, done.encoding) == (quoted, "UCS-2")
    assert "would fit GSM-7" in done.offer
    plain = complete_text(quoted, SHOP, stop="STOP", plain=True)
    assert plain.body == 'Harbour Books: "Reef" is here - half price. Reply STOP to opt out'
    assert plain.encoding == "GSM-7"
    letters = quoted.replace("Reef", "Łódź")
    assert complete_text(letters, SHOP, stop="STOP", plain=True).body == letters


def test_what_would_take_too_many_segments_is_refused() -> None:
    with pytest.raises(MessageError, match="shorten it"):
        complete_text("a" * 700, SHOP, stop="STOP")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("abc €éß–😀.\n"), min_size=1, max_size=400), st.sampled_from(["STOP", WAYS.unsubscribe]))
def test_the_words_for_stopping_stand_whole_in_one_segment(body: str, stop: str) -> None:
    try:
        done = complete_text(body, SHOP, stop=stop, sender_id=NUMBER)
    except MessageError:
        return
    parts = [part.content for part in smsutil.split(done.body).parts]
    assert len(parts) == done.segments
    words = next(words for words in (f"Reply {stop} to opt out", f"Opt out: {stop}") if words in done.body)
    assert any(words in part for part in parts) or len(words) > (67 if done.encoding == "UCS-2" else 153)
    assert complete_text(done.body, SHOP, stop=stop, sender_id=NUMBER).body == done.body
    assert not check_text(done.body, SHOP, own=OWN, sender_id=NUMBER).lacking
