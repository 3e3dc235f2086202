"""What people write back: a stop by any of their words, and not by those of ours that they quote."""

from __future__ import annotations

import pytest
from returned_mails import mail
from shop_post import ANA, BOB, NOW, Post

from sayso.choices.waiting import asked_erasure
from sayso.ledger import Ledger
from sayso.ledger.entries import ConsentWithdrawn
from sayso.sending.returns import take

FOOTER = "You left something in your cart.\nTo stop these messages reply STOP, or unsubscribe here: "


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


@pytest.mark.parametrize(
    "words", ["STOP", "Please stop sending me these.", "Bitte keine Werbung mehr!", "unsubscribe me"]
)
def test_a_stop_by_reply_counts(ledger: Ledger, post: Post, words: str) -> None:
    post.sent()
    taken = take(ledger, mail(f"Ana <{ANA.value}>", f"{words}\n\nOn Mon, the shop wrote:\n{quoted(FOOTER)}"), now=NOW)
    assert (taken.kind, taken.became) == ("reply", "recorded")
    assert post.stops() == ["free_text"]


@pytest.mark.parametrize("layout", [
    "{own}\n\nOn Mon, 23 Nov 2026 at 10:00, The Shop <shop@shop.example> wrote:\n{quoted}",
    "On Mon, 23 Nov 2026 at 10:00, The Shop\n<shop@shop.example> wrote:\n{quoted}\n\n{own}",
    "{own}\n\n-----Original Message-----\nFrom: The Shop\nSent: Monday\n\n{plain}",
    "{own}\n\nFrom: The Shop <shop@shop.example>\nSent: Monday, 23 November 2026\nTo: Ana\nSubject: Your cart\n\n{plain}",
])  # fmt: skip
def test_our_own_words_below_an_answer_stop_nobody(ledger: Ledger, post: Post, layout: str) -> None:
    link = post.unsubscribe_link()
    post.sent()
    text = layout.format(own="Do you have it in blue?", quoted=quoted(FOOTER + link), plain=FOOTER + link)
    assert take(ledger, mail(ANA.value, text), now=NOW).became == "aside"
    assert post.stops() == []
    stopping = layout.format(own="No more of these please", quoted=quoted(FOOTER + link), plain=FOOTER + link)
    take(ledger, mail(ANA.value, stopping), now=NOW)
    assert post.stops() == ["free_text"]


def test_a_page_quotes_without_any_mark(ledger: Ledger, post: Post) -> None:
    post.sent()
    page = f"<p>Is it in stock?</p><div class='gmail_quote'>{FOOTER}</div><blockquote>Reply STOP</blockquote>"
    raw = mail(ANA.value, page).replace(b"text/plain", b"text/html")
    assert take(ledger, raw, now=NOW).became == "aside"
    assert take(ledger, raw.replace(b"Is it in stock?", b"Stop it, please"), now=NOW).became == "recorded"


def test_whoever_uses_the_mailbox_may_stop_it_from_another(ledger: Ledger, post: Post) -> None:
    """Bob reads what comes to Ana's mailbox, and answers from his own: the link that he quotes says whom we wrote to."""
    post.sent()
    text = f"STOP\n\nOn Mon, the shop wrote:\n{quoted(FOOTER + post.unsubscribe_link())}"
    assert take(ledger, mail(BOB.value, text), now=NOW).became == "recorded"
    assert post.stops(ANA) == ["free_text"]


def test_a_stop_from_a_stranger_is_kept_for_a_human(ledger: Ledger, post: Post) -> None:
    post.sent()
    taken = take(ledger, mail(BOB.value, "Stop writing to me."), now=NOW)
    assert (taken.became, post.stops(), ledger.find(BOB.value)) == ("aside", [], [])
    assert len(list((ledger.home / "aside" / "returns").iterdir())) == 1


def test_words_that_may_mean_stop_stop_and_a_human_reads_them(ledger: Ledger, post: Post) -> None:
    post.sent()
    taken = take(ledger, mail(ANA.value, "Who are you and where did you get my address?"), now=NOW)
    assert (taken.became, post.stops()) == ("recorded", ["free_text"])
    assert len(list((ledger.home / "aside" / "returns").iterdir())) == 1


def test_a_question_permits_nothing_and_waits_for_a_human(ledger: Ledger, post: Post) -> None:
    post.sent()
    for words in ("START", "HELP", "When does my parcel come?"):
        assert take(ledger, mail(ANA.value, words), now=NOW).became == "aside"
    facts = ledger.facts_for(ANA, channel="email", topic="abandoned_cart", at=NOW)
    assert (facts.grounds, facts.stops) == ([], [])
    take(ledger, mail(ANA.value, "Yes please, send me everything!"), now=NOW)
    assert ledger.facts_for(ANA, channel="email", topic="abandoned_cart", at=NOW).grounds == []


def test_an_automatic_answer_stops_nobody_and_a_mail_programs_unsubscribe_does(ledger: Ledger, post: Post) -> None:
    post.sent()
    away = mail(
        ANA.value, f"I am away.\n\n{quoted(FOOTER)}", more="Auto-Submitted: auto-replied\n", subject="Away until May"
    )
    assert take(ledger, away, now=NOW).became == "ignored"
    odd = mail(ANA.value, "Stop sending me these emails.", more="Auto-Submitted: auto-replied\n")
    assert take(ledger, odd, now=NOW).became == "aside"
    assert post.stops() == []
    asked = mail(ANA.value, "Apple Mail sent this.", more="Auto-Submitted: auto-replied\n", subject="unsubscribe")
    assert take(ledger, asked, now=NOW).became == "recorded"
    assert post.stops() == ["unsubscribe"]


def test_a_second_stop_after_a_new_yes_is_not_lost_in_the_first(ledger: Ledger, post: Post) -> None:
    post.sent()
    raw = mail(ANA.value, "STOP")
    first = take(ledger, raw, now=NOW)
    post.known(ANA)
    assert (first.became, take(ledger, raw, now=NOW).became) == ("recorded", "recorded")


def test_a_reply_that_names_texts_stops_mail_and_texts(ledger: Ledger, post: Post) -> None:
    post.sent()
    (entry,) = take(ledger, mail(ANA.value, "Please stop your emails and texts."), now=NOW).entries
    (body,) = [one.body for one in ledger.entries([entry])]
    assert isinstance(body, ConsentWithdrawn)
    assert set(body.channels) == {"email", "sms", "mms"}


def test_a_reply_that_asks_to_be_deleted_stops_everything_and_waits_for_the_owner(ledger: Ledger, post: Post) -> None:
    post.sent()
    (entry,) = take(ledger, mail(ANA.value, "Please delete all my data."), now=NOW).entries
    (body,) = [one.body for one in ledger.entries([entry])]
    assert isinstance(body, ConsentWithdrawn)
    assert body.scope == "everything"
    assert [one.words for one in asked_erasure(ledger)] == ["Please delete all my data."]
