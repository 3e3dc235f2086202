"""Completed mail as others see it: who unsubscribes by header, who verifies DKIM, and a spam filter."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import dkim
import listunsub
import pytest
from completing import OWN, SHOP, WAYS, completed, dnsfunc, signed

from sayso.messages.check import check_mail
from sayso.messages.mail import read_mail

SAMPLES = Path(__file__).resolve().parents[3] / "shared/samples/email"
NEWSLETTERS = sorted((SAMPLES / "newsletters").glob("*.eml"))
SCORES = Path(__file__).with_name("spam_scores.pl")
TEMPLATES = sorted((SAMPLES / "templates").glob("*.html"))


def values(raw: bytes, name: str) -> list[str]:
    return [field.value.strip() for field in read_mail(raw).fields(name)]


def audited(raw: bytes) -> list[listunsub.Problem]:
    names = ("list-unsubscribe", "list-unsubscribe-post", "dkim-signature")
    uris, posts, signatures = (values(raw, name) for name in names)
    return listunsub.audit(uris, posts, dkim_signatures=signatures)


@pytest.mark.skipif(not NEWSLETTERS, reason="the sample newsletters are not beside this repository")
def test_a_client_of_others_finds_no_fault_in_one_click() -> None:
    for file in NEWSLETTERS:
        raw = file.read_bytes()
        assert audited(raw), file.name
        done = signed(completed(raw))
        assert audited(done) == [], file.name
        header = listunsub.parse_header(values(done, "list-unsubscribe")[0])
        request = listunsub.one_click_request(header.https[0])
        assert (request.method, request.url) == ("POST", WAYS.unsubscribe)


@pytest.mark.skipif(not NEWSLETTERS, reason="the sample newsletters are not beside this repository")
def test_a_signature_over_both_headers_is_found_to_hold_and_one_broken_afterwards_not() -> None:
    done = signed(completed(NEWSLETTERS[0].read_bytes()))
    assert dkim.verify(done, dnsfunc=dnsfunc)
    assert state(done) == "present"
    broken = done.replace(b"/u/Ab-", b"/u/Xb-", 1)
    assert not dkim.verify(broken, dnsfunc=dnsfunc)
    assert state(broken) == "wrong"


def state(raw: bytes) -> str:
    checked = check_mail(raw, SHOP, own=OWN, dnsfunc=dnsfunc)
    return next(one.state for one in checked.carried if one.matter == "one-click-signed")


def mails() -> dict[str, bytes]:
    found = {file.name: file.read_bytes() for file in NEWSLETTERS}
    for file in TEMPLATES:
        message = EmailMessage(policy=SMTP.clone(max_line_length=998))
        message["From"], message["To"], message["Subject"] = f"Harbour <{SHOP.email}>", "ana@customer.example", "Spring"
        message.set_content(file.read_text("utf-8"), subtype="html", cte="quoted-printable")
        found[file.name] = message.as_bytes()
    return found


@pytest.mark.skipif(not NEWSLETTERS, reason="the sample newsletters are not beside this repository")
def test_a_spam_filter_likes_completed_mail_better(part: Callable[[str], str], tmp_path: Path) -> None:
    part("spamassassin")

    def scores(folder: Path, found: Iterable[bytes]) -> list[float]:
        folder.mkdir()
        files = [folder / str(number) for number in range(len(originals))]
        for file, raw in zip(files, found, strict=True):
            file.write_bytes(raw.replace(b"\r\n", b"\n"))
        run = subprocess.run(["perl", SCORES, *files], capture_output=True, check=True, text=True)
        return [float(line) for line in run.stdout.splitlines()]

    originals = mails()
    with ThreadPoolExecutor(2) as pool:
        both = {"before": originals.values(), "after": map(completed, originals.values())}
        before, after = pool.map(lambda name: scores(tmp_path / name, both[name]), both)
    print()
    for name, was, now in zip(originals, before, after, strict=True):
        print(f"{name:45} {was:5.1f} -> {now:5.1f}")
    print(f"{'mean':45} {sum(before) / len(before):5.2f} -> {sum(after) / len(after):5.2f}")
    assert sum(after) < sum(before)
    assert all(now <= was for was, now in zip(before, after, strict=True))
