"""No ledger at all: posts the texts and forgets them.

As aiohttp's own documentation shows: one session, a form given as a dict, `response.json()` ("Client Quickstart"),
and a connection pool with a limit ("Advanced Client Usage"). With `form=yarl`, the form is written by yarl instead, as
our own client does it, which is what takes most of the time otherwise.
"""

import asyncio

import aiohttp
from yarl import URL

from tests import makers

from . import texts
from .loads import Done, Task, measured


async def run(task: Task) -> Done:
    """As many loops as messages in flight, each posting the next one that is left."""
    where = texts.address(task.url)
    headers = {"Authorization": aiohttp.encode_basic_auth(makers.ACCOUNT_SID, makers.AUTH_TOKEN)}
    by_yarl = task.settings.get("form") == "yarl"
    if by_yarl:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    left = iter(enumerate(texts.numbers(task.count)))
    sent = 0
    with measured() as watch:
        async with aiohttp.ClientSession(
            headers=headers, connector=aiohttp.TCPConnector(limit=task.in_flight)
        ) as session:

            async def post() -> None:
                nonlocal sent
                for number, to in left:
                    form = texts.form(number, to)
                    data = URL.build(query=form).raw_query_string.encode() if by_yarl else form
                    async with session.post(where, data=data) as response:
                        sent += (await response.json())["status"] == "queued"

            await asyncio.gather(*(post() for _ in range(task.in_flight)))
    return Done(sent, watch.seconds)
