"""One person: the rule tree as closures, and the answer with its reasons."""

from sayso.decision.answer import Decision, Dependence, Exposure, LayerAnswer, Looked, Obligation, Remedy
from sayso.decision.decide import cited, decide, sentence, settle
from sayso.decision.verdict import Judge, Verdict, judge, judge_for
from sayso.decision.work_out import work_out

__all__ = [
    "Decision",
    "Dependence",
    "Exposure",
    "Judge",
    "LayerAnswer",
    "Looked",
    "Obligation",
    "Remedy",
    "Verdict",
    "cited",
    "decide",
    "judge",
    "judge_for",
    "sentence",
    "settle",
    "work_out",
]
