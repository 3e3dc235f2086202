"""What people write is read as a reasonable person would: no stop is overlooked, and plain questions are left alone."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from sayso.choices.replies import own_words
from sayso.choices.words import Wish, read_mail, read_reply

HERE = Path(__file__).parent
STOPS = ("stop", "unclear")
FOOTER = "You get this because you shop with us.\nUnsubscribe: https://ask.kettle.example/u/abc\nReply STOP to stop."


def labelled(name: str) -> list[tuple[str, str]]:
    return [tuple(line.split("\t", 1)) for line in (HERE / name).read_text("utf-8").splitlines()]  # type: ignore[misc]


FIRST = labelled("replies.tsv")
HELD_OUT = FIRST[2::3]
SEEN = [one for number, one in enumerate(FIRST) if number % 3 != 2]
LATER = [*labelled("replies-later.tsv"), *labelled("replies-last.tsv")]
"""Written after the reader was, to find what it overlooks; it was then taught that."""


@pytest.mark.parametrize("lines", [SEEN, HELD_OUT, LATER], ids=["seen", "held out", "later"])
def test_no_request_to_stop_is_overlooked(lines: list[tuple[str, str]]) -> None:
    assert [text for label, text in lines if label in STOPS and read_reply(text).kind not in STOPS] == []


@pytest.mark.parametrize("lines", [SEEN, HELD_OUT, LATER], ids=["seen", "held out", "later"])
def test_plain_questions_and_thanks_are_hardly_ever_taken_for_one(lines: list[tuple[str, str]]) -> None:
    read = Counter(read_reply(text).kind for label, text in lines if label == "none")
    assert read["stop"] == read["start"] == 0
    assert read["unclear"] <= 0.1 * read.total()


def test_what_a_careful_reader_found_plain_is_seldom_left_to_a_human() -> None:
    read = Counter(read_reply(text).kind for label, text in FIRST if label == "stop")
    assert read["unclear"] <= 0.05 * read.total()


@pytest.mark.parametrize(("label", "text"), [one for one in FIRST if one[0] in ("help", "start")])
def test_help_and_start_are_whole_messages(label: str, text: str) -> None:
    assert read_reply(text).kind == label
    assert read_reply(f"{text} {text} stop").kind == "stop"


@pytest.mark.parametrize(
    "word",
    [
        "STOP",
        "UNSUBSCRIBE",
        "END",
        "QUIT",
        "STOPALL",
        "STOP ALL",
        "REVOKE",
        "OPTOUT",
        "opt out",
        "OPT-OUT",
        "CANCEL",
        "ARRET",
        "REMOVE",
        "TD",
    ],
)
def test_every_keyword_of_the_law_and_the_gateways_is_one(word: str) -> None:
    for form in (word, word.lower(), f"  {word}. ", f'"{word}"', f"{word}!!", f"Please {word} 🙏", f"{word}\n"):
        found = read_reply(form)
        assert (found.kind, found.keyword) == ("stop", True), form


@pytest.mark.parametrize(
    ("text", "scope"),
    [("STOP", "channel"), ("stop texting me", "channel"), ("STOPALL", "everything"), ("wrong number", "everything"),
     ("never contact me again", "everything"), ("delete my number", "everything"), ("I object to marketing", "everything")],
)  # fmt: skip
def test_a_stop_reaches_the_channel_it_came_by_unless_it_says_more(text: str, scope: str) -> None:
    assert read_reply(text).scope == scope


# Mail ---------------------------------------------------------------------------------------------------------------

QUOTES = {
    "gmail": "On Mon, 2 Nov 2026 at 09:00, Copper Kettle <hello@kettle.example> wrote:\n\n{quoted}",
    "gmail, broken in two": "On Mon, 2 Nov 2026 at 09:00, Copper Kettle <\nhello@kettle.example> wrote:\n\n{quoted}",
    "german": "Am 02.11.2026 um 09:00 schrieb Copper Kettle <hello@kettle.example>:\n{quoted}",
    "french": "Le lun. 2 nov. 2026 à 09:00, Copper Kettle <hello@kettle.example> a écrit :\n{quoted}",
    "outlook": "From: Copper Kettle <hello@kettle.example>\nSent: Monday, 2 November 2026 09:00\nTo: Mira\nSubject: Your basket\n\n{plain}",
    "outlook, ruled": "________________________________\nFrom: Copper Kettle\nSent: Monday\n\n{plain}",
    "original message": "-----Original Message-----\nFrom: Copper Kettle\n\n{plain}",
    "only marked": "{quoted}",
}


def answered(words: str, how: str) -> str:
    quoted = "\n".join(f"> {line}" for line in FOOTER.split("\n"))
    return f"{words}\n\n{QUOTES[how].format(quoted=quoted, plain=FOOTER)}\n"


@pytest.mark.parametrize("how", QUOTES)
def test_a_quoted_footer_is_nobody_s_wish(how: str) -> None:
    assert read_mail("Re: Your basket", answered("Where is my order?", how)).kind == "none"
    assert own_words(answered("Where is my order?", how)) == "Where is my order?"


@pytest.mark.parametrize("how", QUOTES)
def test_an_own_word_above_the_quote_counts(how: str) -> None:
    assert read_mail("Re: Your basket", answered("Please take me off your list", how)).kind == "stop"


def test_an_answer_below_what_it_quotes_counts() -> None:
    body = "On Monday Copper Kettle wrote:\n> Your basket waits\n> Unsubscribe here\n\nstop writing to me\n"
    assert read_mail("Re: Your basket", body).kind == "stop"
    assert own_words(body) == "stop writing to me"


def test_a_signature_says_nothing() -> None:
    body = "Where is my order?\n-- \nMira\nStop Street 4\n"
    assert read_mail("", body).kind == "none"
    assert read_mail("", "Stop\n\nSent from my iPhone").kind == "stop"


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("unsubscribe", "stop"), ("Please remove me from this list", "stop"), ("Re: STOP", "stop"),
     ("Re: 20% off, unsubscribe any time", "none"), ("Your question", "none"), ("", "none")],
)  # fmt: skip
def test_the_subject_counts_where_the_person_wrote_it(subject: str, kind: str) -> None:
    assert read_mail(subject, "").kind == kind


# Bad input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["stop " * 50_000, "a b " * 60_000, "don't " * 50_000, "no " * 80_000, "x" * 300_000, "\u0301" * 300_000, "*" * 300_000,
     "s.t." * 80_000, "On 1\n" * 60_000, "> " * 150_000, "On " + "a" * 300_000, "wrong the " * 30_000, "From: a\n" * 40_000,
     "stop\u202e\udce9" * 1000, "remove my " * 30_000, "unsubscrib" * 30_000],
    ids=lambda text: ascii(text[:8]),
)  # fmt: skip
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    begun = time.process_time()
    read_mail(text[:1000], text)
    assert time.process_time() - begun < 2


def test_who_writes_more_than_is_read_is_read_by_a_human() -> None:
    story = "The weather here is fine and the tea was good. " * 400
    assert read_reply(story).kind == "unclear"


def test_an_unread_script_is_left_to_a_human() -> None:
    assert read_reply("\u0e2b\u0e22\u0e38\u0e14\u0e2a\u0e48\u0e07\u0e02\u0e49\u0e2d\u0e04\u0e27\u0e32\u0e21\u0e44\u0e14\u0e49\u0e41\u0e25\u0e49\u0e27 " * 8).kind == "unclear"  # fmt: skip


def test_nothing_is_nothing() -> None:
    assert [read_reply(text) for text in ("", "  \n", "👍", "...")] == [
        Wish("none", "it asks for nothing of the kind")
    ] * 4


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("STOP", ()),
        ("Please stop texting my phone.", ("sms", "mms", "voice_live", "voice_recorded")),
        ("Stop calling me", ("voice_live", "voice_recorded")),
        ("Unsubscribe me from your texts and emails", ("sms", "mms", "email")),
        ("No more letters please", ("post",)),
        ("Your calls: enough! Stop", ("voice_live", "voice_recorded")),
        ("STOP SMS", ("sms", "mms")),
        ("Bitte keine Anrufe mehr, abmelden", ("voice_live", "voice_recorded")),
        ("No whatsapp messages please, stop", ("instant_message",)),
        ("Only email me please, stop the rest", ()),
        ("Stop. My email is ana@letterbox.example", ()),
    ],
)
def test_a_stop_reaches_the_channels_that_it_names(text: str, channels: tuple[str, ...]) -> None:
    wish = read_reply(text)
    assert wish.kind in STOPS
    assert wish.channels == channels


@pytest.mark.parametrize(
    ("text", "everything"),
    [
        ("take me off everything", True),
        ("I want no more offers from you by any means", True),
        ("Stop all of it", True),
        ("I don't want anything from you, stop", True),
        ("please delete all my data", True),
        ("Stop calling me all day", False),
        ("I do not like it at all, stop", False),
        ("Stop sending all those texts", False),
        ("STOP", False),
    ],
)
def test_a_stop_of_everything_is_one(text: str, everything: bool) -> None:
    wish = read_reply(text)
    assert wish.kind in STOPS
    assert (wish.scope == "everything") is everything


@pytest.mark.parametrize("text", ["please delete all my data", "Delete my account and my details", "I want to be forgotten. Stop", "Bitte löschen Sie meine Daten", "Supprimez mes données"])  # fmt: skip
def test_who_asks_to_be_deleted_is_heard(text: str) -> None:
    wish = read_reply(text)
    assert wish.kind == "stop"
    assert (wish.scope, wish.erasure) == ("everything", True)
    assert not read_reply("Stop. remove me from your list").erasure


def test_an_email_s_subject_and_words_are_read_together() -> None:
    wish = read_mail("Stop calling me", "Unsubscribe me from your emails.")
    assert (wish.kind, set(wish.channels)) == ("stop", {"voice_live", "voice_recorded", "email"})
