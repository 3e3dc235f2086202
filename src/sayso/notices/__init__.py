"""
Notices: one declaration of what a business does with people's details, from which policy and collection notices are built,
published, compared, and against whose provisions any page can be checked.
"""

from __future__ import annotations

from sayso.notices.build import Draft, build, build_notice, build_policy
from sayso.notices.changes import Affected, Changes, affected, changes
from sayso.notices.check import Checked, Finding, check_text
from sayso.notices.declaration import Declaration
from sayso.notices.errors import DeclarationError, NoticeError, UnknownNoticeError, UnreadablePageError
from sayso.notices.publish import Outcome, Published, history, names, publish, published
from sayso.notices.reading import parse_declaration, read_declaration

__all__ = [
    "Affected",
    "Changes",
    "Checked",
    "Declaration",
    "DeclarationError",
    "Draft",
    "Finding",
    "NoticeError",
    "Outcome",
    "Published",
    "UnknownNoticeError",
    "UnreadablePageError",
    "affected",
    "build",
    "build_notice",
    "build_policy",
    "changes",
    "check_text",
    "history",
    "names",
    "parse_declaration",
    "publish",
    "published",
    "read_declaration",
]
