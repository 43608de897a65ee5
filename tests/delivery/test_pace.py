"""Never more than permitted and hardly less, shared by weight, and everybody keeps her number."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ugly_mugs.contract import Purpose, Sender
from ugly_mugs.delivery.breaker import LEAST_SHARE, PROBE_SECONDS, RECOVERY_SECONDS, Standing
from ugly_mugs.delivery.pace import LONGEST_WAIT, NO_LIMIT, Pace, burst

ALERTS, OTHERS = Purpose.ALERTS, Purpose.OTHERS
START = 1_800_000_000.0
rates = st.floats(1, 1_000)
askings = st.lists(
    st.tuples(st.sampled_from([0.0, 0.001, 0.05, 0.3, 2.0, 30.0]), st.lists(st.integers(1, 30), max_size=60)),
    max_size=60,
)
"""How long after the last one somebody asks, and the lengths of what she has."""


def a_sender(name: str = "one", rate: float | None = 10, **options: object) -> Sender:
    return Sender(name=name, segments_a_second=rate, **options)  # type: ignore[arg-type]


def standings(*senders: Sender, at: float = START) -> dict[str, Standing]:
    return {
        one.name: Standing(name=one.name, tokens=burst(one.segments_a_second or 0), filled_at=at) for one in senders
    }


def a_pace(senders: Sequence[Sender], stand: dict[str, Standing] | None = None, *, at: float = START) -> Pace:
    return Pace("sms", senders, standings(*senders) if stand is None else stand, now=at, locked=True)


@given(rate=rates, askings=askings)
@settings(deadline=None)
def test_never_more_than_permitted_goes_however_it_is_asked_for(
    rate: float, askings: list[tuple[float, list[int]]]
) -> None:
    sender, at = a_sender(rate=rate), START
    stand, went = standings(sender), list[tuple[float, int]]()

    for later, lengths in askings:
        at += later
        pace = a_pace([sender], stand, at=at)
        went += [(at, length) for length in lengths if pace.assign("her", length, ALERTS)]

    for first, (begin, _) in enumerate(went):
        total = 0
        for end, length in went[first:]:
            total += length
            longest = max(length for _, length in went[first:])
            assert total <= rate * (end - begin) + max(burst(rate), longest) + 0.01


@given(rate=rates, length=st.integers(1, 8))
@settings(deadline=None, max_examples=40)
def test_what_is_permitted_is_used_when_somebody_asks_every_50_milliseconds(rate: float, length: int) -> None:
    sender = a_sender(rate=rate)
    stand, went = standings(sender), 0

    for step in range(1201):
        pace = a_pace([sender], stand, at=START + step * 0.05)
        while pace.assign("her", length, ALERTS):
            went += length

    assert went >= 0.95 * rate * 60


@given(rate=rates, asked=st.lists(st.floats(0, 5), min_size=1, max_size=30))
def test_a_clock_that_another_worker_read_before_gives_nothing_twice(rate: float, asked: list[float]) -> None:
    sender = a_sender(rate=rate)
    stand, went, latest = standings(sender), 0, 0.0

    for at in asked:
        latest = max(latest, at)
        pace = a_pace([sender], stand, at=START + at)
        while pace.assign("her", 1, ALERTS):
            went += 1

    assert went <= rate * latest + burst(rate) + 0.01


def test_a_full_bucket_gains_nothing_between_the_charge_and_when_it_leaves() -> None:
    sender = a_sender(rate=10)
    full, half = standings(sender), standings(sender)
    half["one"].tokens = 5

    for stand in (full, half):
        pace = a_pace([sender], stand)
        while pace.assign("her", 1, ALERTS):
            pass
        pace.leave(now=START + 0.7)

    assert a_pace([sender], full, at=START + 0.7).most(ALERTS) == 0
    assert a_pace([sender], half, at=START + 0.7).most(ALERTS) == 5  # and 5 that it had room for
    assert a_pace([sender], full, at=START + 1.7).most(ALERTS) == 10


def test_a_database_clock_that_is_set_back_stops_nobody_for_long() -> None:
    sender = a_sender(rate=10)
    stand = standings(sender, at=START + 3600)
    stand["one"].tokens = 0

    first = a_pace([sender], stand, at=START).most(ALERTS)

    assert first == 0
    assert a_pace([sender], stand, at=START + 1).most(ALERTS) == 10


def test_a_message_longer_than_the_bucket_goes_when_that_is_full_and_is_paid_for() -> None:
    sender = a_sender(rate=1)
    stand = standings(sender)
    first = a_pace([sender], stand)

    went = [first.assign("her", 1, ALERTS), first.assign("her", 24, ALERTS)]
    waited = first.wait(ALERTS)
    after = a_pace([sender], stand, at=START + 1)

    assert (went, waited) == ([sender, None], 1)
    assert after.assign("her", 24, ALERTS) == sender
    assert after.wait(ALERTS) == 15
    assert a_pace([sender], stand, at=START + 15.5).most(ALERTS) == 0
    assert a_pace([sender], stand, at=START + 16).most(ALERTS) == 1


def test_nobody_overtakes_a_longer_message_that_is_more_urgent() -> None:
    sender = a_sender(rate=10)
    stand = standings(sender)
    stand["one"].tokens = 3
    pace = a_pace([sender], stand)

    urgent, short = pace.assign("her", 5, ALERTS), pace.assign("other", 1, OTHERS)

    assert (urgent, short, pace.most(ALERTS)) == (None, None, 0)
    assert pace.wait(ALERTS) == pytest.approx(0.2)


@given(
    weights=st.lists(st.floats(1, 10), min_size=2, max_size=4),
    limits=st.sampled_from([None, 1e9]),
)
@settings(deadline=None, max_examples=20)
def test_each_gets_its_share_by_weight(weights: list[float], limits: float | None) -> None:
    senders = [a_sender(f"+4477009000{n:02}", limits, weight=weight) for n, weight in enumerate(weights)]
    pace = a_pace(senders)

    chosen = Counter(sender.name for n in range(8_000) if (sender := pace.assign(str(n), 1, ALERTS)))

    for sender in senders:
        assert chosen[sender.name] / 8_000 == pytest.approx(sender.weight / sum(weights), abs=0.03)


def test_everybody_gets_her_messages_from_the_same_number() -> None:
    senders = [a_sender(name, None) for name in ("one", "two", "three")]

    first = [a_pace(senders).assign(str(her), 2, ALERTS) for her in range(200)]
    later = [a_pace(senders[::-1], at=START).assign(str(her), 5, OTHERS) for her in range(200)]

    assert first == later
    assert {sender.name for sender in first if sender} == {"one", "two", "three"}


def test_when_hers_has_nothing_left_another_number_writes_to_her() -> None:
    senders = [a_sender("one", 10), a_sender("two", 30)]
    pace = a_pace(senders)

    went = Counter(sender.name for _ in range(40) if (sender := pace.assign("her", 1, ALERTS)))

    assert went == {"one": 10, "two": 15}
    assert pace.wait(ALERTS) == pytest.approx(1 / 30)


def test_each_carries_only_what_it_is_for() -> None:
    alerts, both = a_sender("alerts", 10, carries=frozenset({ALERTS}), pence=Decimal(3)), a_sender("both", 10)
    pace = a_pace([alerts, both])

    assert (pace.most(ALERTS), pace.most(OTHERS)) == (20, 10)
    assert {pace.assign(str(her), 1, OTHERS) for her in range(10)} == {both}
    assert pace.assign("her", 1, OTHERS) is None
    assert pace.assign("her", 1, ALERTS) is alerts, "what waits for the other does not hold it up"
    assert a_pace([alerts]).wait(OTHERS) == LONGEST_WAIT


def test_without_limits_everything_goes_and_there_is_nothing_to_save() -> None:
    pace = a_pace([a_sender("smtp", None)])

    went = [pace.assign(str(her), 3, ALERTS) for her in range(1000)]

    assert all(went)
    assert (pace.most(ALERTS), pace.wait(ALERTS), pace.charged) == (NO_LIMIT, 0, [])


def test_what_did_not_go_is_put_back() -> None:
    sender = a_sender(rate=10)
    pace = a_pace([sender])
    pace.assign("her", 8, ALERTS)

    pace.put_back(sender, 8)

    assert pace.most(ALERTS) == 10


def test_while_one_is_shut_all_goes_to_the_others() -> None:
    senders = [a_sender("one"), a_sender("two")]
    stand = standings(*senders)
    stand["one"].opened, stand["one"].shut_until = 1, START + 30

    pace = a_pace(senders, stand)

    assert pace.most(ALERTS) == 10
    assert {sender.name for her in range(10) if (sender := pace.assign(str(her), 1, ALERTS))} == {"two"}


@pytest.mark.parametrize("rate", [10, None])
def test_while_all_are_shut_everything_waits(rate: float | None) -> None:
    senders = [a_sender("one", rate), a_sender("two", rate)]
    stand = standings(*senders)
    for one, seconds in zip(stand.values(), (30, 12), strict=True):
        one.opened, one.shut_until = 1, START + seconds

    pace = a_pace(senders, stand)

    assert (pace.most(ALERTS), pace.assign("her", 1, ALERTS), pace.wait(ALERTS)) == (0, None, 12)


@pytest.mark.parametrize("rate", [10, None])
def test_afterwards_one_message_tries_it_however_many_ask(rate: float | None) -> None:
    sender = a_sender(rate=rate)
    stand = standings(sender)
    stand["one"].opened, stand["one"].shut_until = 1, START - 1

    first = a_pace([sender], stand)
    allowed = first.most(ALERTS)
    tried = [first.assign("her", 2, ALERTS), first.assign("other", 2, ALERTS)]
    second = a_pace([sender], stand, at=START + 1)

    assert (allowed, tried) == (1, [sender, None])
    assert second.assign("third", 2, ALERTS) is None
    assert first.charged == [stand["one"]]
    assert second.wait(ALERTS) == PROBE_SECONDS - 1
    assert a_pace([sender], stand, at=START + PROBE_SECONDS).assign("third", 2, ALERTS) is sender


def test_a_message_that_was_to_try_it_and_did_not_go_leaves_that_to_the_next() -> None:
    sender = a_sender()
    stand = standings(sender)
    stand["one"].opened, stand["one"].shut_until = 1, START - 1
    pace = a_pace([sender], stand)
    pace.assign("her", 2, ALERTS)

    pace.put_back(sender, 2)

    assert pace.assign("other", 1, ALERTS) is sender


def test_people_drift_back_to_a_number_that_works_again_each_only_once() -> None:
    senders = [a_sender("one", None), a_sender("two", None)]
    stand = standings(*senders)
    stand["one"].opened, stand["one"].recovering_since = 1, START
    shares = []
    moved: list[set[int]] = []

    for seconds in (0, RECOVERY_SECONDS / 2, RECOVERY_SECONDS, RECOVERY_SECONDS * 2):
        pace = a_pace(senders, stand, at=START + seconds)
        on_one = {her for her in range(4_000) if pace.assign(str(her), 1, ALERTS) is senders[0]}
        shares.append(len(on_one) / 4_000)
        moved.append(on_one)

    assert shares == pytest.approx([LEAST_SHARE / (1 + LEAST_SHARE), 1 / 3, 1 / 2, 1 / 2], abs=0.03)
    assert moved[0] < moved[1] < moved[2] == moved[3]
