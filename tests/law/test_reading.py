"""Reading refuses what is wrong, with file, line, the writer's own words and the nearest match."""

from pathlib import Path

import pytest

from sayso.law import LawError, read_rulebooks

BAD = sorted((Path(__file__).parent / "bad").glob("*.md"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_wrong_rulebook_is_refused_with_the_whole_message(path: Path) -> None:
    with pytest.raises(LawError) as refused:
        read_rulebooks([path])
    assert str(refused.value) == path.with_suffix(".txt").read_text("utf-8").strip()


def test_every_problem_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "bad" / "fact.md").read_text("utf-8")
    both = text.replace("because:", "  (b): channel == fx\nbecause:")
    path = tmp_path / "both.md"
    path.write_text(both, "utf-8")
    with pytest.raises(LawError) as refused:
        read_rulebooks([path])
    assert [problem.subject for problem in refused.value.problems] == ["xx.act.1 (a)", "xx.act.1 (b)"]


def test_a_law_not_encoded_belongs_to_no_rulebook_read_before_it(tmp_path: Path) -> None:
    rulebook = tmp_path / "a.md"
    rulebook.write_text((Path(__file__).parent / "bad" / "fact.md").read_text("utf-8").split("```rule")[0], "utf-8")
    index = tmp_path / "index.md"
    index.write_text(
        "```not_encoded\nid: yy.act\ntitle: Act\ncite: Act\nscope:\n  (a): person_country == YY\nbecause: not yet\nverified: own\n```\n",
        "utf-8",
    )
    (one,) = read_rulebooks([rulebook, index]).rules
    assert (one.id, one.instrument) == ("yy.act", "")
