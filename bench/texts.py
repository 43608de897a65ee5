"""The text that every load sends, to whom and from whom; and the channel that sends ours and pgqueuer's."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from channels import open_channels
from tests import makers
from ugly_mugs.contract import Channel

BODY = "Reported to us, not proven: rape, this week, Guildford area. Man 40s, bald. Avoid. Ref 7K2Q"
PUBLIC_URL = "http://localhost:8080"
VALID_FOR = timedelta(hours=10)


def numbers(count: int) -> Iterator[str]:
    """Phones of Ofcom's drama range, a thousand of them in turn."""
    return (f"+447700900{number % 1000:03}" for number in range(count))


def form(number: int, to: str) -> dict[str, str]:
    """The fields that Twilio's package sends for the *number*th text."""
    return {
        "To": to,
        "StatusCallback": f"{PUBLIC_URL}/hooks/sms/status/{UUID(int=number)}",
        "ValidityPeriod": str(int(VALID_FOR.total_seconds())),
        "From": makers.OUR_NUMBER,
        "Body": BODY,
    }


def address(url: str) -> str:
    """Where the stub at *url* takes texts."""
    return f"{url}/2010-04-01/Accounts/{makers.ACCOUNT_SID}/Messages.json"


def a_channel(url: str, *, in_flight: int) -> Channel:
    """Our channel for texts, with the stub at *url* at its other end and no limit of the sender's in its way."""
    settings = {
        "UGLY_MUGS_TWILIO_ACCOUNT_SID": makers.ACCOUNT_SID,
        "UGLY_MUGS_TWILIO_AUTH_TOKEN": makers.AUTH_TOKEN,
        "UGLY_MUGS_TWILIO_API_URL": url,
        "UGLY_MUGS_SENDERS": json.dumps([{"number": makers.OUR_NUMBER, "segments_a_second": None}]),
    }
    channel = open_channels(["sms"], settings, public_url=PUBLIC_URL, production=False)["sms"]
    channel.at_once = in_flight
    return channel
