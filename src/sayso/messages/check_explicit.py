"""Words by which an email is taken to be sexually explicit: it may be so without them, and is never said not to be."""

from __future__ import annotations

import re

from sayso.messages.parts import Finding, Place, Reading
from sayso.messages.remembering import each
from sayso.messages.requirements import Judged

LABEL = "15 USC 7704(d); 16 CFR 316.4 (not read)"

_WORDS = re.compile(
    r"\bsexually[- ]explicit\b|\b(?:porn\w*|dildos?|vibrators?|butt plugs?|sex (?:toys?|shops?|dolls?|videos?|cams?)|adult (?:toys?|videos?|films?|content|entertainment|cams?)|"
    r"erotica|erotic (?:videos?|films?|photos?|pictures?|toys?|stor(?:y|ies)|massages?)|hardcore (?:videos?|sex|action)|live (?:sex|nude) \w+|nude (?:photos?|pics?|pictures?|videos?|girls|cams?)|"
    r"escorts? (?:service|girls?|agency)|fetish (?:wear|gear|toys?|videos?)|bondage|sexspielzeug\w*|pornogra\w*)\b",
    re.IGNORECASE,
)


def judge_explicit(reading: Reading) -> Judged:
    """Is it sexually explicit by its words? True or unknown: pictures are not looked at."""
    places = [Place("header Subject")] if _WORDS.search(reading.subject) else []
    places += [place for run in reading.runs for place in _said[run]]
    if not places:
        return Judged({}, [])
    said = "it reads as sexually explicit; the United States ask such email for a label of its own, which is not looked for here"
    return Judged({"sexually_explicit": True}, [Finding("sexually-explicit", "note", said, places[0], LABEL)])


_said = each(lambda passage: [passage.place] if _WORDS.search(passage.words) else [])
