"""Our tree against RFC 9162's own definitions, written down a second time and slowly; and against its published roots."""

from __future__ import annotations

from hashlib import sha256

import pytest

from wangqian.cases import merkle
from wangqian.documents.offline import verify

# Roots of the first n of these leaves: the test vectors of the Certificate Transparency reference code.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


def full_over(leaves: list[bytes]) -> merkle.Full:
    return lambda level, index: slow_root(leaves[index << level : (index + 1) << level])


def numbered(count: int) -> list[bytes]:
    return [at.to_bytes(4, "big") for at in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES[:size]]
    expected = ROOTS[size - 1] if size else sha256(b"").hexdigest()
    assert merkle.root(full_over(leaves), 0, size).hex() == expected


def test_a_growing_tree_has_the_same_roots() -> None:
    leaves, tree = numbered(300), verify.Tree()
    for size, data in enumerate(leaves):
        assert tree.root() == slow_root(leaves[:size])
        tree.add(data)


def test_every_inclusion_up_to_65() -> None:
    for size in range(1, 66):
        leaves = numbered(size)
        root = slow_root(leaves)
        for at in range(size):
            path = merkle.inclusion(full_over(leaves), at, size)
            assert verify.included(at, size, merkle.leaf(leaves[at]), path) == root
            for other in {0, size - 1, (at + 1) % size} - {at}:
                assert verify.included(other, size, merkle.leaf(leaves[at]), path) != root
            if path:
                assert verify.included(at, size, merkle.leaf(leaves[at]), path[:-1]) != root


def test_every_consistency_up_to_40() -> None:
    for size in range(1, 41):
        leaves = numbered(size)
        root = slow_root(leaves)
        for old in range(1, size + 1):
            path, before = merkle.consistency(full_over(leaves), old, size), slow_root(leaves[:old])
            assert verify.consistent(old, size, before, root, path)
            assert not verify.consistent(old, size, sha256(before).digest(), root, path)
            assert not verify.consistent(old, size, before, sha256(root).digest(), path)
            if old > 1:
                assert not verify.consistent(old - 1, size, before, root, path)
            assert not verify.consistent(old, size, before, root, [*path, root])
