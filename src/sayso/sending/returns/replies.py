"""
What a person wrote, without what they quote: a `STOP` in our own footer below their answer is not theirs.

And what a machine wrote for them (RFC 3834), which is no answer at all.
"""

from __future__ import annotations

import re
from email.message import Message

from sayso.sending.returns.parsing import header, own_text

_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?(reply|response|respons)|out of (the )?office|away from|vacation|abwesenheit"
    r"|automatische antwort|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord)\b",
    re.IGNORECASE,
)
_UNSUBSCRIBE = re.compile(r"\W*(unsubscribe|stop|opt[- ]?out|remove( me)?)\W*", re.IGNORECASE)
_ANSWER = re.compile(r"^\s*(re|aw|sv|antw|antwort|fwd?|wg|tr|rv|rif|odp)\s*(\[\d+\])?:", re.IGNORECASE)
_WROTE = re.compile(
    r"(wrote|writes|schrieb.*|a écrit|escribió|ha scritto|schreef.*|skrev.*|escreveu|napisał\S*|написал\S*)\s*:\s*$",
    re.I,
)
_BEGINS = re.compile(r"^(on|am|le|el|il|op|den|em|dnia|w dniu)\s.*\d", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*(-{2,}\s*\S.*(message|nachricht|mensaje|messaggio|bericht|meddelande|mensagem|e-?mail)[^a-z]*-*|_{10,})\s*$",
    re.I,
)
_FROM = re.compile(r"^\W*(from|von|de|da|van|från|fra|od)\s*:", re.IGNORECASE)
_SENT = re.compile(
    r"^\W*(sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden|skickat)\s*:", re.IGNORECASE
)


def is_automatic(message: Message) -> bool:
    """Did a machine send this by itself? RFC 3834 section 5, and what is sent that came before or beside it."""
    said = header(message, "Auto-Submitted").lower().partition(";")[0].partition("(")[0].strip()
    return bool(
        (said and said != "no")
        or header(message, "Return-Path") == "<>"
        or message.get("X-Autoreply")
        or message.get("X-Autorespond")
        or header(message, "Precedence").lower() in ("auto_reply", "auto-reply")
        or _AUTOMATIC_SUBJECT.search(header(message, "Subject"))
    )


def asks_to_unsubscribe(message: Message) -> bool:
    """
    Is the whole subject a request to stop? So a mail program unsubscribes for its user: Apple's says in the same breath
    that it is an automatic answer, and has to be honoured all the same.
    """
    subject = header(message, "Subject")
    return bool(message.get("X-Apple-Unsubscribe")) or bool(_UNSUBSCRIBE.fullmatch(subject))


def own_words(message: Message) -> str:
    """What the person wrote. The subject counts where it is theirs, not an answer to ours."""
    subject = header(message, "Subject")
    said = without_quotes(own_text(message))
    return said if _ANSWER.search(subject) else f"{subject}\n{said}".strip()


def without_quotes(text: str) -> str:
    """The text above, below and between what it quotes; nothing after a signature's mark or an unmarked original."""
    lines = text.replace("\xa0", " ").splitlines()
    kept: list[str] = []
    for number, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            continue
        if line.rstrip("\r\n") in ("-- ", "--"):
            break
        if _WROTE.search(line) or _ORIGINAL.match(line) or _is_heading(lines, number):
            if kept and _WROTE.search(line) and not _BEGINS.match(line) and _BEGINS.match(kept[-1]):
                kept.pop()
            if not _quote_follows(lines[number + 1 :]):
                break
            continue
        kept.append(line)
    return "\n".join(kept).strip()


def _is_heading(lines: list[str], number: int) -> bool:
    """The headers of the message answered, as Outlook puts them above it."""
    return bool(_FROM.match(lines[number])) and any(_SENT.match(line) for line in lines[number + 1 : number + 4])


def _quote_follows(lines: list[str]) -> bool:
    return next((line for line in lines if line.strip()), "").lstrip().startswith(">")
