"""Writes one version of an alert as a CAP 1.2 document, after our profile of the standard.

The schema is a sequence: the order in which elements are added here is the order they must have.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from lxml import etree

from ..alerts.wording import IN_WORDS, Wording
from ..areas import Atlas
from ..models import Version, VersionKind
from ..vocabulary import Category, Certainty, Severity
from .places import circle, geocodes, in_words

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
PROFILE = "profile:ugly-mugs-1.0"
MARKING = "TLP:AMBER"
RESTRICTION = (
    "For support schemes and projects, who may warn their own service users. Not for publication, not for the press."
)
LANGUAGE = "en-GB"
LONGEST_HEADLINE = 160

SEVERITY = {
    Severity.CRITICAL: "Extreme",
    Severity.SERIOUS: "Severe",
    Severity.CAUTION: "Moderate",
    Severity.NUISANCE: "Minor",
}
CERTAINTY = {Certainty.A: "Observed", Certainty.B: "Likely", Certainty.C: "Possible", Certainty.D: "Unknown"}
_HEALTH = frozenset({Category.RAPE, Category.SEXUAL_ASSAULT, Category.CONDOM_REMOVAL, Category.SPIKING})
_SAFETY = frozenset({Category.SUSPICIOUS, Category.BOUNDARY_PUSHING, Category.TIME_WASTER, *_HEALTH})

# What XML 1.0 cannot hold, what nobody can see, and what turns the direction of text around to disguise it.
_UNSEEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


class NotCap(ValueError):
    """Not a CAP 1.2 document, or one that wants to do more than be read."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier message of the same chain; *sent* is copied letter by letter."""

    message_id: UUID
    sent: str


def build(
    version: Version, wording: Wording, *, reference: str, earlier: Sequence[Earlier], atlas: Atlas, sender: str
) -> etree._Element:
    """The document of *version*, unsigned; *earlier* is all of its chain that schemes have seen."""
    alert = etree.Element(_tag("alert"), nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # None is the default namespace
    _add(alert, "identifier", identifier(version.id))
    _add(alert, "sender", sender)
    _add(alert, "sent", timestamp(version.issued_at))
    _add(alert, "status", "Actual")
    _add(alert, "msgType", message_type(version.kind, has_earlier=bool(earlier)))
    _add(alert, "scope", "Restricted")
    _add(alert, "restriction", RESTRICTION)
    _add(alert, "code", PROFILE)
    _add(alert, "code", MARKING)
    _add(alert, "references", " ".join(f"{sender},{identifier(each.message_id)},{each.sent}" for each in earlier))
    _add(alert, "incidents", reference)
    _info(alert, version, wording, reference=reference, atlas=atlas)
    return alert


def identifier(message_id: UUID) -> str:
    """The CAP identifier of a message."""
    return f"urn:uuid:{message_id}"


def sender_at(public_url: str) -> str:
    """Who we are to those who read the feed: the same in every document of this installation."""
    return f"feed@{urlsplit(public_url).hostname}"


def timestamp(when: datetime) -> str:
    """*when* as CAP writes it: UTC, whole seconds, and never a Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def message_type(kind: VersionKind, *, has_earlier: bool) -> str:
    """What the message is to those who read the feed: an update of what they have never seen is an alert."""
    if kind is VersionKind.UPDATE and not has_earlier:
        return "Alert"
    return kind.value.capitalize()


def read(document: bytes) -> etree._Element:
    """Parse a CAP 1.2 document of anybody's: no entities, no network, no bombs; raise `NotCap`."""
    try:
        root = etree.fromstring(
            document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        )
    except (etree.XMLSyntaxError, ValueError):
        raise NotCap("not well-formed XML") from None
    if root.tag != _tag("alert"):
        raise NotCap("not a CAP 1.2 alert")
    # An entity is left standing unresolved, and there is no reason for one in an alert.
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotCap("has a document type")
    return root


def _info(alert: etree._Element, version: Version, wording: Wording, *, reference: str, atlas: Atlas) -> None:
    is_cancelled = version.kind is VersionKind.CANCEL
    info = etree.SubElement(alert, _tag("info"))
    _add(info, "language", LANGUAGE)
    _add(info, "category", "Security")
    if version.category in _SAFETY:
        _add(info, "category", "Safety")
    if version.category in _HEALTH:
        _add(info, "category", "Health")
    event = IN_WORDS[version.category]
    _add(info, "event", event[0].upper() + event[1:])
    # None on a cancel, and never AllClear: a withdrawal does not mean that the danger is over.
    if not is_cancelled:
        _add(info, "responseType", "Avoid" if version.severity > Severity.CAUTION else "Monitor")
    _add(info, "urgency", version.urgency.value.capitalize())
    _add(info, "severity", SEVERITY[version.severity])
    _add(info, "certainty", CERTAINTY[version.certainty])
    _pair(info, "eventCode", "ugly-mugs:category", version.category.value)
    _add(info, "expires", timestamp(version.expires_at))
    _add(info, "headline", one_line(wording.headline)[:LONGEST_HEADLINE])
    _add(info, "description", clean(version.text))
    if not is_cancelled:
        _add(info, "instruction", clean(wording.advice))
    _pair(info, "parameter", "reference", reference)
    # A cancel never repeats what it takes back: it may be the wrong man's number.
    if not is_cancelled:
        _parameters(info, version, wording)
    _area(info, version, atlas)


def _parameters(info: etree._Element, version: Version, wording: Wording) -> None:
    for item in wording.identifiers:
        _pair(info, "parameter", f"{item.kind}-partial" if item.partial else item.kind, item.value)
    _pair(info, "parameter", "vehicle", wording.vehicle)
    _pair(info, "parameter", "person", wording.description)
    _pair(info, "parameter", "when", wording.when_words)
    _pair(info, "parameter", "where", wording.place_words)
    _pair(info, "parameter", "place-kind", version.place_kind.value if version.place_kind else "")
    for flag in wording.flags:
        _pair(info, "parameter", "flag", flag.value)
    _pair(info, "parameter", "source", str(int(version.source)))


def _area(info: etree._Element, version: Version, atlas: Atlas) -> None:
    reach = atlas.from_bytes(version.reach)
    if not reach:
        return
    area = etree.SubElement(info, _tag("area"))
    _add(area, "areaDesc", in_words(atlas, reach))
    _add(area, "circle", circle(atlas.members(reach)))
    for name, code in geocodes(atlas, reach):
        _pair(area, "geocode", name, code)


def clean(text: str) -> str:
    """*text* without characters that XML cannot hold or people cannot see."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """*text* as one clean line."""
    return " ".join(clean(text).split())


def _add(parent: etree._Element, name: str, text: str) -> None:
    """Add an element, unless it would be empty."""
    if text:
        etree.SubElement(parent, _tag(name)).text = text


def _pair(parent: etree._Element, name: str, value_name: str, value: str) -> None:
    if not (value := one_line(value)):
        return
    pair = etree.SubElement(parent, _tag(name))
    _add(pair, "valueName", one_line(value_name))
    _add(pair, "value", value)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
