"""The bench measures what it says: each load sends every text, and the provider gets each once."""

import asyncio

import pytest

from bench import rounds, sending
from bench.houses import a_house
from bench.rounds import Contender

FEW = 50


async def test_our_line_and_the_bare_loop_send_every_text_once() -> None:
    async with rounds.a_stub(0) as one, rounds.a_stub(0) as other, a_house("sqlite", subscribers=FEW) as house:
        rates = await asyncio.gather(
            rounds.once(one, Contender("bare", FEW)), rounds.once(other, sending.ours(house, FEW))
        )

    assert all(rate > 0 for rate in rates)


@pytest.mark.parametrize(("sent", "taken"), [(49, 49), (50, 51), (50, 49), (49, 50)])
def test_a_load_that_lost_or_repeated_a_text_is_no_figure(sent: int, taken: int) -> None:
    with pytest.raises(rounds.Wrong):
        rounds.check(Contender("bare", FEW), sent=sent, taken=taken)
