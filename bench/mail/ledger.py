"""All of it: our line with the ledger. Settings `database` (filled and migrated) and `keys` say where its house is."""

from pathlib import Path

from sqlalchemy import func, select

from tests import makers
from ugly_mugs.models import Delivery, DeliveryState, table
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver
from ugly_mugs.workers.line import Line

from .. import texts
from ..loads import Done, Task, measured
from . import words


async def run(task: Task) -> Done:
    """Send one alert to everybody in the house; the books are the ledger's, read from the database afterwards."""
    keys = Path(task.settings["keys"])
    channel = words.a_channel(task.url, connections=task.in_flight)
    database = task.settings["database"]
    async with makers.a_service(database, keys, var=keys.parent, channels={"email": channel}) as service:
        before = await _sent(service)
        everywhere = service.atlas.codes(service.atlas.everywhere())
        await makers.an_alert(service, wording=makers.a_wording(service.atlas, reach=everywhere, text=texts.BODY))
        while await deliver.expand(service):
            pass
        line = Line(service, "email", worker="bench")
        with measured() as watch:
            while await line.push():
                pass
            await line.drain()
        sent = await _sent(service) - before
        await channel.close()
    return Done(sent, watch.seconds)


async def _sent(service: Service) -> int:
    deliveries = table(Delivery).c
    async with service.reading() as session:
        connection = await session.connection()
        counted = select(func.count()).where(deliveries.state == DeliveryState.SENT)
        return (await connection.execute(counted)).scalar_one()
