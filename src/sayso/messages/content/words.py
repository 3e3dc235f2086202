"""
The closed vocabulary of service: the words in which an order, an account, a visit, a legal duty or a plain fact is told.

A sentence made of these words alone, with the details that belong to one person put in, can be read as service; one word
outside leaves it unrecognised. Words that sell stay out even where service could use them: those of them that service
cannot do without stand in `slots.py`, each with the words that have to stand beside it.
"""

from __future__ import annotations

import re
from functools import lru_cache

_THINGS_LISTED = """
order parcel package delivery shipment dispatch tracking courier payment refund invoice receipt bill statement balance
account password passcode pin code login username subscription contract agreement booking reservation appointment
visit return warranty recall repair policy privacy terms cookie data record notice incident breach outage interruption
maintenance power electricity gas water meter debit transaction transfer purchase fee tax deposit withdrawal
certificate document request cancellation identity security device service enquiry complaint licence permit
registration verification enrolment prescription salary payslip timetable unsubscribed mailbox collection customs duty
settlement mandate arrears overdraft cheque permission consent law regulator police sign-in log-in authentication card
ticket information access email address test flight train claim check-in info billing
"""
THINGS = frozenset(_THINGS_LISTED.split())
"""What a service message is about; a sentence with none of these only keeps it company."""

_NAMED = """
item product charge vat gst bank banking system server support help query membership message text preference marketing
label pickup warehouse import key court equipment fault handle cable supply reading settings session two-factor
authenticator condition user client customer patient member person people team staff driver doctor dentist nurse
technician engineer somebody someone anyone anybody everyone nobody party company organisation organization authority
government department agency child children thing something anything nothing everything way reason cause purpose
question problem issue error trouble delay concern matter step action limit copy version change update attention
confirmation approval decision instruction advice contact hours opening closing number signature photo id file folder
link button inbox junk spam screen computer laptop tablet phone telephone method name surname birth date day week
month year hour minute second time period moment morning afternoon evening noon midnight night weekend weekday home
house office post place branch desk counter reception site website location floor door front street road city town
suburb state country postcode zip amount total subtotal sum quantity qty size colour color model serial reference ref
no type description detail details summary status history line page section part unit room browser internet web mobile
registration burn flood storm weather strike snow coast traffic database network connection life holder sender
recipient barrel box shelf locker depot visa mastercard amex paypal billing shipping handling care centre center faq
rights copyright act regulation rule right obligation procedure basis
"""

_OTHER_NAMED = """
funds flat reply-to ability absence age agent alert alternative apartment apology area article bag baggage body
calendar carrier case cash caution class clinic comment compensation container control convenience inconvenience cover
coverage currency damage default defect demand departure difficulty direction dispute distance doubt downtime duration
effect element emergency employee employer employment end engineer entry envelope evidence example exchange failure
flight fraud function goods ground guest hazard health height hospital household illness injury inspection
installation instance institution investigation journey landlord language length letter level liability light local
luggage manner manual manufacturer material maximum minimum measure medicine medication meeting mind nature occasion
ombudsman operation operator outcome owner paper parent parking passenger passport patience pattern payee payer
penalty pension percent platform position possibility precaution proof property protection provider region reminder
renewal rental replacement representative residence responsibility restriction risk role route safety school search
sequence sheet shift side situation slot software source space spouse stage storage student surcharge surgery term
test theft timeframe title treatment university usage vehicle van version warning weight window word worker form url
attachment parts wall neighbour neighbourhood seal lid
madam sir port commissioner resident assessor officer batch underside cord photograph insurer portion symptom fever
swelling pain cough gate terminal zone row barcode interval bin kerb metre queue cluster header archive format
checksum workspace vendor attendance absence explanation decimal impact progress recovery meantime attn ext incl excl
application workspace stalls tenant tenancy landlord claimant applicant respondent magistrate tribunal clerk auditor
"""

_DONE = """
consider discuss double-check accept acknowledge activate adjust advise affect agree allow amend answer appear approve
arrange arrive ask assist associate attach attempt authorise authorize become begin believe block break bring call
cancel change check choose click close collect come complete confirm contain correct cost could create credit cut
deactivate decline deduct delete deliver describe detect disable do download drop ensure enter expect expire explain
fail fill find fix follow force forget forward get give go happen have hear hold identify ignore include inform intend
interrupt keep know lead leave let list lock log look lose mail make manage match may mean meet mention mistake move
must need note notify obtain open originate owe own paste pause pay phone please prepare press prevent print proceed
process protect prove provide put raise reach read receive recognise recognize recover register reject relate release
rely remain remind remove rent replace reply report require reschedule reset resolve respond restore result review
revoke ring say schedule secure see seem select send separate set share ship show sign stand stay start stick stop
submit succeed suspend switch take tell thank think tick track try turn understand unlock unplug unsubscribe use
verify view wait want watch withdraw work worry write run placed apologise apologize regret avoid exceed exist extend
end encounter depend elapse freeze generate grant indicate insert inspect install instruct investigate involve occur
operate pack pick increase decrease renew reinstate retain retry scan mark assign upload photograph loosen crack
dispose pull push rinse wipe lift shut warn withhold dispute exchange test load measure serve
"""

_WAS_DONE = """
consider discuss double-check bought broken came chosen found forgotten gone got given had held kept knew known lost
made meant met paid ran said sent shown stuck taken thought told understood went withdrawn written wrote began left
dispatched gained affected agreed travelled booked applied applies renews stored damage transferred matter calls
rebooked leak overheat present unable
"""

_ABOUT = """
a an the this that these those it its itself he she they them their his her hers we us our i me my you your yours
yourself who whom whose which what when where why how there here if whether or and but nor not no yes so as than then
because since until while although though unless after before during between within without by from to of for with in
on at off up down out over under into onto near about against per via through across around behind upon except rather
is are was were be been being am does did done has having can cannot will would shall should might needs let's any all
both each every either neither some one two three four five six seven eight nine ten eleven twelve twenty thirty sixty
ninety hundred thousand first last once twice only just still already also again back away later soon now today
tomorrow yesterday early late earlier ago always never ever often usually normally currently recently previously
immediately automatically directly instantly temporarily permanently securely successfully separately shortly straight
together too few enough other others another same different such whole full final partial further additional actual
current previous following above below ready available unavailable possible likely necessary correct incorrect wrong
true false safe unsafe hot cold loose valid invalid active inactive due overdue outstanding unpaid unusual unknown
unrecognised unauthorised unauthorized suspicious sorry glad grateful kind dear hi hello hey thanks regards sincerely
faithfully truly cheers wishes important legal personal internal electronic digital online business working calendar
express direct standard fixed variable pacific estimated expected whenever wherever everywhere nowhere somewhere
afterwards beforehand hopefully frequently careful carefully official approximately misused intact solved absent
unchanged unexplained duplicated old primary reserved limited ltd pty inc llc gmbh plc co monthly annual yearly daily
quarterly kindly simply okay ok ill postal e-mail third half-hourly plus minus including excluding medical consumer
australian else open closed aware able applicable approximately clear common dangerous defective difficult effective
exact exactly existing external eventual faulty fraudulent general immediate individual insufficient large long main
major minor missing negative normal numerous optional original outside inside particular past payable permanent
physical potential prior private proper public quick random real reasonable recent regular relevant responsible
routine safely satisfied scheduled sensitive serious severe short sick single slight slow small specific specified
strict sufficient technical temporary therefore unexpected unfortunately urgent usual yet despite among according
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec
pm st nd rd th utc gmt aest aedt acst acdt awst nzst nzdt est edt cst cdt mst mdt pst pdt cet cest bst aud usd gbp eur
nzd cad abn acn ip pdf planned seats finished unfinished attend seen on-hold partially info sure successful
unsuccessful suite linux windows macos android ios iphone ipad chrome firefox safari edge insurance boiler handset
seat plan unused automated industrial eat drink claim train flight export letter library book result automatic nsw vic
qld tas nt wa sa
"""

NAMED = THINGS | frozenset((*_NAMED.split(), *_OTHER_NAMED.split()))
"""What a row of details may be headed with."""
VERBS = frozenset(_DONE.split())
"""What is done in service, in the base form."""
WORDS = NAMED | VERBS | frozenset((*_WAS_DONE.split(), *_ABOUT.split()))
"""Every word that may stand in a service sentence, in its base form."""
_INFLECTED = NAMED | VERBS

_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("es", ""), ("s", ""), ("ly", ""),
)  # fmt: skip
_NEGATED = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|ca|could|would|should|wo|must|need)n't")
_CONTRACTED = re.compile(r"'(?:s|re|ve|ll|d|m|t)?$")


@lru_cache(maxsize=16384)
def base(word: str) -> str:
    """The base form under which the vocabulary knows a lower-case word; empty where it does not know it."""
    if word in WORDS or _NEGATED.fullmatch(word):
        return word
    word = _CONTRACTED.sub("", word)
    if word in WORDS:
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending) + instead
            if stem in _INFLECTED:
                return stem
            if not instead and len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in _INFLECTED:
                return stem[:-1]
    return ""
