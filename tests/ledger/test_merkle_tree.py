"""The tree and its proofs against the example of RFC 9162, published roots, and pymerkle as an independent oracle."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest
from ledgers import JONAH, MIRA, Clock, checkout, stop
from pymerkle import InmemoryTree

from sayso.ledger import Ledger, LedgerError
from sayso.ledger.merkle import (
    Frontier,
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    root_of,
)

MOST = 40
DATA = [f"entry {number}".encode() for number in range(MOST)]
LEAVES = [leaf_hash(data) for data in DATA]


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def oracle(size: int) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for data in DATA[:size]:
        tree.append_entry(data)
    return tree


def tree_hash(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    half = largest_power_below(len(leaves))
    return node(tree_hash(leaves[:half]), tree_hash(leaves[half:]))


def largest_power_below(size: int) -> int:
    return max(1 << bit for bit in range(16) if 1 << bit < size)


def subproof(earlier: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF as RFC 9162 section 2.1.4.1 defines it; pymerkle writes its consistency proofs in another form."""
    if earlier == len(leaves):
        return [] if whole else [tree_hash(leaves)]
    half = largest_power_below(len(leaves))
    if earlier <= half:
        return [*subproof(earlier, leaves[:half], whole), tree_hash(leaves[half:])]
    return [*subproof(earlier - half, leaves[half:], False), tree_hash(leaves[:half])]


def test_the_roots_are_those_published_for_certificate_transparency() -> None:
    """Leaves and roots of the reference data of Certificate Transparency (RFC 6962), 0 to 8 leaves."""
    parts = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(part)) for part in parts]
    roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    assert [root_of(leaves[:size]).hex() for size in range(9)] == roots


def test_the_proofs_are_those_of_the_example_in_the_standard() -> None:
    """RFC 9162 section 2.1.5: a tree of seven leaves, its nodes named a to l from the leaves up."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, l = node(g, h), node(i, j)  # noqa: E741 -- the standard's own names
    seven = LEAVES[:7]
    assert root_of(seven) == node(k, l)
    assert inclusion_proof(seven, 0) == [b, h, l]
    assert inclusion_proof(seven, 3) == [c, g, l]
    assert inclusion_proof(seven, 4) == [f, j, k]
    assert inclusion_proof(seven, 6) == [i, k]
    assert consistency_proof(seven, 3) == [c, d, g, l]
    assert consistency_proof(seven, 4) == [l]
    assert consistency_proof(seven, 6) == [i, j, k]
    assert consistency_proof(seven, 7) == []


@pytest.mark.parametrize("size", range(1, MOST, 3))
def test_every_root_and_proof_is_the_oracles(size: int) -> None:
    tree, leaves = oracle(size), LEAVES[:size]
    root = root_of(leaves)
    assert root == tree.get_root(size)
    for index in range(size):
        path = inclusion_proof(leaves, index)
        assert path == tree.prove_inclusion(index + 1, size).path[1:]
        assert inclusion_holds(leaves[index], index, size, path, root)
    for earlier in range(1, size):
        path = consistency_proof(leaves, earlier)
        assert path == subproof(earlier, leaves, True)
        assert consistency_holds(earlier, root_of(LEAVES[:earlier]), size, root, path)


def test_a_tree_kept_as_its_frontier_has_the_root_of_all_its_leaves() -> None:
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES, 1):
        frontier.add(leaf)
        frontier = Frontier(frontier.size, frontier.subtrees)
        assert (frontier.size, frontier.root()) == (size, root_of(LEAVES[:size]))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_a_proof_of_inclusion_proves_nothing_else(size: int) -> None:
    leaves, root = LEAVES[:size], root_of(LEAVES[:size])
    for index in range(size):
        path = inclusion_proof(leaves, index)
        assert not inclusion_holds(leaf_hash(b"forged"), index, size, path, root)
        assert not inclusion_holds(leaves[index], index, size, path, bytes(32))
        assert not inclusion_holds(leaves[index], index, size, [*path, bytes(32)], root)
        assert not any(
            inclusion_holds(leaves[index], other, size, path, root) for other in range(-1, size + 2) if other != index
        )
        for part in range(len(path)):
            assert not inclusion_holds(leaves[index], index, size, path[:part] + path[part + 1 :], root)
            assert not inclusion_holds(leaves[index], index, size, [*path[:part], bytes(32), *path[part + 1 :]], root)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 13])
def test_a_proof_of_consistency_proves_nothing_else(size: int) -> None:
    root = root_of(LEAVES[:size])
    for earlier in range(1, size):
        before, path = root_of(LEAVES[:earlier]), consistency_proof(LEAVES[:size], earlier)
        assert not consistency_holds(earlier, leaf_hash(b"forged"), size, root, path)
        assert not consistency_holds(earlier, before, size, bytes(32), path)
        assert not consistency_holds(earlier, before, size, root, [*path, bytes(32)])
        assert not consistency_holds(earlier, before, size, root, path[:-1])
        assert not consistency_holds(size, root, earlier, before, path)
        assert not consistency_holds(0, root_of([]), size, root, path)
        rewritten = [leaf_hash(b"forged"), *LEAVES[1:size]]
        assert not consistency_holds(earlier, before, size, root_of(rewritten), consistency_proof(rewritten, earlier))
    assert consistency_holds(size, root, size, root, [])
    assert not consistency_holds(size, root, size, root, [bytes(32)])


@pytest.mark.parametrize(("size", "asked"), [(0, 0), (3, 3), (3, -1)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(size: int, asked: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(LEAVES[:size], asked)


@pytest.mark.parametrize(("size", "asked"), [(0, 1), (3, 4), (3, 0)])
def test_there_is_no_proof_from_a_size_that_never_was(size: int, asked: int) -> None:
    with pytest.raises(ValueError, match="no earlier size"):
        consistency_proof(LEAVES[:size], asked)


# The ledger's own tree ----------------------------------------------------------------------------------------------


def test_each_entry_is_proved_to_be_in_the_ledger_by_what_leaves_it(ledger: Ledger) -> None:
    entries = [checkout(MIRA), stop(MIRA), checkout(JONAH)]
    ledger.append(entries)
    for number, one in enumerate(entries):
        proof = ledger.inclusion(one.id)
        assert proof.index == number
        assert proof.head.holds()
        assert inclusion_holds(
            leaf_hash(proof.clear), proof.index, proof.head.size, proof.path, bytes.fromhex(proof.head.root)
        )
        assert one.id.encode() in proof.clear


def test_a_ledger_that_grew_is_proved_to_extend_each_head_it_ever_had(ledger: Ledger, clock: Clock) -> None:
    heads = []
    for _ in range(6):
        ledger.append([checkout(MIRA), stop(MIRA)])
        clock.forward(hours=1)
        heads.append(ledger.head())
    last = bytes.fromhex(heads[-1].root)
    for head in heads:
        assert consistency_holds(
            head.size, bytes.fromhex(head.root), heads[-1].size, last, ledger.consistency(head.size)
        )
    for one, other in pairwise(heads):
        assert not consistency_holds(
            one.size, bytes.fromhex(other.root), heads[-1].size, last, ledger.consistency(one.size)
        )


def test_a_proof_survives_erasure(ledger: Ledger) -> None:
    said = checkout(MIRA)
    ledger.append([said])
    before = ledger.head()
    ledger.erase(ledger.find(MIRA.value)[0], origin="test:erasure")
    proof = ledger.inclusion(said.id)
    assert inclusion_holds(leaf_hash(proof.clear), 0, 2, proof.path, bytes.fromhex(proof.head.root))
    assert consistency_holds(1, bytes.fromhex(before.root), 2, bytes.fromhex(proof.head.root), ledger.consistency(1))


def test_what_cannot_be_proved_is_said_so(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no entry"):
        ledger.inclusion("nothing")
    with pytest.raises(LedgerError, match="0 entries"):
        ledger.consistency(1)
