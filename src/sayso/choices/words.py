"""
What somebody wants who answers a message: read as a reasonable person would, and where in doubt, as a wish to stop.

47 CFR 64.1200(a)(10) takes any reasonable means of revoking consent, not keywords alone; so do the Spam Act 2003 (Sch 2
cl 6) and GDPR art 7(3). `stop` is what a reasonable person takes for a request to stop. `none` is what plainly is about
something else: a question, thanks, an order, a stop word that means a parcel or a bus. Everything between is `unclear`:
it stops, and a human is asked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec

from sayso.choices import wordlists
from sayso.choices.replies import own_subject, own_words
from sayso.vocabulary import Channel

LONGEST = 8_000
"""Characters of somebody's own words that are read; who writes more than that is read by a human too."""

SHORT = 6
"""Words of an answer that is short."""

Kind = Literal["stop", "help", "start", "unclear", "none"]


class Wish(msgspec.Struct, frozen=True):
    """What somebody wants, how far they want it, and what showed it (never their own words)."""

    kind: Kind
    why: str
    scope: Literal["channel", "everything"] = "channel"
    """Of a stop: the channel it came by, or everything. Never one topic: who writes `stop` is not choosing topics."""
    keyword: bool = False
    """The whole message is a keyword; otherwise it was read in free words."""
    channels: tuple[Channel, ...] = ()
    """Of a stop: channels that it names, which stop beside the one it came by."""
    erasure: bool = False
    """It asks to have their details deleted: everything stops, and the owner has to answer."""


_STOP = re.compile("|".join(wordlists.STOP_PHRASES))
_UNCLEAR = re.compile("|".join(wordlists.UNCLEAR_PHRASES))
_EVERYTHING = re.compile("|".join(wordlists.EVERYTHING_PHRASES))
_INNOCENT = re.compile("|".join(wordlists.INNOCENT_PHRASES))
_NEGATED = re.compile(r"\b(?:dont|never|not|wont) (?:you )?stop\b")
_STEMS = re.compile(wordlists.STEMS)
_ERASURE = re.compile("|".join(wordlists.ERASURE_PHRASES))
_CHANNELS = tuple((re.compile(words), channels) for words, channels in wordlists.NAMED_CHANNELS)
_NOT_NAMED = re.compile("|".join(wordlists.NOT_NAMED))
_SENTENCES = re.compile(r"[.!?;:\n\r\u2026。！？؟।]+")
_WORDS = re.compile(r"[^\W_]+")
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-_][^\W\d_]){2,}(?!\w)")
_ELIDED = re.compile(r"\b([dlmnjst]|qu)['’](?=\w)")
_MASKED = re.compile(r"f?\*{2,}(?=k\b|king\b|ck\b)")
_SIGNS = {"🛑": " stop ", "⛔": " stop ", "🚫": " stop ", "✋": " stop ", "🖕": " fuck you ", "👎": " annoying "}
_READ = (
    "LATIN",
    "CYRILLIC",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "ARABIC",
    "DEVANAGARI",
    "FULLWIDTH",
    "IDEOGRAPHIC",
)
_TYPO_OF = ("stop", "unsubscribe", "unsubscribed")


def read_reply(text: str) -> Wish:
    """What a text message, or words without any quoted history, ask for. Time is linear in their length."""
    sentences = [plain(part) for part in _SENTENCES.split(_written(text[:LONGEST]))]
    sentences = [sentence for sentence in sentences if sentence]
    found = _reaching(_keyword(" ".join(sentences)) or _phrases(sentences, text), sentences)
    if found.kind == "none" and len(text) > LONGEST:
        return Wish("unclear", "it is longer than is read here")
    return found


def read_mail(subject: str, text: str) -> Wish:
    """What an email asks for by its subject or its own words; what it quotes of ours, and signatures, say nothing."""
    titled = read_reply(own_subject(subject))
    readings = [read_reply(own_words(text)), *([titled] if titled.kind == "stop" else [])]
    found = min(readings, key=lambda wish: ("stop", "unclear", "help", "start", "none").index(wish.kind))
    stops = [wish for wish in readings if wish.kind in ("stop", "unclear")]
    return msgspec.structs.replace(
        found,
        scope="everything" if any(wish.scope == "everything" for wish in stops) else found.scope,
        channels=tuple(dict.fromkeys(channel for wish in stops for channel in wish.channels)),
        erasure=any(wish.erasure for wish in stops),
    )


def plain(sentence: str) -> str:
    """The words of a sentence as the lists have them."""
    words: list[str] = []
    for word in _WORDS.findall(_joined(sentence)):
        word = wordlists.SHORTHAND.get(word) or _mended(word)
        if words and (words[-1], word) in (("do", "not"), ("e", "mail")):
            words[-1] = "dont" if word == "not" else "email"
        else:
            words.append(word)
    return " ".join(words)


def _written(text: str) -> str:
    """Small letters of one width, without marks over letters, apostrophes or signs; `s t o p` as one word."""
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    text = _SPACED.sub(lambda run: re.sub(r"[ .\-_]", "", run[0]), _MASKED.sub("fuc", text))
    spread = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in spread if not (unicodedata.combining(one) and one < "\u0900"))
    whole = _ELIDED.sub(r"\1 ", unicodedata.normalize("NFC", bare))
    return re.sub(r"['’‘`´ʼ*]", "", whole)


def _joined(sentence: str) -> str:
    """Digits set apart from letters, but for the nought in `st0p`."""
    sentence = re.sub(r"(?<=[^\W\d_])0(?=[^\W\d_])", "o", " ".join(sentence.split()))
    return re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", sentence)


def _mended(word: str) -> str:
    """A stop word that was mistyped, as it was meant."""
    if not 3 <= len(word) <= 14 or word in wordlists.NOT_TYPOS or not word.isascii():
        return word
    once = re.sub(r"(.)\1+", r"\1", word)
    if once == "stop":
        return once
    return next((meant for meant in _TYPO_OF if _slips(word, meant) <= len(meant) // 4), word)


def _slips(word: str, meant: str) -> int:
    """Letters left out, put in, changed or swapped with their neighbour (optimal string alignment); 99 where many."""
    if abs(len(word) - len(meant)) > 2 or word[0] not in (meant[0], meant[1]):
        return 99
    before, row = list[int](), list(range(len(meant) + 1))
    for i, one in enumerate(word, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(meant, 1):
            least = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == meant[j - 2] and word[i - 2] == other:
                least = min(least, last[j - 2] + 1)
            row.append(least)
    return row[-1]


def _keyword(words: str) -> Wish | None:
    """What the whole message is, where it is a keyword and nothing else."""
    bare = " ".join(word for word in words.split() if word not in wordlists.FILLERS and not word.isdigit())
    for one in (words, bare):
        if one in wordlists.STOP_WORDS or one in wordlists.STOP_SIGNS:
            everything = one in ("stop all", "stopall", "unsubscribe all", "wrong number")
            return Wish("stop", "the whole message is a stop word", "everything" if everything else "channel", True)
        if one in wordlists.HELP_WORDS:
            return Wish("help", "the whole message asks for help", keyword=True)
        if one in wordlists.START_WORDS:
            return Wish("start", "the whole message asks to start", keyword=True)
    return None


def _reaching(found: Wish, sentences: list[str]) -> Wish:
    """A stop with the channels that it names, wherever it names them: a refusal reaches wide."""
    if found.kind not in ("stop", "unclear"):
        return found
    left = [_NOT_NAMED.sub(" ", _INNOCENT.sub(" ", sentence)) for sentence in sentences]
    named = [channel for words, channels in _CHANNELS if any(map(words.search, left)) for channel in channels]
    erasure = any(map(_ERASURE.search, sentences))
    return msgspec.structs.replace(found, channels=tuple(dict.fromkeys(named)), erasure=erasure)


def _phrases(sentences: list[str], text: str) -> Wish:
    left = [_INNOCENT.sub(" ", sentence) for sentence in sentences]
    scope: Literal["channel", "everything"] = (
        "everything" if any(_EVERYTHING.search(sentence) for sentence in left) else "channel"
    )
    signs = _written(text[:LONGEST])
    if any(_STOP.search(_NEGATED.sub(" ", sentence)) for sentence in left) or any(
        sign in signs for sign in wordlists.STOP_SIGNS
    ):
        return Wish("stop", "in its own words it asks for no more", scope)
    if any(_may_mean_it(sentence) for sentence in left):
        return Wish("unclear", "it may ask for no more, or may not", scope)
    if _unread(text[:LONGEST]):
        return Wish("unclear", "it is written in letters that are not read here")
    if sentences and not _about_else(signs, sentences):
        return Wish("unclear", "nothing shows that it is about something else")
    return Wish("none", "it asks for nothing of the kind")


def _may_mean_it(sentence: str) -> bool:
    """Might somebody who wrote this want no more? A no about messages might, unless it is about an order."""
    if _UNCLEAR.search(sentence) or _STEMS.search(sentence) or wordlists.BARE_NO.search(sentence):
        return True
    if not wordlists.NEGATIONS.search(sentence) or not wordlists.CONTACTS.search(sentence):
        return False
    return bool(wordlists.MARKETING.search(sentence)) or not wordlists.ORDERS.search(sentence)


def _about_else(text: str, sentences: list[str]) -> bool:
    """Is it a question, a thank-you or about an order? A short one may be a greeting or a yes as well."""
    short = sum(len(one.split()) for one in sentences) <= SHORT
    return (
        bool(wordlists.COURTESIES.search(text))
        or any(wordlists.ORDERS.search(one) for one in sentences)
        or (short and bool(wordlists.GREETINGS.search(text)))
    )


def _unread(text: str) -> bool:
    """Is most of it in letters of a script that the lists know nothing of?"""
    letters = [one for one in text if one.isalpha()]
    unread = sum(1 for one in letters if not unicodedata.name(one, "").startswith(_READ))
    return unread * 2 > len(letters)
