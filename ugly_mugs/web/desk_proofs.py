"""A warning in every form in which anybody would read it, so that the desk can look whether something of hers shows."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace

from aiohttp import web

from ..alerts.wording import OPENING, Wording
from ..delivery import rendering
from ..desk.clearance import Rendering
from ..feed import proof
from ..languages import Language, speaking
from ..models import Version, VersionKind
from ..service import Service
from ..subscribers import warnings
from ..vocabulary import Wording as Told
from . import SERVICE, respond
from .desk_preview import OCCASIONS
from .desk_words import SEVERITIES

_CHANNELS = {"sms": "text message", "email": "email"}
_PARTS = {"subject.txt": ", its subject", "html": ", as a page"}


def renderings(
    request: web.Request, wording: Wording, *, reference: str, kind: VersionKind, now: datetime
) -> list[Rendering]:
    """*wording* as everybody would read it, and beside each what stands there whatever it says."""
    whole = dict(_all(request, wording, reference=reference, kind=kind, now=now))
    blank = dict(_all(request, _without_words(wording), reference=reference, kind=kind, now=now))
    return [Rendering(where, text, blank.get(where, "")) for where, text in whole.items()]


def _without_words(wording: Wording) -> Wording:
    """*wording* with nothing in it that a moderator wrote."""
    empty = dict.fromkeys(("when_words", "place_words", "vehicle", "advice"), "")
    return wording.model_copy(update={**empty, "text": OPENING, "headline": "-", "description": "-", "identifiers": []})


def _all(
    request: web.Request, wording: Wording, *, reference: str, kind: VersionKind, now: datetime
) -> Iterator[tuple[str, str]]:
    service = request.app[SERVICE]
    version = proof.unissued(wording, service.atlas, kind=kind, now=now)
    for tag in service.config.languages:
        said_in = f" ({tag})" if len(service.config.languages) > 1 else ""
        with speaking(Language(tag)):
            for where, text in (
                *_messages(service, wording, reference=reference, kind=kind, language=tag),
                *_pages(request, version, reference=reference, now=now),
            ):
                yield where + said_in, text
    yield from proof.documents(version, wording, service.atlas, service.config, reference=reference).items()


def _messages(
    service: Service, wording: Wording, *, reference: str, kind: VersionKind, language: str
) -> Iterator[tuple[str, str]]:
    said = rendering.Said(reference=reference, text=wording.text, headline=wording.headline)
    for channel in dict.fromkeys((*_CHANNELS, *service.config.channels)):
        for told in Told:
            rendered = rendering.render(
                service.templates,
                service.config,
                channel=channel,
                occasion=OCCASIONS[kind],
                wording=told,
                language=language,
                said=said,
            )
            for part, text in rendered.parts.items():
                yield f"the {told.value} {_CHANNELS.get(channel, channel)}{_PARTS.get(part, '')}", text


def _pages(request: web.Request, version: Version, *, reference: str, now: datetime) -> Iterator[tuple[str, str]]:
    template = request.app[respond.TEMPLATES].get_template("member/warnings.html")
    for is_vouched, who in ((True, "the members' page"), (False, "the page of those not vouched for")):
        shown = template.render(
            hers=SimpleNamespace(is_vouched=is_vouched, wording=Told.FULL),
            found=[warnings.as_told(reference, version, is_vouched=is_vouched)],
            severities=SEVERITIES,
            now=now,
            data={},
            errors={},
            notice="",
            here="/me/warnings",
            form_token=str,
        )
        yield who, shown
