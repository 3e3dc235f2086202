"""The law as rules: literate Markdown rulebooks, read into one tree, in force when."""

from sayso.law.fences import LawError, LawProblem
from sayso.law.in_force import Law, Rulebooks, read_rulebooks, rulebooks, with_house_rules

__all__ = ["Law", "LawError", "LawProblem", "Rulebooks", "read_rulebooks", "rulebooks", "with_house_rules"]
