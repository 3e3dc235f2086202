"""
Fetching a page that somebody names: public addresses only, unless the owner allows a private one.

Every hop is resolved once, every address of the answer is checked, and the connection goes to the very address that was
checked, so that a name cannot answer differently the second time. No cookies, no proxy, a limit in bytes and in time.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from sayso.notices.errors import UnreadablePageError

LARGEST = 4 << 20
"""Bytes of a page, as sent and as unpacked."""
SECONDS = 20.0
REDIRECTS = 5
_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
ANYTHING = ("*/*",)
_NAT64 = ip_network("64:ff9b::/96")

Ip = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]


class Page(msgspec.Struct, frozen=True):
    """What came: where it was found after redirects, its media type, its text."""

    url: str
    media_type: str
    text: str


def is_public(address: Ip) -> bool:
    """May anybody's page be fetched from there? Addresses that hide another inside are judged by both."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system's resolver gives them."""
    return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def fetch(
    url: str,
    *,
    permitted: Callable[[Ip], bool] = is_public,
    resolver: Resolve = resolve,
    accepting: tuple[str, ...] = _READABLE,
) -> Page:
    """
    `accepting` are the media types that will do; `*/*` takes any, as text.

    Raises UnreadablePageError, saying which address was refused or what went wrong; a page's own words are not in it.
    """
    deadline = time.monotonic() + SECONDS
    for _hop in range(REDIRECTS + 1):
        answer, body = _get(url, permitted, resolver, deadline, accepting)
        if answer.is_redirect and "location" in answer.headers:
            url = urljoin(url, answer.headers["location"])
            continue
        if answer.status_code != httpx.codes.OK:
            raise UnreadablePageError(
                f"{_named(url)} answered {answer.status_code}; open it in a browser and save it as a file"
            )
        media_type = answer.headers.get("content-type", "text/html").split(";")[0].strip().lower()
        if media_type not in accepting and accepting != ANYTHING:
            raise UnreadablePageError(
                f"{_named(url)} is `{media_type[:40]}`, which is not read; save its text as a file"
            )
        return Page(url, media_type, body.decode(answer.charset_encoding or "utf-8", "replace"))
    raise UnreadablePageError(f"{_named(url)} leads on and on; name the page it ends at")


def _get(
    url: str, permitted: Callable[[Ip], bool], resolver: Resolve, deadline: float, accepting: tuple[str, ...]
) -> tuple[httpx.Response, bytes]:
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise UnreadablePageError(
            f"{_named(url)} is not the address of a page; it starts with https:// and names a host"
        )
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = [ip_address(one.split("%")[0]) for one in resolver(host, port)]
    except (OSError, UnicodeError, ValueError):
        raise UnreadablePageError(f"{_named(url)}: the host has no address; check how it is written") from None
    if not addresses or not all(permitted(one) for one in addresses):
        raise UnreadablePageError(
            f"{_named(url)} is not at a public address; use --allow-private if that page is your own"
        )
    address = addresses[0]
    pinned = httpx.URL(url).copy_with(host=str(address), port=port, fragment=None)
    headers = {
        "host": parts.netloc,
        "user-agent": "sayso (checks notices)",
        "accept": ", ".join(accepting),
        "accept-encoding": "identity",
    }
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, verify=ssl.create_default_context()) as client,
            client.stream(
                "GET", pinned, headers=headers, extensions={"sni_hostname": host}, timeout=_left(deadline, url)
            ) as answer,
        ):
            return answer, b"" if answer.is_redirect else _body(answer, deadline, url)
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
        raise UnreadablePageError(
            f"{_named(url)} cannot be fetched ({type(error).__name__}); save it as a file"
        ) from None


def _body(answer: httpx.Response, deadline: float, url: str) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise UnreadablePageError(f"{_named(url)} is larger than {LARGEST >> 20} MB; save its text as a file")
        _left(deadline, url)
    return bytes(body)


def _left(deadline: float, url: str) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise UnreadablePageError(f"{_named(url)} took longer than {SECONDS:.0f} seconds; save it as a file")
    return left


def _named(url: str) -> str:
    """The host alone: a path or query may hold somebody's address."""
    parts = urlsplit(url)
    return f"the page at {parts.hostname}" if parts.hostname else "that"
