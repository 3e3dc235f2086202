"""What is sealed, what stands in clear, and that a sealed part opens only as what it is, for whom it is."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest
from ledgers import JONAH, MIRA, MIRA_PHONE, NAME, START, checkout, collected, consent, entry, raw, stop

from sayso.ledger import Address, Ledger, email_address
from sayso.ledger.addresses import folded
from sayso.ledger.entries import BODY_KINDS, ConsentWithdrawn, PersonDescribed, Private
from sayso.ledger.keys import AddressHasher, Keys, create_keys, decrypt, encrypt
from sayso.ledger.sealing import IN_CLEAR, Clear, read_clear, read_raw, read_secret, seal

ORIGIN = "test:sealed"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    create_keys(tmp_path / "keys")
    return Keys(tmp_path / "keys")


def clear_part(kind: str, id_: str = "e-1") -> Clear:
    return Clear(
        seq=1, id=id_, kind=kind, happened_at=START, recorded_at=START, origin=ORIGIN, actor="person",
        proof="captured_here", sender="shop", person="p-1",
    )  # fmt: skip


def test_details_reading_and_raw_input_open_with_the_persons_key_only(keys: Keys) -> None:
    key, _ = keys.new_person_key("p-1")
    other, _ = keys.new_person_key("p-2")
    said = checkout(MIRA, MIRA_PHONE, id="e-1")
    sealed = seal(said, clear_part("checkout_abandoned"), key)
    clear = read_clear(sealed.clear)
    assert sealed.secret is not None
    assert sealed.raw is not None
    opened = read_secret(clear, sealed.secret, key)
    assert opened is not None
    assert (opened.addresses, opened.private, opened.body) == (said.addresses, said.private, said.body)
    assert read_raw(clear, sealed.raw, key) == said.raw
    assert read_secret(clear, sealed.secret, other) is None
    assert read_raw(clear, sealed.raw, other) is None
    for part in (sealed.clear, sealed.secret, sealed.raw):
        for word in (MIRA.value, MIRA_PHONE.value, NAME, "kettle", "lighthouse", "Lantern"):
            assert word.encode() not in part


def test_a_sealed_part_opens_only_as_the_part_of_the_entry_it_was_written_for(keys: Keys) -> None:
    key, _ = keys.new_person_key("p-1")
    sealed = seal(checkout(MIRA, id="e-1"), clear_part("checkout_abandoned"), key)
    assert sealed.secret is not None
    assert sealed.raw is not None
    assert read_raw(clear_part("checkout_abandoned"), sealed.secret, key) is None
    assert read_secret(clear_part("checkout_abandoned"), sealed.raw, key) is None
    assert read_secret(clear_part("checkout_abandoned", "e-2"), sealed.secret, key) is None
    for place in range(len(sealed.secret)):
        broken = bytearray(sealed.secret)
        broken[place] ^= 1
        assert read_secret(clear_part("checkout_abandoned"), bytes(broken), key) is None
    for short in range(40):
        assert read_secret(clear_part("checkout_abandoned"), sealed.secret[:short], key) is None


def test_the_same_entry_is_sealed_differently_each_time(keys: Keys) -> None:
    key, _ = keys.new_person_key("p-1")
    parts = {seal(checkout(MIRA, id="e-1"), clear_part("checkout_abandoned"), key).secret for _ in range(20)}
    assert len(parts) == 20


def test_a_persons_key_is_wrapped_for_that_person_under_that_master_key(keys: Keys, tmp_path: Path) -> None:
    key, wrapped = keys.new_person_key("p-1")
    create_keys(tmp_path / "others")
    again = keys.person_key("p-1", wrapped)
    assert again is not None
    assert decrypt(again, encrypt(key, b"hello", b"x"), b"x") == b"hello"
    assert keys.person_key("p-2", wrapped) is None
    assert Keys(tmp_path / "others").person_key("p-1", wrapped) is None


@pytest.mark.parametrize("kind", sorted(BODY_KINDS))
def test_what_stands_in_clear_is_what_must_outlive_the_persons_key(kind: str) -> None:
    stops = {
        "consent_withdrawn", "objection_received", "complaint_received", "bounce_received", "number_reassigned",
        "opt_out_of_sale_received", "erasure_done",
    }  # fmt: skip
    business = {
        "notice_published", "evidence_set", "risk_accepted", "house_rule_set", "setting_changed", "import_finished",
    }  # fmt: skip
    assert issubclass(BODY_KINDS[kind], IN_CLEAR) == (kind in stops | business)


def test_what_a_person_wrote_when_stopping_is_sealed_though_the_stop_is_not(ledger: Ledger, home: Path) -> None:
    words = "Stop this, I live at 7 Lantern Row"
    free = entry(ConsentWithdrawn(means="free_text", means_stop=True), MIRA, private=Private(words=words), raw=words)
    ledger.append([free])
    with raw(home) as store:
        clear, secret = store.execute("SELECT clear, secret FROM entries").fetchone()
    assert b"free_text" in clear
    assert b"Lantern" not in clear + secret
    (back,) = ledger.entries([free.id])
    assert (back.private, back.raw) == (Private(words=words), words)


def test_the_wording_shown_is_in_clear_and_part_of_the_proof(ledger: Ledger) -> None:
    said = consent(MIRA)
    ledger.append([said])
    assert b"Yes, write to me about offers" in ledger.inclusion(said.id).clear
    assert b"ticked_box" not in ledger.inclusion(said.id).clear


def test_the_clear_part_tells_nothing_of_an_address_to_one_without_the_lookup_key(
    ledger: Ledger, tmp_path: Path
) -> None:
    said = stop(MIRA)
    ledger.append([said])
    clear = ledger.inclusion(said.id).clear
    (held,) = msgspec.json.decode(clear, type=Clear).holds
    create_keys(tmp_path / "others")
    assert held != Keys(tmp_path / "others").hasher.fold(MIRA)
    assert held == Keys(ledger.home / "keys").hasher.fold(MIRA)


def test_facts_the_person_stated_do_not_stand_in_the_chain(ledger: Ledger) -> None:
    said = entry(PersonDescribed(facts={"person_country": "AU"}), MIRA)
    ledger.append([said])
    assert b"person_country" not in ledger.inclusion(said.id).clear


# Keys ---------------------------------------------------------------------------------------------------------------


def test_key_files_and_store_can_be_read_by_their_owner_only(ledger: Ledger, home: Path) -> None:
    ledger.append([collected(MIRA)])
    for path in (*home.iterdir(), *(home / "keys").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


def test_making_keys_again_keeps_those_that_are_there(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    before = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    create_keys(tmp_path / "keys")
    assert {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()} == before
    assert set(before) == {"master", "signing", "lookup-1"}
    assert len(set(before.values())) == 3


def test_a_hash_made_under_an_old_key_is_brought_forward_without_the_address() -> None:
    one, two, three = bytes(32), bytes([1] * 32), bytes([2] * 32)
    old, new = AddressHasher([one]), AddressHasher([one, two, three])
    assert new.exact(MIRA) == new.forward(old.exact(MIRA), 1) == new.forward(AddressHasher([one, two]).exact(MIRA), 2)
    assert len({old.exact(MIRA), new.exact(MIRA), AddressHasher([one, two]).exact(MIRA), new.exact(JONAH)}) == 4
    assert new.forward(new.exact(MIRA), 3) == new.exact(MIRA)


def test_a_mailbox_and_a_number_of_the_same_text_are_not_the_same() -> None:
    hasher = AddressHasher([bytes(32)])
    assert hasher.exact(Address("email", "+61491570156")) != hasher.exact(Address("phone", "+61491570156"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ana+shop@post.example", "ana@post.example", True),
        ("Ana@Post.Example", "ana@post.example", True),
        ("a.n.a@gmail.com", "ana+x@googlemail.com", True),
        ("a.n.a@post.example", "ana@post.example", False),
        ("ana@post.example", "ana@post2.example", False),
    ],
)
def test_spellings_that_share_a_stop(one: str, other: str, same: bool) -> None:
    assert (folded(email_address(one)) == folded(email_address(other))) == same


def test_a_mailbox_that_is_only_a_tag_keeps_it() -> None:
    assert folded(email_address("+list@post.example")).value == "+list@post.example"
