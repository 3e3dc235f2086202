"""The commands on a store: what they print, their exit codes, and that bad input leaves nothing half-written."""

from __future__ import annotations

import errno
import json
import socket
import sqlite3
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sayso.cli.app import app
from sayso.cli.common import UsageError
from sayso.law import rulebooks
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import CheckoutAbandoned, ConsentWithdrawn, HouseRuleSet
from sayso.ledger.standing import standing_of
from sayso.sample.demo import open_sample

MAILBOX = "mira@letterbox.example"
LIST = f"address,reason,date\n{MAILBOX},unsubscribe,2026-05-01\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Path:
    assert sayso("init").exit_code == 0
    return home


def sayso(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def left_checkout(home: Path) -> None:
    with Ledger(home) as ledger:
        entry = Entry(
            body=CheckoutAbandoned(),
            happened_at=datetime(2026, 11, 1, tzinfo=UTC),
            origin="test:checkout",
            actor="import",
            addresses=[Address("email", MAILBOX), Address("phone", "+61491570156")],
        )
        ledger.append([entry])


def test_a_second_store_in_the_same_folder_is_refused(store: Path) -> None:
    done = sayso("init")
    assert done.exit_code == 1
    assert "there already is a ledger" in done.stderr


@pytest.mark.parametrize("command", [["ledger", "verify"], ["why", MAILBOX, "-c", "email", "-t", "offers"], ["serve"]])
def test_without_a_store_each_command_says_how_to_make_one(home: Path, command: list[str]) -> None:
    done = sayso(*command)
    assert done.exit_code == 1
    assert "sayso init" in done.stderr
    assert not home.exists()


def test_an_import_says_what_became_of_every_row_and_a_second_adds_nothing(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "stops.csv"
    file.write_text(LIST)
    first, second = sayso("import", file, "--kind", "stop-list"), sayso("import", file)
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert "1 row of 1 told something new" in first.stdout
    assert "nothing new" in second.stdout
    assert MAILBOX not in first.output + second.output


def test_a_stop_that_was_imported_refuses(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "stops.csv"
    file.write_text(LIST)
    sayso("import", file, "--kind", "stop-list")
    done = sayso("why", MAILBOX, "--channel", "email", "--topic", "offers", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["answer"] == "not_allowed"
    assert MAILBOX not in done.output


def test_rows_that_cannot_be_used_are_kept_aside_and_end_with_a_finding(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "stops.csv"
    file.write_text(LIST + "nobody at nowhere,unsubscribe,2026-05-01\n")
    done = sayso("import", file, "--kind", "stop-list")
    assert done.exit_code == 6
    assert "1 row could not be used" in done.stdout
    assert [one.name for one in (store / "aside").iterdir()]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "JSON"), (b"", "empty"), (b"\xff\xfeh\x00\xd8", ""), (b"PK\x03\x04broken", "")],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(
    store: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "checkouts.json"
    file.write_bytes(content)
    done = sayso("import", file)
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output
    with Ledger(store) as ledger:
        assert ledger.count() == (0, 0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kind", "shopify-checkout"], "did you mean `shopify-checkouts`"),
        (["--country", "Australia"], "two letters"),
        (["--country", "XX"], "is not a country"),
        (["--mapping", "no-such.yaml"], "there is no file"),
    ],
)
def test_options_that_make_no_sense_are_refused(store: Path, tmp_path: Path, options: list[str], words: str) -> None:
    file = tmp_path / "stops.csv"
    file.write_text(LIST)
    done = sayso("import", file, *options)
    assert done.exit_code == 2
    assert words in done.stderr


def test_why_tells_a_person_by_address_and_by_internal_id(store: Path) -> None:
    left_checkout(store)
    with Ledger(store) as ledger:
        (person,) = ledger.find(MAILBOX)
    by_address = sayso("why", MAILBOX, "-c", "email", "-t", "abandoned_cart", "--json")
    by_id = sayso("why", person, "-c", "email", "-t", "abandoned_cart", "--json")
    assert json.loads(by_address.stdout)["rule"] == json.loads(by_id.stdout)["rule"]
    by_other_channel = sayso("why", MAILBOX, "-c", "sms", "-t", "abandoned_cart", "--json")
    assert by_other_channel.exit_code in (3, 4), by_other_channel.output


@pytest.mark.parametrize(
    ("who", "channel", "words"),
    [
        ("stranger@post.example", "sms", "nobody on record"),
        ("not an address", "email", "no country"),
        ("a@b", "email", "not an email address"),
        ("0491570156", "sms", "no country"),
    ],
)
def test_a_person_that_cannot_be_found_is_said_so_without_repeating_the_address(
    store: Path, who: str, channel: str, words: str
) -> None:
    done = sayso("why", who, "-c", channel, "-t", "offers")
    assert done.exit_code in (1, 2)
    assert words in done.stderr
    assert who not in done.output


def test_verify_finds_an_entry_that_was_edited(store: Path, tmp_path: Path) -> None:
    left_checkout(store)
    with Ledger(store) as ledger:
        kept = tmp_path / "head.json"
        kept.write_text(ledger.head().to_json())
    assert sayso("ledger", "verify", "--head", kept).exit_code == 0
    with sqlite3.connect(store / "ledger.sqlite3") as raw:
        raw.execute("update entries set clear = replace(clear, 'checkout_abandoned', 'order_placed')")
    done = sayso("ledger", "verify", "--head", kept)
    assert done.exit_code == 6
    assert "entry_edited" in done.stdout


def test_what_answers_rest_on_is_written_anew_where_it_was_changed(store: Path) -> None:
    left_checkout(store)
    with sqlite3.connect(store / "ledger.sqlite3") as raw:
        assert raw.execute("delete from projection").rowcount
    done = sayso("ledger", "verify")
    assert done.exit_code == 6
    assert "sayso ledger rebuild" in " ".join(done.stdout.split())
    assert sayso("ledger", "rebuild").exit_code == 0
    assert sayso("ledger", "verify").exit_code == 0


def test_a_house_rulebook_is_turned_off_and_on_with_a_reason_on_record(store: Path) -> None:
    assert sayso("house", "off", "own.permission-first", "--reason", "trial").exit_code == 0
    listed = sayso("house", "list").stdout
    assert "off" in next(line for line in listed.splitlines() if "permission-first" in line)
    assert sayso("house", "on", "own.permission-first", "--reason", "trial over").exit_code == 0
    done = sayso("house", "off", "own.permission-frist", "--reason", "x")
    assert done.exit_code == 2
    assert "own.permission-first" in done.stderr
    assert sayso("house", "off", "au.spam-act", "--reason", "no").exit_code == 2


def test_what_people_stopped_cannot_be_let_go_by_turning_a_rulebook_off(store: Path, home: Path) -> None:
    done = sayso("house", "off", "own.any-stop", "--reason", "we would rather not")
    assert done.exit_code == 2
    assert "cannot be turned off" in done.stderr
    with Ledger(home) as ledger:
        by_force = HouseRuleSet(rule="own.any-stop", on=False, reason="written by another program")
        now = datetime.now(UTC)
        ledger.append([Entry(body=by_force, happened_at=now, origin="t:off", actor="owner", proof="captured_here")])
        law = standing_of(rulebooks(), ledger.business()).law
    assert any(rule.instrument == "own.any-stop" for rule in law.rules)


def test_a_limb_that_is_not_arguable_cannot_be_accepted(store: Path) -> None:
    done = sayso("house", "accept", "au.spam-act.16-1 (a)", "--reason", "we feel lucky")
    assert done.exit_code == 2
    assert "no arguable limb" in done.stderr


def test_the_sample_shop_is_loaded_once_and_never_into_another_shop(store: Path, home: Path) -> None:
    with Ledger(home) as ledger:
        body = ConsentWithdrawn()
        now = datetime.now(UTC)
        address = Address("email", MAILBOX)
        ledger.append([Entry(body=body, happened_at=now, origin="t:1", actor="person", addresses=[address])])
    done = sayso("demo", "--no-serve")
    assert done.exit_code == 1
    assert "SAYSO_HOME" in done.stderr


def test_the_demo_prints_who_may_be_contacted_and_running_it_twice_changes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of the people; the tutorial is run with all of them (tests/test_docs.py)."""
    monkeypatch.setattr("sayso.cli.store.open_sample", partial(open_sample, size=200))
    first = sayso("demo", "--no-serve")
    with Ledger(home) as ledger:
        size = ledger.head().size
    second = sayso("demo", "--no-serve")
    with Ledger(home) as ledger:
        assert ledger.head().size == size
        assert ledger.verify() == []
    assert first.exit_code == second.exit_code == 0
    for word in ("email", "sms", "allowed", "not allowed", "Spam Act 2003"):
        assert word in first.stdout


def test_an_empty_folder_is_not_taken_for_an_import(store: Path, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    done = sayso("import", tmp_path / "exports")
    assert done.exit_code == 2
    assert "there is no file in" in done.stderr


def test_what_is_settled_has_to_be_an_import(store: Path) -> None:
    said = ["--evidence", "imported_with_proof", "--statement", "the form's log", "--by", "Ana"]
    done = sayso("settle", "customers.csv", *said)
    assert done.exit_code == 2
    assert "no import is called `customers.csv`" in done.stderr
    done = sayso("settle", "import-0123456789abcdef", "--entry", "nowhere", *said)
    assert done.exit_code == 2
    assert "no entry is called `nowhere`" in done.stderr
    with Ledger(store) as ledger:
        assert ledger.count() == (0, 0)


@pytest.mark.parametrize(
    ("out", "words"), [("list.csv", "is the list itself"), ("nowhere/out.csv", "there is no folder")]
)
def test_a_list_is_never_written_over_nor_into_nowhere(store: Path, tmp_path: Path, out: str, words: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"email\n{MAILBOX}\n")
    done = sayso("screen", file, "-c", "email", "-t", "offers", "--out", tmp_path / out)
    assert done.exit_code == 2
    assert words in done.stderr.replace("\n", " ")
    assert file.read_text() == f"email\n{MAILBOX}\n"


def test_a_port_that_cannot_be_is_a_usage_error() -> None:
    assert sayso("serve", "--port", "99999").exit_code == 2


def test_a_full_disk_is_called_that(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store's own tests fill a real one; here it is the sentence."""
    file = tmp_path / "list.csv"
    file.write_text(f"email\n{MAILBOX}\n")

    def full(*_given: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sayso.reports.screening.screen", full)
    done = sayso("screen", file, "-c", "email", "-t", "offers", "--out", tmp_path / "out.csv")
    assert done.exit_code == 1
    assert "the disk is full: make room there" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("public.urll", "x", "did you mean `public.url`"),
        ("hooks.shopfy.secret_file", "x", "no setting is called"),
        ("port", "8021", "no setting is called"),
        ("public.port", "70000", "65535"),
        ("public.pages", '["https://shop.example/cart"]', "scheme and host alone"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_the_file_stays(store: Path, name: str, value: str, words: str) -> None:
    assert sayso("settings", "set", "public.port", "8021").exit_code == 0
    before = (store / "sayso.toml").read_bytes()
    done = sayso("settings", "set", name, value)
    assert done.exit_code == 2
    assert words in done.stderr.replace("\n", " ")
    assert (store / "sayso.toml").read_bytes() == before


def test_a_port_in_use_is_said_with_the_setting_to_change(store: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        sayso("settings", "set", "public.port", taken.getsockname()[1])
        done = sayso("listen")
    assert done.exit_code == 2
    assert "sayso settings set public.port" in done.stderr.replace("\n", " ")


def test_a_declaration_or_a_folder_that_cannot_be_used_is_said_to_be_so(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "notices.yaml"
    file.write_bytes("business:".encode("utf-16"))
    done = sayso("notices", "build", "--file", file)
    assert done.exit_code == 2
    assert "is not text in UTF-8" in done.stderr.replace("\n", " ")
    done = sayso("notices", "build", "--file", file, "--out", file)
    assert done.exit_code == 2
    assert "name a folder" in done.stderr.replace("\n", " ")


def test_the_listener_says_what_the_widget_still_needs(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.public.serve", lambda *_given: None)
    first = sayso("listen")
    assert "public.pages" in first.stderr
    assert "so no form shows a notice" in first.stderr
    sayso("settings", "set", "public.pages", '["https://kettle.example"]')
    declared = Path(__file__).parents[1] / "public" / "notices.yaml"
    (store / "notices.yaml").write_text(declared.read_text("utf-8"), "utf-8")
    assert "the form `checkout` shows nothing until `sayso notices publish`" in sayso("listen").stderr
    assert sayso("notices", "publish").exit_code == 0
    last = sayso("listen")
    assert last.exit_code == 0
    assert last.stderr == ""


def test_documents_that_cannot_be_written_whole_are_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = Path(__file__).parents[1] / "public" / "notices.yaml"
    out = tmp_path / "preview"
    really = Path.write_text

    def full(self: Path, text: str, *given: str) -> int:
        really(self, text[:10], *given)
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    done = sayso("notices", "build", "--file", declared, "--out", out)
    assert done.exit_code == 1
    assert "the disk is full" in done.stderr
    assert list(out.iterdir()) == []


def test_a_setting_that_takes_certain_words_lists_them(store: Path) -> None:
    done = sayso("settings", "set", "sms.gateway", "kanel")
    assert done.exit_code == 2
    assert "it takes kannel, twilio" in " ".join(done.stderr.split())


def test_a_stop_takes_the_country_of_a_number(store: Path) -> None:
    assert "country" in sayso("choices", "stop", "0491570156", "--words", "stop").output
    assert sayso("choices", "stop", "0491570156", "--country", "AU", "--words", "stop").exit_code == 0


def test_the_sample_is_never_loaded_into_the_default_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SAYSO_HOME", raising=False)
    monkeypatch.setattr("sayso.cli.store.SAMPLE", tmp_path / "sample")
    opened: list[Path] = []

    def open_sample(home: Path, **_more: object) -> Ledger:
        opened.append(home)
        raise UsageError("looked at enough")

    monkeypatch.setattr("sayso.cli.store.open_sample", open_sample)
    assert sayso("demo", "--no-serve").exit_code == 2
    assert opened == [tmp_path / "sample"]
