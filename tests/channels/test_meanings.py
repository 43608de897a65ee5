"""Whatever code the ledger keeps, people read what it means."""

import pytest

from channels import meanings, twilio_codes


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("twilio 30003", "handset cannot be reached, perhaps switched off"),
        ("twilio 21211", "not a phone number"),
        ("twilio 12345", "not delivered, with a code that is not in our table"),
        ("twilio 401", "account or token is wrong"),
        ("twilio 500", "the provider broke while it had the message"),
        ("smtp 550 5.1.1", "the mailbox is refused"),
        ("smtp 550 5.7.1", "refused for what or who we are"),
        ("smtp 451", "not now"),
        ("smtp", "the mail server cannot be reached, or did not answer"),
        ("address", "not an address, or in a script that the mail server cannot write"),
        ("bounce 5.1.1", "there is no such mailbox, or it is closed"),
        ("bounce", "could not be delivered"),
        ("stop", ""),
        ("", ""),
        ("twilio of all things", ""),
    ],
)
def test_a_code_has_its_meaning(code: str, meaning: str) -> None:
    assert meanings.of(code) == meaning


def test_no_code_of_the_table_is_without_one() -> None:
    assert all(meanings.of(f"twilio {code}") == meaning for code, (_, meaning) in twilio_codes.CODES.items())
