"""The tables, in SQL that SQLite and PostgreSQL share. Migrations in `migrations/` make them; this module reads them."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("origin", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, index=True),
    sa.Column("clear", sa.LargeBinary, nullable=False),
    sa.Column("secret", sa.LargeBinary),
    sa.Column("raw", sa.LargeBinary),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("link", sa.LargeBinary, nullable=False),
)
"""One row per entry: its clear part, its sealed parts, its leaf hash and its link in the chain."""

people = sa.Table(
    "people",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
)
"""The key of each person, wrapped under the master key. Erasure deletes the row."""

projection = sa.Table(
    "projection",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
"""What decisions need, replayed from the entries; see projection.py."""

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""
The store's own notes: `store` (its id), `key_marks`, `lookup` (version of the lookup key in use), `end` (the tree's
frontier and the last link), `head` (the latest signed head), `projection` (how it was projected), `to_shed` (an erasure
whose traces in the write-ahead log are still to be shed).
"""
