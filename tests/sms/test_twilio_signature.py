"""Twilio's signatures, held against Twilio's own validator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from sayso.sending.sms.signature import genuine

TOKEN, SHARED = "0123456789abcdef0123456789abcdef", "fedcba9876543210"
URL = "https://shop.example/texts/twilio"
SHA_256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
FORM = {"MessageSid": "SM1", "From": "+61491570156", "To": "+61491570157", "Body": "Stop please 🛑", "Blank": ""}


def signed(url: str, form: dict[str, str], settings: str = "") -> str:
    key, algorithm = (SHARED, "HMAC_SHA256") if settings else (TOKEN, None)
    return str(RequestValidator(key).compute_signature(url, form, algorithm))


def fits(url: str, form: dict[str, str], signature: str, settings: str = "", shared: str = SHARED) -> bool:
    return genuine(url, form.items(), signature, settings, TOKEN, shared)


@pytest.mark.parametrize("settings", ["", SHA_256])
def test_what_twilio_signed_is_genuine(settings: str) -> None:
    assert fits(URL, FORM, signed(URL, FORM, settings), settings)


@pytest.mark.parametrize("settings", ["", SHA_256])
@pytest.mark.parametrize(
    "other",
    [FORM | {"Body": "Start"}, FORM | {"From": "+61491570159"}, FORM | {"Extra": "1"}, {"MessageSid": "SM1"}, {}],
)
def test_another_form_is_not(other: dict[str, str], settings: str) -> None:
    assert not fits(URL, other, signed(URL, FORM, settings), settings)


def test_another_address_is_not() -> None:
    assert not fits(URL + "/reports/x", FORM, signed(URL, FORM))
    assert not fits(URL.replace("https", "http"), FORM, signed(URL, FORM))


@pytest.mark.parametrize("called", [URL, URL.replace("example", "example:443"), URL.replace("example", "example:8443")])
def test_the_port_may_be_named_in_the_signed_address_or_not(called: str) -> None:
    signature = signed(called, FORM)
    assert fits(called, FORM, signature) == RequestValidator(TOKEN).validate(called, FORM, signature) is True
    other = called.replace(":443", "")
    assert fits(other, FORM, signature) == RequestValidator(TOKEN).validate(other, FORM, signature) is True


@pytest.mark.parametrize("signature", ["", "x", "é", "=" * 400, signed(URL, FORM)[:-1]])
def test_no_signature_is_never_genuine(signature: str) -> None:
    assert not fits(URL, FORM, signature)


def test_sha256_without_a_shared_key_and_unknown_algorithms_are_refused() -> None:
    assert not fits(URL, FORM, signed(URL, FORM, SHA_256), SHA_256, shared="")
    assert not fits(URL, FORM, signed(URL, FORM), "algorithm=HMAC_MD5")
    assert not genuine(URL, FORM.items(), signed(URL, FORM), "", "", SHARED)
    made_with_no_key = RequestValidator("").compute_signature(URL, FORM)
    assert not genuine(URL, FORM.items(), made_with_no_key, "", "", "")


def test_the_key_of_one_algorithm_does_not_sign_for_the_other() -> None:
    assert not fits(URL, FORM, signed(URL, FORM), SHA_256)
    assert not fits(URL, FORM, signed(URL, FORM, SHA_256))


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(_TEXT, _TEXT, max_size=6), st.sampled_from(["", SHA_256]), st.text(max_size=8))
def test_whatever_the_form_says_both_validators_agree(form: dict[str, str], settings: str, junk: str) -> None:
    signature = signed(URL, form, settings)
    assert fits(URL, form, signature, settings)
    assert not fits(URL, form, signature + (junk or "x"), settings)


class Repeated(dict[str, list[str]]):
    def getlist(self, name: str) -> list[str]:
        return self[name]


def test_names_that_come_twice_are_sorted_and_said_once() -> None:
    form = [("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]
    signature = RequestValidator(TOKEN).compute_signature(URL, Repeated(MediaUrl=["b", "a", "b"]))
    assert genuine(URL, form, signature, "", TOKEN, "")
