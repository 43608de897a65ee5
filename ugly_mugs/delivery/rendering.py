"""Words for the wire: templates by channel, occasion and wording; rendered once for all who get the same.

`templates/<channel>/<occasion>[.<wording>].<part>`: a channel is a folder, and whatever parts it
has there are what its messages consist of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment

from .. import links
from ..config import Config
from ..languages import Language, speaking
from ..models import Occasion
from ..segments import count, to_gsm
from ..vault import Vault
from ..vocabulary import Wording

PARTS = ("subject.txt", "txt", "html", "json")
UNSUBSCRIBE = "unsubscribe-address-of-this-person"
"""Stands in the rendering where each person's own link goes."""


class NoTemplate(LookupError):
    """A channel has no words for an occasion."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a version says, as templates see it."""

    reference: str
    text: str
    headline: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The parts of a message for everybody who gets the same, and how many segments they are."""

    parts: Mapping[str, str] = field(repr=False)
    segments: int
    has_links: bool = field(init=False)
    """Whether each person's own link goes into it."""

    def __post_init__(self) -> None:
        # Looked for once, not once a person.
        object.__setattr__(self, "has_links", any(UNSUBSCRIBE in words for words in self.parts.values()))


def render(
    templates: Environment,
    config: Config,
    *,
    channel: str,
    occasion: Occasion,
    wording: Wording,
    language: str,
    said: Said | None = None,
    content: Mapping[str, str] | None = None,
) -> Rendered:
    """Write one message for everybody on *channel* who gets it in *wording* and *language*."""
    parts: dict[str, str] = {}
    with speaking(Language(language)):
        for part in PARTS:
            name = _name(templates, channel, occasion, wording, part)
            if name is not None:
                found = templates.get_template(name)
                parts[part] = found.render(
                    said=said, content=content or {}, config=config, unsubscribe_url=UNSUBSCRIBE
                ).strip()
    if not parts:
        raise NoTemplate(f"{channel}/{occasion}")
    if "subject.txt" in parts:
        return Rendered(parts, segments=0)
    if "txt" in parts:
        parts["txt"] = to_gsm(parts["txt"])
        return Rendered(parts, segments=count(parts["txt"]).segments)
    return Rendered(parts, segments=0)


def _name(templates: Environment, channel: str, occasion: Occasion, wording: Wording, part: str) -> str | None:
    for name in (f"{channel}/{occasion}.{wording}.{part}", f"{channel}/{occasion}.{part}"):
        if name in _all(templates):
            return name
    return None


@cache
def _all(templates: Environment) -> frozenset[str]:
    return frozenset(templates.list_templates(extensions=["txt", "html", "json"]))


def unsubscribe_url(config: Config, vault: Vault, *, channel: str, tag: bytes) -> str:
    """The link that stops one address, and shows nothing of it."""
    return f"{config.public_url}/u/{links.make(vault, 'unsubscribe', f'{channel}:{tag.hex()}')}"


def unsubscribe_headers(url: str) -> dict[str, str]:
    """RFC 8058: one click, no page needed."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
