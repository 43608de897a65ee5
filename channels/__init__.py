"""The ways to reach a person, by name; a new one is a module here, its templates and its test."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Final, Protocol

from ugly_mugs.contract import Channel, MissingSetting

NAMES: Final = ("sms", "email")
LISTENING: Final = ("sms",)
"""Those that providers and people also talk to over HTTP; what serves `hooks` needs no others."""


class Opener(Protocol):
    """What each module here has under the name `open_channel`."""

    def __call__(self, env: Mapping[str, str], *, public_url: str, production: bool) -> Channel:
        """Read the channel's settings from *env*; raise `MissingSetting` with the name of what is wrong."""


def open_channels(
    names: Iterable[str], env: Mapping[str, str], *, public_url: str, production: bool
) -> dict[str, Channel]:
    """Open the channels called *names*, in their order; only those are imported."""
    channels = {}
    for name in names:
        if name not in NAMES:
            raise MissingSetting(f"UGLY_MUGS_CHANNELS: {name} is none of {', '.join(NAMES)}")
        opener: Opener = import_module(f"{__name__}.{name}").open_channel
        channels[name] = opener(env, public_url=public_url, production=production)
    return channels
