"""A version as schemes would read it, before it is one: to be looked at, never signed or given a position."""

import json
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lxml import etree

from ..alerts import issuing
from ..alerts.issuing import Issue
from ..alerts.reach import Quote
from ..alerts.wording import Wording
from ..areas import Atlas
from ..config import Config
from ..models import Version, VersionKind
from . import atom, cap, changes, stamper
from .cursors import Cursor

_NOBODY = UUID(int=0)


def unissued(wording: Wording, atlas: Atlas, *, kind: VersionKind, now: datetime) -> Version:
    """The version that *wording* would become; it belongs to no session."""
    what = Issue(
        wording=wording,
        kind=kind,
        proposed_by=_NOBODY,
        approved_by=_NOBODY,
        to_members=True,
        to_feed=True,
        cost=Quote(people=0, texts=0, emails=0, segments=0, pence=Decimal(0)),
    )
    version = issuing.make(what, atlas, alert_id=_NOBODY, number=1, now=now)
    # The same at every look, so that what is found in it is found again.
    version.id = _NOBODY
    return version


def documents(version: Version, wording: Wording, atlas: Atlas, config: Config, *, reference: str) -> dict[str, str]:
    """What schemes would be given of *version*, by what it is."""
    built = cap.build(
        version, wording, reference=reference, earlier=(), atlas=atlas, sender=cap.sender_at(config.public_url)
    )
    document = etree.tostring(built, encoding="unicode")
    entry = stamper.announce(
        version, wording, document.encode(), reference=reference, chain=(), atlas=atlas, now=version.issued_at
    )
    line = changes.Line(
        position=1,
        op=entry.op,
        alert_id=entry.alert_id,
        message_id=entry.message_id,
        msg_type=entry.msg_type,
        stamped_at=entry.stamped_at,
        sent=entry.sent,
        expires=entry.expires,
        severity=entry.severity,
        title=entry.headline,
        districts=entry.districts,
        about_force=entry.about_force,
        # What would be a fingerprint says nothing that anybody reads.
        sha256=None,
        has_document=True,
    )
    page = changes.Page(lines=[line], supersedes={}, next=Cursor(1, 1), more=False)
    url = config.public_url
    return {
        "the CAP document": document,
        "the Atom feed": atom.write([line], atlas, url=url, title=config.title).decode(),
        "the feed's change log": json.dumps(changes.as_json(page, atlas, url=url), ensure_ascii=False),
    }
