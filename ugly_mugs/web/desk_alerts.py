"""The second moderator's yes or no, and an alert on its way: progress, versions, taking it back."""

from typing import Annotated
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from ..alerts import approval, cancelling, drafts, reach
from ..alerts.approval import NotConsented, SamePerson, TooEarly
from ..alerts.drafts import NotThere
from ..delivery import alarms
from ..delivery.progress import is_running, standing
from ..desk import accounts, board, case, clearance
from ..desk.clearance import NotCleared, Outlook
from ..languages import lazy
from ..models import Alert, AlertState, DeliveryState, Proposal, ProposalState, VersionKind
from ..service import Service
from . import MEANING, SERVICE, desk_alarms, desk_words, errors, forms
from .desk_ids import id_in
from .desk_preview import pounds, preview, prices
from .desk_proofs import renderings
from .desk_seat import SEAT, desk_page
from .guard import Role, Routes
from .respond import see_other, typed

log = structlog.get_logger()
routes = Routes()

RUNNING = {DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN}
WATCHED_SECONDS = 600
"""How long the page reloads itself: a sitting must not stay open because nobody closed a tab."""
NOT_CONSENTED = "Nobody may be told: no report behind it allows it any more."
UNTIL_SHE_SAYS = "Its reporter wants it to wait until she says so."

errors.say(SamePerson, 403, lazy("You wrote this yourself: somebody else has to agree."))
NOT_OUT = lazy("It did not go out")
errors.say(NotConsented, 409, lazy("Nobody may be told: no report behind it allows it any more."), title=NOT_OUT)
errors.say(TooEarly, 409, lazy("Its reporter wants it to wait."), title=NOT_OUT)


class SendBack(forms.Form):
    """Why not."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


@routes.get("/desk/proposals/{id}", role=Role.MODERATOR)
async def proposal(request: web.Request) -> web.Response:
    """What one moderator wants to send, as another sees it before she agrees."""
    return await _proposal(request)


@routes.post("/desk/proposals/{id}/approve", role=Role.MODERATOR, fresh=True)
async def approve(request: web.Request) -> web.Response:
    """Agree: from now on everybody in reach will be told."""
    service, me = request.app[SERVICE], request[SEAT].moderator_id
    proposal_id, now = id_in(request), service.now()
    async with service.reading() as session:
        asked, found = await _asked(session, proposal_id)
        wording = drafts.read(service.vault, asked)
    proofs = renderings(request, wording, reference=found.reference, kind=asked.kind, now=now)
    async with service.reading() as session:
        looked = await clearance.look(session, service.vault, found.id, wording, proofs)
    try:
        async with service.transaction() as session:
            # What she added since it was proposed counts, and so does what was decided since.
            await clearance.clear(session, service.vault, found.id, wording, proofs, looked=looked, by=me, now=now)
            version = await approval.approve(session, service.vault, service.atlas, proposal_id, by=me, now=now)
            await case.decided(session, version.alert_id, now=now)
    except NotCleared as error:
        return await _proposal(request, status=409, outlook=error.outlook)
    log.info("alert.approved", alert=str(version.alert_id), version=str(version.id), count=version.people)
    return see_other(f"/desk/alerts/{version.alert_id}")


def sent_back_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The reason, still in its field."""
    return desk_page(request, "reason.html", data=data, notice=notice)


@routes.post("/desk/proposals/{id}/send-back", role=Role.MODERATOR, again=sent_back_again)
async def send_back(request: web.Request) -> web.Response:
    """Refuse, and say why."""
    data = await forms.body(request)
    refusal, wrong = forms.read(SendBack, data)
    if refusal is None:
        return await _proposal(request, status=422, data=data, wrong=wrong)
    service, me = request.app[SERVICE], request[SEAT].moderator_id
    async with service.transaction() as session:
        await drafts.send_back(session, service.vault, id_in(request), by=me, reason=refusal.reason, now=service.now())
    return see_other("/desk")


@routes.get("/desk/alerts/{id}", role=Role.MODERATOR)
async def alert(request: web.Request) -> web.Response:
    """An alert through its life: what it says, who got it, what can be done to it."""
    service = request.app[SERVICE]
    now = service.now()
    async with service.reading() as session:
        found = await _alert(session, id_in(request))
        versions = await board.versions(session, found.id)
        if not versions:
            return see_other(f"/desk/alerts/{found.id}/write")
        newest = versions[0]
        stands = await standing(session, newest.id)
        is_written = not await is_running(session, newest.id)
        ringing = await alarms.about_sending(session, now=now)
        proposed = await drafts.open_proposal(session, found.id)
        told = await board.told(session, found.id)
        reports = await board.reports_of(session, found.id)
        names = await accounts.names(session)
    under_way = sum(stands.states.get(state, 0) for state in RUNNING)
    total = sum(stands.states.values())
    meaning = request.app[MEANING]
    return desk_page(
        request,
        "alert.html",
        alert=found,
        versions=versions,
        newest=newest,
        stands=stands,
        reasons=[(each, *desk_words.reason(each.code, meaning)) for each in stands.setbacks],
        alarms=desk_alarms.in_words(ringing, meaning),
        proposed=proposed,
        told=told,
        reports=reports,
        names=names,
        steps=[(words, sum(stands.states.get(one, 0) for one in each)) for words, each in desk_words.PROGRESS.items()],
        total=total,
        done=total - under_way,
        is_running=newest.to_members and (under_way > 0 or not is_written),
        reloads=(now - newest.issued_at).total_seconds() < WATCHED_SECONDS,
        pounds=pounds,
        words=desk_words,
    )


@routes.get("/desk/alerts/{id}/cancel", role=Role.MODERATOR)
async def cancelling_page(request: web.Request) -> web.Response:
    """What taking it back means, before it is done."""
    return await _cancel(request)


@routes.post("/desk/alerts/{id}/cancel", role=Role.MODERATOR)
async def cancel(request: web.Request) -> web.Response:
    """Take it back and tell those who got it; one moderator may, because it must not wait."""
    data = await forms.body(request)
    if not data.get("shown") or typed(data, "people").strip() != data.get("shown"):
        wrong = {"people": f"Type the number {data.get('shown', '')}: that many people will be told."}
        return await _cancel(request, status=422, data=data, wrong=wrong)
    service, me, now = request.app[SERVICE], request[SEAT].moderator_id, request.app[SERVICE].now()
    alert_id = id_in(request)
    async with service.transaction() as session:
        version = await cancelling.cancel(session, service.atlas, alert_id, by=me, prices=prices(service), now=now)
    log.info("alert.cancelled", alert=str(alert_id), version=str(version.id))
    return see_other(f"/desk/alerts/{alert_id}")


async def _proposal(
    request: web.Request,
    *,
    status: int = 200,
    data: forms.Sent | None = None,
    wrong: dict[str, str] | None = None,
    outlook: Outlook | None = None,
) -> web.Response:
    service, me = request.app[SERVICE], request[SEAT].moderator_id
    now = service.now()
    async with service.reading() as session:
        asked, found = await _asked(session, id_in(request))
        wording = drafts.read(service.vault, asked)
        seen = await preview(session, service, wording, reference=found.reference, kind=asked.kind, now=now)
        names = await accounts.names(session)
        reports = await board.reports_of(session, found.id)
        held = await _held(session, service, found.id)
        if outlook is None and asked.state is not ProposalState.OPEN:
            outlook = Outlook()  # whatever stands in its way stopped mattering when it was answered
        elif outlook is None:
            proofs = renderings(request, wording, reference=found.reference, kind=asked.kind, now=now)
            outlook = await clearance.look(session, service.vault, found.id, wording, proofs)
    return desk_page(
        request,
        "proposal.html",
        status=status,
        data=data,
        errors=wrong,
        proposal=asked,
        alert=found,
        kind=asked.kind,
        seen=seen,
        names=names,
        reports=reports,
        held=held,
        outlook=outlook,
        is_refused=status == 409,
        is_mine=asked.proposed_by == me,
        is_open=asked.state is ProposalState.OPEN,
        reason=drafts.reason_given(service.vault, asked),
        words=desk_words,
    )


async def _asked(session: AsyncSession, proposal_id: UUID) -> tuple[Proposal, Alert]:
    asked = await session.get(Proposal, proposal_id)
    if asked is None:
        raise NotThere
    return asked, await _alert(session, asked.alert_id)


async def _held(session: AsyncSession, service: Service, alert_id: UUID) -> str:
    """Why it cannot go yet; nothing if it can."""
    try:
        await approval.permitted(session, alert_id, today=service.now().date())
    except NotConsented:
        return NOT_CONSENTED
    except TooEarly as error:
        return f"Its reporter wants it to wait until {error.until:%-d %B}." if error.until else UNTIL_SHE_SAYS
    return ""


async def _cancel(
    request: web.Request,
    *,
    status: int = 200,
    data: forms.Sent | None = None,
    wrong: dict[str, str] | None = None,
) -> web.Response:
    service = request.app[SERVICE]
    async with service.reading() as session:
        found = await _alert(session, id_in(request))
        if found.state not in {AlertState.LIVE, AlertState.STOPPED}:
            raise drafts.NotNow
        told = (await reach.told(session, found.id)).people
        versions = await board.versions(session, found.id)
    return desk_page(
        request,
        "cancel.html",
        status=status,
        data=data,
        errors=wrong,
        alert=found,
        told=told,
        newest=versions[0],
        kind=VersionKind.CANCEL,
    )


async def _alert(session: AsyncSession, alert_id: UUID) -> Alert:
    found = await session.get(Alert, alert_id)
    if found is None:
        raise NotThere
    return found
