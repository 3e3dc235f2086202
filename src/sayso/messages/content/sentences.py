"""
What one sentence does that shows no sign of promotion: it serves, it keeps service company, or nobody can tell.

It has to be made of the words of service alone. It serves if it names a thing of service, and it accompanies if it thanks,
regrets, says how to reach somebody or what comes next, or heads a row of details. What it bids its reader to do, says
that its reader could do, or asks, has to be among what service bids, allows and asks.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from sayso.messages.content.names import is_name
from sayso.messages.content.promotion import Act
from sayso.messages.content.slots import ITEM, NAME, SLOT, THERE
from sayso.messages.content.words import NAMED, THINGS, VERBS, base

Does = Literal["serves", "accompanies", "promotes", "unrecognised"]


class Verdict(msgspec.Struct, frozen=True):
    """What a passage does, what it does to promote, and one clause of reason."""

    does: Does
    acts: tuple[Act, ...] = ()
    because: str = ""
    unread: bool = False
    """It is not recognised for something in it that is no words, and not for its words."""


_MARKS = "–—•·…©®™→“”«»£€°№" + SLOT + NAME + ITEM + THERE
_PART = re.compile(rf"[{SLOT}{NAME}{ITEM}{THERE}]|[^\W\d_][\w'’-]*|\d\S*|[^\s\w]")

_CAPITAL = re.compile(r"[A-ZÀ-Þ][a-zß-ɏ'-]{1,30}")
_LEADS_TO_NAME = frozenset((":", "at", "in", "with", "from", "by", "via", "to", "of", "near", "is", "for", SLOT, NAME))
_NAMES = 3
"""Names of people, places and firms that one sentence may hold."""

_SIGNS, _SIGNS_LOOKED = 8, 2_000
"""Signs without words that draw nothing, and how far they are counted."""
_ROW, _HEADING = 10, 3
"""Words of a row of details, and of a heading that only names what stands under it."""
_TELLS = re.compile(
    r"\b(?:you|your|yours|we|us|our|i|me|it|they|them|is|are|was|were|be|been|has|have|had|will|can|could|would|now|only|another|other|here)\b"
)
"""Words that a row of details does not have."""
_LABELLED = re.compile(
    r"(?:placed|deliver(?:ed)?|ship(?:ped)?|sent|posted|paid|bill(?:ed)?|ordered|booked|issued|received|return(?:ed)?|collect(?:ed)?)(?: (?:on|by|to|from|at|with|in))?:"
)
"""What a row of details may be headed with that would be a bidding elsewhere."""
_HEADED = re.compile(r"(?:with|from|to|due|due by|by|for|when|where|who):")
_FOLLOWS = re.compile(
    r"(?:it|this|that|they|if)\b|we(?:'ll|'ve| will| have| are| were| had| could| cannot| can't| did| do not| expect| require| need)\b(?! be back)"
    r"|you (?:will (?:need|not|receive|be charged|see|get)|can|have|do not|may|should|need)\b"
)
"""How a sentence begins that goes on about the one before."""

_BIDS_LISTED = """
accept activate allow answer arrange arrive ask bring call cancel check choose click close collect confirm contact
copy delete describe disable do download enter expect fill follow forward forget ignore keep leave let list lock log
look match need note notify open paste pay phone place please prepare press print provide put quote read receive refer
remember remove reply report request reset respond return review ring say see select send set share sign stay stick
stop submit switch take tell thank tick track transfer turn unlock unplug unsubscribe update use verify view wait want
watch withdraw work worry write drop email hold may must should would could can does did is are was were has have had
will order bill charge fax text notice access credit debit try consider double-check discuss process
"""
_BIDS = frozenset(_BIDS_LISTED.split())
"""What service bids a reader to do, and words that begin no bidding though they could be verbs."""
_LOOKS_ON = re.compile(
    r"^(?:see (?!(?:your|the attached|the details|details|below|above)\b)|let us\b(?! (?:know|have))|look\b(?! (?:after|for your))|open (?:a|an|another)\b|take (?!your|the|it|this|no|these|them|care|(?:photo )?id\b|proof|(?:some )?identification|a (?:copy|photo))|use (?:it|them) (?:again|now)|want\b|share (?!it|this code|your code))"
)
_SIGNED = frozenset((NAME, SLOT, THERE, "the", "and", "or", "team", "from", "sent", "send", "by", "contact", "abn", "acn", "email", "address", "pty", "ltd", "inc", "nsw", "vic", "qld", "tas", "nt", "wa", "sa", "australian", "phone"))  # fmt: skip
"""What a line of nothing but who sends a message is made of."""
_SECURES = re.compile(
    r"^change (?:your|the|this|any) (?:[a-z]+ )?(?:password|passcode|pin|login|card number)s?\b[^,;]{0,60}$"
)
"""What a reader is bidden to change after a breach."""
_ENCLOSED = re.compile(
    r"^find (?:(?:your|the) )?(?:attached|enclosed|below|details|invoice|receipt|statement|bill|tickets?|booking|order|documents?|certificate|letter|label|report)\b"
)
"""What a reader is bidden to find: what came with the message."""
_BEGINS = re.compile(r"^(?:please |simply |just |then |now |so |to (?:do|help|avoid) (?:this|that|so),? )*")
_AND = re.compile(r"\b(?:and|then) ([a-z]+)\b")
_COULD = re.compile(
    r"\byou (?:can|could|may|might|will be able to|are able to) (?:also |now |still |then |always |already |easily )*([a-z]+)"
)
_MAY_LISTED = """
accept access appeal ask be call cancel change check choose click close collect complain contact copy correct delete
disable do download expect find follow get have ignore keep log look lose manage need not notice object pay phone
print reach read receive refer reject reply report request reset respond return ring see send sign speak stop submit
tell track turn unlock unsubscribe update use verify view wait withdraw write no leave email opt drop
"""
_MAY = frozenset(_MAY_LISTED.split())
"""What service says that a reader could do."""

_OURS = re.compile(
    rf"\bour (?!(?:own )?(?:privacy|cookie|data|security|polic(?:y|ies)|terms|records?|systems?|servers?|support|warehouse|couriers?|complaints?|customer|"
    rf"accounts? team|accounting|team|staff|help|website|site|offices?|address|bank|email|e-?mail|phone|contact|cost|drivers?|engineers?|technicians?|end|part|side|"
    rf"obligations?|legal|lists?|mailing list|(?:opening |business )?hours|shops? for|regulator|insurer|email address|return address|messages|emails|texts|service (?:is|was|will)|branch|store|clinic|{SLOT}|{NAME}))"
)
"""Of what is the sender's own, service speaks only of what answers to its reader; the rest is for sale."""
_ASKED = re.compile(
    r"(?:any |have |got |further |if you have )?(?:questions?|problems?|trouble|queries)\b|.{0,20}\bneed (?:some |any |our )?(?:help|support|assistance)|"
    r".{0,12}(?:was|wasn't|was not) (?:this|it|that) (?:not )?(?:you|yours)|.{0,20}\b(?:not|n't)\b.{0,12}\b(?:you|yours|recogni[sz]e|request|ask|make)\b|"
    r"why (?:did|was|do|are|am)|how (?:do|can|will) (?:i|you|we) (?!get|save|earn|win)|what (?:do|does|should|happens|happened|if|data|information)|"
    r"when (?:will|do)|where (?:is|do|are)|(?:is )?(?:something|anything) (?:wrong|missing|not right)|.{0,24}\bnot displaying correctly"
)
"""Questions that service asks; any other invites."""

_REACH = rf"(?:us|our|the|this|{NAME}|{SLOT}|{THERE}|support|to|on|at|or|if|your bank|immediately)"
_KEEPS = re.compile(
    r"\b(?:thanks|thank you|sorry|apologi[sz]e|apolog(?:y|ies)|regrets?|sincerely|faithfully|regards|cheers|wishes)\b|"
    rf"\b(?:contact|call|e-?mail|reply|ring|phone|write|calling|tell|ask|reach|speak)\b (?:straight away |now )?{_REACH}(?=\W|$)|\b(?:questions?|problems|help|trouble|concerns)\b|"
    r"\b(?:need|have) to do anything\b|\bno action\b|\bnothing (?:\w+ )?(?:is due|to do|for you to do)\b|\bdo(?:es)? not (?:need|share|reply|use|open|eat|drink|click|give|tell|recogni[sz]e)\b|"
    r"\b(?:the|this|that) (?:link|button|code|offer code|file|page)s? (?:below|above|works?|is|will|expires?|can)\b|\b(?:click|press|tap)(?: on)? (?:the|this|it|below)\b|\bcopy and paste\b|"
    r"\b(?:if|when|unless|because|since|as) (?:it|you|this|that|we|nobody|somebody|anyone)\b|\bwe (?:will|have|could|were|are|do|did|had|must|would|may)(?: not| never| now)?\b (?:able|unable|send|sent|try|charge|charged|write|writing|"
    r"notify|delete|deleted|email|contact|call|ask|asked|need|receive|received|return|returned|closed?|cancel|cancelled|turn|replace|check|refund|post|posted|attempt|lock|locked|require|required|process|stop|stopped|change|changed|report|reported)\b|"
    r"\b(?:was|were|has been|have been|is|are|will be|been) (?:not |now |still |being |already )*(?:sent|delivered|charged|taken|refunded|deleted|closed|left|posted|paid|cancelled|received|changed|reset|moved|due|attached|affected|"
    r"lost|delayed|expired|attempted|required|unable|updated|removed|turned|locked|blocked|stopped|returned|recalled|reported|dispatched|shipped|scheduled|interrupted|ill|valid|automated)\b|"
    r"\bplease (?:arrive|bring|check|do|keep|note|allow|read|print|switch|wait|use|watch|have|sign|log|update|return|confirm|enter|ignore|quote|make|send|call|take|leave)\b|"
    r"\b(?:cancel|manage|unsubscribe|opt out)\b|\b(?:should|will|may|can) (?:arrive|come loose|cause|expire|overheat|leak)\b|\b(?:sign|log) in to (?:view|see|read|check|download|pay|confirm) (?:it|this|them|your)\b|"
    r"^the (?:changes?|new terms|new price|new fee|terms|increase) (?:will )?(?:takes?|comes?|applies|apply|starts?|begins?)\b|^we have changed (?:our|the|your)\b|"
    rf"^{SLOT} (?:(?:the|this|your) (?:appointment|reservation|{SLOT}) )?to (?:your |my |the )?calendar\W?$|"
    r"^(?:track|view|check|download|confirm|reset|pay|cancel|manage|update|print) (?:it|them|this)\b|^(?:click |view |see )?(?:here|details?)[.!]?$|"
    r"\byour\b.{0,30}\bend(?:s|ed) on\b|\bable to (?:sign|log|access|use|make|send|receive)\b|\bcalling (?:from|about)\b|\bticked this on a form\b|\bnothing of the kind is sent\b|\bdo nothing\b|\bwhat the form showed\b|"
    r"^what (?:happened|happens next|we(?: are|'re) doing|you (?:can|should|need to) do(?: next)?|to do(?: next)?|to bring)\W*$|\bwas (?:this|that|it) you\b|^(?:dear|hello|hi) \w+(?: \w+)?\W*$|^take care\W*$|\bfrequently asked questions\b|"
    r"^(?:open|download|view|see|submit|upload|print|check|track|sign|pay|review|choose) (?:a |an |the |your |this )?(?:report|pdf|reading|language|details|form|ticket|document|documents|receipts?|photos?|file|archive|in)\W*$|"
    r"^(?:date|amount|time|order|gst|vat|tax) (?:received|paid|due|included|sent|ordered|issued|placed|taken)\b:?\W*$|"
    rf"\b(?:will |should |please )?never (?:share|ask|give|tell|send|click)\b|\b(?:banks?|it|this|that|refunds?|payments?|transfers?|processing|delivery|which) (?:can |may |will |usually |normally )*takes?\b.{{0,40}}\b(?:days?|hours?|weeks?|minutes?)\b|"
    rf"\b(?:due|payable|valid) (?:by|on|at|until|from) {SLOT}|"
    r"\b(?:reminder|stop using|until|expires?|valid for|insufficient|automated|all rights reserved|rights reserved|copyright|unauthori[sz]ed|injury|damage|burns|safety|cause was)\b|\bnames?, (?:dates|addresses)\b"
)
"""What keeps a service message company: thanks, regret, ways to reach somebody, conditions, what happened and what comes next."""


def read(sentence: str, *, after: bool) -> Verdict:
    """What a sentence does, with its details put in their places; `after` one of the same passage that serves."""
    said = sentence.lower()
    if said.endswith("?") and not _ASKED.match(said):
        return _unknown("it asks what service does not ask")
    known, strange = _words(sentence)
    if strange:
        return _unknown("service does not need " + ", ".join(f"`{word}`" for word in dict.fromkeys(strange[:4])))
    if (
        not known
        and sum(not (one.isalnum() or one.isspace() or one in _MARKS) for one in sentence[:_SIGNS_LOOKED]) > _SIGNS
    ):
        return _unknown("its signs may draw what is not read")
    if _OURS.search(said):
        return _unknown("it speaks of what the sender has to offer")
    headed = _LABELLED.match(said) is not None and not _TELLS.search(said)
    bidding = "" if headed else _bidding(said)
    if bidding:
        return _unknown(f"it invites to `{bidding}`")
    if ITEM in sentence or THINGS.intersection(known):
        return Verdict("serves")
    if headed or _is_row(said, known) or _KEEPS.search(said) or set(known) <= _SIGNED:
        return Verdict("accompanies")
    if after and (_FOLLOWS.match(said) or said.partition(" ")[0] in _BIDS):
        return Verdict("accompanies")
    return _unknown("it names nothing that serves")


def _words(sentence: str) -> tuple[list[str], list[str]]:
    """Its words in their base form, with a name where one may stand, and those that are not the words of service."""
    known: list[str] = []
    strange: list[str] = []
    names, before = 0, ""
    for part in _PART.findall(sentence):
        if part[0].isalpha():
            word = base(part.lower())
            if not word and names < _NAMES and before in _LEADS_TO_NAME and _CAPITAL.fullmatch(part) and is_name(part):
                names, word = names + 1, NAME
            (known if word else strange).append(word or part[:30])
            before = word
        elif part[0].isdigit() or not (part.isascii() or part in _MARKS):
            strange.append(part[:30])
        elif part != ",":
            before = part
    return known, strange


def _bidding(said: str) -> str:
    """What a sentence bids or allows that service does not; empty where there is nothing of the kind."""
    begun = said[_BEGINS.match(said).end() :]  # type: ignore[union-attr]  # it matches nothing at least
    first = begun.partition(" ")[0].strip(",.:!")
    if _SECURES.match(begun) or _ENCLOSED.match(begun):
        return ""
    if (first in VERBS and first not in _BIDS) or _LOOKS_ON.match(begun):
        return first
    if first in VERBS:
        more = next((word for word in _AND.findall(begun) if word in VERBS and word not in _BIDS), "")
        if more:
            return more
    return next((word for word in _COULD.findall(said) if word not in _MAY), "")


def _is_row(said: str, known: list[str]) -> bool:
    """A heading, or one with what stands under it: no sentence, only what things are called, sums, days and names."""
    if len(known) <= _HEADING and known and NAMED.issuperset(known):
        return True
    if _HEADED.match(said):
        return len(known) <= _ROW
    if len(known) > _ROW or _TELLS.search(said) or not any(mark in said for mark in (SLOT, NAME, ":")):
        return False
    return bool(NAMED.intersection(known)) and not (VERBS - NAMED).intersection(known)


def _unknown(because: str) -> Verdict:
    return Verdict("unrecognised", because=because)
