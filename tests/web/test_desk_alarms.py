"""Every alarm is said in words that somebody tired understands, with what to do."""

import pytest

from ugly_mugs.delivery.alarms import Alarm, Kind
from ugly_mugs.web.desk_alarms import in_words


def says_nothing(_code: str) -> str:
    return ""


def means(code: str) -> str:
    return {"twilio 30002": "account is suspended"}[code]


@pytest.mark.parametrize("number", [1, 2_000])
@pytest.mark.parametrize("channel", ["sms", "email", "webhook", ""])
@pytest.mark.parametrize("kind", Kind)
def test_each_says_what_is_wrong_and_what_to_do(kind: Kind, channel: str, number: int) -> None:
    (told,) = in_words([Alarm(kind=kind, channel=channel, number=number, out_of=4_000)], says_nothing)

    words = f"{told.what}. {told.means} {told.do}"
    assert "ell whoever runs the service" in told.do
    assert told.means.endswith(".")
    assert told.do.endswith(".")
    assert "1 are" not in words
    assert "2,000 is" not in words
    assert "_" not in words


def test_a_refused_sender_is_named_with_the_reason() -> None:
    refused = Alarm(
        kind=Kind.SENDER_DOWN, channel="sms", number=1, out_of=3, names=("+447700900999",), codes=("twilio 30002",)
    )

    (told,) = in_words([refused], means)
    (unknown,) = in_words([refused], says_nothing)

    assert told.what == "1 of 3 senders of texts is refused"
    assert told.means.startswith("+447700900999 (account is suspended).")
    assert unknown.means.startswith("+447700900999 (twilio 30002).")


def test_how_many_were_dropped_stands_beside_of_how_many() -> None:
    (told,) = in_words([Alarm(kind=Kind.FILTERED, channel="sms", number=32, out_of=1_400)], says_nothing)

    assert told.means.startswith("32 of 1,400 in the last hour or two")
