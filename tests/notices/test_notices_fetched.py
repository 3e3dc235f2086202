"""Fetching pages: only from where it is allowed, by the address that was checked, within limits. Over real sockets."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sayso.notices import UnreadablePageError
from sayso.notices import fetch as fetching
from sayso.notices.fetch import Ip, fetch, is_public

PAGE = b"<h1>Privacy policy</h1>"


class Shop(BaseHTTPRequestHandler):
    """A small shop; what it was asked, with which headers, is kept."""

    asked: list[tuple[str, dict[str, str]]]
    elsewhere: str

    def do_GET(self) -> None:
        type(self).asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path == "/far":
            self._answer(302, b"", Location=type(self).elsewhere)
        elif self.path == "/round":
            self._answer(302, b"", Location="/round")
        elif self.path == "/moved":
            self._answer(301, b"", Location="/privacy", **{"Set-Cookie": "seen=1"})
        elif self.path == "/picture":
            self._answer(200, b"x", **{"Content-Type": "image/png"})
        elif self.path == "/large":
            self._answer(200, b"x" * (fetching.LARGEST + 1))
        elif self.path == "/slow":
            self._answer(200, b"x", wait=True)
        elif self.path == "/privacy":
            self._answer(200, PAGE)
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes, *, wait: bool = False, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html; charset=utf-8"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
            while wait:
                time.sleep(0.05)
                self.wfile.write(b"x")
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[ThreadingHTTPServer]:
    Shop.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # it sees soon that it is to stop
    yield server
    server.shutdown()
    server.server_close()


def at(shop: ThreadingHTTPServer, path: str, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{shop.server_port}{path}"


def only(*addresses: str) -> Callable[[Ip], bool]:
    return lambda address: str(address) in addresses


ANY = only("127.0.0.1")


def test_a_page_is_fetched_by_the_checked_address_under_its_own_name(shop: ThreadingHTTPServer) -> None:
    lookups = []

    def resolver(host: str, _port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) == 1 else ["10.0.0.1"]

    page = fetch(at(shop, "/privacy", "shop.example"), permitted=ANY, resolver=resolver)
    assert page.text == PAGE.decode()
    assert lookups == ["shop.example"]
    assert Shop.asked[0][1]["host"] == f"shop.example:{shop.server_port}"


def test_a_private_page_is_refused_before_anything_is_sent(shop: ThreadingHTTPServer) -> None:
    with pytest.raises(UnreadablePageError, match="--allow-private"):
        fetch(at(shop, "/privacy"))
    assert Shop.asked == []


def test_one_private_address_among_several_is_enough_to_refuse(shop: ThreadingHTTPServer) -> None:
    with pytest.raises(UnreadablePageError, match="public address"):
        fetch(
            at(shop, "/privacy", "shop.example"), permitted=ANY, resolver=lambda _host, _port: ["127.0.0.1", "10.1.2.3"]
        )
    assert Shop.asked == []


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.2:1/", "http://[::1]:1/", "file:///etc/hostname", "http://user:word@127.0.0.1/"]
)
def test_a_redirect_is_checked_like_the_first_address(shop: ThreadingHTTPServer, elsewhere: str) -> None:
    Shop.elsewhere = elsewhere
    with pytest.raises(UnreadablePageError):
        fetch(at(shop, "/far"), permitted=ANY)
    assert [path for path, _ in Shop.asked] == ["/far"]


def test_cookies_do_not_travel_from_hop_to_hop(shop: ThreadingHTTPServer) -> None:
    assert fetch(at(shop, "/moved"), permitted=ANY).url.endswith("/privacy")
    assert [path for path, _ in Shop.asked] == ["/moved", "/privacy"]
    assert all("cookie" not in headers for _, headers in Shop.asked)


@pytest.mark.parametrize(
    ("path", "said"),
    [("/round", "leads on and on"), ("/picture", "image/png"), ("/large", "larger than"), ("/none", "answered 404")],
)
def test_what_is_no_readable_page_is_refused_with_a_way_out(shop: ThreadingHTTPServer, path: str, said: str) -> None:
    with pytest.raises(UnreadablePageError, match=said):
        fetch(at(shop, path), permitted=ANY)


def test_a_page_that_never_ends_is_left_in_time(shop: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(UnreadablePageError):
        fetch(at(shop, "/slow"), permitted=ANY)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("url", ["http://", "ftp://shop.example/", "http://me:word@shop.example/", "https://exa mple/"])
def test_what_is_no_page_address_is_refused(url: str) -> None:
    with pytest.raises(UnreadablePageError):
        fetch(url, resolver=lambda _host, _port: [])


def test_errors_name_the_host_and_nothing_of_the_path(shop: ThreadingHTTPServer) -> None:
    with pytest.raises(UnreadablePageError) as caught:
        fetch(at(shop, "/none?who=mira@letterbox.example"), permitted=ANY)
    assert "mira" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True),
        ("127.0.0.1", False), ("10.0.0.1", False), ("172.16.9.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.1.2.3", False), ("224.0.0.1", False), ("255.255.255.255", False), ("198.18.0.1", False),
        ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False), ("ff02::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:93.184.216.34", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.fixture
def secure_shop(shop: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ThreadingHTTPServer:
    """The shop behind TLS, with a certificate for shop.example that this machine trusts for now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    day = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day - timedelta(days=1))
        .not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "shop.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    shop.socket = context.wrap_socket(shop.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return shop


def test_a_certificate_has_to_be_for_the_name_though_the_connection_goes_to_the_address(
    secure_shop: ThreadingHTTPServer,
) -> None:
    def there(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    port = secure_shop.server_port
    assert fetch(f"https://shop.example:{port}/privacy", permitted=ANY, resolver=there).text == PAGE.decode()
    with pytest.raises(UnreadablePageError, match="cannot be fetched"):
        fetch(f"https://other.example:{port}/privacy", permitted=ANY, resolver=there)
