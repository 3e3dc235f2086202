"""
The words by which each matter is said, written with care for how shops really write. All patterns meet lower-case text.

`SIGNS` say it; so does what `HEADED` names, under its heading. `MENTIONS` brush it and leave it unclear. `UNDONE` marks
sentences that are about something else. `NEGATABLE` matters are told by a no as well as by a yes.
"""

from __future__ import annotations

from sayso.notices.provisions import Matter

_D = r"(?:information|data|details|particulars|records?|\bpii)"
_THEM = rf"(?:{_D}|\bit\b|\bthem\b)"
_COLLECT = r"(?:collect|gather|obtain|request|record|receiv|captur|acquir|ask(?:s|ed|ing)? (?:you )?for|hold|held)\w*"
_KIND = (
    r"(?:\bnames?\b|e-?mail(?: address(?:es)?)?|(?:tele)?phone|mobile number|(?:postal|street|delivery|shipping|billing|home|mailing|"
    r"residential) address|(?<!the )\baddress(?:es)?\b(?! above| below)|date of birth|birthday|\bage\b|gender|payment (?:card|details|data|information)|"
    r"(?:credit )?card (?:details|numbers?)|(?:purchase|order|browsing|transaction) histor\w+|what you (?:buy|bought|order\w*|put in)|"
    r"ip\)? address|browser (?:type|version)|cookie identifiers|\blocation\b|user ?names?|passwords?|photographs?|bank (?:account|details)|"
    r"occupation|job title|pages you (?:look|visit|view)\w*)"
)
_GIVE = r"(?:disclos|shar|pass|giv|provid|transfer|suppl|send|sent|sell|sold|hand|mak)\w*"
_WHO = (
    r"(?:service providers?|contractors?|processors?|payment (?:provider|gateway|processor|service)s?|bank|couriers?|carriers?|"
    r"delivery (?:compan|partner|service|firm)\w*|(?:freight|postal|shipping) (?:compan|partner|service|provider)\w*|australia post|"
    r"(?:data|information) brokers?|(?:ad|advertising) networks?|advertisers|(?:mail|print|marketing|hosting|advertising|analytics|it|email|cloud|technology|fulfil\w*|logistics|data) "
    r"(?:house|shop|agenc|compan|provider|platform|network|partner|vendor|supplier|service|firm)\w*|"
    r"(?:accountant|auditor|lawyer|adviser|advisor|insurer|affiliate|subsidiar|supplier|vendor|agent|franchisee|debt collector)\w*|"
    r"related (?:compan|bod|entit)\w*|(?:compan(?:y|ies)|firms?|businesses|people|those) (?:that|who|which) [a-z]+|"
    r"(?:law enforcement|government|regulators?|courts?|police)\b|companies of (?:our|the) (?:own )?group|"
    r"\bgoogle\b|\bmeta\b|facebook|stripe|paypal|mailchimp|klaviyo|shopify)"
)
_NOBODY = r"(?:anyone else|anybody else|any(?:one|body)\b(?! overseas)|third part(?:y|ies)|others?\b|other (?:people|compan\w+|firms\b(?!')|businesses))"
_YOU = r"(?:\byou\b|individuals?|customers?|people|\banyone\b|a person|\busers?\b|consumers?)"
_BY = (
    r"(?:\bby\b|\bat\b|contact|writ(?:e|ing)|e-?mail|\bcall|log(?:ging)? ?in|\baccount\b|\bform\b|request|\bask|\btell|\bthrough\b|"
    r"\busing\b|\bsend|\bvia\b|\bsee below\b|:)"
)
_SEE = r"(?:access|see|view|review|inspect|get|obtain|request|ask(?:ing)? (?:us )?for|receiv|find out|know what)\w*"
_FIX = r"(?:correct|updat|amend|rectif|fix|edit|modif|put (?:it|them)? ?right|chang(?:e|ing)(?= (?:your|any|the|it|them|details)))\w*"
_REACH = r"(?:writ|e-?mail|contact|\bcall|phone|telephone|\bring\b|send|sent|lodge|submit|raise|address(?:ed)? to|direct(?:ed)? to|let us know|tell us|form)\w*"
_POLICY = r"(?:policy|statement|notice)"
_DAY = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?[ .]+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*[ .,]+\d{4}|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*[ .]+(?:\d{1,2}(?:st|nd|rd|th)?,? +)?\d{4}|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4})"
)
_LENGTH = r"(?<!within )(?<!in )(?<!every )(?:\d+|an?|one|two|three|four|five|six|seven|ten|twelve|eighteen|twenty-four) (?:more )?(?:business |working |calendar )?(?:day|week|month|year)s?"
_CHANNEL = r"(?:e-?mail|text message|texts?\b|sms|mms|\bpost\b|letter|direct mail|by mail|phone|telephone|\bcall|advertisement|\bads?\b|banner|push|notification|social media)"
_MARKET = (
    r"(?:marketing|market to|promot\w+|advertis\w+|\boffers?\b|newsletter|our news|remind you of|\bdeals\b|discounts)"
)
_OTHERS = (
    r"(?:third[- ]part(?:y|ies)|other (?:part(?:y|ies)|compan\w+|firms|businesses)|\bothers\b|advertisers|ad(?:vertising)? networks?|"
    r"analytics (?:providers?|companies|partners?)|partners|google analytics|social networks?)"
)

SIGNS: dict[Matter, tuple[str, ...]] = {
    "kinds": (
        rf"{_COLLECT}\b.*{_KIND}|\bneed\b.{{0,30}}\byour\b.{{0,30}}{_KIND}",
        rf"(?:kinds|types|categories|sorts) of (?:personal |identifiable |customer )*{_D}.*{_KIND}",
        rf"{_KIND}.*\b(?:is|are|will be|may be) (?:collected|gathered|recorded|asked for)",
    ),
    "how_collected": (
        rf"{_COLLECT}\b.*\b(?:when (?:you|people|customers)|directly from|from you\b|through (?:our|the|this)|via (?:our|the)|by asking|by means|"
        r"automatically|in these ways|in the following ways|in (?:several|a number of) ways|using cookies|over the (?:phone|counter)|in person|whenever you|"
        r"as you|from (?:third parties|others|other sources|your (?:device|browser)|(?:\w+ ){0,3}(?:forms?|customers|enquiries|applications|accounts)\b))",
        r"\byou (?:give|provide|submit|enter|type|send|supply)\b.*\b(?:when|through|on (?:our|the)|into|using)\b.*\b(?:form|order|site|website|account|checkout|register|sign up|subscribe)",
    ),
    "how_held": (
        rf"\b(?:stor|hold|held|keep|kept|protect|secur|safeguard|hous)\w*\b.{{0,60}}?{_THEM}.*\b(?:servers?|encrypt\w*|secure\w*|passwords?|"
        r"locked|databases?|cloud|protected|premises|files|electronic\w*|physical|paper|staff|employees|systems?|security|firewalls?|unauthori[sz]ed)",
        rf"{_THEM}.{{0,60}}?\b(?:is|are) (?:\w+ )?(?:stored|held|kept|protected|secured|housed|encrypted|safeguarded)\b.{{0,90}}\b(?:in|on|by|at|with|behind|using)\b",
        r"\b(?:stored|held|kept|filed|saved|archived)\b (?:electronic\w*|securely|in|on)\b.{0,60}\b(?:servers?|encrypt\w*|locked|databases?|cloud|access|employees|staff|files|computers?)",
    ),
    "purposes": (
        rf"\b(?:us(?:e|es|ed|ing)|process\w*|handle)\b(?! of (?:this|our|the) (?:site|website)).{{0,90}}?(?:{_D}|\bit\b|\bthem\b|name|address|e-?mail|number|\bthis\b|\bthese\b).{{0,60}}?\b(?:to|so (?:that )?we can|in order to|for)\b:? ?(?!any |(?:our |various |certain |other |different |business |several |many )+(?:own )?purposes)\w+",
        r"\b(?:collect|gather|ask for|need|require|hold)\w*\b.{0,110}?\b(?:so (?:that )?we can|in order to|to (?:process|fulfil\w*|deliver|send|provide|answer|handle|contact|manage|complete|improve|respond|ship)|for the purposes? of)\b",
        r"\bpurposes?\b.{0,90}\b(?:is|are|include|includ\w+)\b.{0,20}\w+ing\b|\bfor (?:these|the following) purposes\b",
        r"\byour (?:personal )?(?:data|information|details) will be used to\b",
    ),
    "marketing": (
        rf"\b(?:us(?:e|ed|ing)|send|contact|e-?mail|text|market|show|remind|receive)\b.*{_MARKET}.*{_CHANNEL}",
        rf"\b(?:us(?:e|ed|ing)|send|contact|show)\b.*{_CHANNEL}.*{_MARKET}",
        rf"\b(?:e-?mail|text|sms|call|write to|mail) you\b.*{_MARKET}",
    ),
    "opt_out": (
        r"\b(?:stop|opt[ -]?out|unsubscrib\w+|withdraw|object)\b.*\b(?:marketing|e-?mails?|messages?|mailing|promot\w+|newsletters?|offers|at any time|link)\b",
        r"\b(?:no longer|do not|don't) (?:wish|want)\b.*\b(?:marketing|e-?mails?|messages|promot\w+|newsletters?|offers)\b.*\b(?:click|write|contact|tell|let us|unsubscribe|reply|e-?mail)",
    ),
    "third_parties": (
        rf"{_GIVE}\b.{{0,90}}?\b(?:to|with|by)\b.{{0,120}}?{_WHO}",
        rf"{_GIVE}\b.{{0,90}}?\b(?:to|with)\b.{{0,60}}?(?:third part(?:y|ies)|others|organi[sz]ations|recipients)\b[^.]*:\s*\w+",
        rf"\b(?:do not|don't|never|not|will not|won't)\b.{{0,60}}?{_GIVE}\b.{{0,60}}?\b(?:to|with)\b.{{0,30}}?{_NOBODY}",
        rf"{_WHO}.{{0,60}}\b(?:receive|get|have access to|handle|process|see)\w*\b.{{0,40}}{_D}",
    ),
    "overseas": (
        rf"(?:{_GIVE}|stor\w+|recipients?|held|hold|go(?:es)?|process\w*|locat\w+|kept|keep|leave\w*|stay\w*|remain\w*)\b.*\b(?:overseas|abroad|outside (?:of )?(?:australia|the country|your (?:own )?(?:country|state)|the)|other countries|another country|cross[- ]border|foreign|internationally|in australia only|only in australia)",
        rf"\b(?:overseas|abroad|cross[- ]border|foreign|outside (?:of )?australia)\b.*\b(?:{_GIVE}|stor\w+|recipients?|disclosure|servers?|providers?)",
    ),
    "countries": (),
    "access": (
        rf"{_YOU}.{{0,60}}?{_SEE}\b.{{0,50}}?(?:(?:your|own|personal|about you|about them|their|hold)\b.{{0,40}}?{_D}|{_D}.{{0,40}}?(?:about you|we (?:hold|have|keep))|what we (?:hold|know|have)).*{_BY}",
        rf"{_BY}.{{0,80}}?{_SEE}\b.{{0,40}}?(?:your|personal|the|about you)\b.{{0,30}}?{_D}",
        rf"\b(?:access|copy of|copies of)\b.{{0,40}}?(?:your|the|personal)\b.{{0,30}}?{_D}.*{_BY}",
        rf"\b(?:requests? (?:for|to)) access\b.*{_BY}|{_BY}.*\b(?:for|request) (?:access to|a copy of) (?:it|them|your)\b",
    ),
    "correction": (
        rf"{_FIX}\b.{{0,60}}?(?:{_D}|\bit\b|\bthem\b|errors?|mistakes?).*{_BY}|{_BY}.{{0,110}}?{_FIX}\b.{{0,50}}?(?:{_D}|\bit\b|\bthem\b|errors?|mistakes?)",
        rf"\b(?:errors?|mistakes?)\b.{{0,40}}\b(?:put right|corrected|fixed|amended)\b.*{_BY}",
        r"\b(?:wrong|inaccurate|incorrect|out of date|incomplete|has changed)\b.*\b(?:tell|let us|contact|write|we (?:will )?(?:correct|fix|update|change|put)|ask)\w*",
    ),
    "complaint": (
        rf"\bcomplain(?:t|ts|ing)?\b.*{_REACH}|{_REACH}\b.*\bcomplain(?:t|ts)?\b",
        rf"\b(?:concern\w*|unhappy|dissatisfied|not (?:happy|satisfied|content))\b.{{0,40}}\bhow (?:we|your)\b.{{0,40}}(?:{_D}|handled).*{_REACH}",
        r"\bmake a complaint\b.*\b(?:by|to|at|using|through)\b|\bcomplaints? (?:officer|form|line)\b",
    ),
    "complaint_handling": (
        r"\b(?:we|our \w+|privacy officer|team|manager)\b.{0,60}?(?:respond|repl(?:y|ies)|answer|investigat|look into|acknowledg|resolv|assess|consider|deal with|review)\w*.{0,80}?\b(?:complaints?|your concerns?)\b",
        r"\bcomplain\w*.{0,120}?\b(?:respond|repl(?:y|ies)|answer|investigat|look(?:ed)? into|acknowledg|resolv|assess|dealt with|handled within|reviewed)\w*",
        r"\bcomplaints? (?:are|is|will be) (?:\w+ )?(?:handled|dealt with|answered|investigated|looked into|reviewed|resolved)",
    ),
    "changes_told": (
        r"(?:chang|updat|amend|revis|modif|alter|new version)\w*\b.*\b(?:notif|tell|told|inform|let you know|e-?mail|writ(?:e|ing)|post(?:ed|ing)?\b|publish|announc|banner|appear|notice on|on this page|learn|highlight|prominent|advis)\w*",
        rf"\b(?:notif|tell|inform|let you know|e-?mail|announc|advis)\w*.*\b(?:chang|updat|amend|revis|modif)\w*.{{0,40}}?{_POLICY}",
    ),
    "effective_date": (
        rf"\b(?:effective|in effect|takes effect|in force|applies|commenc\w+|valid|since|current (?:as )?(?:of|at))\b.{{0,40}}?{_DAY}",
    ),
    "reviewed": (
        rf"\b(?:effective|in effect|takes effect|in force|applies|commenc\w+|valid|since|updated|revised|reviewed|modified|changed|amended|version|as of|current)\b.{{0,40}}?{_DAY}",
    ),
    "do_not_track": (
        r"\b(?:do[- ]not[- ]track|dnt\b|global privacy control|\bgpc\b|opt[- ]out preference signals?).*\b(?:respond|honou?r|treat|process|recogni[sz]|ignor|react|answer|follow|chang|act on|obey|support|alter|stop)\w*",
        r"\b(?:respond|honou?r|treat|process|recogni[sz]|ignor|react|answer|follow|act on|obey|support)\w*.*\b(?:do[- ]not[- ]track|dnt\b|global privacy control|\bgpc\b|opt[- ]out preference signals?)",
    ),
    "others_track": (
        rf"{_OTHERS}.{{0,80}}?(?:collect|track|follow|gather|monitor|build|watch)\w*.*(?:over time|across|different (?:web)?sites|other (?:web)?sites|online activit|browsing)",
        rf"(?:collect|track|follow|gather|monitor|watch)\w*.{{0,60}}?\bby {_OTHERS}.*(?:over time|across|(?:web)?sites)|{_OTHERS}.{{0,40}}?\b(?:cookies|pixels|tags|trackers)\b.*(?:over time|across)",
    ),
    "sale": (
        r"\b(?:sell|sold|sale|selling)\b.*\b(?:shar\w+|cross-context|advertis\w+)\b.*|\b(?:shar\w+)\b.{0,60}?\b(?:sell|sold|sale)\b",
    ),
    "opt_out_of_sale": (
        r"\b(?:opt[ -]?out|right to (?:say no|refuse|stop))\b.{0,40}?\b(?:sale|selling|sold|sharing|shared)\b.*(?:\blink\b|click|visit|https?:|form\b|:)",
    ),
    "retention": (
        rf"\b(?:keep|kept|retain|retention|stor(?:e|ed)|delet|eras|remov|destroy|anonymi|bin|shred|get rid|gone)\w*\b[^.;]{{0,90}}?{_LENGTH}",
        r"\b(?:keep|kept|retain|stor(?:e|ed))\w*\b[^.;]{0,80}?\b(?:until (?:you|your|the)|(?:for )?as long as (?:you|your account|the account))",
    ),
    "identity": (
        r"\b(?:pty|ltd|limited|inc|incorporated|llc|gmbh|plc|acn|abn|co\.)(?!\w).*(?:collect|\bask\w*\b|\bwe\b|\bus\b|operat|responsible|trading as|\brun|own)",
        r"\b(?:site|shop|website|store|form|service) is (?:operated|run|owned|provided) by \w+",
        r"^(?:we,? )?(?:are )?[\w&' -]{2,60}?,? (?:collects|is collecting|will collect|is responsible for|asks? (?:you )?for) ",
    ),
    "contact": (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ()-]{7,}\d",
        r"\b\d+[a-z]? (?:[a-z'-]+ ){1,3}(?:street|st|road|rd|lane|avenue|ave|row|drive|way|court|place|highway|boulevard|parade|terrace|crescent)\b",
        r"\b(?:post at|write to us at|mail to|our address is|contact us at|reach us (?:at|on|by))\b",
    ),
    "circumstances": (
        r"\b(?:collect|take|receiv|obtain|record|get|come|gather)\w*\b.*\b(?:from (?:third parties|others?\b|somebody else|someone else|other (?:people|compan\w+|sources)|your (?:device|browser)|publicly|data brokers|social)|automatically|before you (?:press|submit|click|send)|without your (?:typing|entering|knowing)|using (?:cookies|pixels)|as you (?:type|browse)|while you (?:browse|visit|type))",
    ),
    "required_by_law": (
        r"\b(?:law|act|regulations?|court|legislation|tax rules)\b.{0,60}?\b(?:requir|oblig|authoris|authoriz|ask|demand)\w*\b.{0,60}?\b(?:collect|record|keep|ask|us\b|this|these)",
        r"\b(?:required|obliged|authoris\w+|authoriz\w+) (?:by|under) (?:the )?[\w ]{0,40}?\b(?:law|act|regulations?|legislation)\b.{0,40}?\bto (?:collect|ask|record)",
    ),
    "consequences": (
        r"\b(?:if you (?:do not|don't|choose not to|decline|prefer not|would rather not)|without (?:this|these|it|them|your|that)|unless you|leave (?:\w+ ){0,3}(?:out|blank|empty)\b|(?:not|failure to) (?:provid|giv)\w+|if (?:this|these|any).{0,30}not (?:provided|given))\b.*\b(?:we|you)\b.{0,30}?\b(?:can|will|may|might|cannot|can't|won't|unable|not)",
        r"\b(?:cannot|can't|unable to|not able to|won't be able to)\b.*\b(?:without (?:this|these|it|them|your|that)|unless you (?:give|provide)|if you (?:do not|don't))",
    ),
    "policy_access": (
        rf"\b(?:policy|statement|it)\b.{{0,60}}?\b(?:says?|explains?|tells?|contains?|sets? out|describes?|includes?|has|information|how|for)\b.*\b(?:{_SEE}|{_FIX})\b.*{_D}",
    ),
    "policy_complaint": (
        r"\b(?:policy|statement|it)\b.*\b(?:says?|explains?|tells?|contains?|sets? out|describes?|includes?|has|information|how|for)\b.*\bcomplain",
    ),
    "policy_link": (rf"\bprivacy {_POLICY}\b.*https?://\S+",),
}

MENTIONS: dict[Matter, tuple[str, ...]] = {
    "kinds": (rf"{_COLLECT}\b.{{0,60}}?{_D}",),
    "how_collected": (rf"{_COLLECT}\b.{{0,60}}?\b(?:from|through|via|on)\b",),
    "how_held": (
        rf"\b(?:protect|secur|safeguard|safe)\w*\b.{{0,60}}?{_D}|{_D}.{{0,60}}?\b(?:secure|protected|safe)\b",
    ),
    "purposes": (rf"\b(?:us(?:e|ed|ing))\b.{{0,60}}?{_THEM}|\bpurposes?\b",),
    "marketing": (_MARKET,),
    "opt_out": (r"\b(?:opt[ -]?out|unsubscrib\w+)\b",),
    "third_parties": (
        rf"{_GIVE}\b.{{0,90}}?\b(?:to|with)\b.{{0,60}}?(?:third part(?:y|ies)|others|partners|organi[sz]ations)",
    ),
    "overseas": (r"\b(?:overseas|abroad|cross[- ]border|other countries|outside (?:of )?australia)\b",),
    "access": (rf"\b(?:right (?:to|of) access|access)\b.{{0,40}}?(?:{_D}|right|\bit\b)?",),
    "correction": (rf"\b(?:correct|rectif|amend)\w*\b.{{0,40}}?(?:{_D}|\bit\b)|\bcorrection\b",),
    "complaint": (
        r"\bcomplain\w*",
        r"\b(?:concerns?|questions?|quer(?:y|ies)|grievances?)\b.*\b(?:contact|e-?mail|write|call)",
    ),
    "complaint_handling": (r"\b(?:oaic|information commissioner|ombudsman)\b",),
    "changes_told": (
        rf"\b(?:chang|updat|amend|revis|modif)\w*.{{0,60}}?{_POLICY}|{_POLICY}.{{0,60}}?\b(?:chang|updat|amend|revis|modif)\w*",
    ),
    "effective_date": (rf"\b(?:updated|revised|reviewed|modified|version)\b.{{0,40}}?{_DAY}",),
    "do_not_track": (r"\b(?:do[- ]not[- ]track|dnt\b|global privacy control|\bgpc\b)",),
    "others_track": (rf"{_OTHERS}.{{0,60}}?\b(?:cookies|pixels|collect\w*|track\w*)",),
    "sale": (r"\b(?:sell|sold|sale of)\b.{0,60}?(?:information|data|details|\bit\b|\bthem\b)",),
    "opt_out_of_sale": (r"\bdo not sell\b|\bopt[ -]?out of (?:the )?(?:sale|sharing)",),
    "retention": (r"\b(?:keep|kept|retain\w*|retention|stored?)\b.*\b(?:long as|necessary|needed|required|period)",),
    "identity": (),
    "contact": (r"\bcontact us\b",),
    "circumstances": (r"\bcookies\b|\bthird[- ]part\w+ sources\b",),
    "consequences": (r"\b(?:optional|required|mandatory|voluntary|compulsory)\b",),
    "policy_access": (),
    "policy_complaint": (),
    "policy_link": (rf"\bprivacy {_POLICY}\b",),
}

HEADED: dict[Matter, tuple[str, str]] = {
    "kinds": (
        rf"\b(?:what|which|kinds|types|categories)\b.*\b(?:{_D}|collect|hold|know about)|\b(?:information|data) we collect|information collected",
        _KIND,
    ),
    "how_collected": (
        rf"\bhow\b.*\b(?:collect|obtain|get|got|gather)\b|\bcollection\b|\bsources\b|where\b.*\b(?:{_D}|it)\b.*\bcomes? from",
        r"\byou\b.*\b(?:typed?|gave|give|told|tell|provide|order|fill|sign|register|visit|contact|enter)\w*|\bfrom (?:you|your|third|other|public)|\bautomatically\b|\bcookies\b",
    ),
    "how_held": (
        r"\bwhere is it\b|\bsecur\w+\b|\b(?:store|storage|hold|held|keep|protect|safe)\w*\b",
        r"\b(?:servers?|encrypt\w*|passwords?|locked|databases?|cloud|premises|paper|firewalls?|staff|employees|laptop|access controls?|ssl|tls)\b",
    ),
    "purposes": (
        r"\b(?:how|what|why)\b.*\b(?:use|collect)\b(?!.*\bcookies)|\bpurposes?\b|\buse of (?:your |personal )*(?:information|data)|^\W*(?:\d+\W+)?why\b|\bwhat do you do with\b",
        r"^(?:to|so that we can|in order to) \w+|^[a-z]+ing (?:your|our|you|the|orders?|and|\w+s\b)|^[a-z]+ing \w+$|^we (?:post|send|e-?mail|deliver|ship|call|write|contact|remind|pack|make)\b.*\b(?:you|your|orders?)\b",
    ),
    "third_parties": (r"\b(?:who|whom|disclos\w*|shar(?:e|ing)\w*)\b", _WHO),
    "access": (
        r"\b(?:access|see it|see my|your rights|your choices|my (?:data|information))\b",
        rf"{_BY}.*\b(?:everything|all|a copy)\b.*\b(?:we have|we hold|about you|on you)\b",
    ),
    "correction": (
        r"\b(?:correct\w*|fix|update|your rights|your choices)\b",
        r"\b(?:fix|correct|update|amend|change)\w*\b.{0,40}\b(?:wrong|inaccura\w+|it|them|information|data|details)\b",
    ),
    "changes_told": (
        r"\b(?:chang|updat|amend)\w*\b",
        r"\b(?:we|you)(?:'ll| will)?\b.{0,30}\b(?:e-?mail|write|tell|notify|inform|post|publish|announce|let (?:you|everyone) know)\b|\b(?:current|latest|new|updated) version\b.*\b(?:available|posted|published|found|here|on this page)\b",
    ),
}
"""Under a heading like the first, a sentence or item like the second says it."""

NEAR: dict[Matter, tuple[str, str]] = {
    "complaint_handling": (
        r"\bcomplain\w*",
        r"\b(?:respond|repl(?:y|ies)|answer|investigat\w+|acknowledge|(?:try to |will )resolve|call(?: you)? back|get back|come back|write back|sort it out|look into it)\b",
    ),
}
"""Where the first stands somewhere under the same heading, a sentence like the second says it."""

UNDONE: dict[Matter, str] = {
    "how_collected": rf"{_OTHERS}.{{0,40}}?\b(?:may )?(?:collect|gather|track)",
    "kinds": rf"{_OTHERS}.{{0,40}}?\b(?:may )?(?:collect|gather|track)|\b(?:keep|kept|retain|retention|how long|sell|sold)\b|\b(?:provid|offer)\w* access\b",
    "purposes": r"\bcomplain|\bwhen you use our (?:web)?site\b|\bhow long\b|\bus(?:e|ing) (?:the|our) (?:site|website|services?|link)\b|\buse the (?:link|address|form)\b|\bunsubscribe\b",
    "marketing": r"\b(?:sell|sold)\b",
    "opt_out": r"\b(?:sell|selling|sale|sold|sharing|shared|track\w*)\b",
    "third_parties": r"\bwe (?:collect|receive|obtain)\b[^.]*\bfrom third|\b(?:links? to|linked) (?:third|other)|\b(?:not|don't|never) sell\b(?!.*\b(?:third|others|anyone|partners))",
    "access": r"\b(?:policy|statement|notice) (?:says|explains|tells|contains|sets out|describes|includes)\b|\bunauthori[sz]ed access\b|\b(?:staff|employees|people who need)\b.*\baccess\b",
    "correction": r"\b(?:policy|statement|notice) (?:says|explains|tells|contains|sets out|describes|includes)\b|\b(?:chang|updat|amend|revis|modif)\w* (?:to )?(?:this|our|the) (?:privacy )?(?:policy|statement|notice)",
    "changes_told": r"\byour (?:account|details|information) (?:has|have) changed\b|\bsomething about you\b",
    "complaint_handling": r"\bnever (?:answer|repl)",
    "contact": r"\bnoreply@|\bno-reply@",
    "countries": r"\b(?:post at|reach us|contact us|our address)\b",
    "effective_date": r"\bcopyright\b|©",
    "reviewed": r"\bcopyright\b|©",
    "sale": r"\bdo not sell (?:or share )?my\b|\b(?:signals?|global privacy control|do[- ]not[- ]track)\b|\brequests? not to\b",
    "retention": r"\bcookies? (?:expire|last)",
}

NEGATABLE: frozenset[Matter] = frozenset(
    {"third_parties", "overseas", "sale", "others_track", "do_not_track", "consequences", "how_held", "retention", "purposes",
     "circumstances", "contact", "identity", "opt_out", "effective_date", "reviewed", "policy_link"}
)  # fmt: skip
"""Said by a no as well: nothing is sold, nothing goes overseas, signals are not answered."""
