"""The own words of an email reply: without the message it answers, the signature, and what a telephone adds."""

from __future__ import annotations

import re

LONGEST = 200_000
"""Characters looked through; a reply's own words stand at its top, or between what it quotes."""
_LINE = 400

_SAID = r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti|napisał\(?a?\)?|写道|написал\w*|пишет)"
_HEADER = re.compile(
    rf"^\s*(?:(?:On|Am|Le|El|Il|Em|Op|Den|Dnia|Pe|Ke|W dniu|В|Ha)\b.*{_SAID}.*[:：]?|.*<[^<>\s]+@[^<>\s]+>.*{_SAID}\s*[:：]|.*{_SAID}\s*[:：]|\d{{4}}年.*[:：])\s*$",
    re.IGNORECASE,
)
_HEADER_BEGINS = re.compile(r"^\s*(?:On|Am|Le|El|Il|Em|Op|Den|W dniu)\s.{0,20}\d", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"^\s*(?:[-_]{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|"
    r"Messaggio originale|Mensagem original|Oorspronkelijk bericht|Ursprungligt meddelande|Original-Nachricht)\s*[-_]{2,}|_{20,}|-{20,})\s*$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|差出人|发件人)\s?\*?\s?[:：]\s?\S", re.IGNORECASE
)
_NEXT_FIELD = re.compile(
    r"^\s*\*?(?:Sent|To|Date|Subject|Gesendet|An|Datum|Betreff|Envoyé|À|Objet|Enviado|Para|Asunto|Inviato|A|Oggetto|Verzonden|Aan|"
    r"Onderwerp|Skickat|Till|Ämne|Sendt|Til|Emne|Assunto|Reply-To|Cc)\s?\*?\s?[:：]", re.IGNORECASE
)  # fmt: skip
_SIGNATURE = re.compile(r"^--\s*$")
_ADDED = re.compile(
    r"^\s*(?:Sent (?:from|with|via) .*|Get Outlook for .*|Von meinem .* gesendet|Gesendet (?:von|mit) .*|Envoyé (?:de|depuis) .*|"
    r"Enviado (?:desde|do|de) .*|Inviato da .*|Verzonden (?:vanaf|met) .*|Skickat från .*|Sendt fra .*|Lähetetty .*|Wysłane z .*|iPhoneから送信)\s*$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|fwd?|wg|tr|rif|r|res|odp|回复|答复|返信)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)


def own_words(text: str) -> str:
    """What the writer of a reply wrote. Lines of a message quoted with `>` are passed over; one quoted whole ends it."""
    lines = [line[:_LINE] for line in text[:LONGEST].replace("\r\n", "\n").split("\n")]
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        header = _header_lines(lines, number)
        if header:
            if not _quoted_after(lines, number + header):
                break
            number += header
            continue
        if _SIGNATURE.match(line) or _SEPARATOR.match(line) or _is_field_block(lines, number):
            break
        if not line.lstrip().startswith((">", "|")) and not _ADDED.match(line):
            kept.append(line)
        number += 1
    return "\n".join(kept).strip()


def own_subject(subject: str) -> str:
    """A subject the writer chose; that of an answer is ours, and says nothing unless nothing but one word is left of it."""
    rest = _PREFIX.sub("", subject[:_LINE]).strip()
    return rest if rest == subject[:_LINE].strip() or len(rest.split()) == 1 else ""


def _header_lines(lines: list[str], number: int) -> int:
    """How many lines `On ... wrote:` takes here, which mail programs break in two or three; 0 where there is none."""
    if _HEADER.match(lines[number]):
        return 1
    if not _HEADER_BEGINS.match(lines[number]):
        return 0
    for more in (2, 3):
        if _HEADER.match(" ".join(lines[number : number + more])):
            return more
    return 0


def _quoted_after(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number : number + 5] if line.strip()), "")
    return following.lstrip().startswith(">")


def _is_field_block(lines: list[str], number: int) -> bool:
    """A quoted message's own header, as Outlook writes it: `From:`, and another field soon after."""
    if not _FIELD.match(lines[number]):
        return False
    return any(_NEXT_FIELD.match(line) for line in lines[number + 1 : number + 4])
