"""The mail that every load sends, to whom and from whom; and our channel for it."""

from collections.abc import Mapping

from channels import open_channels
from ugly_mugs import boot, config
from ugly_mugs.contract import Channel
from ugly_mugs.delivery import rendering
from ugly_mugs.delivery.rendering import Said
from ugly_mugs.models import Occasion
from ugly_mugs.vocabulary import Wording

from .. import texts

SENDER = "Notes <notes@notes.example>"
MARK = rendering.UNSUBSCRIBE


def parts() -> Mapping[str, str]:
    """An alert as our templates say it, with a mark where each person's own link goes."""
    return rendering.render(
        boot.message_templates(),
        config.read(env="demo"),
        channel="email",
        occasion=Occasion.ALERT,
        wording=Wording.FULL,
        language="en",
        said=Said("7K2Q", texts.BODY, "Rape, Guildford area"),
    ).parts


def address(number: int) -> str:
    """Where the *number*th person gets mail."""
    return f"p{number}@example.org"


def link(number: int) -> str:
    """Her own link, as long as ours are."""
    return f"{texts.PUBLIC_URL}/u/{number:0160}"


def a_channel(url: str, *, connections: int) -> Channel:
    """Our channel for mail, with the sink at *url* at its other end."""
    settings = {
        "UGLY_MUGS_SMTP_URL": url,
        "UGLY_MUGS_SMTP_CONNECTIONS": str(connections),
        "UGLY_MUGS_EMAIL_FROM": SENDER,
    }
    return open_channels(["email"], settings, public_url=texts.PUBLIC_URL, production=False)["email"]
