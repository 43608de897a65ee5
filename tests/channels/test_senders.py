"""The numbers texts come from are settings, and wrong ones stop the start with their name."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from channels import NAMES, open_channels, twilio_senders
from channels.twilio_senders import Sender, choose
from ugly_mugs.contract import MissingSetting, Purpose
from ugly_mugs.contract import Sender as Agreed

ACCOUNT, TOKEN = f"AC{'0123456789abcdef' * 2}", "fedcba9876543210" * 2
REAL = "+447911123456"


def settings(*senders: dict[str, object], **changed: str) -> dict[str, str]:
    return {
        "UGLY_MUGS_TWILIO_ACCOUNT_SID": ACCOUNT,
        "UGLY_MUGS_TWILIO_AUTH_TOKEN": TOKEN,
        "UGLY_MUGS_SENDERS": json.dumps(senders or [{"number": REAL}]),
    } | {f"UGLY_MUGS_{name}": value for name, value in changed.items()}


def test_a_sender_has_the_account_of_all_or_its_own() -> None:
    env = settings(
        {"number": REAL, "pence": "3.5"}, {"number": "+447911123457", "account_sid": "AC2", "auth_token": "b"}
    )

    senders = twilio_senders.read(env, production=False)

    assert [sender.account_sid for sender in senders] == [ACCOUNT, "AC2"]
    assert str(senders[0].pence) == "3.5"
    assert TOKEN not in repr(senders)


def test_a_sender_carries_everything_until_it_is_told_what_to_carry() -> None:
    env = settings(
        {"number": REAL, "carries": ["alerts"], "weight": 3, "pence": "3.5", "segments_a_second": 100},
        {"number": REAL, "name": "the other account", "account_sid": "AC2", "auth_token": "b"},
        {"number": "12345", "segments_a_second": None},
    )

    alerts, both, unlimited = (sender.agreed() for sender in twilio_senders.read(env, production=False))

    assert alerts == Agreed(
        name=REAL, weight=3, pence=Decimal("3.5"), segments_a_second=100, carries=frozenset({Purpose.ALERTS})
    )
    assert (both.name, both.carries, both.segments_a_second) == ("the other account", frozenset(Purpose), 10)
    assert unlimited.segments_a_second is None


@pytest.mark.parametrize(
    ("env", "begins"),
    [
        ({}, "UGLY_MUGS_TWILIO_ACCOUNT_SID: "),
        (settings(TWILIO_AUTH_TOKEN=""), "UGLY_MUGS_TWILIO_AUTH_TOKEN: "),
        (settings(SENDERS=""), "UGLY_MUGS_SENDERS: "),
        (settings(SENDERS="["), "UGLY_MUGS_SENDERS: "),
        (settings(SENDERS="[]"), "UGLY_MUGS_SENDERS: "),
        (settings({"number": "07911 123456"}), "UGLY_MUGS_SENDERS: 0.number "),
        (settings({"number": REAL, "weight": 0}), "UGLY_MUGS_SENDERS: 0.weight "),
        (settings({"number": REAL, "colour": "red"}), "UGLY_MUGS_SENDERS: 0.colour "),
        (settings({"number": REAL, "account_sid": "AC2"}), "UGLY_MUGS_SENDERS: "),
        (settings({"number": REAL}, {"number": REAL}), f"UGLY_MUGS_SENDERS: {REAL} is there twice"),
        (settings({"number": REAL, "name": "\u00e9"}), "UGLY_MUGS_SENDERS: 0.name "),
        (settings({"number": REAL, "carries": []}), "UGLY_MUGS_SENDERS: 0.carries "),
        (settings({"number": REAL, "carries": ["letters"]}), "UGLY_MUGS_SENDERS: 0.carries."),
        (settings({"number": REAL, "carries": ["alerts"]}), "UGLY_MUGS_SENDERS: none carries others"),
        (settings({"number": REAL, "carries": ["others"]}), "UGLY_MUGS_SENDERS: none carries alerts"),
        (settings(TWILIO_API_URL="api.twilio.com"), "UGLY_MUGS_TWILIO_API_URL: "),
    ],
)
def test_a_missing_or_bad_setting_is_named(env: dict[str, str], begins: str) -> None:
    with pytest.raises(MissingSetting) as missing:
        open_channels(["sms"], env, public_url="https://notes.example", production=False)

    assert str(missing.value).startswith(begins)
    assert TOKEN not in str(missing.value)


@pytest.mark.parametrize(
    "env",
    [
        settings({"number": "UglyMugs"}),
        settings({"number": "Essex news"}),
        settings({"number": "Alerts"}),
        settings({"number": "MyInfo"}),
        settings({"number": "Verify"}),
        settings({"number": "+447700900001"}),
        settings(TWILIO_ACCOUNT_SID="ACdemo"),
        settings(TWILIO_AUTH_TOKEN="0" * 32),
        settings(TWILIO_AUTH_TOKEN="demo"),
        settings(TWILIO_API_URL="http://127.0.0.1:8090"),
    ],
)
def test_what_outs_or_is_only_for_the_demo_does_not_start_in_production(env: dict[str, str]) -> None:
    open_channels(["sms"], env, public_url="https://notes.example", production=False)

    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_"):
        open_channels(["sms"], env, public_url="https://notes.example", production=True)


def test_an_ordinary_number_starts_in_production() -> None:
    assert list(open_channels(["sms"], settings(), public_url="https://notes.example", production=True)) == ["sms"]


def test_a_channel_that_does_not_exist_is_named() -> None:
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_CHANNELS: pigeon"):
        open_channels(["pigeon"], {}, public_url="https://notes.example", production=False)

    assert NAMES == ("sms", "email")


def test_senders_share_texts_by_weight_and_a_message_keeps_its_sender() -> None:
    light, heavy = Sender(number="+447911000001", weight=1), Sender(number="+447911000002", weight=3)

    chosen = [choose([light, heavy], str(one)) for one in range(2000)]

    assert 1400 < chosen.count(heavy) < 1600
    assert chosen == [choose([heavy, light], str(one)) for one in range(2000)]


def test_a_sender_that_comes_takes_only_its_own_share() -> None:
    few = [Sender(number="+447911000001"), Sender(number="+447911000002")]
    more = [*few, Sender(number="+447911000003")]

    moved = [choose(more, str(one)) for one in range(900) if choose(more, str(one)) != choose(few, str(one))]

    assert set(moved) == {more[2]}
    assert 200 < len(moved) < 400


@pytest.mark.parametrize("value", ["0", "21", "1.5", "soon", "-1"])
def test_an_answer_is_waited_for_at_most_as_long_as_a_message_may_be_at_the_wire(value: str) -> None:
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_TWILIO_TIMEOUT_SECONDS: "):
        twilio_senders.timeout({"UGLY_MUGS_TWILIO_TIMEOUT_SECONDS": value}, default=timedelta(seconds=10))
