"""The picture shows what the sentence says."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.areas import Atlas
from ugly_mugs.reach_map import draw, sentence

ATLAS = Atlas.load()
SVG = "{http://www.w3.org/2000/svg}"


def a_map(reach: int, marked: str | None = None, *, around: bool = False) -> ET.Element:
    return ET.fromstring(draw(ATLAS, reach, marked, title="Who is warned", description="Words", around=around))


def dots(svg: ET.Element, kind: str) -> list[tuple[int, int]]:
    """Where the dots of one kind stand, as a browser would draw them."""
    path = next(path for path in svg.iter(f"{SVG}path") if path.get("class") == kind)
    steps = re.findall(r"m(-?\d+) ?(-?\d+)h0", path.get("d") or "")
    assert "".join(f"m{x}{'' if y[0] == '-' else ' '}{y}h0" for x, y in steps) == path.get("d")
    x = y = 0
    found = []
    for dx, dy in steps:
        x, y = x + int(dx), y + int(dy)
        found.append((x, y))
    return found


def box(svg: ET.Element) -> tuple[int, int]:
    _, _, width, height = (svg.get("viewBox") or "").split()
    return int(width), int(height)


def test_the_whole_country_is_dim_until_somebody_is_warned() -> None:
    nobody, everybody = a_map(0), a_map(ATLAS.everywhere())

    assert len(dots(nobody, "dim")) > 1_500
    assert dots(nobody, "lit") == []
    assert dots(everybody, "dim") == []
    assert set(dots(everybody, "lit")) == set(dots(nobody, "dim"))


def test_shetland_the_channel_islands_and_scilly_are_on_the_map() -> None:
    svg = a_map(ATLAS.from_codes(["ZE2", "JE2", "TR21", "NR32"]))
    width, height = box(svg)

    found = dots(svg, "lit")

    assert len(found) == 4
    assert all(0 < x < width and 0 < y < height for x, y in found)


def test_places_lie_as_on_a_map() -> None:
    north, east, south, west = (
        dots(a_map(ATLAS.from_codes([code])), "lit")[0] for code in ("ZE1", "NR32", "JE2", "BT93")
    )

    assert north[1] < east[1] < south[1]
    assert west[0] < south[0] < east[0]


def test_the_place_has_a_ring_around_it() -> None:
    svg = a_map(ATLAS.within("GU1", 15), "gu1")

    ring = next(svg.iter(f"{SVG}circle"))

    assert (int(ring.get("cx") or 0), int(ring.get("cy") or 0)) in dots(svg, "lit")
    assert list(a_map(ATLAS.within("GU1", 15)).iter(f"{SVG}circle")) == []


def test_the_close_picture_holds_the_reach_and_little_else() -> None:
    reach = ATLAS.default_reach(3, "GU1")

    svg = a_map(reach, "GU1", around=True)

    width, height = box(svg)
    lit, dim = dots(svg, "lit"), dots(svg, "dim")
    assert len(lit) > 0.95 * reach.bit_count()
    assert all(0 < x < width and 0 < y < height for x, y in lit)
    assert max(x for x, _ in lit) - min(x for x, _ in lit) > 0.6 * width
    assert 0 < len(dim) < len(lit)
    assert "GU" in [text.text for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(("reach", "marked"), [(0, None), (0, "GU1"), (1, None), (ATLAS.everywhere(), "GU1")])
def test_there_is_a_close_picture_of_any_reach(reach: int, marked: str | None) -> None:
    width, height = box(a_map(reach, marked, around=True))

    assert 300 < max(width, height) < 800


@given(
    code=st.sampled_from([district.code for district in ATLAS.districts]),
    miles=st.integers(0, 400),
    around=st.booleans(),
)
def test_every_picture_is_small_and_allowed_by_the_content_policy(code: str, miles: int, around: bool) -> None:
    text = draw(ATLAS, ATLAS.within(code, miles), code, title="T", description="D", around=around)

    assert len(text.encode()) < 25_000
    assert not re.search(r"style=|<style|<script|\bon\w+=|href", text)


def test_the_picture_has_a_name_and_a_description_for_who_cannot_see_it() -> None:
    svg = ET.fromstring(draw(ATLAS, 0, None, title="Reach <of> 7K2Q", description="R & D"))

    assert svg.get("role") == "img"
    assert [(child.tag, child.text) for child in svg[:2]] == [
        (f"{SVG}title", "Reach <of> 7K2Q"),
        (f"{SVG}desc", "R & D"),
    ]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "No postcode districts"),
        (["GU1"], "1 postcode district in Surrey"),
        (["GU1", "GU2", "BN1"], "3 postcode districts in Surrey and Sussex"),
        (["GU1", "IM1", "EC2V"], "3 postcode districts in the City of London, the Isle of Man and Surrey"),
        (
            ["GU1", "BN1", "LS1", "M1", "L1"],
            "5 postcode districts in Greater Manchester, Merseyside, Surrey, Sussex and West Yorkshire",
        ),
        (
            ["GU1", "BN1", "LS1", "M1", "L1", "EH1"],
            "6 postcode districts in Greater Manchester, Merseyside, Scotland, Surrey and 2 other police areas",
        ),
    ],
)
def test_the_sentence_names_where(codes: list[str], words: str) -> None:
    assert sentence(ATLAS, ATLAS.from_codes(codes)) == words


def test_the_sentence_says_when_it_is_everybody() -> None:
    words = sentence(ATLAS, ATLAS.everywhere())

    assert words == "All 2,851 postcode districts: the UK, the Isle of Man and the Channel Islands"
