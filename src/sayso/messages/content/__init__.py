"""Whether a message is commercial, by what it says, how it looks and where it leads; its label decides nothing."""

from sayso.messages.content.judging import Content, judge_content, to_answer_for

__all__ = ["Content", "judge_content", "to_answer_for"]
