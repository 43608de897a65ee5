"""One spelling for each number and mailbox, and no number that a machine would read aloud."""

import pytest

from ugly_mugs.subscribers import addresses
from ugly_mugs.subscribers.addresses import BadAddress


@pytest.mark.parametrize("typed", ["07700 900321", "+44 7700 900321", "(07700) 900-321", "0044 7700900321"])
def test_a_number_has_one_spelling(typed: str) -> None:
    assert addresses.read("sms", typed, is_demo=True) == "+447700900321"


@pytest.mark.parametrize("typed", ["0113 496 0123", "020 7946 0123", "12", "ends 900321", "+1 202 555 0123", "Roxy"])
def test_what_cannot_get_a_text_is_refused_in_words_that_do_not_repeat_it(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        addresses.read("sms", typed, is_demo=True)

    assert typed not in str(refused.value.words)
    assert str(refused.value.words)


def test_made_up_numbers_and_mailboxes_are_for_the_demo_alone() -> None:
    for channel, typed in (("sms", "07700 900321"), ("email", "roxy@example.org"), ("email", "a@b.test")):
        addresses.read(channel, typed, is_demo=True)
        with pytest.raises(BadAddress):
            addresses.read(channel, typed, is_demo=False)


def test_a_mailbox_has_one_spelling() -> None:
    assert addresses.read("email", " Roxy@Example.ORG ", is_demo=True) == "roxy@example.org"


@pytest.mark.parametrize(
    "typed",
    ["roxy", "roxy@", "@example.org", "r?xy@example.org", "a@b", "a@b.c\r\nBcc: x@y.org", "a b@c@d.org", "é@x.org"],
)
def test_what_is_no_mailbox_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        addresses.read("email", typed, is_demo=True)
