"""`sayso house`: the owner's own rules, and the risks the owner took. What is set here is recorded, and tightens or names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from sayso.cli.common import AtOption, UsageError, home, moment, told
from sayso.cli.show import out
from sayso.law import Rulebooks, tree
from sayso.law.expression import nearest
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import AnyBody, HouseRuleSet, RiskAccepted
from sayso.ledger.entries import new_id as new_origin
from sayso.ledger.standing import HOUSE_RULES
from sayso.reports.answers import Answers, as_moment

house = typer.Typer(help="Your own rules and the risks you took: what, who and when is recorded.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why, and who decided; it is kept with the record.")]
_CODE = re.compile(r"(?P<owner>\S+) (?P<limb>\(\S+\))")


@house.command("list")
def list_(at: AtOption = None) -> None:
    """The house rulebooks, on or off, and the risks accepted."""
    with told(), Ledger(home()) as ledger:
        answers = Answers(ledger)
        when = as_moment(moment(at))
        standing, risks = answers.standing(when), ledger.business(when).risks
    table = Table("house rulebook", "title", "state")
    asked = {rule.instrument for rule in standing.law.rules}
    for one in _own(answers.rulebooks):
        table.add_row(one.id, one.title, "on" if one.id in asked else "off")
    out.print(table)
    for record in risks:
        body = record.body
        if isinstance(body, RiskAccepted):
            out.print(
                f"risk accepted on {record.happened_at:%d %B %Y}: {body.rule} {body.limb}: {body.reason}", markup=False
            )
    out.print(f"rulebooks of your own are read from {home() / HOUSE_RULES}", style="dim", markup=False)


@house.command()
def on(rulebook: Annotated[str, typer.Argument(help="A house rulebook.")], reason: Reason) -> None:
    """Turn a house rulebook on."""
    _set(rulebook, True, reason)


@house.command()
def off(rulebook: Annotated[str, typer.Argument(help="A house rulebook.")], reason: Reason) -> None:
    """Turn a house rulebook off. The law and the guidance stay as they are."""
    _set(rulebook, False, reason)


@house.command()
def accept(
    limb: Annotated[str, typer.Argument(help="An arguable limb by its reason code, such as 'us.tcpa.rule (b)'.")],
    reason: Reason,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an acceptance back.")] = False,
) -> None:
    """Take the permitting reading of an arguable limb, at your own risk. It can never permit what is not allowed."""
    with told(), Ledger(home()) as ledger:
        arguable = _arguable(Answers(ledger).rulebooks)
        if limb not in arguable:
            raise UsageError(f"no arguable limb is called `{limb}`{nearest(limb, arguable)}")
        code = _CODE.fullmatch(limb)
        if code is None:
            raise UsageError(f"`{limb}` is not a reason code; one looks like `{arguable[0]}`")
        body = RiskAccepted(rule=code["owner"], limb=code["limb"], reason=reason, accepted=not withdraw)
        _record(ledger, body)
    out.print(f"recorded: {limb} is {'no longer ' if withdraw else ''}taken at your own risk", markup=False)


def _own(books: Rulebooks) -> list[tree.Instrument]:
    return [one for one in books.instruments.values() if one.layer == "own"]


def _arguable(books: Rulebooks) -> list[str]:
    """The reason code of every limb that is open in law."""
    found = [f"{rule.id} {limb.letter}" for rule in books.rules for limb in rule.limbs if limb.arguable]
    definitions = books.content.definitions.values()
    found += [f"{one.name} {limb.letter}" for one in definitions for limb in one.limbs if limb.arguable]
    instruments = books.instruments.values()
    found += [f"{one.id} {limb.letter}" for one in instruments for limb in one.applies if limb.arguable]
    return sorted(set(found))


def _set(rulebook: str, state: bool, reason: str) -> None:
    with told(), Ledger(home()) as ledger:
        own = [one.id for one in _own(Answers(ledger).rulebooks)]
        if rulebook not in own:
            raise UsageError(
                f"no house rulebook is called `{rulebook}`{nearest(rulebook, own)}; `sayso house list` shows them"
            )
        if not state and Answers(ledger).rulebooks.instruments[rulebook].always:
            raise UsageError(f"`{rulebook}` cannot be turned off: what people stopped stays stopped")
        _record(ledger, HouseRuleSet(rule=rulebook, on=state, reason=reason))
    out.print(f"recorded: {rulebook} is {'on' if state else 'off'} from now on", markup=False)


def _record(ledger: Ledger, body: AnyBody) -> None:
    now = datetime.now(UTC)
    entry = Entry(body=body, happened_at=now, origin=f"house:{new_origin()}", actor="owner", proof="captured_here")
    ledger.append([entry])
