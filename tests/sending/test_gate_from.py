"""Whom a message says it comes from: one strict reading, and bound to the log-in whichever way it is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatched import ANA, RAW, filled
from gates import NextHop, Running, client, gate, given, next_hop, settings

from sayso.sending.gate.mailboxes import domains_of

FROM = b"From: Oak & Iron <shop@oak.example>\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, NextHop]]:
    home: Path = tmp_path_factory.mktemp("from") / "store"
    with next_hop() as (hop, port), filled(home) as ledger, gate(ledger, settings(port)) as running:
        yield running, hop


@pytest.mark.parametrize(
    "written",
    [
        "shop@oak.example", "<shop@oak.example>", "Oak & Iron <shop@oak.example>", "Oak<shop@oak.example>",
        '"Oak, Iron" <shop@oak.example>', '"Oak \\"The\\" Iron" <shop@oak.example>', "J. Q. Oak <shop@oak.example>",
        "=?UTF-8?B?T2FrICYgSXJvbg==?= <shop@oak.example>", "=?utf-8?q?O=C3=A4k?= =?utf-8?q?_Iron?= <shop@OAK.example.>",
        '"shop@oak.example" <shop@oak.example>', '"Ana @ Oak" <ana+news@oak.example>',
    ],
)  # fmt: skip
def test_the_ways_in_which_mailers_write_a_sender_are_read(written: str) -> None:
    assert domains_of(written) == ("oak.example",)


@pytest.mark.parametrize(
    "written",
    [
        "shop@oak.example <ceo@bank.example>", "a <shop@oak.example> <ceo@bank.example>", "<ceo@bank.example> shop@oak.example",
        "a <ceo@bank.example> <shop@oak.example>", "ceo@bank.example <shop@oak.example>", "ceo@bank.example(x)@oak.example",
        '"ceo@bank.example"@oak.example', "shop@oak.example (ceo@bank.example)", "Bank: ceo@bank.example;",
        "shop@oak.example, <ceo@bank.example>", "<@oak.example:ceo@bank.example>", "shop@[oak.example]", "",
        '"a <ceo@bank.example>" b" <shop@oak.example>', "ceo@bank.example\x0b <shop@oak.example>", "a@b@oak.example",
        "=?x-none?q?Oak?= <shop@oak.example>", "=?utf-8?q?a=0Ab?= <shop@oak.example>",
    ],
)  # fmt: skip
def test_what_programs_read_in_different_ways_names_nobody(written: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|encode|leave it out"):
        domains_of(written)


@pytest.mark.parametrize(
    "written",
    [
        '"ceo@bank.example" <shop@oak.example>', "=?utf-8?q?ceo=40bank.example?= <shop@oak.example>",
        "ceo=?utf-8?q?=40bank.example=3E=2C=3C?=<shop@oak.example>", '"a\\" <ceo@bank.example>," <shop@oak.example>',
        "=?utf-8?q?ceo=EF=BC=A0bank.example?= <shop@oak.example>",
    ],
)  # fmt: skip
def test_an_address_that_a_name_shows_is_bound_like_the_sender(written: str) -> None:
    assert domains_of(written) == ("oak.example", "bank.example")


@pytest.mark.parametrize("piece", ["a.", '"a"', '"', "a ", "\\", "a", "=?", "@", "a@", "<", '"\\', "a-", "=?a?q?"])
@pytest.mark.parametrize("end", ["", " <a@oak.example>", "(", "( <a@oak.example>"])
def test_no_sender_takes_long_to_read(piece: str, end: str) -> None:
    began = time.process_time()
    for size in (1900, 250_000):
        with pytest.raises(ValueError, match=r".") if size > 2000 else _either():
            domains_of(piece * (size // len(piece)) + end)
    assert time.process_time() - began < 0.2


class _either:  # noqa: N801 -- reads as a context
    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is None or issubclass(kind, ValueError)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (FROM + b"X-Pad : 1\r\nFrom: ceo@bank.example\r\n", 554),
        (FROM + b"Subject : 50% off\r\n", 554),
        (FROM.replace(b"From:", b"From :"), 554),
        (b"From: a <shop@oak.example> <ceo@bank.example>\r\n", 554),
        (b'From: "ceo@bank.example" <shop@oak.example>\r\n', 550),
        (FROM + b"Sender: ceo@bank.example\r\n", 550),
        (FROM + b"Sender: a <shop@oak.example> <ceo@bank.example>\r\n", 554),
        (FROM + b"Resent-From: ceo@bank.example\r\n", 550),
        (FROM + b"Sender: Mailer <mailer@oak.example>\r\n", 250),
    ],
)
def test_nothing_passes_the_gate_under_the_name_of_another_domain(
    served: tuple[Running, NextHop], header: bytes, code: int
) -> None:
    running, hop = served
    hop.__init__()  # type: ignore[misc]
    with client(running) as session:
        answered, said = given(session, RAW.replace(FROM, header), ANA.value)
    assert (answered, len(hop.taken)) == (code, code == 250), said
    assert "@bank" not in said
