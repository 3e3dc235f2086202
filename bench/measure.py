"""Measuring in pairs: machines are noisy, so only what ran alternately in one process is compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Pairs:
    """Seconds of two things measured in turn. `ratio` is ours over theirs: 1 is as fast, 2 takes twice as long."""

    ours_named: str
    theirs_named: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)


def paired(
    ours_named: str, theirs_named: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> Pairs:
    """Run both `rounds` times in turn, after one turn that does not count."""
    ours(), theirs()
    times = [(ours(), theirs()) for _ in range(rounds)]
    return Pairs(ours_named, theirs_named, tuple(one for one, _ in times), tuple(other for _, other in times))
