"""How well content is judged, over all that is labelled. Run it: `python tests/messages/content_figures.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from labelled_messages import Labelled, lines, own, samples

from sayso.messages.content import judge_content, to_answer_for

UNSEEN = "unseen"


class Figures(msgspec.Struct, frozen=True):
    """Commercial is what is looked for; `called_service` counts what was commercial and called service."""

    messages: int
    called_service: int
    """The one that must be none."""
    precision: float
    """Of what is called commercial, how much is."""
    recall: float
    service_recognised: float
    """Of what is service, how much is called so."""
    kinds: Counter[tuple[str, str]]
    """How often a kind (as labelled) was called a kind (as judged)."""


def figures(messages: Iterable[Labelled]) -> Figures:
    """The figures over these messages."""
    counted: Counter[tuple[bool, bool]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    for one in messages:
        content = judge_content(one.reading, one.sender)
        counted[one.commercial, content.commercial] += 1
        kinds[one.kind, content.facts["message_kind"]] += 1
    hit, missed, wrong, right = (counted[pair] for pair in ((True, True), (True, False), (False, True), (False, False)))
    return Figures(
        messages=sum(counted.values()),
        called_service=missed,
        precision=hit / max(hit + wrong, 1),
        recall=hit / max(hit + missed, 1),
        service_recognised=right / max(right + wrong, 1),
        kinds=kinds,
    )


def everything() -> dict[str, list[Labelled]]:
    """All that is labelled, by where it comes from; the real samples only where they are at hand."""
    return {
        "tuned on": own("tuning.yaml"),
        "held out": own("held_out.yaml"),
        "lines": lines("lines.yaml"),
        "lines held out": [*lines("lines_held_out.yaml"), *lines("lines_held_out_again.yaml")],
        "real samples": samples(),
        UNSEEN: [*own("unseen_service.yaml"), *own("unseen_commercial.yaml")],
    }


def answered_for(message: Labelled) -> bool:
    """Is it service once its owner answers for the wordings in it that nobody can tell?"""
    wordings = to_answer_for(judge_content(message.reading, message.sender), message.sender)
    return not judge_content(message.reading, message.sender, answered=wordings).commercial


def main() -> None:
    """Print the figures, apart and together, and which kinds were taken for which."""
    groups = everything()
    groups["all"] = [one for group in groups.values() for one in group]
    for name, group in groups.items():
        found = figures(group)
        service = f"{found.service_recognised:.3f}" if any(not one.commercial for one in group) else "none there"
        print(
            f"{name:15} {found.messages:4} messages  commercial called service {found.called_service}  "
            f"precision {found.precision:.3f}  recall {found.recall:.3f}  service recognised {service}"
        )
    service = [one for one in groups[UNSEEN] if not one.commercial]
    print(
        f"{UNSEEN}: {sum(map(answered_for, service))} of {len(service)} service messages can be answered for as they stand"
    )
    print("\nkind as labelled -> as judged, where they differ")
    for (said, judged), number in sorted(figures(groups["all"]).kinds.items()):
        if said != judged:
            print(f"  {said:24} -> {judged:24} {number}")


if __name__ == "__main__":
    main()
