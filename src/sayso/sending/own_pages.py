"""
Links to our own pages, known by their tokens.

What stands in a link is weighed like words, and some few tokens happen to look like words. Those that we signed are none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from sayso.capture.links import LinkError, LinkExpiredError, Links
from sayso.choices.links import ChoiceLinks
from sayso.ledger import Ledger
from sayso.messages.parts import Link, Passage, Reading

TOKEN = "{{token}}"  # noqa: S105 -- it stands for one, as a template writes it


class OwnPages:
    """The pages of one ledger, at the address by which people reach them."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        choices, reports, base = ChoiceLinks(ledger), Links(ledger), url.rstrip("/")
        self._read: dict[str, Callable[[str], Any]] = {
            f"{base}/u/": choices.about,
            f"{base}/preferences/": choices.about,
            f"{base}/confirm/": lambda token: reports.confirmed(token, days=1),
            f"{base}/receipts/": reports.received,
        }
        self._begin = tuple(self._read)

    def known(self, reading: Reading) -> Reading:
        """The same message, with `{{token}}` in place of every token of ours in its links."""
        if not any(link.target.startswith(self._begin) for passage in reading.passages for link in passage.links):
            return reading
        return replace(reading, passages=tuple(map(self._passage, reading.passages)))

    def _passage(self, passage: Passage) -> Passage:
        links = tuple(map(self._link, passage.links))
        words = passage.words
        for link, known in zip(passage.links, links, strict=True):
            words = words.replace(link.target, known.target)
        return replace(passage, words=words, links=links)

    def _link(self, link: Link) -> Link:
        page = next((begin for begin in self._begin if link.target.startswith(begin)), None)
        if page is None or not self._is_ours(page, link.target.removeprefix(page)):
            return link
        return replace(link, target=page + TOKEN, words=link.words.replace(link.target, page + TOKEN))

    def _is_ours(self, page: str, token: str) -> bool:
        try:
            self._read[page](token)
        except LinkExpiredError:
            return True  # it was ours, and that is all that is asked here
        except LinkError:
            return False
        return True
