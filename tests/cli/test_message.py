"""`sayso message`: what is found and what is written, exit codes, and errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sayso.cli.app import app
from sayso.ledger import Ledger
from sayso.sample.campaigns import FILES

IDENTITY = """\
legal_name: Harbour Books Pty Ltd
brand: Harbour Books
email: hello@harbour.example
address: 12 Wharf Street, Sydney NSW 2000, Australia
country: AU
website: https://harbour.example
"""
MAIL = (
    "From: Harbour Books <hello@harbour.example>\nSubject: New books for spring\n\nNew books for spring: half price.\n"
)
LINK = "https://mail.harbour.example/u/1"


def sayso(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_HOME", str(tmp_path / "home"))
    (tmp_path / "identity.yaml").write_text(IDENTITY)
    (tmp_path / "mail.eml").write_text(MAIL)
    return tmp_path


def test_a_mail_is_checked_without_a_store_and_what_lacks_is_found(folder: Path) -> None:
    done = sayso("message", "check", folder / "mail.eml", "--identity", folder / "identity.yaml")
    assert done.exit_code == 6, done.output
    assert "no way to unsubscribe is shown" in " ".join(done.stdout.split())
    assert not (folder / "home").exists()


@pytest.mark.parametrize("place", ["AU", "US", "US-CA"])
def test_a_mail_is_judged_for_a_place_before_and_after_it_is_completed(folder: Path, place: str) -> None:
    given = ("--identity", folder / "identity.yaml")
    (folder / "home").mkdir()
    (folder / "home" / "sayso.toml").write_text('[public]\nurl = "https://mail.harbour.example"\n')
    assert sayso("message", "check", folder / "mail.eml", *given, "--place", place).exit_code == 3
    out = folder / "out.eml"
    done = sayso("message", "complete", folder / "mail.eml", *given, "--unsubscribe", LINK, "-o", out)
    assert done.exit_code == 0, done.output
    assert f"<{LINK}>".encode() in out.read_bytes()
    judged = sayso("message", "check", out, *given, "--place", place, "--json")
    assert judged.exit_code == 0, judged.output
    assert json.loads(judged.stdout)["decision"]["answer"] == "allowed"


def test_a_mail_is_judged_for_a_person_on_record_and_gets_a_link_of_their_own(folder: Path) -> None:
    Ledger.init(folder / "home").close()
    given = ("--identity", folder / "identity.yaml", "--for", "ana@customer.example")
    done = sayso("message", "check", folder / "mail.eml", *given, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["decision"]["rule"]
    out = folder / "out.eml"
    assert sayso("message", "complete", folder / "mail.eml", *given, "-o", out).exit_code == 0
    assert b"http://127.0.0.1:8001/u/" in out.read_bytes()
    assert b"ana@customer" not in out.read_bytes()


def test_what_one_answers_for_by_naming_an_example_is_shown(folder: Path) -> None:
    (folder / "home").mkdir()
    (folder / "home" / "notices.yaml").write_bytes((FILES / "notices.yaml").read_bytes())
    head = "From: Billy Button <hello@billybutton.example>\nSubject: Your order 12\n\n"
    (folder / "mail.eml").write_text(
        head + "Thank you for your order.\n\nThe crate was strapped to the mule at dawn.\n"
    )
    done = sayso("gate", "example", folder / "mail.eml")
    assert done.exit_code == 0, done.output
    assert "you answer for  text, line 3" in done.stdout
    (folder / "mail.eml").write_text(head + "Thank you for your order.\n\nEverything is 20% off.\n")
    done = sayso("gate", "example", folder / "mail.eml")
    assert done.exit_code == 1
    assert "nobody can      text, line 3" in done.stdout
    (folder / "mail.eml").write_text(head + "Thank you for your order.\n")
    assert "needs nobody to answer for it" in sayso("gate", "example", folder / "mail.eml").stdout


def test_a_text_a_script_and_a_letter_are_checked_and_completed(folder: Path) -> None:
    given = ("--identity", folder / "identity.yaml")
    (folder / "words.md").write_text("Our sale begins.\n")
    for kind, words in (("--sms", "Half price"), ("--script", folder / "words.md"), ("--letter", folder / "words.md")):
        out = folder / f"out{kind}"
        assert sayso("message", "check", kind, words, *given).exit_code == 6
        assert sayso("message", "complete", kind, words, *given, "-o", out).exit_code == 0
        again = out.read_text() if kind == "--sms" else out
        more = ("--from", "+61480000000") if kind == "--sms" else ()
        assert sayso("message", "check", kind, again, *given, *more).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "name one message"),
        (("check", "mail.eml", "--sms", "x"), "name one message"),
        (("check", "mail.eml"), "say who sends: --identity"),
        (("check", "none.eml", "--identity", "identity.yaml"), "there is no file none.eml"),
        (("check", "mail.eml", "--identity", "mail.eml"), "does not say who sends"),
        (("check", "mail.eml", "--identity", "identity.yaml", "--place", "Austria"), "is no place"),
        (("check", "identity.yaml", "--identity", "identity.yaml", "--place", "A"), "is no place"),
        (("check", "bad.eml", "--identity", "identity.yaml"), "line 1 is no header field"),
        (("complete", "mail.eml", "--identity", "identity.yaml", "-o", "x"), "say whose links to put in"),
        (("complete", "mail.eml", "--identity", "identity.yaml", "-o", "x", "--unsubscribe", "here"), "no web address"),
        (("complete", "--sms", "x", "--from", "Harbour", "--identity", "identity.yaml", "-o", "x"), "give a link"),
    ],
)
def test_errors_say_what_to_do(
    words: tuple[str, ...], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "bad.eml").write_text("nothing here\n\nwords")
    done = sayso("message", *words)
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.output


def test_a_way_to_unsubscribe_that_nobody_tried_is_called_not_known_with_what_would_show_it(folder: Path) -> None:
    given, out = ("--identity", folder / "identity.yaml"), folder / "out.eml"
    stop = "https://harbour.example/stop"
    assert sayso("message", "complete", folder / "mail.eml", *given, "--unsubscribe", stop, "-o", out).exit_code == 0
    done = sayso("message", "check", out, *given, "--place", "AU")
    words = " ".join(done.stdout.split())
    assert "is not known to work" in words
    assert "--follow" in words
    assert "nothing that sayso knows of" not in words


def test_what_a_breach_may_cost_is_one_row_unless_all_are_asked_for(folder: Path) -> None:
    given = (folder / "mail.eml", "--identity", folder / "identity.yaml", "--place", "AU")
    short, whole = (" ".join(sayso("message", "check", *given, *more).stdout.split()) for more in ((), ("--costs",)))
    assert "more ranges: --costs" in short
    assert "more ranges" not in whole
    assert len(whole) > len(short)
