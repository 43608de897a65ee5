"""What words are known for: given names, surnames, ordinary words, places, nationalities."""

import gzip
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"


@cache
def given() -> dict[str, tuple[int, str]]:
    """Given names: in how many countries' lists (up to 9), and whose: f, m or b."""
    return {name: (int(count), sex) for name, count, sex in _rows("given.txt.gz")}


@cache
def surnames() -> dict[str, int]:
    """Surnames: in how many countries' lists (up to 9)."""
    return {name: int(count) for name, count in _rows("surnames.txt.gz")}


@cache
def ordinary() -> dict[str, int]:
    """Ordinary English words and how common each is: 1 (one in a million) to 5 (one in a hundred)."""
    return {word: int(how) for word, how in _rows("ordinary.txt.gz")}


def is_name(word: str) -> bool:
    """Whether people are called *word*, in small letters, in more than one country."""
    return given().get(word, (0, ""))[0] > 1


def _rows(file: str) -> list[list[str]]:
    return [line.split("\t") for line in gzip.decompress((DATA / file).read_bytes()).decode().splitlines()]


def listed(words: str) -> frozenset[str]:
    """Words written one after the other."""
    return frozenset(words.split())


@cache
def group(name: str) -> frozenset[str]:
    """Words that say the same sort of thing: kin, streets, firms and so on."""
    for line in (DATA / "groups.txt").read_text().splitlines():
        if line.startswith(f"{name}: "):
            return frozenset(line.partition(": ")[2].split())
    raise LookupError(name)


STREETS: Final = group("streets")
HOUSES: Final = group("houses")
FIRMS: Final = group("firms")
KIN: Final = group("kin")
