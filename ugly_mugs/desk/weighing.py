"""One report held against a few others, opened for it: what speaks for one man, and what against."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..identifiers import Normal
from ..intake import sealed
from ..matching import comparing
from ..matching.comparing import Commonness, Profile, Verdict
from ..matching.weights import HUB
from ..models import Report, ReportKey, ReportState
from ..vault import CannotOpen, Vault
from . import describing

AMONG: Final = 100_000
"""As many reports as a busy national scheme keeps at a time: stories are kept for a year."""
GONE: Final = (ReportState.WITHDRAWN, ReportState.ERASED)
_COMMON: Final = Commonness()


async def profiles(
    session: AsyncSession, vault: Vault, report_ids: Collection[UUID], *, hold: bool = False
) -> dict[UUID, Profile]:
    """What each of *report_ids* says of him, if it can be opened and was not taken back; *hold* keeps it so."""
    asked = (
        select(Report, ReportKey)
        .join(ReportKey, col(ReportKey.report_id) == col(Report.id))
        .where(col(Report.id).in_(sorted(report_ids)), col(Report.state).not_in(GONE))
        .order_by(col(Report.id))
    )
    found, read = {}, describing.Read()
    for report, row in await session.exec(asked.with_for_update(read=True, of=Report) if hold else asked):
        try:
            told = sealed.told(report.body or b"", sealed.key_at_desk(vault, row), report_id=report.id)
        except CannotOpen:
            continue
        found[report.id] = Profile.of(describing.opened(report.id, told, read))
    return found


def weigh(mine: Profile, others: Mapping[UUID, Profile], *, hubs: Collection[Normal] = ()) -> dict[UUID, Verdict]:
    """What speaks for and against each of *others* being about the man in *mine*."""
    worth = dict.fromkeys(hubs, 0.0)
    for named in mine.identifiers.values():
        for normal in named - worth.keys():
            sharers = [each for each in others.values() if normal in each.identifiers.get(normal.kind, ())]
            if comparing.describe_several([mine, *sharers], common=_COMMON):
                worth[normal] = HUB
    return {
        id_: comparing.compare(mine, other, reports=AMONG, common=_COMMON, worth=worth) for id_, other in others.items()
    }


def fits_all(mine: Profile, one: Verdict, group: Sequence[Profile]) -> bool:
    """Whether *mine* fits what all reports of one man say together, and not only the one it met by."""
    if len(group) < 2:
        return one.is_link
    together = group[0]
    for each in group[1:]:
        together = together.with_also(each)
    return comparing.compare(mine, together, reports=AMONG, common=_COMMON).is_link
