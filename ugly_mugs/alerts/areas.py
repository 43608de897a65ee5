"""Areas are interned: everybody who wants the same one points to the same row."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import areas
from ..areas import Atlas
from ..models import Area
from ..models.upsert import insert


async def intern(session: AsyncSession, atlas: Atlas, area: areas.Area) -> int:
    """The row of *area*, made if nobody wanted it before; raise `UnknownDistrict` or `UnknownArea`."""
    code = atlas.district(area.code).code if area.kind == "district" else area.code
    wanted = select(Area.id).where(Area.kind == area.kind, Area.code == code, Area.miles == area.miles)
    if (known := (await session.exec(wanted)).first()) is not None:
        return known
    bits = atlas.bits(areas.Area(area.kind, code, area.miles))
    row = {"kind": area.kind, "code": code, "miles": area.miles, "districts": atlas.to_bytes(bits)}
    # Two people may want a new area at the same moment: whoever is second takes the first one's row.
    await session.exec(insert(session, Area).values(row).on_conflict_do_nothing())
    found = (await session.exec(wanted)).one()
    assert found is not None
    return found
