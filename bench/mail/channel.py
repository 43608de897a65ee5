"""Our channel alone, without the ledger: as many loops as connections, each handing over the next mail that is left."""

import asyncio

from ugly_mugs.contract import Message
from ugly_mugs.delivery import rendering

from ..loads import Done, Task, measured
from . import words


async def run(task: Task) -> Done:
    """Each mail is its own `Message`, as the line makes them; the words are shared, as they are there."""
    channel, parts = words.a_channel(task.url, connections=task.in_flight), words.parts()
    left = iter(range(task.count))
    sent = 0

    async def send() -> None:
        nonlocal sent
        for number in left:
            link = words.link(number)
            message = Message(
                id=f"d-{number}",
                to=words.address(number),
                parts=parts,
                personal={words.MARK: link},
                headers=rendering.unsubscribe_headers(link),
            )
            await channel.send(message)
            sent += 1

    with measured() as watch:
        await asyncio.gather(*(send() for _ in range(task.in_flight)))
    await channel.close()
    return Done(sent, watch.seconds)
