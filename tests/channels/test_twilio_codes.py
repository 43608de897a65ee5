"""What a provider's code means for the next try."""

import pytest

from channels.twilio_codes import CODES, failed, refused
from ugly_mugs.contract import (
    ChannelDown,
    Failure,
    Filtered,
    OnceMore,
    OptedOut,
    Rejected,
    SendFailed,
    Undeliverable,
    Unknown,
)

ANSWERS: list[tuple[int, int | None, type[Failure]]] = [
    (429, 20429, SendFailed),
    (429, None, SendFailed),
    (400, 21611, SendFailed),
    (503, None, SendFailed),
    (400, 21211, Undeliverable),
    (400, 21614, Undeliverable),
    (400, 21217, Undeliverable),
    (400, 21610, OptedOut),
    (400, 21617, Rejected),
    (400, 21602, Rejected),
    (400, 99999, Rejected),
    (401, 20003, ChannelDown),
    (401, None, ChannelDown),
    (403, None, ChannelDown),
    (400, 21606, ChannelDown),
    (302, None, ChannelDown),
    (500, 20500, Unknown),
    (502, None, Unknown),
    (504, 21211, Unknown),
]


@pytest.mark.parametrize(("status", "code", "kind"), ANSWERS)
def test_a_refused_text_fails_by_what_the_code_means(status: int, code: int | None, kind: type[Failure]) -> None:
    assert type(refused(status, code, retry_after=None)) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (30001, SendFailed),
        (30002, ChannelDown),
        (30003, OnceMore),
        (30004, Undeliverable),
        (30005, Undeliverable),
        (30006, Undeliverable),
        (30007, Filtered),
        (30008, OnceMore),
        (30500, OnceMore),
        (21610, OptedOut),
        (None, OnceMore),
        (99999, OnceMore),
    ],
)
def test_a_text_that_did_not_arrive_fails_by_what_the_code_means(code: int | None, kind: type[Failure]) -> None:
    assert type(failed(code)) is kind


def test_only_what_is_wrong_with_the_address_counts_against_it() -> None:
    assert not issubclass(OnceMore, Undeliverable)
    assert all(meaning and not meaning[0].isupper() for _, meaning in CODES.values())
