"""
What promotes, by what it does: it cuts a price, offers, invites to buy, praises, presses, rewards, sends on to friends.

These signs explain a finding and tell kinds of message apart. They do not decide alone: what shows none of them and is
not recognised as service promotes as well. Patterns meet lower-case text of one sentence and look no further than
a few words on, so each takes time in proportion to its length.
"""

from __future__ import annotations

import re
from typing import Literal

Act = Literal[
    "cart", "resubscribe", "consent", "retention", "referral", "recruitment", "fundraising", "quote", "survey", "newsletter",
    "gambling", "partner", "price", "reward", "invitation", "channel", "urgency", "praise",
]  # fmt: skip

_BUY = (
    r"(?:re)?order|buy|shop|book|purchase|upgrade|subscribe|renew|reserve|add|try(?! (?:again|a different|another (?:card|e-?mail|browser)|to\b))|discover|explore|browse|enjoy|grab|claim|redeem|unlock|join|visit|"
    r"switch|apply|treat|start|open|activate|invest|borrow|bet|play|spin|donate|drive|earn|save|win|get|pre-?order|stock up|sign up|sell|rent|hire"
)
_ORDERED = (
    r"(?! ?(?:number|no\b|id\b|ref|summary|total|date|details?|status|history|confirm|placed|received|shipped|dispatched|delivered|cancell?ed|"
    r"update|line|items?|was|has|is|will|#|:|\d|hours?|by:|to:|in touch|it\b|it back|help|your (?:money|refund)|on hold))"
)
_LEAD = r"(?:^|[.!?:;,–—-] ?|\b(?:and|then|to|or|now|please|simply|just|why not|go|come|you can|you could|you may|you might|can also|like to|want to|ready to|time to|able to) )"

_SIGNS: dict[Act, tuple[str, str]] = {
    "gambling": (
        "it promotes betting or another game for money",
        r"\b(?:bonus |free )?bets?\b|\bbetting\b|\bwager\w*|\bcasino\b|\bodds\b|\bjackpots?\b|\blotter(?:y|ies)\b|\bpokies\b|\b(?:free|bonus) spins?\b|"
        r"\bbookmaker\w*|\bsportsbook\b|\bpoker\b|\bscratch ?cards?\b",
    ),
    "cart": (
        "it brings back to an order that was not placed",
        r"\b(?:your|the|to|in|shopping) (?:shopping )?(?:cart|basket|trolley)\b|(?<!at )\bcheckouts?\b(?! (?:date|time))|\bleft (?:something|these|this|it|them|items?) behind\b|"
        r"\b(?:complete|finish|continue|resume|completing|finishing) (?:it|your|this|the|that) ?(?:order|purchase|check\w*|booking|shopping)?\b(?! (?:profile|form|registration|verification|return))"
        r"|\byour (?:order|purchase|booking|things|items|selection) (?:is|are) (?:still |nearly |almost |not )?(?:waiting|where you left|nearly|almost|saved|here|there|done|incomplete|unfinished|complete\b(?= yet))"
        r"|\bwhere you left (?:off|them|it)\b|\b(?:started|began) (?:an|your|the|to) (?:order|purchase|booking|check\w*)|\bnot (?:yet )?(?:finish|finished|complete|completed) (?:it|your|the|this)\b|"
        r"\b(?:unfinished|incomplete|abandoned) (?:order|purchase|booking)|\b(?:still|are you) (?:thinking|interested|considering)\b|\bone step left\b|\bas far as the (?:delivery|payment)\b|\bpick up where\b",
    ),
    "resubscribe": (
        "it asks somebody who left the list to come back to it",
        r"\b(?:subscribe|join|sign up|opt in)\b.{0,30}\b(?:again|once more|back)\b|\bresubscribe|\bre-subscribe|\bunsubscribed.{0,60}\b(?:mistake|change your mind|changed your mind|miss|sorry to see)\b|\bchange your mind\b.{0,60}\b(?:list|emails|subscri|join)",
    ),
    "consent": (
        "it asks to be allowed to send marketing",
        r"\b(?:may|can|could) we (?:write|send|e-?mail|text|contact|keep|call|stay)\b|\b(?:like|love|want) to (?:send|keep sending|keep in touch|stay in touch|e-?mail|text|write to) ?you\b(?!.{0,20}\bcode\b)|"
        r"\bkeep me posted\b|\bopt(?:ing)?[- ]in\b|\bwant to hear from us\b|\bstay (?:subscribed|in the loop|in touch)\b|\bkeep in touch\b|\bsay yes\b|\bhear (?:more )?from us\b(?! (?:by|within|again if|soon|about (?:your|(?:the )?orders?|it|this|an order)))",
    ),
    "retention": (
        "it seeks to win back or keep a customer",
        r"\b(?:we(?:'ve|'ll)? )?miss(?:ed)? you\b|\bcome back(?! on\b)(?=[^a-z]|$| (?:and|to|for|any|soon|with|now|today))(?<!power come back)|\bit(?:'s| has) been a (?:while|long)|\b(?:haven't|have not) (?:seen|heard from) you\b|\bsince you (?:left|cancelled|were)\b|"
        r"\byou (?:left|cancelled|canceled) (?:us|in)\b|\breopen|\bre-?activate\b|\bstart again\b|\bwelcome back\b|\bfor a while\b|\bwe (?:think|hope|believe|know) you(?:'ll|'d|'re| will| would| might| may| should| are| want)\b|\b(?:haven't|have not) (?:used|logged|signed|ordered|visited|shopped)\b|\byou (?:have not|haven't|did not|didn't) (?:yet |ever )?(?:(?:placed?|made?|had) (?:an?|any)\b|visited|opened|ordered|bought|shopped|booked)\b|\bsorry to see you go\b|\bbefore you (?:go|leave)\b|\bstill here\b",
    ),
    "referral": (
        "it asks to recommend the sender to others",
        r"\b(?:tell|invite|refer|bring|share (?:\w+ )?with|forward to|for) (?:a|your|some|this to a)? ?(?:friends?|family|mates?|colleagues?|neighbours?|neighbors?)\b|\brefer(?:ral|rals)\b|\brefer\b(?! to (?:the|your|our|this|section|page|number|your))|\bknow (?:someone|somebody|anyone)\b|\byou both\b|\bforward to (?:a )?friend",
    ),
    "recruitment": (
        "it advertises work or a way to earn",
        r"\b(?:drive|ride|deliver|work) for us\b|\bearn (?:up to|from|more|extra|[$£€]|an? )|\bwe(?:'re| are) (?:now )?hiring\b|\bjoin (?:our|the) team\b|\bvacanc(?:y|ies)\b|\bjob (?:offers?|openings?|fair)\b|\bcareers?\b|\bbe your own boss\b",
    ),
    "fundraising": (
        "it asks for a donation",
        r"\bdonat(?:e|es|ed|ing|ions?)\b|\byour gift\b|\bfundrais\w*|\bsponsor a\b|\bgive (?:today|now|generously|what you can)\b|\bappeal\b",
    ),
    "quote": (
        "it quotes a price for something not yet agreed",
        r"\b(?:your|the|a|this|our) (?:\w+ )?(?:quote|quotation|estimate)\b(?! of when)|\bquot(?:e|ation)s?\b",
    ),
    "survey": (
        "it asks for a review, a rating or an answer to a survey",
        r"\bsurveys?\b|\bquestionnaire\b|\bhow (?:did|are|were) we (?:do|doing)\b|\bfeedback\b|\brat(?:e|ing)\b (?:your|us|our|this|the|it)\b|\b(?:leave|write|post|share|give) (?:us )?(?:a|your|an honest) (?:\w+ )?(?:review|rating|opinion|experience|thoughts)\b|"
        r"\b(?:few|five|5) stars?\b|\btell us (?:what you think|about your|how)\b|\bhow was your\b|\bhow likely\b|\bhow did we\b|\breview (?:us|your (?:purchase|order|stay|visit|experience))\b|\bwhat did you think\b|\bshare your\b",
    ),
    "newsletter": (
        "it is a newsletter or an item of one",
        r"\bnewsletters?\b|\brundbrief\b|\bin this (?:issue|edition|week's|month's)\b|\b(?:this|last) (?:week|month)'s\b|\bread (?:more|on|the (?:full )?(?:story|article))\b|\blearn more\b|\bfind out more\b|\b(?:our|the|a) (?:\w+ )?blog\b|\bround-?up\b|\bthis month (?:in|we|at)\b|\bdigest\b|\bissue (?:no\.? ?)?\d",
    ),
    "price": (
        "it cuts a price, or names one to buy at",
        r"\b\d{1,3} ?(?:%|percent|per cent) (?:off|discount|cash ?back|extra|more|less|cheaper|bonus)|\b(?:up to|save|extra|take) \d{1,3} ?%|\bhalf[- ](?:the )?price\b|[$£€] ?\d[\d.,]{0,9} off\b|\b(?:for|take|get|with|of) (?:an? |five|ten|twenty|thirty|forty|fifty|half|\d{1,3})(?:extra )? ?off\b|\bdiscount\w*|\bcoupons?\b|\bvouchers?\b|"
        r"\bpromo(?:s|tions?|tional|codes?)?\b|\boffers?\b|\b(?:on|the|our|summer|winter|spring|autumn|end of|flash|big|a|for) sale\b|^sale\b|\bsales? (?:now|ends?|starts?|has|is)\b|\bclearance\b|\bbargains?\b|\bdeals?\b|"
        r"\b(?:only|just|from|for just|for only|starting at|now) (?:[$£€] ?\d(?![\d.,]{0,12} to [$£€])|\d{1,5}(?:[.,]\d\d)? ?(?:[$£€%]|dollars|pounds|euros?)|\d{1,4}[.,]\d{1,2} ?%)|\bwas [$£€] ?\d.{0,20}\bnow\b|\bsav(?:e|ing|ings) (?:up|on|money|big|more|when|with|[$£€\d])|"
        r"\bfree\b(?! of (?:charge|error))|\bfor nothing\b|\bon us\b|\b(?:lower|reduced|cheaper|special|introductory|low) (?:price|rate|cost)s?\b|\bcheaper\b|\bpay(?:ing)? less\b|\b(?:use|with|enter|quote) (?:the )?(?:promo |discount |voucher )?code\b.{0,30}\b(?:at|on|for|checkout|when)\b|\bprice (?:drop|cut)\b|\bon (?:all |any |every )?orders (?:of|over|above|from|more)\b|\bcodes?:? (?!g-)[a-z]{2,}-?\d",
    ),
    "reward": (
        "it rewards or lures with points, gifts or prizes",
        r"\brewards?\b|\b(?:bonus|loyalty|reward|more|\d{1,7}) points?\b|\bpoints? (?:on|with|for|balance)\b|\bbonus\w*|\bcash ?back\b|\bgifts?\b(?! card (?:number|balance|was|you))|\bprizes?\b|\bgiveaways?\b|\bwin(?:ner|ners)?\b|\bcompetition\b|\bsweepstakes?\b|\bearn(?:ed|s)?\b|\bcertificate when you spend\b|\bperks?\b|\bvip\b|\bfor (?:our |all )?members\b|\bloyalty\b",
    ),
    "channel": (
        "it calls to follow, to install an app or to subscribe",
        r"\bfollow us\b|\bfollow (?:on|us|me)\b|\blike us\b|\bfind us on\b|\b(?:join|connect with) us\b|\b(?:download|get|install|try) (?:the|our) (?:\w+ )?app\b|\bapp store\b|\bgoogle play\b|\bsubscribe (?:to|now|today|here)\b|\bsign up\b|\bstay up[- ]to[- ]date\b|\bjoin (?:our|the) (?:club|list|community|mailing)",
    ),
    "partner": (
        "it promotes somebody else",
        r"\b(?:our|from our|trusted|selected) (?:\w+ )?(?:partners?|sponsors?|friends at)\b|\bsponsored\b|\bbrought to you by\b|\badvertisement\b|\bwerbepartner",
    ),
    "urgency": (
        "it presses with little time or little stock",
        r"\bhurry\b|\blast (?:chance|call|day|days|few|minute)\b|\b(?:today|tonight|weekend|\d{1,2} hours?) only\b|\blimited (?:time|stock|edition|offer|numbers?)\b|\bwhile (?:stocks?|supplies) last\b|\bends? (?:tonight|today|soon|sunday|midnight|tomorrow)\b|\bdon't miss\b|\bbefore (?:it's|it is|they're|it) (?:too late|gone|sells?|all)|\bsell(?:s|ing)? (?:out|fast)\b|\b(?:almost|nearly) gone\b|\bact (?:now|fast)\b|\bonly \d{1,3} left\b|\bback in stock\b",
    ),
    "praise": (
        "it praises goods or shows them to sell",
        r"\byou(?:'ll| may| might| will|'d)? (?:also )?(?:like|love|enjoy|be interested|want)\b(?! to (?:make|cancel|change|stop|return|unsubscribe|speak|know|complain|contact|close|keep it|use another|pay|dispute|appeal))|\bpicked for you\b|\bjust for you\b|\brecommend(?:ed|ations?|s)?\b|\bgoes (?:well|great) with\b|\bpairs? (?:well|with)\b|\b(?:customers|others|people) also\b|"
        r"\bnever (?!happen|occur)(?:\w+ ){1,6}again\b|\bbest[- ]?sellers?\b|\b(?:new|latest|just) (?:arrivals?|in|landed|collection|range|season|release)\b|\bcollections?\b(?= (?:is|has|of|now|here|launch))|\bour (?:new|latest|full|whole|best|own|\w+ )?(?:range|products?|collection|plans?|services|cards?|loans?|shops?|stores?|app|menu|catalogue)\b(?! at\b)(?!,? \d)(?= (?:is|are|has|have|can|now|today|gives?|lets?|for(?! (?:a |an |your )?(?:full )?(?:refund|exchange|replacement|repair))|from|and|offer)|[.!]?$)|"
        r"\b(?:do|get|so much|see|even|with|enjoy) more\b|\bsomething (?:special|new|big|else|exciting)\b|\bthe wait is over\b|\b(?:is|are|it's|they're|now) here\b|\bworth (?:a|it|your)\b|"
        r"\b(?:amazing|awesome|fantastic|gorgeous|stunning|delicious|perfect|must-have|unbeatable|exclusive|luxur\w+|premium|brand[- ]new|proud to|pleased to announce|excited|introducing|announcing|thrilled|presenting)\b|\bsee what(?:'s| is) new\b|\bwhat's new\b|\bhave a look\b|\btake a look\b|\bcheck (?:it|them|us|this) out\b|\bget more (?:from|out)\b|\bmake the most\b|\bwhile you(?:'re| are) (?:there|here)\b|\bnow available (?:in (?:all|our)|at|from)\b",
    ),
    "invitation": (
        "it invites to buy or to take more than was asked for",
        rf"{_LEAD}(?:{_BUY})\b{_ORDERED}(?= (?:now|today|online|again|yours?|our|the|a|an|more|another|with|from|for|before|at|one|some|everything|all|two|three|early|here|in|us|by|direct|instant|tickets?)\b| \d|[.!]?$)|\bnext (?:order|purchase|visit|shop|stay|trip|booking)\b|\b(?:shop|buy|order|book) (?:now|today|online|here)\b|"
        r"\b(?:last|christmas|holiday) orders?\b|\bpay (?:in|over) (?:\w+ )?(?:parts|payments|instal\w+|months)\b|\bpay later\b|\binterest[- ]free\b|\bchange (?:to (?:an?|our)|your plan)\b|\bnot include\b|"
        r"^(?!.*\b(?:your|the|it|service|not|no)\b).*\bavailable\b|\b(?:contact|call|ask|e-?mail|write to|text|phone) (?:us |your \w+ )?(?:about|for) (?!your|this|these|it\b|them|help|assistance|support|an? (?:refund|replacement|copy|correction|repair)|information|more|further|any|advice|details|emergenc|\d|at least|proof|identification|an (?:internal |independent )?review)|\bto hear about\b|\bwe (?:now|also) (?!expect|have your|know|need|do not|don't|cannot|can't)|\bupgrade\b|\bswitch to\b|\btrade in\b|\byou (?:could|can) (?:be paying|save|get more|earn)\b|\b(?:two|one|three|12|24)-year plan\b|\bgo through our\b|\badd(?:s|ing)? (?:it|them|these|this|more) to your (?:order|plan|account)\b|\busually move to\b|\bpre-?approved\b|\byou (?:are|'re) (?:eligible|entitled|invited|qualified)\b|\bqualif(?:y|ies|ied)\b|\bask (?:at|in) (?:any|your|our)\b|(?<!when you )\bplac(?:e|ing) (?:an?|another|your next|any) (?:\w+ )?order\b(?<!thank you for placing an order)|\brenew (?:it|your|the|this|now|here|today)\b|\bcould be (?:less|lower|reduced|better)\b|\bchange (?:to|for) (?:an?|another|our|the other)\b|\b(?:in|on) your (?:account|card)\b.{0,20}\bto (?:use|spend)\b|(?<!not )\b(?:use|spend) (?:it|them|this) (?:on|for|before|by|towards?)\b|\bto use (?:the|your|this|our) (?:\w+ ){1,3}again\b.{0,60}\b(?:pay|payment|fee|card|order)\b|\bapply\b(?= (?:now|today|online|in|for|here))|\bvisit (?:us|our|the|any)\b|\binvite you\b|\btrials?\b",
    ),
}  # fmt: skip

SIGNS = tuple((act, said, re.compile(pattern)) for act, (said, pattern) in _SIGNS.items())
"""In the order in which they are asked; the first that is there tells what a sentence does."""
WHY: dict[Act, str] = {act: said for act, (said, _) in _SIGNS.items()}


def acts_in(sentence: str) -> list[Act]:
    """What a lower-case sentence does to promote, as far as it shows it."""
    return [act for act, _, pattern in SIGNS if pattern.search(sentence)]
