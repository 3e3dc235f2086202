"""A declaration is read whole or refused with every problem, each with its line and what to write."""

from __future__ import annotations

from typing import Any

import pytest
from declared import BILLY, changed, declared

from sayso.notices import DeclarationError, build, parse_declaration


def refused(text: str) -> str:
    with pytest.raises(DeclarationError) as caught:
        parse_declaration(text, "notices.yaml")
    return str(caught.value)


def line_of(words: str, text: str = BILLY) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("data: [user.name, user.contact.address]\n", "data: [user.nam, user.contact.address]\n", "user.nam,",
         "no kind of data is called `user.nam`; did you mean `user.name`?"),
        ("purposes: [order, safety, reminders]", "purposes: [order, reminder]", "[order, reminder]",
         "no purpose is called `reminder`; did you mean `reminders`?"),
        ("channels: [post, online_ad]", "channels: [post, e-mail]", "[post, e-mail]",
         "`e-mail` is not known at `purposes.reminders.channels.1`; did you mean `email`?"),
        ("    topics: [abandoned_cart]\n    channels: [post, online_ad]\n", "    channels: [post, online_ad]\n", "  reminders:",
         "`reminders` has no `topics`; marketing names both, other purposes neither"),
        ("        channels: [post]", "        channels: [post, sms]", "- id: reminders",
         "box `reminders` asks for abandoned_cart by sms, which no purpose of this form declares"),
        ("countries: [SG]", "countries: [Singapore]", "countries: [Singapore]",
         "`Singapore` is not a country; write two letters, such as AU"),
        ("  country: AU\n", "  country: XX\n", "country: XX", "`XX` is not a country; write two letters, such as AU"),
        ("email: privacy@billybutton.example", "email: privacy", "email: privacy",
         "`email` is not an address; write the one that people reach you at"),
        ("website: https://billybutton.example", "website: billybutton.example", "website:",
         "`website` is not the address of a page; it starts with https://"),
        ("  legal_name: Billy Button Homewares Pty Ltd\n", "", "business:", "`business` lacks `legal_name`; add it"),
        ("held: on encrypted", "holds: on encrypted", "holds:", "`holds` is not read here; did you mean `held`?"),
        ("  answered_within_days: 30", "  answered_within_days: soon", "soon",
         "`complaints.answered_within_days`: expected `int`, got `str`"),
        ("  user.name: {sources: [typed], ", "  user.nick: {words: nick name, sources: [typd], ", "typd",
         "no source is called `typd`; did you mean `typed`?"),
        ("across_sites: false", "across_sites: true", "tracking:",
         "people are followed across sites; say under `signals` how do-not-track is answered"),
        ("title: Checkout", "title: Checkout\n    title: Pay", "title: Pay", "`title` is written twice; keep one"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line_and_what_to_write(old: str, new: str, at: str, message: str) -> None:
    assert BILLY.count(old) == 1
    text = BILLY.replace(old, new)
    assert f"notices.yaml:{line_of(at, text)} {message}" in refused(text).splitlines()


def test_every_mistake_is_told_at_once() -> None:
    text = BILLY.replace("country: AU", "country: XX").replace("countries: [SG]", "countries: [YY]")
    assert len(refused(text).splitlines()) == 2


def test_selling_in_california_needs_a_page_to_refuse_it() -> None:
    sold = {"words": "a list broker", "kind": "third_party", "data": ["user.contact.email"], "sold": "true"}
    assert "`opt_out_of_sale` names no page" in refused(changed({"recipients.broker": sold}))
    assert declared({"recipients.broker": sold, "jurisdictions": ["AU"]}).sells_or_shares


@pytest.mark.parametrize("text", ["", "- a\n", "business: [", "plain words"])
def test_what_is_no_declaration_is_refused_with_its_line(text: str) -> None:
    assert refused(text).startswith("notices.yaml:1 ")


@pytest.mark.parametrize(
    "path", ["business.brand", "held", "purposes.order.words", "forms.checkout.without", "opt_out", "complaints.how"]
)
@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "[here](javascript:alert(1))", "# Shout", "![x](http://evil.example/x.png)", "{{ declared }}",
     "* item", "1. first", "`code` & <b>bold</b>"],
)  # fmt: skip
def test_declared_words_stay_words(path: str, words: str) -> None:
    """Whatever is declared is shown as those very characters, and makes no tag, link, heading or picture."""
    from selectolax.lexbor import LexborHTMLParser

    from sayso.notices.rendering import html_of

    plain, odd = (list(build(declared(one))) for one in (None, {path: words}))
    for before, after in zip(plain, odd, strict=True):
        was, now = (LexborHTMLParser(html_of(one.markdown())) for one in (before, after))
        assert now.root is not None
        for tag in ("script", "b", "img", "code", "h1", "h2", "ol", "a", "ul", "li"):
            assert len(now.css(tag)) == len(was.css(tag)), tag
        if before.markdown() != after.markdown():
            assert words in " ".join(now.root.text().split())


def test_the_same_declaration_gives_the_same_bytes() -> None:
    first, second = ([(one.markdown(), one.content_hash) for one in build(declared())] for _ in range(2))
    assert first == second


def test_any_declared_word_changes_some_hash() -> None:
    before = {one.content_hash for one in build(declared())}
    changes: list[dict[Any, Any]] = [
        {"held": "in a safe."},
        {"forms.checkout.without": "nothing."},
        {("data", "user.name", "kept"): "1 month"},
        {"recipients.hosting.countries": ["NZ"]},
        {"complaints.answered_within_days": "7"},
    ]
    for change in changes:
        assert {one.content_hash for one in build(declared(change))} != before
