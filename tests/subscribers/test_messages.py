"""What we write to a subscriber besides warnings says nothing to whoever else holds her phone."""

import pytest

from ugly_mugs.delivery.rendering import UNSUBSCRIBE, Rendered, render
from ugly_mugs.models import Occasion
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Wording

BY_TEXT = ("join_code", "welcome", "stopped", "started", "paused", "help", "unwatched")
BY_EMAIL = ("join_code", "welcome", "stopped", "started")
TELLING = ("warn", "alert", "sex", "ugly", "mugs", "member", "report", "attack", "http")


def written(service: Service, channel: str, occasion: str) -> Rendered:
    return render(
        service.templates,
        service.config,
        channel=channel,
        occasion=Occasion(occasion),
        wording=Wording.DISCREET,
        language="en",
        content={"code": "123456", "until": "28 November"},
    )


@pytest.mark.parametrize("occasion", BY_TEXT)
async def test_a_text_is_one_segment_and_gives_nothing_away(sqlite_service: Service, occasion: str) -> None:
    message = written(sqlite_service, "sms", occasion)

    assert message.segments == 1
    assert not [word for word in TELLING if word in message.parts["txt"].lower()]


@pytest.mark.parametrize("occasion", BY_EMAIL)
async def test_an_email_is_as_discreet_as_a_text_and_ends_with_the_way_out(
    sqlite_service: Service, occasion: str
) -> None:
    parts = written(sqlite_service, "email", occasion).parts

    assert set(parts) == {"subject.txt", "txt", "html"}
    assert not [word for part in parts.values() for word in TELLING if word in part.lower()]
    assert parts["txt"].endswith(UNSUBSCRIBE)
    assert f'href="{UNSUBSCRIBE}"' in parts["html"]
    assert "\n" not in parts["subject.txt"]
