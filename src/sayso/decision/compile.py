"""
The rule tree as one Python function: facts in, which rules refuse, stay open or were lifted out, and the trace.

The function is generated as source from the checked tree, so that a decision costs little more than the same rules
written by hand. Nothing but facts, constants and the tree's own operators can appear in that source.

How an unknown fact is read follows from its declaration and from the side on which it stands: in what refuses
(a ban, a duty's condition, a scope) *against* reads as true, in what permits (an exception, a duty's requirement) as
false; *open* stays unknown, by Kleene's tables; *arrange* is read kindly before there is a message, and *against* at
the gate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any, Literal

import msgspec

from sayso.law import Law, tree

Mode = Literal["ask", "gate"]

OUT_OF_SCOPE = -1
NOT_ASKED = -2
NONE_ON_RECORD = -3
LIFTED = 1_000
MET = 2_000
OPEN = 3_000
STANDS = 4_000
"""
Trace codes, one a rule. Below LIFTED: the number of the condition that did not hold. LIFTED + n: lifted by its n-th
exception. STANDS + n: refuses, for a duty by its n-th requirement; of an exception: it holds.
"""

Outcome = tuple[list[int], list[int], list[int], list[int], list[int], dict[int, Any]]
"""Rules that refuse, laws not encoded that apply, rules left open, rules to be arranged for, trace, and details:
by rule, which ground or stop came furthest and the values of its three-valued limbs."""

Part = Callable[[Any, Any, tuple[date, ...]], tuple[bool | None, ...]]
"""Facts, ground or stop, and cutoffs in; the value of each limb out."""


class Compiled(msgspec.Struct, frozen=True, eq=False):
    """The judging function of one law in one mode, with what is needed to read its trace."""

    law: Law
    rules: tuple[tree.Rule, ...]
    index: dict[str, int]
    judge: Callable[[Any, tuple[date, ...]], Outcome]
    cutoffs: tuple[tuple[Literal["days", "months"], float], ...]
    three_valued: dict[int, tuple[int, ...]]
    """By rule: the numbers of its limbs whose values the details give."""
    part: Callable[[str, bool], Part]
    """Of a definition or instrument, and side (does it stand in what refuses?): what gives the values of its limbs."""
    codes: tuple[tuple[str, ...], ...]
    """By rule: its reason code, for a duty one for each requirement."""
    source: str


def conj(*values: bool | None) -> bool | None:
    """Kleene's and."""
    if False in values:
        return False
    return None if None in values else True


def disj(*values: bool | None) -> bool | None:
    """Kleene's or."""
    if True in values:
        return True
    return None if None in values else False


def neg(value: bool | None) -> bool | None:
    """Kleene's not."""
    return None if value is None else not value


def arguable(value: bool | None) -> bool | None:
    """A limb that is open in law: true counts as not settled."""
    return None if value is not False else False


def arguable_limbs(law: Law) -> frozenset[str]:
    """The reason code of every limb that is open in law."""
    owners = [(rule.id, rule.limbs) for rule in law.rules()]
    owners += [(name, definition.limbs) for name, definition in law.definitions.items()]
    owners += [(name, instrument.applies) for name, instrument in law.instruments.items()]
    return frozenset(f"{owner} {limb.letter}" for owner, limbs in owners for limb in limbs if limb.arguable)


def compile_law(law: Law, mode: Mode = "ask", accepted: Iterable[str] = ()) -> Compiled:
    """
    The judging function for the law in force on a day.

    `accepted` names arguable limbs by reason code (`au.spam-act.sch2-2b (c)`) whose permitting reading the owner
    took at their own risk.
    """
    return _Writer(law, mode, frozenset(accepted)).compiled()


class _Writer:
    def __init__(self, law: Law, mode: Mode, accepted: frozenset[str]) -> None:
        self.law = law
        self.mode: Mode = mode
        self.accepted = accepted
        self.arguable = arguable_limbs(law)
        self.rules = tuple(law.rules())
        self.index = {rule.id: number for number, rule in enumerate(self.rules)}
        self.cutoffs: dict[tuple[Literal["days", "months"], float], int] = {}
        self.constants: dict[str, Any] = {"conj": conj, "disj": disj, "neg": neg, "arguable": arguable}
        self.three_valued: dict[int, tuple[int, ...]] = {}
        self.functions: list[str] = []
        self.written: set[str] = set()

    # ---- expressions: source text, and whether its value may be unknown

    def expression(self, node: tree.Expression, refuses: bool, mode: Mode) -> tuple[str, bool]:
        match node:
            case tree.Truth(fact):
                name = self._fact(fact)
                unknown = self._unknown_reads((fact,), refuses, mode)
                if unknown is None:
                    return name, True
                return (f"{name} is not False" if unknown else f"{name} is True"), False
            case tree.Recorded(fact):
                return f"{self._fact(fact)} is not None", False
            case tree.Member(fact, values):
                return self._atom((fact,), f"{self._fact(fact)} in {values!r}", refuses, mode, none_is_false=True)
            case tree.Compare(left, op, right):
                facts = tuple(side for side in (left, right) if isinstance(side, tree.FactRef))
                core = f"{self._operand(left)} {op} {self._operand(right)}"
                plain = len(facts) == 1
                return self._atom(
                    facts, core, refuses, mode, none_is_false=plain and op == "==", none_is_true=plain and op == "!="
                )
            case tree.Not(term):
                text, three = self.expression(term, not refuses, mode)
                return (f"neg({text})" if three else f"not ({text})"), three
            case tree.All(terms):
                return self._joined([self.expression(term, refuses, mode) for term in terms], "and", "conj")
            case tree.AnyOf(terms):
                return self._joined([self.expression(term, refuses, mode) for term in terms], "or", "disj")
            case tree.Defined(name):
                definition = self.law.definitions[name]
                parts = [self.limb(limb, refuses, mode, name) for limb in definition.limbs]
                return self._joined(parts, *(("and", "conj") if definition.join == "all" else ("or", "disj")))

    def limb(self, limb: tree.Limb, refuses: bool, mode: Mode, owner: str) -> tuple[str, bool]:
        text, three = self.expression(limb.expression, refuses, mode)
        if limb.arguable is None:
            return text, three
        if f"{owner} {limb.letter}" in self.accepted:
            return ("False", False) if refuses else (text, three)
        return f"arguable({text})", True

    def _joined(self, parts: list[tuple[str, bool]], word: str, function: str) -> tuple[str, bool]:
        settled = [text for text, three in parts if not three]
        unsettled = [text for text, three in parts if three]
        plain = f" {word} ".join(f"({text})" for text in settled)
        if not unsettled:
            return plain or ("True" if word == "and" else "False"), False
        return f"{function}({', '.join([*([plain] if plain else []), *unsettled])})", True

    def _unknown_reads(self, facts: tuple[tree.FactRef, ...], refuses: bool, mode: Mode) -> bool | None:
        kinds = {fact.unknown for fact in facts}
        if "against" in kinds or (mode == "gate" and "arrange" in kinds):
            return refuses
        return (not refuses) if "arrange" in kinds else None

    def _atom(
        self,
        facts: tuple[tree.FactRef, ...],
        core: str,
        refuses: bool,
        mode: Mode,
        none_is_false: bool = False,
        none_is_true: bool = False,
    ) -> tuple[str, bool]:
        missing = " or ".join(f"{self._fact(fact)} is None" for fact in facts)
        unknown = self._unknown_reads(facts, refuses, mode)
        if unknown is None:
            return f"(None if {missing} else {core})", True
        if unknown:
            return (core if none_is_true else f"({missing} or {core})"), False
        return (core if none_is_false else f"(not ({missing}) and {core})"), False

    def _fact(self, fact: tree.FactRef) -> str:
        return f"f.{fact.name}" if fact.scope == "facts" else f"e.{fact.name}"

    def _operand(self, operand: tree.Operand) -> str:
        match operand:
            case tree.FactRef():
                return self._fact(operand)
            case tree.Value(date() as day):
                name = f"day_{day:%Y_%m_%d}"
                self.constants[name] = day
                return name
            case tree.Value(value):
                return repr(value)
            case tree.Number(name):
                return repr(self.law.numbers[name])
            case tree.Cutoff(unit, amount):
                counted = self.law.numbers[amount.name] if isinstance(amount, tree.Number) else amount
                return f"c[{self.cutoffs.setdefault((unit, counted), len(self.cutoffs))}]"

    # ---- conditions: a chain that either names the limb that fails, or goes on with q = "not settled"

    def _conditions(
        self, rule: tree.Rule, refuses: bool, mode: Mode, fails: str, then: list[str], unsettled: str = "False"
    ) -> list[str]:
        """Lines that run `fails` (with {k}) at the first limb that does not hold, else set `q` and run `then`."""
        limbs = [self.limb(limb, refuses, mode, rule.id) for limb in rule.when]
        three = [number for number, (_, is_three) in enumerate(limbs) if is_three]
        self.three_valued[self.index[rule.id]] = tuple(three)
        lines = []
        word = "if"
        for number, (text, is_three) in enumerate(limbs):
            if not is_three:
                lines += [f"{word} not ({text}): {fails.format(k=number)}"]
                word = "elif"
        inner = [f"v{number} = {limbs[number][0]}" for number in three]
        chain = "if"
        for number in three:
            inner += [f"{chain} v{number} is False: {fails.format(k=number)}"]
            chain = "elif"
        doubt = " or ".join(
            [*([] if unsettled == "False" else [unsettled]), *(f"v{number} is None" for number in three)]
        )
        rest = [f"q = {doubt or 'False'}", *then]
        inner += ["else:", *_indent(rest)] if three else rest
        return [*lines, *(["else:", *_indent(inner)] if lines else inner)]

    def _values(self, rule: tree.Rule) -> str:
        return "".join(f"v{number}, " for number in self.three_valued[self.index[rule.id]])

    def _exceptions(self, rule: tree.Rule, mode: Mode) -> str:
        """The name of a tuple of the functions that may lift this rule, or nothing."""
        lifting = self.law.exceptions.get(rule.id, ())
        if not lifting:
            return ""
        names = [self._exception(exception, mode) for exception in lifting]
        name = f"lifts_{mode}_{self.index[rule.id]}"
        if name not in self.written:
            self.written.add(name)
            self.functions.append(f"{name} = ({', '.join(names)},)")
        return name

    def _lifting(self, rule: tree.Rule, mode: Mode, lifted: list[str], stands: list[str]) -> list[str]:
        """Lines that ask each exception: `lifted` (with {j}) where one holds, else `stands`; q where one is unsettled."""
        lifts = self._exceptions(rule, mode)
        if not lifts:
            return stands
        return [
            f"for j, x in enumerate({lifts}):",
            "    a = x(f, c, t, o)",
            *_indent(["if a:", *_indent([*lifted, "break"])]),
            "    if a is None: q = True",
            "else:",
            *_indent(stands),
        ]

    def _exception(self, rule: tree.Rule, mode: Mode) -> str:
        number = self.index[rule.id]
        name = f"exception_{mode}_{number}"
        if name in self.written:
            return name
        self.written.add(name)
        after = self._lifting(
            rule,
            mode,
            [f"t[{number}] = {LIFTED} + j", "return False"],
            [f"if q: t[{number}] = {OPEN}; return None", f"t[{number}] = {STANDS}", "return True"],
        )
        if rule.each:
            body = [
                f"a = {self._each(rule, False, mode)}(f, c, t, o)",
                "if a is False: return False",
                "q = a is None",
                *after,
            ]
        else:
            body = self._conditions(rule, False, mode, f"t[{number}] = {{k}}; return False", ["#"])
            body = _replace(body, [f"o[{number}] = (-1, ({self._values(rule)}))"] * bool(self._values(rule)) + after)
        self.functions.append("\n".join([f"def {name}(f, c, t, o):", *_indent(body)]))
        return name

    def _each(self, rule: tree.Rule, refuses: bool, mode: Mode) -> str:
        """A function asking the conditions of every ground or stop; the one that comes furthest stands in the trace."""
        number = self.index[rule.id]
        name = f"each_{mode}_{number}"
        if name in self.written:
            return name
        self.written.add(name)
        conditions = self._conditions(rule, refuses, mode, "k = {k}", ["#"])
        found = [f"k = {OPEN} if q else {STANDS}", f"d = ({self._values(rule)})"]
        body = [
            f"best = {NONE_ON_RECORD}",
            f"for n, e in enumerate(f.{rule.each}s):",
            *_indent(
                [
                    "d = ()",
                    *_replace(conditions, found),
                    "if k > best: best = k; o[" + str(number) + "] = (n, d)",
                    f"if k == {STANDS}: break",
                ]
            ),
            f"t[{number}] = best",
            f"return True if best == {STANDS} else None if best == {OPEN} else False",
        ]
        self.functions.append("\n".join([f"def {name}(f, c, t, o):", *_indent(body)]))
        return name

    # ---- refusing rules

    def _refusing(self, rule: tree.Rule, mode: Mode, unsettled: str) -> list[str]:
        number = self.index[rule.id]
        stands = f"{STANDS} + m" if rule.must else str(STANDS)
        decided = [
            f"if q: t[{number}] = {OPEN}; opened.append({number})",
            f"else: t[{number}] = {stands}; hit.append({number})",
        ]
        lines = [] if rule.each else self._conditions(rule, True, mode, f"t[{number}] = {{k}}", ["#"], unsettled)
        lines = [line.replace(f"t[{number}] = 0", "pass") for line in lines]  # every rule starts at its first limb
        after = self._lifting(rule, mode, [f"t[{number}] = {LIFTED} + j"], decided)
        if rule.must:
            after = self._must(rule, mode, number, after)
        if rule.each:
            doubt = "a is None" if unsettled == "False" else f"a is None or {unsettled}"
            return [
                f"a = {self._each(rule, True, mode)}(f, c, t, o)",
                "if a is not False:",
                *_indent([f"q = {doubt}", *after]),
            ]
        keep = [f"o[{number}] = (-1, ({self._values(rule)}))"] if self._values(rule) and not rule.must else []
        return _replace(lines, keep + after)

    def _must(self, rule: tree.Rule, mode: Mode, number: int, after: list[str]) -> list[str]:
        limbs = [self.limb(limb, False, mode, rule.id) for limb in rule.must]
        first = "-1"
        three = []
        lines = []
        for position in range(len(limbs) - 1, -1, -1):
            text, is_three = limbs[position]
            if is_three:
                three.append(position)
                lines.append(f"w{position} = {text}")
            fails = f"w{position} is False" if is_three else f"not ({text})"
            first = f"{position} if {fails} else {first}"
        when = self.three_valued[number]
        self.three_valued[number] = (*when, *(len(rule.when) + position for position in sorted(three)))
        keep = "".join([*(f"v{position}, " for position in when), *(f"w{position}, " for position in sorted(three))])
        doubt = " or ".join(f"w{position} is None" for position in three) or "False"
        return [
            *lines,
            f"m = {first}",
            f"if m < 0 and not ({doubt}): t[{number}] = {MET}",
            "else:",
            *_indent(["if m < 0: q = True", *([f"o[{number}] = (-1, ({keep}))"] if keep else []), *after]),
        ]

    def _rests_on_arrangement(self, rule: tree.Rule) -> bool:
        limbs = [*rule.limbs]
        seen: set[str] = set()
        queue = list(self.law.exceptions.get(rule.id, ()))
        while queue:
            exception = queue.pop()
            limbs += exception.limbs
            queue += self.law.exceptions.get(exception.id, ())
        while limbs:
            limb = limbs.pop()
            if any(fact.unknown == "arrange" for fact in tree.facts_in(limb.expression)):
                return True
            for node in tree.walk(limb.expression):
                if isinstance(node, tree.Defined) and node.name not in seen:
                    seen.add(node.name)
                    limbs += self.law.definitions[node.name].limbs
        return False

    def _arrangement(self, rule: tree.Rule) -> list[str]:
        """Would the rule refuse, or stay open, if nothing more were arranged? Then it names an obligation."""
        number = self.index[rule.id]
        name = f"arranged_{number}"
        body = [
            "hit, opened, t, o = [], [], [0] * " + str(len(self.rules)) + ", {}",
            *self._refusing(rule, "gate", "False"),
            "return bool(hit or opened)",
        ]
        self.functions.append("\n".join([f"def {name}(f, c):", *_indent(body)]))
        return [f"if t[{number}] < {OPEN} and {name}(f, c): arranged.append({number})"]

    def _part(self, name: str, refuses: bool) -> Part:
        """
        The values of the limbs of a definition or scope, for telling what is not settled.

        Written when it is asked for, which is of few. A rule names what is asked for, so its cutoffs are known by then.
        """
        named = self.law.definitions.get(name)
        limbs = named.limbs if named else self.law.instruments[name].applies
        values = "".join(f"{self.limb(limb, refuses, self.mode, name)[0]}, " for limb in limbs)
        written: Part = eval(f"lambda f, e, c: ({values})", dict(self.constants))  # noqa: S307 -- made from the checked tree alone
        return written

    def _not_encoded(self, rule: tree.Rule) -> list[str]:
        """
        A law that is not encoded applies where its scope may hold, unknown facts and all. Where it would hold on no
        permitting reading of what is open in law, it is that reading alone on which the answer depends.
        """
        number = self.index[rule.id]
        limbs = [self.limb(limb, True, self.mode, rule.id) for limb in rule.when]
        kept, self.accepted = self.accepted, self.arguable
        permitting = [self.limb(limb, True, self.mode, rule.id) for limb in rule.when]
        self.accepted = kept
        text, _ = self._joined(permitting, "and", "conj")
        lines = [f"if ({text}) is not False: uncovered.append({number}); t[{number}] = {STANDS}"]
        if limbs != permitting:
            three = [position for position, (_, is_three) in enumerate(limbs) if is_three]
            self.three_valued[number] = tuple(three)
            settled = "".join(f"({limb}) and " for limb, is_three in limbs if not is_three)
            values = "".join(f"{limbs[position][0]}, " for position in three)
            lines += [
                f"elif {settled}conj({values}) is not False:",
                f"    o[{number}] = (-1, ({values}))",
                f"    opened.append({number}); t[{number}] = {OPEN}",
            ]
        return lines

    def _start(self, rule: tree.Rule) -> int:
        """What the trace says of a rule before it is asked: of one that always applies, that its first limb fails."""
        if rule.kind == "exception":
            return NOT_ASKED
        scoped = rule.kind == "not_encoded" or self.law.instruments[rule.instrument].applies
        return OUT_OF_SCOPE if scoped else 0

    def compiled(self) -> Compiled:
        body = [f"t = {[self._start(rule) for rule in self.rules]}"]
        body += ["o = {}", "hit = []", "uncovered = []", "opened = []", "arranged = []"]
        by_instrument: dict[str, list[tree.Rule]] = {}
        for rule in self.law.refusing:
            by_instrument.setdefault(rule.instrument, []).append(rule)
        for name, rules in by_instrument.items():
            instrument = self.law.instruments[name]
            first, last = self.index[rules[0].id], self.index[rules[-1].id]
            scope = [self.limb(limb, True, self.mode, name) for limb in instrument.applies]
            text, three = self._joined(scope, "and", "conj")
            lines: list[str] = []
            for rule in rules:
                lines += self._refusing(rule, self.mode, "s is None" if three else "False")
                if self.mode == "ask" and self._rests_on_arrangement(rule):
                    lines += self._arrangement(rule)
            if scope:
                lines = [f"t[{first}:{last + 1}] = {[0] * len(rules)}", *lines]
            if three:
                body += [f"s = {text}", "if s is not False:", *_indent(lines)]
            elif scope:
                body += [f"if {text}:", *_indent(lines)]
            else:
                body += lines
        for rule in self.law.not_encoded:
            body += self._not_encoded(rule)
        body += ["return hit, uncovered, opened, arranged, t, o"]
        functions = [line for function in self.functions for line in function.split("\n")]
        source = "\n".join([*_tidy(functions), "def judge(f, c):", *_indent(_read_once(_tidy(_flat(body)))), ""])
        namespace = dict(self.constants)
        exec(compile(source, f"<rules in force on {self.law.day}>", "exec"), namespace)  # noqa: S102 -- made from the checked tree alone
        return Compiled(
            self.law,
            self.rules,
            self.index,
            namespace["judge"],
            tuple(self.cutoffs),
            dict(self.three_valued),
            cache(self._part),
            tuple(tuple(rule.reason(limb.letter) for limb in rule.must) or (rule.reason(),) for rule in self.rules),
            source,
        )


def _flat(lines: Iterable[str]) -> list[str]:
    return [part for line in lines for part in line.split("\n")]


def _indent(lines: Iterable[str]) -> list[str]:
    return ["    " + part for part in _flat(lines)]


def _tidy(lines: list[str]) -> list[str]:
    """The same without questions whose answer is known: `q = False` and what is asked of it at once."""
    out: list[str] = []
    known = ""
    for line in lines:
        text = line.lstrip()
        depth = line[: len(line) - len(text)]
        if known == f"{depth}q = False" and text.startswith("if q: "):
            out.pop()
            known = f"{depth}if q"
        elif known == f"{depth}if q" and text.startswith("else: "):
            out.append(depth + text.removeprefix("else: "))
            known = ""
        else:
            out.append(line)
            known = line
    return out


_FACT = re.compile(r"\bf\.(\w+)")


def _read_once(lines: list[str]) -> list[str]:
    """The same with each fact that is asked about again and again read once, into a name of its own."""
    asked = Counter(name for line in lines for name in _FACT.findall(line))
    often = {name for name, times in asked.items() if times > 2 and name not in ("grounds", "stops")}
    read = [f"f_{name} = f.{name}" for name in sorted(often)]
    return read + [_FACT.sub(lambda fact: f"f_{fact[1]}" if fact[1] in often else fact[0], line) for line in lines]


def _replace(lines: list[str], body: list[str]) -> list[str]:
    """The lines with the placeholder `#` replaced by the body, at its depth."""
    out: list[str] = []
    for line in lines:
        if line.strip() == "#":
            depth = line[: len(line) - len(line.lstrip())]
            out += [depth + part for part in body]
        else:
            out.append(line)
    return out
