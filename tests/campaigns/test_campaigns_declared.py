"""Campaigns and templates as their owner writes them: what is wrong is said with its place before anything is sent."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from left_carts import CAMPAIGN, IDENTITY, TEMPLATES, declare
from typer.testing import CliRunner

from sayso.cli.app import app
from sayso.ledger import Ledger
from sayso.sample.campaigns import write_campaigns
from sayso.sending.campaigns import CampaignError, read_campaign, read_campaigns
from sayso.sending.campaigns.templates import Cart, Templates, _links_written_out, given_name
from sayso.sending.outgoing import Mail

WRONG = [
    ("after: 1h", "after: 1 hour", "cart.yaml:7 `after`: write a length of time such as `30m`, `24h` or `3d`"),
    ("topic:", "topik:", "cart.yaml:1 `topik` is not a field here; did you mean `topic`?"),
    ("channel: sms", "channel: fax", "cart.yaml:9 `channel` takes email, sms or mms"),
    ("stop_on: purchase\n", "", "cart.yaml:1 `stop_on` is missing; docs/how-to/campaigns.md shows one"),
    ("third.txt", "fourth.txt", "cart.yaml:9 there is no fourth.txt beside cart.yaml; put it there"),
    ("second.md", "../second.md", "cart.yaml:8 there is no ../second.md beside cart.yaml; put it there"),
    ("third.txt", "other.md", "cart.yaml:9 a template for sms is one of .txt"),
    ("steps:", "cap: {most: many, days: 7}\nsteps:", "cart.yaml:6 `most`: expected `int`, got `str`"),
    ("topic:", "topic: a\ntopic:", "cart.yaml:2 `topic` is written twice; keep one"),
    ("third.txt}", "third.txt, subject: Hello}", "cart.yaml:9 a text message has no subject; take it out"),
    ("third.txt}", "third.txt, name: first}", "cart.yaml:9 two steps are called `first`; give this one a `name:` of its own"),
    ("https://oak", "oak", "cart.yaml:4 `shop_link`: write a whole address, such as https://shop.example/cart"),
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    declare(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_what_is_wrong_in_a_campaign_is_said_with_line_and_remedy(home: Path, old: str, new: str, said: str) -> None:
    assert old in CAMPAIGN
    declare(home, CAMPAIGN.replace(old, new, 1), templates={**TEMPLATES, "other.md": "Hello"})
    with pytest.raises(CampaignError) as raised:
        read_campaign(home / "campaigns" / "cart.yaml")
    assert str(raised.value) == said


def checked(home: Path, **templates: str) -> list[str]:
    declare(home, templates={**TEMPLATES, **{name.replace("_", "."): text for name, text in templates.items()}})
    (campaign,) = read_campaigns(home)
    return list(Templates(home, IDENTITY).check(campaign))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ brand }} {{ lnk }}", "third.txt: nothing is called `lnk`; did you mean `link`?"),
        ("{% if goods %}", "third.txt:1 Unexpected end of template"),
        ("{{ goods[0].price }}", "third.txt: "),
        ("{{ goods[0] }}", "third.txt: "),
        ("{{ link.__class__.__mro__ }}", "third.txt: "),
        ("{{ 1 // 0 }}", "third.txt: ZeroDivisionError"),
    ],
)
def test_a_template_that_would_fail_at_sending_fails_the_check(home: Path, template: str, said: str) -> None:
    found = checked(home, third_txt=template)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_mjml_that_is_none_is_said(home: Path) -> None:
    (said,) = checked(home, first_mjml="<mjml><mj-body>")
    assert said.startswith("first.mjml: not MJML")
    (said,) = checked(home, first_mjml="<mjml><mj-body><mj-txt>Hello</mj-txt></mj-body></mjml>")
    assert said == "first.mjml: MJML has no element `mj-txt` there; check how it is written"


def test_the_templates_of_the_tests_and_of_the_sample_shop_are_in_order(home: Path, tmp_path: Path) -> None:
    assert checked(home) == []
    write_campaigns(tmp_path / "sample")
    for campaign in read_campaigns(tmp_path / "sample"):
        assert list(Templates(tmp_path / "sample", IDENTITY).check(campaign)) == []


def test_what_somebody_typed_stays_words(home: Path) -> None:
    """Goods and names come from outside: they become no link, no element and no header."""
    markdown = "Hello {{ first_name }}\n\n{% for one in goods %}- {{ one }}\n{% endfor %}\n[Back]({{ link }})\n"
    assert checked(home, second_md=markdown) == []
    (campaign,) = read_campaigns(home)
    goods = ("[free money](https://evil.example)", "<script>alert(1)</script>", "a\r\nBcc: b@evil.example")
    cart = Cart(goods=goods, first_name="Zoë", link="https://oak.example/a_b?c=1&d=2")
    for step in campaign.steps[:2]:
        content: Any = Templates(home, IDENTITY).content(step, cart, to="a@people.example", origin="x", at=None)
        assert isinstance(content, Mail)
        head, _, body = content.raw.partition(b"\r\n\r\n")
        assert b"bcc" not in head.lower()
        assert b"<script>" not in body.replace(b"=\r\n", b"").split(b"<html", 1)[1]
        assert b'href="https://evil' not in body
    assert b'href="https://oak.example/a_b?c=1&amp;d=2"' in body


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ngaio Marsh", "Ngaio"), ("Anne-Marie Smith", "Anne-Marie"), ("O'Neil", "O'Neil"), ("李", "李"), (None, ""),
        ("www.evil.example", ""), ("https://evil.example", ""), ("WIN!!!", ""), ("B0b", ""), ("x" * 41, ""),
    ],
)  # fmt: skip
def test_only_a_name_is_taken_for_a_name(typed: str | None, name: str) -> None:
    assert given_name(typed) == name


def test_the_commands_check_preview_foresee_and_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "store"
    Ledger.init(home).close()
    write_campaigns(home)
    monkeypatch.setenv("SAYSO_HOME", str(home))
    run = CliRunner().invoke
    assert run(app, ["campaign", "check"]).exit_code == 0
    shown = run(app, ["campaign", "preview", "cart", "--out", str(tmp_path / "seen")])
    assert shown.exit_code == 0
    assert "Back to your basket" in (tmp_path / "seen" / "cart-1.html").read_text("utf-8")
    assert run(app, ["campaign", "dry-run", "cart"]).exit_code == 0
    once = run(app, ["campaign", "run", "--once"])
    assert (once.exit_code, once.stdout.strip()) == (0, "nothing is due")
    assert run(app, ["campaign", "status"]).exit_code == 0
    missing = run(app, ["campaign", "preview", "crt", "--out", str(tmp_path / "seen")])
    assert missing.exit_code == 2
    assert "did you mean `cart`" in missing.stderr
    (home / "campaigns" / "cart-3.txt").write_text("{{ nothing }}")
    assert run(app, ["campaign", "check"]).exit_code == 6
    assert run(app, ["campaign", "run", "--once"]).exit_code == 2


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[Back to it](https://oak.example/a_b?c=1)", "Back to it: https://oak.example/a_b?c=1"),
        ("[https://oak.example](https://oak.example)", "https://oak.example"),
        ("![a stool](https://oak.example/s.png) [it is](no link)", "![a stool](https://oak.example/s.png) [it is](no link)"),
    ],
)  # fmt: skip
def test_the_plain_text_of_markdown_has_its_links_written_out(written: str, shown: str) -> None:
    assert _links_written_out(f"See {written}.") == f"See {shown}."


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 100000000 }}", "{{ ['a'] * 100000000 }}", "{{ 10 ** 10000000 }}", "{{ '%100000000d' % 1 }}",
        "{{ 'a'.center(100000000) }}", "{{ '{:100000000}'.format(1) }}", "{{ 'a'|center(100000000) }}",
        "{{ '%100000000d'|format(1) }}", "{% for a in range(9999) %}{{ brand }}{% for b in range(9999) %}{{ brand }}{% endfor %}{% endfor %}",
        "{{ lipsum(10000) }}",
    ],
)  # fmt: skip
def test_a_template_that_makes_more_than_a_message_fails_the_check(home: Path, template: str) -> None:
    began = time.process_time()
    assert checked(home, **{"third.txt": template})
    assert time.process_time() - began < 5


def test_a_template_still_counts(home: Path) -> None:
    assert checked(home, **{"third.txt": "{{ brand }}: {{ 2 * 3 }} things in {{ goods|join(', ') }} {{ link }}"}) == []
