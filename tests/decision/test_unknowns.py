"""Unknown is not yes: what each kind of unknown fact comes to, in what refuses and in what permits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sayso.decision import decide, judge
from sayso.law import Rulebooks, read_rulebooks
from sayso.vocabulary import Facts, Ground, Stop

ON = date(2026, 11, 24)
HEAD = """
```instrument
id: xx.act
title: An Act
jurisdiction: XX
layer: law
source: xx.act
applies:
  (i): person_country == AU
```
"""
BAN = """
```rule
id: xx.act.1
cite: s 1
in_force: {from: 2020-01-01}
forbidden_when:
  (a): commercial_purpose
because: it is commercial and nobody agreed
verified: own
```
"""
CONSENT = """
```rule
id: xx.act.2
cite: s 2
in_force: {from: 2020-01-01}
exception_to: [xx.act.1]
for_each: ground
where:
  (a): ground.act == ticked_box
  (b): ground.covers_channel
because: the person agreed
verified: own
```
"""
ARGUABLE = """
```rule
id: xx.act.3
cite: s 3
in_force: {from: 2020-01-01}
exception_to: [xx.act.1]
where:
  (a):
    is: notice_beside_field
    arguable: {permits: a notice is enough, refuses: it is not}
because: the notice stood beside the field
verified: own
```
"""
STOP = """
```rule
id: xx.act.0
cite: s 0
in_force: {from: 2020-01-01}
for_each: stop
forbidden_when:
  (a): stop.covers_channel
  (b): stop.business_day > 5
because: the person said stop
verified: own
```
"""
DUTY = """
```rule
id: xx.act.4
cite: s 4
in_force: {from: 2020-01-01}
when:
  (i): commercial_purpose
must:
  (a): unsubscribe_present
  (b): not unsubscribe_fee
obligation: carry a free unsubscribe
because: there is no free unsubscribe
verified: own
```
"""
OPEN = """
```rule
id: xx.act.5
cite: s 5
in_force: {from: 2020-01-01}
forbidden_when:
  (a): age < 16
because: the person is a child
verified: own
```
"""


@pytest.fixture
def law(tmp_path: Path) -> Any:
    def read(*blocks: str) -> Rulebooks:
        path = tmp_path / "act.md"
        path.write_text("\n".join([HEAD, *blocks]), "utf-8")
        return read_rulebooks([path])

    return read


def test_a_place_nobody_knows_is_every_place(law: Any) -> None:
    assert judge(Facts(commercial_purpose=True), ON, law(BAN)).answer == "not_allowed"
    assert judge(Facts(commercial_purpose=True, person_country="NZ"), ON, law(BAN)).answer == "allowed"


def test_a_message_nobody_classified_counts_as_commercial(law: Any) -> None:
    assert judge(Facts(person_country="AU"), ON, law(BAN)).answer == "not_allowed"
    assert judge(Facts(person_country="AU", commercial_purpose=False), ON, law(BAN)).answer == "allowed"


def test_a_consent_of_which_nobody_knows_the_act_permits_nothing(law: Any) -> None:
    known = Facts(person_country="AU", grounds=[Ground(covers_channel=True)])
    assert judge(known, ON, law(BAN, CONSENT)).answer == "not_allowed"


def test_wording_silent_about_channels_leaves_it_open_and_says_so(law: Any) -> None:
    decision = decide(Facts(person_country="AU", grounds=[Ground(act="ticked_box")]), ON, law(BAN, CONSENT))
    assert decision.answer == "depends"
    assert [item.fact for item in decision.depends_on] == ["covers_channel"]


def test_one_good_ground_among_bad_ones_is_enough_and_is_named(law: Any) -> None:
    grounds = [
        Ground(act="left_box_ticked", covers_channel=True, entry="first"),
        Ground(act="ticked_box", covers_channel=True, entry="second"),
        Ground(act="ticked_box", covers_channel=False, entry="third"),
    ]
    decision = decide(Facts(person_country="AU", grounds=grounds), ON, law(BAN, CONSENT))
    assert (decision.answer, decision.rule, decision.entries) == ("allowed", "xx.act.2", ["second"])


def test_one_stop_among_many_that_do_not_reach_is_enough(law: Any) -> None:
    agreed = [Ground(act="ticked_box", covers_channel=True)]
    stops = [Stop(covers_channel=False, business_day=9), Stop(business_day=6, entry="the stop")]
    decision = decide(Facts(person_country="AU", grounds=agreed, stops=stops), ON, law(STOP, BAN, CONSENT))
    assert (decision.answer, decision.rule, decision.entries) == ("not_allowed", "xx.act.0", ["the stop"])


@pytest.mark.parametrize(("business_day", "answer"), [(5, "allowed"), (6, "not_allowed")])
def test_both_sides_of_a_window(law: Any, business_day: float, answer: str) -> None:
    agreed = [Ground(act="ticked_box", covers_channel=True)]
    known = Facts(person_country="AU", grounds=agreed, stops=[Stop(business_day=business_day)])
    assert judge(known, ON, law(STOP, BAN, CONSENT)).answer == answer


def test_an_arguable_limb_gives_both_readings_and_can_be_accepted_at_ones_own_risk(law: Any) -> None:
    known = Facts(person_country="AU", notice_beside_field=True)
    rules = law(BAN, ARGUABLE)
    decision = decide(known, ON, rules)
    assert decision.answer == "depends"
    (item,) = decision.depends_on
    assert (item.permits, item.refuses, item.accept) == ("a notice is enough", "it is not", "xx.act.3 (a)")
    taken = decide(known, ON, rules, accepted=["xx.act.3 (a)"])
    assert (taken.answer, taken.layers["law"].answer, taken.at_your_risk) == ("allowed", "depends", ["xx.act.3 (a)"])
    assert "at your risk" in taken.because


def test_accepting_a_risk_never_loosens_a_refusal(law: Any) -> None:
    decision = decide(Facts(person_country="AU"), ON, law(BAN, ARGUABLE), accepted=["xx.act.3 (a)"])
    assert decision.answer == "not_allowed"


def test_what_the_message_must_carry_is_an_obligation_before_and_refuses_at_the_gate(law: Any) -> None:
    known = Facts(person_country="AU", commercial_purpose=True)
    before = decide(known, ON, law(DUTY))
    assert (before.answer, [item.do for item in before.obligations]) == ("allowed", ["carry a free unsubscribe"])
    gate = decide(known, ON, law(DUTY), gate=True)
    assert (gate.answer, gate.rule, gate.limb) == ("not_allowed", "xx.act.4", "(a)")


def test_a_requirement_known_not_to_be_met_refuses_by_its_limb(law: Any) -> None:
    decision = decide(Facts(person_country="AU", unsubscribe_fee=True), ON, law(DUTY))
    assert (decision.answer, decision.limb, decision.obligations) == ("not_allowed", "(b)", [])
    assert decision.remedies[0].burden == 1


def test_what_is_met_is_no_obligation(law: Any) -> None:
    met = Facts(person_country="AU", unsubscribe_present=True, unsubscribe_fee=False)
    assert decide(met, ON, law(DUTY)).obligations == []
    assert decide(met, ON, law(DUTY), gate=True).answer == "allowed"


def test_an_open_fact_makes_a_ban_depend_on_it(law: Any) -> None:
    decision = decide(Facts(person_country="AU"), ON, law(OPEN))
    assert (decision.answer, decision.rule, [item.fact for item in decision.depends_on]) == (
        "depends",
        "xx.act.5",
        ["age"],
    )
    assert judge(Facts(person_country="AU", age=15), ON, law(OPEN)).answer == "not_allowed"
    assert judge(Facts(person_country="AU", age=16), ON, law(OPEN)).answer == "allowed"


def test_a_refusal_is_stricter_than_what_is_open(law: Any) -> None:
    decision = decide(Facts(person_country="AU"), ON, law(BAN, OPEN))
    assert (decision.answer, decision.rule) == ("not_allowed", "xx.act.1")


def test_every_rule_looked_at_says_why_it_did_not_decide(law: Any) -> None:
    decision = decide(Facts(person_country="AU", age=20), ON, law(STOP, BAN, CONSENT, OPEN))
    told = {item.rule: (item.outcome, item.limb) for item in decision.looked_at}
    assert told == {
        "xx.act.0": ("not_met", ""),
        "xx.act.1": ("refuses", ""),
        "xx.act.5": ("not_met", "(a)"),
        "xx.act.2": ("not_met", ""),
    }


WIDE = """
```define
name: reaches
cite: s 9
any:
  (email): channel == email and address_verified
  (push):
    is: channel == push
    arguable: {permits: no address, refuses: like an address}
verified: own
```
"""


def test_only_what_bears_on_this_question_is_named_as_open(law: Any) -> None:
    ban = BAN.replace("(a): commercial_purpose", "(a): reaches")
    wide = law(WIDE, ban)
    by_email = decide(Facts(channel="email", person_country="AU"), ON, wide)
    assert by_email.answer == "depends"
    assert [item.fact or item.accept for item in by_email.depends_on] == ["address_verified"]
    by_push = decide(Facts(channel="push", person_country="AU"), ON, wide)
    assert [item.fact or item.accept for item in by_push.depends_on] == ["reaches (push)"]
