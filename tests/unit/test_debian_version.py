"""Versions are ordered as Debian Policy 5.6.12 says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liminix_gen.debian.version import Version, satisfies

DPKG_SAYS = [
    ("1.0-1", "<<", "1.0-1+deb12u1"),
    ("2.90-4~deb12u2", "<<", "2.90-4"),
    ("1:1.35.0-4+deb12u1+b1", ">>", "1.36"),
    ("1-0", "=", "1"),
    ("0:1.2", "=", "1.2"),
    ("6.1.176-1", "<<", "6.1.192-2"),
    ("1.000", "=", "1.0"),
    ("11-000", ">>", "11-000~"),
    ("1a", "<<", "1+"),
]

versions = st.from_regex(r"([0-9]:)?[0-9][0-9a-z.+~]{0,6}(-[0-9a-z.+~]{1,4})?", fullmatch=True)


@pytest.mark.parametrize(("one", "relation", "two"), DPKG_SAYS)
def test_order_of_dpkg(one: str, relation: str, two: str) -> None:
    assert satisfies(one, relation, two)


def test_tilde_comes_before_the_end() -> None:
    tilde, none, more = Version("1~rc1"), Version("1"), Version("1.1")
    assert tilde < none < more


@given(versions, versions, versions)
def test_order_is_total(one: str, two: str, three: str) -> None:
    a, b, c = Version(one), Version(two), Version(three)
    assert (a < b) + (a == b) + (a > b) == 1
    if a <= b <= c:
        assert a <= c
    if a == b:
        assert hash(a) == hash(b)


@given(versions)
def test_a_tilde_makes_any_version_older(text: str) -> None:
    assert Version(text + "~") < Version(text)
