"""Words and addresses for jobs: rendered once for all who get the same, addressed one by one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from jinja2 import TemplateError
from sqlmodel import col, select

from ..contract import Failure, Message, Rejected
from ..delivery import recipients, rendering
from ..delivery.ledger import Job
from ..delivery.rendering import NoTemplate, Rendered, Said
from ..models import Alert, Version
from ..service import Service
from ..vault import CannotOpen

Key = tuple[str, UUID, str, str, str]
MOST_KEPT = 500
"""Renderings of versions that are remembered; each is a few hundred bytes."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes messages for one process, and remembers what it has rendered."""

    service: Service
    _kept: dict[Key, Rendered] = field(default_factory=dict, repr=False)

    async def render(self, jobs: Collection[Job]) -> dict[Job, Rendered | Failure]:
        """The words of each job; a `Rejected` where they cannot be made, which is our fault."""
        new = {job.subject for job in jobs if job.content is None and _key(job) not in self._kept}
        said = await self._what_is_said(new) if new else {}
        return {job: self._words(job, said.get(job.subject)) for job in jobs}

    def address(self, job: Job, words: Rendered, *, sender: str = "") -> Message:
        """One message to one person, from *sender*; raise `Rejected` if her address cannot be opened."""
        service = self.service
        try:
            to = recipients.read_address(service.vault, job.address, recipient_id=job.recipient_id, channel=job.channel)
        except CannotOpen:
            raise Rejected("sealed", "the address cannot be opened") from None
        personal, headers = {}, {}
        if words.has_links:
            url = rendering.unsubscribe_url(service.config, service.vault, channel=job.channel, tag=job.tag)
            personal = {rendering.UNSUBSCRIBE: url}
            headers = rendering.unsubscribe_headers(url) if job.alert_id else {}
        valid_for = job.tell_by - service.now()
        return Message(
            id=str(job.id),
            to=to,
            parts=words.parts,
            personal=personal,
            headers=headers,
            valid_for=valid_for,
            sender=sender or job.sender or "",
        )

    async def _what_is_said(self, versions: set[UUID]) -> dict[UUID, Said]:
        async with self.service.reading() as session:
            rows = await session.exec(
                select(Version, Alert.reference)
                .join(Alert, col(Alert.id) == Version.alert_id)
                .where(col(Version.id).in_(versions))
            )
            return {version.id: Said(reference, version.text, version.said["headline"]) for version, reference in rows}

    def _words(self, job: Job, said: Said | None) -> Rendered | Failure:
        key = _key(job)
        if job.content is None and key in self._kept:
            return self._kept[key]
        try:
            content = (
                recipients.read_content(self.service.vault, job.content, delivery_id=job.id) if job.content else {}
            )
            words = rendering.render(
                self.service.templates,
                self.service.config,
                channel=job.channel,
                occasion=job.occasion,
                wording=job.wording,
                language=job.language,
                said=said,
                content=content,
            )
        except CannotOpen:
            return Rejected("sealed", "the words cannot be opened")
        except (TemplateError, NoTemplate):
            return Rejected("template", "the words cannot be made")
        if job.content is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = words
        return words


def _key(job: Job) -> Key:
    return (job.occasion, job.subject, job.channel, job.wording, job.language)
