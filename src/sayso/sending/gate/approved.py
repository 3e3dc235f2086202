"""
Service mail that the owner approved to go even while no answer can be had.

A message is known again by its fixed words: those of its subject and of every part, less the lines that greet somebody
and less what is plainly a detail: the digits of numbers, dates and amounts, codes, and the mailbox it is addressed to.
Links count with their host, path and the names in their query. Whatever else differs, were it one word or one picture,
makes another message, and that one waits until an answer can be had.
"""

from __future__ import annotations

import re
from hashlib import sha256

from sayso.messages.content.wording import place, shape
from sayso.messages.mail import read_mail

LENGTH = 32
"""Hex digits of a fingerprint."""
_GREETING = re.compile(
    r"(?:dear|hi|hello|good (?:morning|day|evening))(?: [\w.'\u2019-]{1,30}){0,3}[,!:]?", re.IGNORECASE
)
_WEB = re.compile(r"https?://\S+")


def fingerprint(raw: bytes) -> str:
    """What names the fixed text of a message. Raises MessageError for one that cannot be read."""
    parsed = read_mail(raw)
    to = parsed.header("to").rpartition("<")[2].strip("> \t").lower()
    said = [_fixed(parsed.header("subject"), to)]
    for part in parsed.root.walk():
        if part in parsed.text_parts:
            for passage in parsed.passages(part):
                said += ["" if _GREETING.fullmatch(passage.words.strip()) else _fixed(passage.words, to)]
                said += [place(link.target) for link in passage.links]
        elif not part.children:
            said.append(f"{part.media_type} {sha256(parsed.raw[part.body : part.end]).hexdigest()}")
    return sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def _fixed(words: str, to: str) -> str:
    """The words that are the same for everybody."""
    kept = _WEB.sub(lambda found: place(found[0]), words).lower().split()
    return " ".join(shape(word) for word in kept if not to or word.strip("<>().,;:") != to)
