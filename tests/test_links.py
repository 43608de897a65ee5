"""A link in a message opens one thing, and cannot be made up, changed or used for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs import links
from ugly_mugs.vault import Vault

VAULT = Vault({"link": (bytes(range(32)),)})


@given(st.text(max_size=80))
def test_a_link_opens_what_it_was_made_for(value: str) -> None:
    assert links.read(VAULT, "unsubscribe", links.make(VAULT, "unsubscribe", value)) == value


@given(st.text(max_size=600))
def test_a_made_up_link_opens_nothing(token: str) -> None:
    with pytest.raises(links.BadLink):
        links.read(VAULT, "unsubscribe", token)


def test_a_link_for_one_purpose_opens_no_other() -> None:
    token = links.make(VAULT, "alert", "email:12")

    with pytest.raises(links.BadLink):
        links.read(VAULT, "unsubscribe", token)


def test_a_link_does_not_show_what_it_holds_and_looks_new_each_time() -> None:
    one, other = (links.make(VAULT, "unsubscribe", "email:12") for _ in range(2))

    assert one != other
    assert "12" not in {one, other}


def test_a_link_made_under_an_older_key_still_opens() -> None:
    old, new = bytes(range(32)), bytes(range(32, 64))
    token = links.make(Vault({"link": (old,)}), "unsubscribe", "email:12")

    assert links.read(Vault({"link": (new, old)}), "unsubscribe", token) == "email:12"
