"""The bounded cache: least recently used goes first, sizes are honoured."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrion.query.cache import BoundedCache


def test_the_least_recently_used_entry_goes_first() -> None:
    cache: BoundedCache[str] = BoundedCache(80)
    for name in "abcdefgh":
        cache.put(name, name, 10)
    assert cache.get("a") == "a"
    cache.put("i", "i", 10)
    assert cache.get("a") == "a"
    assert cache.get("b") is None


def test_an_entry_larger_than_an_eighth_is_not_kept() -> None:
    cache: BoundedCache[str] = BoundedCache(80)
    cache.put("big", "big", 11)
    assert cache.get("big") is None


def test_replacing_an_entry_frees_its_old_size() -> None:
    cache: BoundedCache[int] = BoundedCache(80)
    for turn in range(50):
        cache.put("same", turn, 10)
    assert cache.size == 10
    assert cache.get("same") == 49


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.integers(1, 20))))
def test_the_size_never_passes_the_capacity(puts: list[tuple[str, int]]) -> None:
    cache: BoundedCache[str] = BoundedCache(100)
    for name, size in puts:
        cache.put(name, name, size)
        assert cache.size <= 100
