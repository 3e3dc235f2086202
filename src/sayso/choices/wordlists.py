"""
What people write when they want no more, by language: data for `words`.

Written as `words.plain` leaves a text: small letters, no marks over Latin letters, no apostrophes, `dont` for `do not`,
`email` for `e-mail`, one space between words. The keywords are the union of those that 47 CFR 64.1200(a)(10), carriers
and gateways name, and their kin in other languages.
"""

from __future__ import annotations

import re

from sayso.vocabulary import Channel

STOP_WORDS = frozenset(
    """
    stop|stopall|stop all|stop stop|stop stop stop|end|quit|cancel|revoke|opt out|optout|unsubscribe|unsubscribe all|
    unsub|un subscribe|desubscribe|remove|td|arret|delete|block|blocked|mute|exit|leave|halt|cease|desist|spam|off|out|
    no|nope|no more|nomore|enough|no no|not interested|wrong number|go away|
    abmelden|abbestellen|austragen|stopp|stoppen|ende|schluss|nein|nein danke|kein interesse|
    arreter|arretez|desabonner|desabonnement|desinscription|desinscrire|fin|non|non merci|
    baja|alto|parar|pare|paren|cancelar|cancela|salir|basta|no gracias|
    annulla|cancella|cancellami|disiscrivi|disiscrivimi|fine|no grazie|smettetela|
    sair|sai|remover|chega|fim|nao|nao obrigado|nao obrigada|
    afmelden|uitschrijven|nee|nee bedankt|geen interesse|
    avsluta|avregistrera|avanmal|sluta|nej|nej tack|
    afmeld|frameld|slut|nej tak|avmeld|slutt|nei|nei takk|
    lopeta|peruuta|peru|poista|ei|ei kiitos|
    rezygnuje|wypisz|koniec|nie|nie dziekuje|
    stop sms|sms stop|iptal|ret|dur|itigil|tigil|ayaw|ayoko|tama na|huwag|
    huy|tu choi|ngung|đung|thoi|khong|
    стоп|отписаться|отписка|хватит|нет|
    توقف|قف|الغاء|لا|كفى|बंद|बंद करो|बंद करें|रोको|नहीं|स्टॉप|
    退订|退訂|取消|停止|停|不要|拒收|解除|配信停止|退会|不要です|그만|해지|거부|수신거부|취소|탈퇴
    """.replace("\n", "").replace("    ", "").split("|")
)  # fmt: skip

HELP_WORDS = frozenset(
    """
    help|info|help me|information|hilfe|aide|ayuda|aiuto|ajuda|hulp|hjalp|hjelp|hjælp|apua|pomoc|帮助|幫助|ヘルプ|도움|도움말|
    trợ giúp|tro giup|مساعدة|मदद|tulong|помощь
    """.replace("\n", "").replace("    ", "").split("|")
)  # fmt: skip

START_WORDS = frozenset(["start", "unstop", "yes", "subscribe", "opt in", "optin", "resubscribe", "resume", "continue"])
"""They ask for messages to come again: a fresh act at the most, and never one that lifts a stop by itself."""

FILLERS = frozenset(
    [
        "please",
        "thanks",
        "thank",
        "you",
        "thx",
        "ty",
        "now",
        "text",
        "txt",
        "reply",
        "send",
        "sms",
        "to",
        "it",
        "this",
        "hi",
        "hello",
        "hey",
        "ok",
    ]
)
"""Words that say nothing beside a keyword."""

SHORTHAND = {
    "pls": "please", "plz": "please", "plse": "please", "txt": "text", "txts": "texts", "txting": "texting",
    "txtng": "texting", "txtin": "texting", "textin": "texting", "dnt": "dont", "u": "you", "ur": "your", "msg": "message",
    "msgs": "messages", "stahp": "stop", "stahhp": "stop", "cancle": "cancel", "cancell": "cancel", "remve": "remove",
    "fck": "fuck", "fuk": "fuck", "fk": "fuck", "fvck": "fuck", "effing": "fucking",
    "desuscribe": "unsubscribe", "nomore": "no more", "stopall": "stop all", "dno": "dont", "thx": "thanks", "thnx": "thanks", "ty": "thanks", "tks": "thanks", "intrested": "interested",
    "intersted": "interested", "interrested": "interested", "recieve": "receive", "cant": "cannot",
}  # fmt: skip
"""How people shorten and misspell by text."""

NOT_TYPOS = frozenset(
    [
        "shop",
        "step",
        "top",
        "atop",
        "slop",
        "swop",
        "stow",
        "stoop",
        "stomp",
        "strop",
        "sop",
        "stor",
        "stol",
        "stod",
        "stok",
        "stob",
        "stoff",
        "stom",
        "spot",
        "soup",
        "stob",
        "stoa",
        "stot",
        "subscribe",
        "subscribed",
        "subscriber",
        "subscribing",
        "describe",
        "described",
    ]
)
"""Words one slip away from a stop word that are words themselves."""

_SENT = (
    r"(?:emails?|emailing|mails?|mailing|mailers?|texts?|texting|sms|mms|messages?|messaging|reminders?|reminding|offers?|"
    r"adverts?|advertising|ads|newsletters?|promotions?|promos?|marketing|spam|spamming|notifications?|notifying|calls?|"
    r"calling|contact|contacting|communications?|writing|sending|bothering|harassing|bugging|pestering|hassling|stalking|"
    r"coming|stuff|crap|shit|junk|alerts?|hearing)"
)
_REACH = r"(?:text|email|mail|message|contact|call|ring|phone|write|spam|bother|disturb|market|sms|pester|harass)"
_US = r"(?:me|us|him|her|them)"
_LIST = r"(?:lists?|mailing|database|databases|system|systems|records|contacts|books|files|group|thread)"

ERASURE_PHRASES = (
    r"\b(?:delete|erase|wipe|purge|destroy|scrub)(?: \w+){0,4} (?:data|details|information|info|accounts?|records?|profile|everything)\b",
    r"\bremove (?:all (?:of )?)?(?:my|our)(?: \w+)? (?:data|details|information|info|account|profile)\b",
    r"\b(?:be|been) forgotten\b", r"\bforget (?:about )?(?:me|us)\b", r"\bright to erasure\b",
    r"\blosch\w*(?: \w+){0,4} (?:daten|konto|angaben)\b", r"\b(?:daten|konto)(?: \w+){0,3} losch\w*", r"\b(?:supprim|effac)\w*(?: \w+){0,3} (?:donnees|compte)\b",
    r"\b(?:borr|elimin|suprim)\w*(?: \w+){0,3} (?:datos|cuenta)\b", r"\b(?:apag|exclu|elimin)\w*(?: \w+){0,3} (?:dados|conta)\b", r"\bcancell\w*(?: \w+){0,3} (?:dati|account)\b",
    r"\bverwijder\w*(?: \w+){0,3} (?:gegevens|account)\b",
)  # fmt: skip
"""Those that ask to have their details deleted: everything stops at once, and the owner has to answer."""

STOP_PHRASES = (
    # stop, and what has the same meaning
    r"^(?:please |just |now |and |so |but |yes |ok |no |hey |hi |hello |then |can you |could you |would you |will you )*stop\b",
    rf"\b(?:stop|quit|cease|discontinue|halt|end)(?: \w+){{0,3}} {_SENT}\b",
    r"\b(?:stop|quit|cease) (?:it|this|that|these|those|please|now|all|already|immediately|at once|doing)\b",
    r"\bstop$", r"\bno thanks\b", r"\brefrain\b", r"\bdiscontinue\b", r"\bdont call (?:list|register|registry)\b",
    rf"\b(?:can|could|how|want|like|need|get|make)(?: \w+){{0,4}} stop(?: \w+){{0,3}} (?:{_SENT}|this|these|it)\b",
    r"\bstop stop\b", r"\bi said stop\b", r"\basked(?: \w+){0,4} to stop\b",
    r"\bunsub\w*", r"\bun subscri\w*", r"\bdesub\w*", r"\bopt(?:ed|ing)?(?: me| us)? out\b", r"\boptout\b",
    r"\bcancel\w*(?: \w+){0,3} (?:subscriptions?|memberships?|newsletters?|emails?|texts?|messages?|alerts?|reminders?)\b",
    r"\bturn (?:this|these|them|it|that|off)\b(?: \w+){0,2}(?: off)?", r"\bcease and desist\b", r"\bdesist\b",
    # no more
    rf"\bno (?:more|further|longer)(?: \w+){{0,3}} (?:{_SENT}|please|thanks|thank you|of (?:this|these|your))\b", r"^no more\b",
    r"\bno longer (?:\w+ )?(?:wish|want|interested|works?|employed|uses?|lives?|with us|belongs)\b",
    r"\benough (?:already|is enough|of|with|now|please)\b", r"^(?:ok )?enough$",
    rf"\bdont (?:\w+ ){{0,2}}{_REACH}(?: {_US}| this| to| again| anymore| any ?more| my| here| or| at|$)",
    rf"\bdont (?:\w+ ){{0,2}}send (?:{_US} )?(?:any|anything|more|these|this|those|your|further|{_SENT})\b",
    rf"\bnever (?:\w+ )?{_REACH}\b", r"\bnever (?:\w+ )?send\b",
    rf"\b(?:dont|not|never|no longer|doesnt|didnt)(?: \w+){{0,2}} (?:want|wish|like|need|care)(?: \w+){{0,5}} (?:{_SENT}|hear from|be contacted|receive)\b",
    r"\b(?:dont|not|no longer) (?:\w+ )?(?:want|wish|like|need) (?:to (?:get|receive|hear)|these|them|those|more)\b",
    r"\brather not (?:get|receive|hear|have)\b", r"\bnot interested\b", r"\bno interest\b", r"\buninterested\b",
    # off the list
    rf"\b(?:take|get|drop|strike|pull|scratch|leave) (?:{_US}|my \w+|this \w+|our \w+|mine)(?: \w+){{0,3}} (?:off|out)\b",
    r"\b(?:get|come|be|go) off (?:of )?(?:this|your|the|that)(?: \w+)? lists?\b",
    rf"\b(?:remove|delete|erase|scrub|wipe|purge|unlist) (?:{_US}|(?:my|our|this|her|his)(?: \w+)? (?:number|email|address|mailbox|details|data|name|info|information|contact|phone|record|records|cell|mobile|account))\b",
    rf"\b(?:remove|delete|erase|take|strike)(?: \w+){{1,5}} (?:from|off|out of) (?:\w+ ){{0,3}}{_LIST}\b",
    *ERASURE_PHRASES, r"\b(?:remove|delete|erase) (?:my|this) (?:number|email|address|details|data|name)\b", r"\b(?:lose|forget) (?:my|this) number\b",
    r"\b(?:please )?remove$",
    # not me
    r"\b(?:fed up|sick|tired) (?:of|with)\b", r"\bdont use this (?:number|email|address)\b", r"\b(?:this|it)s? (?:is )?(?:now )?my (?:number|phone|email) now\b",
    r"(?:^|\b(?:have|got|its|is|ur|youve) )(?:the )?wrong (?:number|person|guy|man|woman|email)\b",
    r"\bthe wrong (?:person|bloke|guy|man|woman|lady|chap|dude|one)\b", r"\bnot my (?:number|email|phone|address|account)\b",
    r"\b(?:this|it) (?:isnt|is not|aint)(?: \w+){1,2} (?:number|email|phone|mailbox|address)\b",
    r"\b(?:deceased|passed away)\b", r"\b(?:she|he|mother|father|mum|mom|dad|wife|husband|son|daughter) (?:has |is )?(?:died|dead)\b",
    # never agreed, or no longer
    r"\b(?:never|didnt|dont|not|wasnt)(?: \w+){0,2} (?:sign(?:ed)? (?:\w+ )?up|subscribed?|opt(?:ed)? in|consent(?:ed)?|agree(?:d)? to|ask(?:ed)? for (?:this|these|your|them))\b",
    r"\b(?:revok|withdraw|rescind|retract)\w*(?: \w+){0,3} (?:consent|permission|agreement|authori[sz]ation)\b",
    r"\bi object\b", r"\bobject to\b", r"\bopt out\b", r"\bdont sell\b",
    # leave me alone
    rf"\bleave (?:{_US})(?: \w+){{0,3}} (?:alone|be)\b", r"\bgo away\b", r"\bget (?:lost|stuffed|bent)\b", r"\bgo to hell\b",
    r"\b(?:fuck|f|piss|bugger|sod|eff|feck|bog|buzz|rack|back|jog|naff) (?:\w+ )?off\b", r"\b(?:fuck|screw|f|eff) (?:you|u|this|your)\b",
    r"\beat (?:shit|it)\b", r"\bshut (?:\w+ ){0,3}up\b", r"\bknock it off\b", r"\bcut it out\b", r"\bpack it in\b", r"\bgive it a rest\b",
    r"\bquit(?: it)?$", r"^quit\b", r"\bspam(?:s|med|ming|mers?)?\b", r"\bharass\w*",
    r"\breport(?:ed|ing)? (?:you|to (?:the )?(?:acma|ftc|fcc|ico|police|regulator|authorities))\b", r"\bblock(?:ed|ing)? (?:you|this|your)\b",
    # German
    r"\babmeld\w*", r"\babbestell\w*", r"\baustragen\b", r"\baustragung\b", r"\bkein interesse\b", r"\bnicht interessiert\b",
    r"\bkeine?n?(?: \w+){0,4} (?:emails?|mails?|sms|nachrichten|werbung|werbemails|newsletter|anrufe|infos)\b", r"\bkeine werbung\b",
    r"\b(?:hor|hort|horen)(?: sie)?(?: \w+){0,2} auf\b", r"\baufhoren\b", r"\b(?:verteiler|mailingliste)\b", r"\bin ruhe\b",
    r"\b(?:losch|entfern|streich)\w*(?: sie)? (?:mich|meine?n?|diese)\b", r"\bfalsche nummer\b", r"\bwider(?:ruf|sprech|spruch)\w*",
    r"\b(?:nicht|nie)(?: \w+){0,2} (?:anschreiben|kontaktieren|anrufen|schreiben)\b", r"\bverpiss\w*",
    # French
    r"\bdesabonn\w*", r"\bdesinscri\w*", r"\bne (?:\w+ ){1,3}(?:plus|jamais)\b", r"\bplus (?:de |d |aucune? )(?:\w+ )?(?:pub|publicites?|messages?|mails?|emails?|sms|courriels?)\b",
    r"\bpas interess\w*", r"\b(?:retire|enleve|supprime|efface)[zrs]?(?: \w+)? (?:moi|mon|mes)\b", r"\blaisse[zrs]? (?:moi|nous)\b",
    r"\b(?:mauvais|faux) numero\b", r"\btrompe\w* de numero\b", r"\barrete[zrs]?\b", r"\bfoute?[zs]? (?:moi|nous) la paix\b",
    r"\bmarre\b", r"\bbasta \w+", r"\bincomod\w*", r"\busun\w*(?: \w+){0,3} list\w*",
    r"\bonly (?:contact|email|text|message|write|send|mail)\b", r"\b(?:nehm\w*|nimm)(?: sie)? (?:mich|uns)\b",
    # Spanish and Portuguese
    r"\bde baja\b", r"\bno (?:me|nos) (?:\w+ ){0,2}(?:escrib|envi|mand|llam|contact|molest|interes)\w*", r"\bdej(?:en?|ar|a)(?:me)? de\b",
    r"\bno (?:quiero|deseo|queremos) (?:\w+ ){0,3}(?:mas|recibir|mensajes|correos|publicidad|ofertas|nada)\b", r"\bno mas\b",
    r"\bnumero (?:equivocado|errado)\b", r"\b(?:borr|elimin|quit|saqu)\w*(?:me|nme)\b", r"\bcancel\w* (?:\w+ )?(?:suscripcion|inscricao|assinatura|subscricao)\b",
    r"\b(?:dejenme|dejame) (?:en paz|tranquil\w+)\b", r"\bnao (?:\w+ ){0,2}(?:mand|envi|escrev|lig|contact|contat|perturb)\w*",
    r"\bnao (?:quero|desejo|tenho interesse|estou interessad\w)\b", r"\bdescadastr\w*", r"\bpar(?:e|em|ar) (?:de|com)\b", r"\bem paz\b",
    r"\b(?:remov|apag|exclu|retir)\w* (?:me|meu|minha)\b", r"\bme (?:remov|retir|tir|apag|exclu)\w*",
    # Italian
    r"\bdisiscri\w*", r"\bcancell?a(?:mi|temi)\b", r"\bnon (?:\w+ ){0,2}(?:scriv|mand|invi|contatt|chiam|disturb)\w*", r"\bnon (?:sono|mi) interess\w*",
    r"\bnon voglio (?:piu|ricevere|altr\w+)\b", r"\bsmett\w*", r"\bnumero sbagliato\b", r"\bin pace\b", r"\b(?:togli|rimuov|elimin)\w*mi\b",
    # Dutch
    r"\bafmeld\w*", r"\buitschrij\w*", r"\bschrijf (?:me|mij) uit\b", r"\bgeen(?: \w+){0,3} (?:berichten|mails?|emails?|sms|reclame|nieuwsbrie\w*|interesse)\b",
    r"\bniet geinteresseerd\b", r"\bvan (?:de|jullie|uw|je)(?: \w+)? lijst\b", r"\bverkeerd(?:e)? (?:nummer|verbonden)\b", r"\bmet rust\b",
    r"\bhou(?:d)? (?:er)?(?: ?mee)? ?op\b", r"\bverwijder (?:mij|me|mijn)\b", r"\brot op\b",
    # Swedish, Danish, Norwegian
    r"\bav(?:registrer|anmal|prenumerer|bestall|slut)\w*", r"\bsluta\b", r"\binte(?: \w+)? intresserad\b", r"\b(?:inga|inte)(?: \w+)? (?:fler|mer|flera)\b",
    r"\b(?:fel|forkert|feil) nummer\b", r"\bi ?fred\b", r"\bta bort (?:mig|mitt)\b", r"\b(?:af|fra|av)meld\w*", r"\bmeld (?:meg|mig|oss) (?:av|fra)\b",
    r"\bikke interess\w*", r"\bstop(?:p)? med\b", r"\bikke (?:\w+ )?(?:flere|mere|mer|skriv\w*|send\w*|kontakt\w*|ring\w*)\b", r"\bingen flere\b",
    r"\bslet (?:mig|mit|mine)\b", r"\bslett (?:meg|mitt|mine)\b", r"\b(?:lad mig|la meg) være\b", r"\bslutt(?: \w+)? (?:a|å|med)\b",
    # Finnish
    r"\blopet\w*", r"\bperu\w* (?:\w+ )?(?:tilau|uutiskirje)\w*", r"\ben (?:\w+ )?(?:kiinnostunut|halua)\b", r"\b(?:alkaa|ala)(?: \w+)? (?:lahet|soit|otta|viesti)\w*",
    r"\bvaara numero\b", r"\bpoista(?:kaa)? (?:minut|numero\w*|tieto\w*)\b", r"\brauhaan\b",
    # Polish
    r"\bwypis\w*", r"\brezygn\w*", r"\bnie (?:wysył|wysyl|przysył|przysyl|pisz|pisa|dzwo|kontakt)\w*", r"\bnie (?:chce|zycze)\b", r"\bnie jestem zainteresowan\w*",
    r"\b(?:zły|zly) numer\b", r"\bpomyłk\w*", r"\bspokoju?\b", r"\busun\w* (?:mnie|moj\w*)\b",
    # Tagalog, Vietnamese, Turkish
    r"\b(?:i)?tigil\w*", r"\b(?:huwag|wag)(?: \w+){0,4} (?:text|mag\w*|padala|tumawag|email|message)\b", r"\bayaw (?:ko|na)\b", r"\balisin\b", r"\bmali(?:ng)? (?:\w+ )?(?:number|numero)\b",
    r"\btu choi\b", r"\b(?:đung|dung|khong|ngung)(?: \w+)? (?:gui|nhan|nhan tin|goi|lien lac|quan tam|muon)\b", r"\bhuy (?:đang|dang) ky\b", r"\b(?:sai|nham) so\b",
    r"\babonelik\w* iptal\b", r"\biptal et\w*", r"\brahatsız etme\w*", r"\bistemiyorum\b",
    # Russian
    r"\bотпи[сш]\w*", r"\bне (?:\w+ )?(?:пишите|звоните|присылайте|отправляйте|шлите|интерес\w*|хочу|беспокойте)\b", r"\bотстаньте\b", r"\bудалите\b", r"\bошиблись номером\b",
)  # fmt: skip
"""Regular expressions over one sentence. Any of them is a request to stop in the reading of a reasonable person."""

STOP_SIGNS = (
    "退订", "退訂", "取消订阅", "取消訂閱", "不要再", "别给我", "別給我", "别再", "別再", "别发", "別發", "不要发", "不要發", "不要寄", "停发", "停止发送", "拒收", "不感兴趣",
    "不感興趣", "没兴趣", "沒興趣", "不需要", "打错", "打錯", "删除我", "刪除我", "骚扰", "騷擾", "别烦", "別煩", "不要打扰", "滚", "配信停止", "登録解除",
    "解除", "退会", "送らないで", "送ってこないで", "やめて", "止めて", "いりません", "いらない", "要りません", "興味ありません", "興味がありません", "興味ない",
    "迷惑", "番号違い", "間違い電話", "連絡しないで", "削除して", "停止して", "수신거부", "수신 거부", "그만", "해지", "보내지 마", "보내지마", "연락하지", "관심 없",
    "관심없", "필요 없", "필요없", "차단", "잘못 거", "잘못 보", "삭제해", "탈퇴",
    "الغاء الاشتراك", "لا ترسل", "لا تتصل", "لا تراسل", "لا اريد", "لا نريد", "اوقف", "ايقاف", "غير مهتم", "رقم خطا", "الرقم خطا", "احذف", "توقف",
    "बंद कर", "मत भेज", "मत कर", "मैसेज मत", "अनसब्सक्राइब", "हटा दो", "हटाओ", "हटाएं", "नहीं चाहिए", "गलत नंबर", "परेशान मत", "रोक दो", "रोकिए",
)  # fmt: skip
"""The same where words are not set apart by spaces or are inflected: found anywhere."""

UNCLEAR_PHRASES = (
    rf"\bwhy(?: \w+){{0,5}} (?:{_SENT}|getting|get|this|these)\b", r"\bwho (?:is|are|r|dis|this|the)\b", r"\bnew phone\b",
    r"\b(?:how|where) (?:did|do) you (?:get|have|find)\b", r"\bdont (?:remember|recall)\b", r"\b(?:too|so|how) (?:many|much|often)(?: \w+)? (?:emails?|texts?|messages?|of these|mails?|reminders?)\b",
    r"\btoo (?:many|often)\b", r"\bof these (?:a|every|per) (?:day|week|hour)\b", r"\bannoy\w*", r"\birritat\w*", r"^ugh+\b", r"\bw+tf+\b", r"\bwth\b", r"\bwhat the \w+\b",
    r"\bkidding\b", r"\b(?:scam|fraud|phishing|hacked)\w*", r"^not now\b", r"\b(?:am|be|get|was) removed\b", r"\bhow many (?:more )?times\b", r"\bget (?:less|fewer|none)\b", r"^maybe (?:later|not)\b", r"\bchanged my mind\b", r"\bi ?a?m done\b", r"^nah\b",
    r"\bi ?a?m not (?:\w+$|the |who )", r"\b(?:not|never|didnt|havent)(?: \w+)? order(?:ed)?(?: \w+)? (?:anything|from|nothing)\b", r"\b(?:forget it|never ?mind)\b",
    r"\b(?:elsewhere|somewhere else)\b", r"\balready (?:bought|ordered|purchased|have one|got one|have it)\b", r"\b(?:dont|no longer|not) (?:\w+ )?shop\b", r"\bhate\b",
    r"\bdont (?:\w+ )?(?:want|need) (?:it|this|that|one|any)\b", r"\b(?:lawyer|solicitor|attorney|legal action|sue)\b", r"\b(?:gdpr|ccpa|tcpa|spam act|data protection|privacy act)\b",
    r"\b(?:dont|never|not|wont) (?:\w+ )?stop\b", r"\bgdpr\b", r"\b(?:nicht|niet|nichts|ikke|inte)(?: \w+)? (?:mehr|meer|mere|mer)\b", r"\bcomplain\w*",
    r"^x+$", r"\b(?:fuck\w*|shit\w*|bullshit|crap|bastards?|idiots?|assholes?|arseholes?)\b", r"\bunwanted\b", r"\bunsolicited\b", r"\bmailing list\b", r"\bdelete\b$", r"\bsubscri\w+",
)  # fmt: skip
"""Words that may mean it or may not: they stop, and a human is asked."""

NEGATIONS = re.compile(
    r"\b(?:no|not|dont|doesnt|didnt|never|nothing|none|without|cannot|wont|nobody|only|end|kill|rid|away|enough|less|fewer|"
    r"nicht|nichts|kein|keine|keinen|nie|raus|schluss|ne|plus|pas|jamais|aucun|aucune|sans|ya no|nunca|ningun|ninguna|nada|sin|"
    r"non|piu|mai|nessun|nessuna|senza|nao|nenhum|nenhuma|sem|geen|niet|nooit|zonder|meer|inte|inga|aldrig|ikke|ingen|aldri|"
    r"en|ei|alkaa|enaa|nie|zadnych|wiecej|не|никаких|больше|khong|đung|dung|ngung|wag|huwag|hindi)\b"
)
"""A no, in whatever language; together with `CONTACTS`, and nothing of `ORDERS`, it may be a request to stop."""

CONTACTS = re.compile(
    r"\b(?:send|sent\b|stuff|receiv|hear\b|catalog|messag|text|email|mail|e mail|sms|contact|corresponden|promo|marketing|advert|newsletter|consent|permission|permit|"
    r"list\b|lists\b|remind|offers|spam|notif|communicat|call me|calling|bother|write to|writing|number\b|these\b|subscri|solicit|"
    r"nachricht|werbung|schreib|kontakt|bekomm|erhalt|schick|verteiler|courriel|publicit|pub\b|recevoir|envoy|contacter|"
    r"mensaj|correo|publicidad|recib|mand|contat|escrib|messagg|pubblicit|ricev|scriv|mensag|receb|bericht|ontvang|reclame|"
    r"stuur|mejl|mail|skick|reklam|meddeland|meldinger|besked|beskeder|post\b|poster\b|skriv|viest|sahkopost|lahet|mainos|"
    r"wiadomos|wysył|pisa|dosta|reklam|пиш|сообщ|звон|смс|письм|рассыл|tin nhan|gui\b|nhan\b|text|mensahe)"
)
"""What a message, or a list of people to write to, is called; the beginnings of words."""

MARKETING = re.compile(
    r"\b(?:promo|marketing|advert|newsletter|spam|werbung|publicit|publicidad|pubblicit|reclame|reklam|mainos)"
)
"""Words for messages that no order needs."""

ORDERS = re.compile(
    r"\b(?:orders?|ordered|parcels?|packages?|receipts?|invoices?|deliver\w*|shipping|shipped|ship|tracking|track|refunds?|"
    r"returns?|basket|cart|checkout|courier|arriv\w*|ready|paid|switch\w*|lid|handle|manual|instructions?|stock|cups?|mugs?|confirmation|pick ?up|password|missing|broken|works?|working|buy|take|fits?|code|coupon|voucher|gift|card|size|colour|color|warranty|items?|products?|wrap|find your|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|door|neighbou?rs?|paket|bestellung|rechnung|lieferung|sendung|commande|colis|"
    r"facture|livraison|livre[zr]?|pedido|paquete|factura|ordine|pacco|fattura|spedizione|consegna|encomenda|fatura|rastreio|"
    r"pakket|pakje|bestelling|factuur|paketet?|bestallning|faktura|pakke\w*|bestilling|ordre|tilaus|pakett\w*|lasku|zamowieni\w*|"
    r"paczk\w*|заказ\w*|посылк\w*|don hang|đon hang)\b"
)
"""What an order is about."""

COURTESIES = re.compile(
    r"\b(?:thanks|thank|cheers|great|perfect|love\w*|lovely|awesome|wonderful|happy|welcome|no (?:problem|worries|rush|hurry)|"
    r"danke|merci|gracias|grazie|obrigad\w|bedankt|dank|tack|tak|takk|kiitos|dziekuje|dzieki|salamat|cam on|спасибо)\b|"
    r"谢谢|謝謝|好的|ありがとう|はい|감사|고마|네|شكرا|نعم|धन्यवाद|हाँ|[?？؟]|订单|訂單|发货|發貨|收到|包裹|注文|商品|返品|届|주문|배송|도착"
)
"""What shows that an answer is about something else: a question, a thank-you, a yes, an order."""

GREETINGS = re.compile(
    r"\b(?:ok|okay|good|fine|nice|sure|yes|yep|yeah|morning|evening|hello|hi|hey|see you|got it|understood|will do|tomorrow|today|"
    r"tonight|soon|gerne|gut|bien|bonjour|bueno|hola|bene|ciao|bom|goed|bra|хорошо)\b"
)
"""What shows the same of a short answer alone."""

BARE_NO = re.compile(
    r"^(?:no|nope|nah|not|nein|nee|nej|nei|nie|ei|нет)\b(?! (?:problem|worries|rush|hurry|idea|need|yet|the|i|its?|we|thats?|"
    r"one|he|she|yes|sure|bad|wonder|doubt|big|charge))(?: \w+){0,4}$"
)
"""A short no."""

EVERYTHING_PHRASES = (
    r"\bstop ?all\b", r"\ball (?:communications?|contact|marketing|channels)\b", r"\bunsubscribe (?:me )?(?:from )?(?:all|everything)\b",
    r"\b(?:dont|never)(?: \w+){0,2} contact\b", r"\b(?:call|text|email|write)(?: \w+)? or (?:call|text|email|write)\b",
    r"\b(?:remove|delete|erase|lose|wipe|purge)(?: \w+){0,3} (?:number|details|data|system|database|account|information|records?)\b",
    r"\bwrong (?:number|person|guy|man|woman)\b", r"\b(?:deceased|passed away|died)\b", r"\bleave (?:me|us)(?: \w+){0,3} alone\b", r"\bcease\b", r"\bi object\b", r"\bobject to\b",
    r"\beverything\b", r"\beverywhere\b", r"\banything\b", r"\bby any (?:means|channel|way)\b", r"\b(?:in|by) (?:any|every|whatever) (?:way|means|form|channel)\b",
    r"(?<!\bat )(?<!\bnot )\ball\b(?! (?:the best|the time|day|night|week|month|year|good|right|over))(?! (?:\w+ ){0,3}(?:texts?|texting|sms|emails?|emailing|calls?|calling|mails?|mailings?|newsletters?|letters?|messages?|notifications?)\b)",
    *ERASURE_PHRASES,
    r"\b(?:revok|withdraw)\w*(?: \w+){0,3} (?:consent|permission)\b", r"\bdont sell\b", r"\bno longer works\b", r"\bchild\b", r"\bharass\w*", r"\bfalsche nummer\b",
    r"\b(?:mauvais|faux) numero\b", r"\bnumero (?:equivocado|errado|sbagliato)\b", r"\blosch\w* (?:sie )?meine\b", r"\bwider(?:ruf|sprech|spruch)\w*",
)  # fmt: skip
"""Among requests to stop, those that are not about one channel alone."""

NAMED_CHANNELS: tuple[tuple[str, tuple[Channel, ...]], ...] = (
    (r"\b(?:texts?|texted|texting|sms|mms|sms es)\b", ("sms", "mms")),
    (r"\b(?:calls?|called|calling|callers?|ring|rings|ringing|phon(?:e|es|ed|ing) (?:me|us|here|again)|phoning|telephon\w+|voicemails?|robocalls?|"
     r"anruf\w*|anzurufen|angerufen|telefon\w*|appels?|appeler|llam\w+|chiam\w+|ligar|ligac\w+|bellen|ringa|dzwon\w*|звон\w*)\b", ("voice_live", "voice_recorded")),
    (r"\b(?:my|this|our) (?:\w+ )?(?:phone|mobile|cell|handset)\b", ("sms", "mms", "voice_live", "voice_recorded")),
    (r"\b(?:emails?|emailed|emailing|inbox|mailbox|newsletters?|courriels?|correos?)\b", ("email",)),
    (r"\b(?:mails?|mailing)\b", ("email", "post")),
    (r"\b(?:letters?|post|postal|catalogs?|catalogues?|brochures?|leaflets?|flyers?|mailers?|briefe?|werbepost|cartas?|lettres?|courriers?)\b", ("post",)),
    (r"\b(?:push|notifications?)\b", ("push",)),
    (r"\b(?:whatsapp|messenger|telegram|viber)\b", ("instant_message",)),
    (r"\b(?:fax|faxes|faxing)\b", ("fax",)),
)  # fmt: skip
"""What a channel is called. A request to stop that names some reaches those, and the one it came by."""

NOT_NAMED = (
    r"\bonly (?:\w+ ){0,3}(?:by |via |per )?(?:email|text|sms|call|phone|post|mail|letter)s?\b",
    r"\bmy (?:email|e mail|mail)(?: address)? is\b",
    r"\b(?:by|via|through|from) (?:this|your|the|an?|my) (?:reply|response)\b",
    r"\b(?:text|sms|call|email|mail|reply) (?:stop|end|quit|me back)\b",
    r"\bposted\b", r"\bcall(?:ed)? (?:it|this|that) (?:a|quits)\b", r"\bmailing list\b",
)  # fmt: skip
"""Where such a word says how to answer, or what is wanted, instead of what is to stop."""

INNOCENT_PHRASES = (
    r"\b(?:bus|train|tram|pit|door|truck|full|next|last|first|rest) stops?\b", r"\bnon ?stop\b", r"\b(?:will|ll|can|could|may|might|to|i|ill|well|we|you) stop (?:by|in|over|at|for)\b",
    r"\b(?:when|where|which|what time|why)(?: \w+){1,6} stop (?!sending|texting|emailing|bothering|contacting|messaging|calling|this|these|it|spamming|harassing)\w+",
    r"\b(?:does|do|did|will|would)(?: (?!you)\w+){1,4} stop \w+", r"\bstop(?:s|ped)? (?:working|heating|charging|responding|turning)\b",
    r"\b(?:he|she|it|they|we|i|courier|driver) stopped\b", r"\b(?:the|a|my|your|this|that) stop (?:on|at|near|in|by)\b", r"\bwont stop \w+ing\b(?<!texting)(?<!emailing)(?<!messaging)(?<!sending)(?<!calling)", r"\bstop (?:button|sign|watch|cock|lights?)\b", r"\bdoor ?stops?\b",
    r"\bcancel\w*(?: \w+){0,4} (?:orders?|appointments?|bookings?|reservations?|delivery|deliveries|items?|payments?|purchases?|shipments?|parcels?|pickups?|transactions?)\b",
    r"\b(?:in|to|into|my|your|the|junk|check)(?: \w+)? spam(?: folder| filter| box)?\b", r"\bspam (?:folder|filter|box)\b", r"\bsubscription box\b",
)  # fmt: skip
"""Where a stop word plainly is about something else, such as a parcel, a bus or an order."""

STEMS = r"\b(?:stop\w*|cancel\w*|optout|quit|revoke\w*|remove me)\b"
"""Stop words that leave a sentence unclear wherever nothing innocent explains them."""
