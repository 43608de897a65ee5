"""Each process opens the channels it needs, and needs the settings of no others."""

import pytest

from channels import LISTENING, NAMES
from tests import makers
from ugly_mugs import boot, config
from ugly_mugs.contract import Channel, Listening
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox

NONE: frozenset[str] = frozenset()


async def opened(env: dict[str, str], *, web: frozenset[str] = NONE, work: frozenset[str] = NONE) -> dict[str, Channel]:
    channels = boot.channels_for(config.read(env="demo"), env, web, work)
    for channel in channels.values():
        await channel.close()
    return channels


@pytest.mark.parametrize(
    ("web", "work", "names"),
    [
        ({"intake", "desk", "member", "feed"}, {"desk", "feed"}, []),
        ({"member", "hooks"}, set[str](), ["sms"]),
        (set[str](), {"deliver"}, ["sms", "email"]),
        ({"hooks"}, {"deliver"}, ["sms", "email"]),
    ],
)
async def test_a_process_opens_what_it_sends_on_or_listens_to(
    carrier: Carrier, mailbox: Mailbox, web: set[str], work: set[str], names: list[str]
) -> None:
    env = makers.channel_settings(carrier, mailbox)

    channels = await opened(env, web=frozenset(web), work=frozenset(work))

    assert list(channels) == names


async def test_what_hears_of_texts_needs_no_settings_of_mail(carrier: Carrier, mailbox: Mailbox) -> None:
    env = makers.channel_settings(carrier, mailbox)
    for name in ("UGLY_MUGS_SMTP_URL", "UGLY_MUGS_EMAIL_FROM"):
        del env[name]

    assert list(await opened(env, web=frozenset({"hooks"}))) == ["sms"]


async def test_the_channels_said_to_listen_are_those_that_do(carrier: Carrier, mailbox: Mailbox) -> None:
    channels = await opened(makers.channel_settings(carrier, mailbox), work=frozenset({"deliver"}))

    assert {name for name, channel in channels.items() if isinstance(channel, Listening)} == set(LISTENING)
    assert tuple(channels) == NAMES
