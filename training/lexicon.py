"""Make the word lists in ugly_mugs/redaction/data from Faker's names, wordfreq's frequencies and names.txt beside this.

python -m training.lexicon
"""

import gzip
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from anyascii import anyascii
from faker.providers import person
from wordfreq import top_n_list, zipf_frequency

HERE = Path(__file__).parent
DATA = HERE.parent / "ugly_mugs" / "redaction" / "data"
# A list of Faker's that holds every word that was ever a name.
EVERYTHING = "en"
NAME = re.compile(r"[a-z][a-z'-]{0,14}[a-z]")
Lists = dict[str, dict[str, set[str]]]


def main() -> None:
    """Write the three lists."""
    given: Lists = {}
    surnames: Lists = {}
    for locale, attribute, value in _lists():
        if "first_name" in attribute:
            sex = "f" if "female" in attribute else "m" if "_male" in attribute else "b"
            _take(given, value, sex, locale)
        elif "last_name" in attribute:
            _take(surnames, value, "b", locale)
    for line in (HERE / "names.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            sex, _, names = line.partition(" ")
            _take(given, names.split(), sex, "hand")
    _write(
        "given", (f"{name}\t{_count(found)}\t{_sex(found)}" for name, found in sorted(given.items()) if _is_name(found))
    )
    _write("surnames", (f"{name}\t{_count(found)}" for name, found in sorted(surnames.items()) if _is_name(found)))
    _write(
        "ordinary",
        (
            f"{word}\t{min(5, int(zipf_frequency(word, 'en')) - 2)}"
            for word in sorted(top_n_list("en", 30000))
            if word.isalpha() and word.isascii() and zipf_frequency(word, "en") >= 3
        ),
    )


def _lists() -> Iterator[tuple[str, str, list[str]]]:
    for module in pkgutil.iter_modules(person.__path__):
        provider = getattr(importlib.import_module(f"{person.__name__}.{module.name}"), "Provider", None)
        for attribute in dir(provider):
            if "format" in attribute or "prefix" in attribute or "suffix" in attribute:
                continue
            value = getattr(provider, attribute)
            if not callable(value) and not isinstance(value, property) and "name" in attribute:
                yield module.name, attribute, [each for each in value if isinstance(each, str)]


def _take(into: Lists, names: list[str], sex: str, locale: str) -> None:
    for name in names:
        for part in anyascii(name).lower().split():
            if NAME.fullmatch(part):
                into.setdefault(part, {}).setdefault(sex, set()).add(locale)


def _is_name(found: dict[str, set[str]]) -> bool:
    return set().union(*found.values()) != {EVERYTHING}


def _count(found: dict[str, set[str]]) -> int:
    return min(9, len(set().union(*found.values())))


def _sex(found: dict[str, set[str]]) -> str:
    female, male = len(found.get("f", ())), len(found.get("m", ()))
    return "f" if female > 2 * male else "m" if male > 2 * female else "b"


def _write(name: str, lines: Iterator[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    (DATA / f"{name}.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(name, text.count("\n"))


if __name__ == "__main__":
    main()
