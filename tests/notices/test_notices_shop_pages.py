"""
Shop pages read as a visitor meets them: real pages against what a careful human saw, and every way to serve a box.

The reader was made with the twelve pages at hand, so that agreeing with them shows that it does not forget, not how it
fares with a thirteenth.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from sayso.notices.examine import Examined, examine
from sayso.notices.shop_page import FormSeen, ShopPage, read_page

SITES = Path(__file__).parents[2] / ".." / "shared" / "sites"
AT = date(2026, 11, 25)
PURPOSES = {
    "marketing_newsletter": "marketing",
    "privacy_policy_acknowledgement": "agreement",
    "account_creation": "account",
    "login_convenience": "convenience",
}
FILES = [
    *(f"oscar-{name}.html" for name in ("product", "checkout-gateway", "shipping-address", "login-register")),
    *(f"opencart-{name}.html" for name in ("register", "checkout-guest", "contact")),
    *(f"abantecart-{name}.html" for name in ("home", "register", "contact")),
    *(f"woocommerce-{name}.html" for name in ("checkout", "myaccount")),
]


@pytest.fixture(params=FILES)
def labelled(request: pytest.FixtureRequest) -> tuple[dict[str, Any], ShopPage]:
    """A real page, read, and what a careful human saw on it."""
    if not (SITES / "labels.yaml").is_file():
        pytest.skip("../shared is absent")
    pages = yaml.safe_load((SITES / "labels.yaml").read_text("utf-8"))["pages"]
    (label,) = [one for one in pages if one["file"] == request.param]
    return label, read_page((SITES / request.param).read_text("utf-8"))


def test_every_labelled_page_is_among_these() -> None:
    if not (SITES / "labels.yaml").is_file():
        pytest.skip("../shared is absent")
    assert {one["file"] for one in yaml.safe_load((SITES / "labels.yaml").read_text("utf-8"))["pages"]} == set(FILES)


def test_the_privacy_link_stands_where_a_human_saw_it(labelled: tuple[dict[str, Any], ShopPage]) -> None:
    label, page = labelled
    places = {one.place for one in page.links}
    wanted = label["privacy_link"]
    assert bool(page.links) is wanted["anywhere"]
    for place in ("header_or_nav", "footer", "inside_form"):
        assert (place in places) is wanted[place], place
    wordings = {one.wording for one in page.links}
    assert wordings == (set(wanted["wording"].split(" / ")) if wanted["wording"] else set())


def kinds(label: dict[str, Any]) -> set[str]:
    """What a form asks for, in our words: the label adds remarks to some."""
    plain = {one.split(" ")[0] for one in label["personal_data"]}
    return {"free_text" if one.startswith("free_text") else one for one in plain}


def test_forms_ask_for_what_a_human_saw(labelled: tuple[dict[str, Any], ShopPage]) -> None:
    label, page = labelled
    assert [set(one.asks) for one in page.forms] == [kinds(one) for one in label["forms"]]
    wanted = [one["asks_for_marketing_permission"] for one in label["forms"]]
    assert [one.asks_for_marketing_permission for one in page.forms] == wanted


def test_the_notice_at_each_form_is_what_a_human_saw(labelled: tuple[dict[str, Any], ShopPage]) -> None:
    label, page = labelled
    assert [one.notice for one in page.forms] == [one["notice_at_form"] for one in label["forms"]]


def test_boxes_are_what_a_human_saw_and_stand_as_served(labelled: tuple[dict[str, Any], ShopPage]) -> None:
    label, page = labelled
    seen = [[(box.wording, box.purpose, box.default == "ticked") for box in one.boxes] for one in page.forms]
    wanted = [
        [(box["wording"], PURPOSES[box["purpose"]], box["pre_ticked"]) for box in one["boxes"]]
        for one in label["forms"]
    ]
    assert seen == wanted


def form(inside: str) -> FormSeen:
    (found,) = read_page(f"<form id='f'><input type=email name=email>{inside}<button>Go</button></form>").forms
    return found


@pytest.mark.parametrize(
    ("inside", "control", "ticked", "yes_by_default", "is_hidden"),
    [
        ("<label><input type=checkbox name=news> Email me offers</label>", "checkbox", False, False, False),
        ("<label><input type=checkbox name=news checked> Email me offers</label>", "checkbox", True, True, False),
        ("<input id=n type=checkbox checked=checked><label for=n>Subscribe to the newsletter</label>", "checkbox", True, True, False),
        ("<div role=checkbox aria-checked=true>Send me deals</div>", "checkbox", True, True, False),
        ("<div role=switch aria-checked=false>Send me deals</div>", "checkbox", False, False, False),
        ("<span id=s>Send me deals</span><button role=switch aria-checked=true aria-labelledby=s></button>", "checkbox", True, True, False),
        ("<label><input type=checkbox name=x> I do not want to receive offers</label>", "checkbox", False, True, False),
        ("<label><input type=checkbox name=x checked> Please don't send me your newsletter</label>", "checkbox", True, False, False),
        ("<fieldset><legend>Newsletter</legend><label><input type=radio name=n value=1 checked>Yes</label>"
         "<label><input type=radio name=n value=0>No</label></fieldset>", "radio", True, True, False),
        ("<fieldset><legend>Newsletter</legend><label><input type=radio name=n value=1>Yes</label>"
         "<label><input type=radio name=n value=0 checked>No</label></fieldset>", "radio", False, False, False),
        ("<label for=s>Newsletter</label><select id=s name=news><option value=1>Yes</option><option value=0>No</option></select>",
         "select", True, True, False),
        ("<label for=s>Newsletter</label><select id=s name=news><option value=1>Yes</option><option value=0 selected>No</option></select>",
         "select", False, False, False),
        ("<input type=hidden name=newsletter value=1>", "hidden", True, True, True),
        ("<div style='display: none'><label><input type=checkbox checked name=n>Newsletter</label></div>", "checkbox", True, True, True),
    ],
)  # fmt: skip
def test_a_marketing_box_stands_as_it_is_served(
    inside: str, control: str, ticked: bool, yes_by_default: bool, is_hidden: bool
) -> None:
    (box,) = form(inside).boxes
    assert (box.purpose, box.control) == ("marketing", control)
    assert (box.default == "ticked", box.yes_by_default, box.is_hidden) == (ticked, yes_by_default, is_hidden)


@pytest.mark.parametrize(
    "inside",
    [
        "<input type=hidden name=newsletter value=0>",
        "<input type=hidden name=csrf value=1>",
        "<label><input type=radio name=ship value=1 checked>Express</label><label><input type=radio name=ship value=2>Slow</label>",
        "<select name=country><option>AU<option>NZ</select>",
    ],
)
def test_what_is_no_marketing_box_is_not_taken_for_one(inside: str) -> None:
    assert [one for one in form(inside).boxes if one.purpose == "marketing"] == []


@pytest.mark.parametrize(
    ("html", "notice"),
    [
        ("<form><input type=email name=e></form>", "none"),
        ("<form><input type=email name=e><a href=/p>Privacy</a></form>", "link"),
        ("<form><input type=email name=e><p>We use your email address to send you news.</p></form>", "text"),
        ("<form><input type=email name=e></form><p>We use your email address to send news. <a href=/p>Privacy policy</a></p>",
         "text and link"),
        ("<form><input type=email name=e></form><footer><a href=/p>Privacy</a></footer>", "none"),
        ("<form><input type=email name=e><p>Join thousands of happy readers.</p></form>", "none"),
        ("<form><input type=email name=e><p hidden>We use your email address to send you news.</p></form>", "none"),
    ],
)  # fmt: skip
def test_a_notice_counts_at_the_form_and_only_if_it_is_seen(html: str, notice: str) -> None:
    (found,) = read_page(html).forms
    assert found.notice == notice


def examined(tmp_path: Path, html: str) -> Examined:
    (tmp_path / "page.html").write_text(f"<nav></nav>{html}", "utf-8")
    return examine(str(tmp_path / "page.html"), ["AU", "US-CA"], at=AT)


def test_a_ticked_box_is_lacking_and_an_unticked_one_is_not(tmp_path: Path) -> None:
    notice = "<p>We use your email address to send you news. <a href=/p>Privacy policy</a></p>"
    for state, lacking in (("checked", True), ("", False)):
        found = examined(
            tmp_path,
            f"<form><input type=email name=e>{notice}<label><input type=checkbox {state}>News by email</label></form>",
        )
        assert found.what == "page"
        assert found.is_lacking is lacking


def test_what_a_form_leaves_out_is_open_where_a_link_leads_on_and_lacking_where_none_does(tmp_path: Path) -> None:
    text = "<p>We use your email address to answer you.{}</p>"
    linked = examined(tmp_path, f"<form><input type=email name=e>{text.format(' <a href=/p>Privacy</a>')}</form>")
    alone = examined(tmp_path, f"<a href=/p>Privacy</a><form><input type=email name=e>{text.format('')}</form>")
    assert not linked.is_lacking
    assert {one.status for one in linked.forms[0].checked.findings} == {"present", "unclear", "not_due"}
    assert alone.is_lacking


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("<title>Privacy Policy</title><p>Hello</p>", "policy"),
        ("<h1>Our privacy statement</h1><p>Hello</p>", "policy"),
        ("<form><input type=email></form>", "page"),
        ("<p>We collect your name.</p>", "notice"),
    ],
)
def test_what_a_file_is_follows_from_its_contents(tmp_path: Path, html: str, what: str) -> None:
    (tmp_path / "x.html").write_text(html, "utf-8")
    assert examine(str(tmp_path / "x.html"), ["AU"], at=AT).what == what
