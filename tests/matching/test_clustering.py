"""All reports at once: who is one man, who is not, and what links nothing."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest

from tests import offenders
from ugly_mugs.matching import clustering, reading, weights
from ugly_mugs.matching.described import Described


def reports(*told: dict[str, Any]) -> list[Described]:
    return [reading.read(json.dumps({"id": number, **each})).report for number, each in enumerate(told)]


def clusters(*told: dict[str, Any]) -> list[set[int]]:
    """Reports by their place, in clusters of more than one."""
    found = clustering.cluster(reports(*told)).of
    by_cluster: dict[str, set[int]] = {}
    for id_, name in found.items():
        by_cluster.setdefault(name, set()).add(int(id_))
    return sorted((each for each in by_cluster.values() if len(each) > 1), key=min)


def test_reports_that_name_one_phone_are_one_cluster_however_it_is_written() -> None:
    assert clusters({"phone": "07700 900123"}, {"phone": "+44 (0)7700 900 123"}, {"phone": "07700 900999"}) == [{0, 1}]


def test_a_cluster_is_called_after_its_first_report() -> None:
    found = clustering.cluster(reports({"phone": "07700 900123"}, {}, {"phone": "07700 900123"}))

    assert found.of == {"0": "0", "1": "1", "2": "0"}


def test_a_man_with_two_phones_and_a_car_is_one_by_way_of_the_car() -> None:
    told = clusters(
        {"phone": "07700 900123", "vrm": "KX12 ABC"}, {"phone": "07700 900777", "vrm": "KX12 ABC"},
        {"phone": "07700 900777", "name": "Kev"},
    )  # fmt: skip

    assert told == [{0, 1, 2}]


def test_a_number_shared_by_very_many_links_nothing_by_itself() -> None:
    switchboard = [{"phone": "020 7946 0999"} for _ in range(weights.MANY + 1)]

    assert clusters(*switchboard) == []
    assert len(clusters(*switchboard[: weights.MANY])) == 1


def test_two_who_share_a_hub_are_still_found_by_what_else_they_share() -> None:
    switchboard: list[dict[str, Any]] = [{"phone": "020 7946 0999"} for _ in range(weights.MANY)]

    assert clusters(*switchboard, {"phone": "020 7946 0999", "vrm": "KX12 ABC"}, {"vrm": "KX12 ABC"}) == [{40, 41}]


def test_a_taxi_that_brings_several_men_links_none_of_them() -> None:
    men = (
        {"age": 24, "eth": "asian", "build": "slim", "acc": "scouse", "height": 66},
        {"age": 60, "eth": "white british", "build": "large", "acc": "welsh", "height": 73},
        {"age": 41, "eth": "black", "build": "muscular", "acc": "london", "height": 70},
    )

    assert clusters(*({"vrm": "KX12 ABC", **man} for man in men)) == []


def test_a_chain_does_not_glue_two_men_together() -> None:
    """The one in the middle says little and would go with either; the two at the ends are not one man."""
    young = {"phone": "07700 900123", "age": 22, "eth": "asian", "acc": "scouse", "build": "slim", "height": 64}
    old = {"vrm": "KX12 ABC", "age": 63, "eth": "white british", "acc": "welsh", "build": "large", "height": 74}

    found = clusters(young, {"phone": "07700 900123", "vrm": "KX12 ABC"}, old)

    assert found in ([{0, 1}], [{1, 2}])


def test_two_described_alike_to_the_last_hair_are_not_linked_by_that() -> None:
    him = {"name": "Kev", "age": 40, "height": 70, "eth": "mixed", "build": "stocky", "hair": "ginger", "acc": "welsh",
           "mark": "limp", "town": "Luton"}  # fmt: skip

    assert clusters(him, him) == []


def test_their_order_changes_nothing() -> None:
    told = offenders.reports(150, seed=11)
    every_order = set()
    for seed in range(3):
        mixed = Random(seed).sample(told, len(told))
        found = clustering.cluster([reading.read(json.dumps(each)).report for each in mixed]).of
        together: dict[str, set[str]] = {}
        for id_, name in found.items():
            together.setdefault(name, set()).add(id_)
        every_order.add(frozenset(frozenset(each) for each in together.values()))

    assert len(every_order) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_many_made_up_men_hardly_two_are_taken_for_one_and_half_of_the_pairs_are_found(seed: int) -> None:
    told = offenders.reports(500, seed=seed)
    found = clustering.cluster([reading.read(json.dumps(each)).report for each in told]).of
    offender = {json.dumps(each["id"]): each["offender"] for each in told}

    true = _pairs(Counter((found[id_], offender[id_]) for id_ in found))
    linked, there = _pairs(Counter(found.values())), _pairs(Counter(offender.values()))

    # A taxi that brings three men of whom little is said joins two of them now and then.
    assert true / linked >= 0.98
    # A third of the pairs name nothing that could meet.
    assert true / there >= 0.45


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
