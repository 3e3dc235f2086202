"""
The Merkle tree of RFC 9162 section 2.1 (SHA-256): its root, and proofs that an entry is in it or that it only grew.

Leaves go in as their hashes, `leaf_hash(bytes)`. Proofs are made from the list of leaf hashes and checked without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry as a leaf."""
    return sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, kept as the roots of its complete subtrees, largest first."""

    __slots__ = ("size", "subtrees")

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        self.size = size
        self.subtrees = list(subtrees)

    def add(self, leaf: bytes) -> None:
        """Take one more leaf hash; two hashes on average."""
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf = _node(self.subtrees.pop(), leaf)
            size >>= 1
        self.subtrees.append(leaf)

    def root(self) -> bytes:
        """The root of all leaves taken so far."""
        if not self.subtrees:
            return sha256(b"").digest()
        root = self.subtrees[-1]
        for subtree in reversed(self.subtrees[:-1]):
            root = _node(subtree, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path that shows the leaf at `index` (from 0) to be in the tree over `leaves` (RFC 9162 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} in a tree of {len(leaves)}")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[start:middle]))
            start = middle
    return path[::-1]


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Does `path` show `leaf` to be number `index` of the tree of `size` leaves with this root (RFC 9162 2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = _node(part, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = _node(found, part)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The path that shows the tree over `leaves` to extend its own first `earlier` leaves (RFC 9162 2.1.4.1)."""
    if not 0 < earlier <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} has no earlier size {earlier}")
    path: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while earlier != end - start:
        middle = _split(end - start)
        if earlier <= middle:
            path.append(root_of(leaves[start + middle : end]))
            end = start + middle
        else:
            path.append(root_of(leaves[start : start + middle]))
            start, earlier, whole = start + middle, earlier - middle, False
    if not whole:
        path.append(root_of(leaves[start:end]))
    return path[::-1]


def consistency_holds(earlier: int, earlier_root: bytes, later: int, later_root: bytes, path: Sequence[bytes]) -> bool:
    """Does `path` show that the later tree extends the earlier one (RFC 9162 2.1.4.2)?"""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not path and earlier_root == later_root
    parts = [earlier_root, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not parts:
        return False
    number, last = earlier - 1, later - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = _node(part, first), _node(part, second)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            second = _node(second, part)
        number, last = number >> 1, last >> 1
    return last == 0 and first == earlier_root and second == later_root
