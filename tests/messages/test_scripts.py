"""Call scripts and letters: who speaks, why, and how to say no."""

from __future__ import annotations

import pytest
from completing import SHOP
from hypothesis import given
from hypothesis import strategies as st

from sayso.messages.scripts import check_letter, check_script, complete_letter, complete_script

GOOD = """# Opening
Hello, my name is [name], I am calling from Harbour Books about the basket you left with us.
Is now a good time? If not, thank them and end the call.

# Closing
If you would rather we did not call you again, say so and I will take you off our list.
"""


def test_a_script_that_says_it_all_is_left_as_it_is() -> None:
    checked = check_script(GOOD, SHOP)
    assert not checked.lacking
    assert checked.facts["call_identifies_caller"] is True
    assert complete_script(GOOD, SHOP) == GOOD


def test_each_thing_that_a_script_lacks_is_named() -> None:
    for words, matter in (
        ("my name is [name], ", "caller-name"),
        ("from Harbour Books ", "employer"),
        ("about the basket you left with us", "purpose"),
        (" and end the call", "ending"),
        ("If you would rather we did not call you again, say so and I will take you off our list.", "opt-out"),
    ):
        checked = check_script(GOOD.replace(words, ""), SHOP)
        assert [one.matter for one in checked.lacking] == [matter]
        assert checked.facts["call_identifies_caller"] is (matter == "opt-out")


@given(st.text(max_size=200))
def test_any_script_lacks_nothing_once_completed(text: str) -> None:
    done = complete_script(text, SHOP)
    assert not check_script(done, SHOP).lacking
    assert complete_script(done, SHOP) == done


@given(st.text(max_size=200))
def test_any_letter_lacks_nothing_once_completed(text: str) -> None:
    done = complete_letter(text, SHOP)
    assert not check_letter(done, SHOP).lacking
    assert complete_letter(done, SHOP) == done


def test_a_letter_that_says_one_may_refuse_and_not_how_lacks_the_means() -> None:
    letter = "Dear reader,\n\nour sale begins. You may opt out of our letters.\n\nYours,\n\nHarbour Books, 12 Wharf Street, Sydney NSW 2000"
    checked = check_letter(letter, SHOP)
    assert [one.matter for one in checked.lacking] == ["opt-out-means"]
    assert checked.facts["opt_out_statement_in_message"] is True
    assert checked.facts["opt_out_means_provided"] is False


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("You may opt out of our letters: https://harbour.example/stop", True),
        ("If you no longer wish to receive our letters, write to hello@harbour.example", True),
        ("To opt out of our mailings, call 02 5550 1234", True),
        ("If you would rather not hear from us, call 02 5550 1234", True),
        ("Tick here to stop receiving our catalogue", True),
        ("Do not send money for offers now; visit https://harbour.example", False),
        ("You do not get offers like these elsewhere; visit https://harbour.example", False),
        ("Not every letter brings such offers: https://harbour.example", False),
        ("Our staff opted out of marketing speak: https://harbour.example", False),
    ],
)
def test_a_letter_offers_a_no_where_it_says_so_to_its_reader(words: str, offered: bool) -> None:
    checked = check_letter(f"Dear Ana,\n\nHalf price guides. {words}.\n\nHarbour Books", SHOP)
    assert checked.facts["opt_out_statement_in_message"] is offered
    assert checked.facts["opt_out_means_provided"] is offered


def test_a_letter_and_a_script_cite_no_law_of_email() -> None:
    letter = check_letter("Half price guides. Shop now.", SHOP)
    script = check_script("Half price guides. Buy now.", SHOP)
    cited = {one.cite for one in (*letter.findings, *script.findings)}
    assert not [one for one in cited if "Spam Act" in one or "7704" in one or "316" in one]
    assert any("APP 7.1" in one.cite for one in letter.findings)
    assert any("Do Not Call Register Act" in one.cite for one in script.findings)
