"""Writing a warning, or an update to one: form, preview, proposal."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..alerts import drafts
from ..alerts.cancelling import newest
from ..alerts.drafts import NotNow, NotOpen, NotThere
from ..alerts.wording import said
from ..desk import accounts, board, case, clearance, redacting, warning
from ..desk.clearance import NotCleared, Outlook
from ..desk.draft import Draft
from ..identifiers import Kind
from ..languages import lazy
from ..models import Alert, AlertState, VersionKind
from ..service import Service
from ..vault import CannotOpen
from ..vocabulary import SAFEGUARDING
from . import SERVICE, desk_words, errors, forms
from .desk_ids import id_in
from .desk_preview import preview, prices
from .desk_proofs import renderings
from .desk_seat import SEAT, desk_page
from .errors import TABLE
from .guard import NoAccess, Role, Routes
from .respond import chosen, see_other

routes = Routes()

FEWEST_ROWS = 3
"""Of identifiers; there are always two empty ones."""
TABLE[NotThere] = TABLE[NoAccess]
errors.say(NotNow, 409, lazy("The alert has changed in the meantime, so this cannot be done to it any more."))
errors.say(
    CannotOpen,
    500,
    lazy("It cannot be opened: what is stored of it is damaged, or its key is gone. Tell whoever runs the service."),
)
errors.say(NotOpen, 409, lazy("Somebody has answered this proposal already, or it was replaced by another."))


@routes.get("/desk/alerts/{id}/write", role=Role.MODERATOR)
async def write(request: web.Request) -> web.Response:
    """The form: what was said last, or the report's structured fields."""
    service = request.app[SERVICE]
    async with service.reading() as session:
        alert = await _alert(request, session)
        data = await _start(session, service, alert)
        reports = await board.reports_of(session, alert.id)
        found = await _found(session, service, reports)
    return _form(request, data, reference=alert.reference, kind=kind_of(alert), reports=reports, found=found)


def written_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The form with the words still in it."""
    kind = VersionKind.UPDATE if data.get("kind") == VersionKind.UPDATE else VersionKind.ALERT
    return _form(request, data, reference=str(data.get("reference", "")), kind=kind, notice=notice, found=_ticked(data))


@routes.post("/desk/alerts/{id}/write", role=Role.MODERATOR, again=written_again)
async def look(request: web.Request) -> web.Response:
    """Preview what was written, change it again, or lay it before a second moderator."""
    service, data, seat = request.app[SERVICE], await forms.body(request), request[SEAT]
    now, act = service.now(), data.get("act")
    draft, wrong = forms.read(Draft, data)
    async with service.reading() as session:
        alert = await _alert(request, session)
        reports = await board.reports_of(session, alert.id)
        found = await _found(session, service, reports)
    kind = kind_of(alert)

    def form(status: int, wrong: Mapping[str, str]) -> web.Response:
        return _form(
            request,
            data,
            reference=alert.reference,
            kind=kind,
            wrong=wrong,
            status=status,
            reports=reports,
            found=found,
        )

    if draft is None or act == "change":
        return form(422 if draft is None else 200, wrong)
    try:
        ready = warning.make(draft, service.atlas, reference=alert.reference, kind=kind)
    except warning.NotReady as error:
        return form(422, error.errors)
    if act != "propose":
        return await _preview(request, alert, draft, ready, now=now)
    proofs = renderings(request, ready.wording, reference=alert.reference, kind=kind, now=now)
    async with service.reading() as session:
        looked = await clearance.look(session, service.vault, alert.id, ready.wording, proofs)
    try:
        async with service.transaction() as session:
            await clearance.clear(
                session,
                service.vault,
                alert.id,
                ready.wording,
                proofs,
                not_hers=chosen(data, "not_hers"),
                looked=looked,
                by=seat.moderator_id,
                now=now,
            )
            proposal = await drafts.propose(
                session,
                service.vault,
                service.atlas,
                alert.id,
                ready.wording,
                prices=prices(service),
                kind=kind,
                by=seat.moderator_id,
                now=now,
            )
            if ready.is_wider:
                detail = {"proposal": str(proposal.id), "because": ready.wording.widened}
                actor, subject = f"moderator:{seat.moderator_id}", f"alert:{alert.id}"
                await audit.write(session, actor=actor, act="alert.widened", subject=subject, now=now, detail=detail)
    except NotCleared as error:
        return await _preview(request, alert, draft, ready, now=now, outlook=error.outlook, status=422)
    return see_other(f"/desk/proposals/{proposal.id}")


async def _preview(
    request: web.Request,
    alert: Alert,
    draft: Draft,
    ready: warning.Ready,
    *,
    now: datetime,
    outlook: Outlook | None = None,
    status: int = 200,
) -> web.Response:
    """The warning as it will arrive, and what stands in its way."""
    service, kind = request.app[SERVICE], kind_of(alert)
    proofs = renderings(request, ready.wording, reference=alert.reference, kind=kind, now=now)
    async with service.reading() as session:
        seen = await preview(session, service, ready.wording, reference=alert.reference, kind=kind, now=now)
        if outlook is None:
            outlook = await clearance.look(session, service.vault, alert.id, ready.wording, proofs)
        names = await accounts.names(session)
    kept = draft.model_copy(update={"text": ready.wording.text, "drafted": ready.drafted})
    return desk_page(
        request,
        "preview.html",
        status=status,
        alert=alert,
        kind=kind,
        seen=seen,
        kept=list(pairs(kept.model_dump(mode="json"))),
        outlook=outlook,
        is_refused=status != 200,
        names=names,
        words=desk_words,
    )


def kind_of(alert: Alert) -> VersionKind:
    """What can be written now; raise `NotNow` once the alert is over."""
    match alert.state:
        case AlertState.DRAFT:
            return VersionKind.ALERT
        case AlertState.LIVE:
            return VersionKind.UPDATE
    raise NotNow


def pairs(fields: Mapping[str, object], *, before: str = "") -> Iterator[tuple[str, str]]:
    """*fields* as a form sends them, to be carried along unseen."""
    for name, value in fields.items():
        if isinstance(value, list):
            for number, each in enumerate(value):
                if isinstance(each, dict):
                    yield from pairs(each, before=f"{before}{name}.{number}.")
                else:
                    yield f"{before}{name}", str(each)
        elif value is not None:
            yield f"{before}{name}", str(value)


async def _alert(request: web.Request, session: AsyncSession) -> Alert:
    alert = await session.get(Alert, id_in(request))
    if alert is None:
        raise NotThere
    return alert


async def _start(session: AsyncSession, service: Service, alert: Alert) -> dict[str, object]:
    """What stands in the form at first."""
    kind = kind_of(alert)
    last = await board.last_proposal(session, alert.id)
    if last is not None:
        wording = drafts.read(service.vault, last)
    elif kind is VersionKind.UPDATE:
        wording = said(await newest(session, alert.id))
    else:
        return await _from_report(session, service, alert)
    draft = warning.from_wording(wording, service.atlas, reference=alert.reference, kind=kind)
    return draft.model_dump(mode="json")


async def _from_report(session: AsyncSession, service: Service, alert: Alert) -> dict[str, object]:
    report_id = (await board.reports_of(session, alert.id))[0]
    try:
        story = await case.read_story(session, service.vault, report_id)
    except CannotOpen:
        story = None
    if story is None:
        return {}
    draft = warning.from_story(story, service.atlas, today=service.now().date())
    has_category = story.category is not None and story.category not in SAFEGUARDING
    text = warning.compose(draft, reference=alert.reference, kind=VersionKind.ALERT) if has_category else ""
    fields = draft.model_copy(update={"text": text, "drafted": text}).model_dump(mode="json")
    if not has_category:
        del fields["category"]
    return fields


async def _found(session: AsyncSession, service: Service, reports: Iterable[UUID]) -> dict[str, tuple[Kind, str]]:
    """What is his in her words and not in the form, to be ticked."""
    found: dict[str, tuple[Kind, str]] = {}
    for report_id in reports:
        try:
            words = await redacting.open_words(session, service.vault, report_id)
        except CannotOpen:
            # The warning can be written without what it offers; the preview says what is in the way.
            continue
        for kind, value in words.his if words else ():
            found[f"{kind} {value}"] = (kind, value)
    return found


def _ticked(data: Mapping[str, object]) -> dict[str, tuple[Kind, str]]:
    """What was ticked, where the database may be away."""
    parted = {each: each.partition(" ") for each in chosen(data, "found")}
    return {each: (Kind(kind), value) for each, (kind, _, value) in parted.items() if kind in set(Kind)}


def _form(
    request: web.Request,
    data: Mapping[str, object],
    *,
    reference: str,
    kind: VersionKind,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
    notice: str = "",
    reports: object = (),
    found: Mapping[str, tuple[Kind, str]] | None = None,
) -> web.Response:
    service, typed = request.app[SERVICE], data.get("identifiers")
    forces = {force.id: force.name for force in sorted(service.atlas.police.values(), key=lambda force: force.name)}
    return desk_page(
        request,
        "write.html",
        status=status,
        data=data,
        errors=wrong,
        notice=notice,
        reference=reference,
        kind=kind,
        forces=forces,
        reports=reports,
        found=found or {},
        rows=max(FEWEST_ROWS, (len(typed) if isinstance(typed, list) else 0) + 2),
        words=desk_words,
    )
