"""Numbers that find somebody are found however they are written, and other numbers are left alone."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ugly_mugs.identifiers.spoken import plain
from ugly_mugs.redaction import figures, phones, plates
from ugly_mugs.redaction.spans import Found, Label

FORMS = Path(__file__).parents[1] / "odd_forms"
MARK = re.compile(r"\{([A-Z]+):(.*?)(?: => ([^}]*))?\}", re.DOTALL)

Finder = Callable[[str], Iterable[Found]]
FINDERS: dict[str, Finder] = {"phones": phones.find, "plates": plates.find, "figures": figures.find}
LABELS = {
    "phones": {Label.PHONE},
    "plates": {Label.VRM},
    "figures": {Label.DOB, Label.NINO, Label.AGE, Label.DATE, Label.TIME, Label.PRICE},
}
MANY = 10_000
WORST = [
    "0", "0 ", "07 ", "077 ", "07 7? ", "0-", "(0) ", "+", "+44 ", "1,", "1/1/", "07xx ", "o ", "x ", "? ", "?", "*",
    "double ", "double seven ", "nine hundred and ", "zeroseven", "something ", "tango ", "t for tt ", "a1 ", "a 1 ",
    "am 1 ", "reg a1 ", "car 1a ", "aa00 ", "qq 12 ", "ends 12 ", "started with ", "end in in ", "twenty ", "a", " ",
    "\n", "-", ". ", "é", "\u0301", "😀", "born 1 ", "12 years ", "£1 ",
]  # fmt: skip


def marked(line: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Split a line of the lists into its text, and what is to be found: label, as typed, its one spelling."""
    line = line.replace("\\n", "\n")
    return MARK.sub(lambda found: found[2], line), [(found[1], found[2], found[3]) for found in MARK.finditer(line)]


def lines(name: str) -> list[str]:
    written = (FORMS / name).read_text(encoding="utf-8").splitlines()
    return [line for line in written if line and not line.startswith("#")]


def found(finder: Finder, text: str) -> list[tuple[str, str, str | None]]:
    return [(one.label.value, text[one.start : one.end], one.norm) for one in finder(text)]


@pytest.mark.parametrize("line", lines("phones.txt"))
def test_a_phone_number_is_found_and_read_however_it_is_written(line: str) -> None:
    text, wanted = marked(line)

    assert found(phones.find, text) == wanted


@pytest.mark.parametrize("line", lines("plates.txt"))
def test_a_registration_is_found_and_read_however_it_is_written(line: str) -> None:
    text, wanted = marked(line)

    assert found(plates.find, text) == wanted


@pytest.mark.parametrize("line", lines("lookalikes.txt"))
def test_prices_times_rooms_and_roads_are_not_taken_for_either(line: str) -> None:
    assert not found(phones.find, line)
    assert not found(plates.find, line)


@pytest.mark.parametrize("line", lines("figures.txt"))
def test_birthdays_ages_and_sums_are_found(line: str) -> None:
    text, wanted = marked(line)

    assert found(figures.find, text) == [(label, typed, norm or None) for label, typed, norm in wanted]


@pytest.mark.parametrize("line", lines("lookalikes.txt"))
def test_what_only_looks_like_it_is_no_birthday_and_nobodys_age(line: str) -> None:
    about_somebody = {Label.DOB, Label.NINO, Label.AGE}

    assert not [one for one in figures.find(line) if one.label in about_somebody]


@pytest.mark.parametrize(
    "line",
    [
        "white male, about 45, stocky",
        "a white man, 50, bald with a beard",
        "im 5 minutes away he said",
        "she is 10 weeks pregnant",
        "he came on 14/02/26 and on 03.03.26",
        "flat 3, 70 Cobden Rise",
        "i was two scared to ask",
    ],
)
def test_nobodys_age_and_no_birthday_is_made_of_other_figures(line: str) -> None:
    assert not [one for one in figures.find(line) if one.label in {Label.DOB, Label.AGE}]


@pytest.mark.parametrize("name", ["phones", "plates"])
def test_capitals_change_nothing(name: str) -> None:
    finder = FINDERS[name]
    wanted = missed = 0

    for line in lines(f"{name}.txt"):
        text, marks = marked(line)
        norms = {norm for _label, _typed, norm in found(finder, text.upper())}
        wanted += len(marks)
        missed += sum(norm not in norms for _label, _typed, norm in marks)

    assert missed <= wanted // 50


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORST), max_size=30).map("".join))
def test_whatever_is_written_nothing_is_raised_and_what_is_found_lies_in_the_text(text: str) -> None:
    for name, finder in FINDERS.items():
        end = 0
        for one in finder(text):
            assert one.label in LABELS[name]
            assert end <= one.start < one.end <= len(text)
            assert 0 < one.score <= 1
            end = one.end


@given(st.text(max_size=100))
def test_levelling_moves_nothing(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(
    st.integers(0, 999),
    st.lists(st.sampled_from(["", " ", "-", ".", " - ", "/", "\n"]), min_size=11, max_size=11),
    st.sampled_from(["ring ", "(", "", "his number:", "a\n"]),
)
@settings(max_examples=60)
def test_marks_between_its_digits_do_not_hide_a_number(last: int, between: list[str], before: str) -> None:
    digits = f"07700900{last:03}"
    typed = "".join(digit + mark for digit, mark in zip(digits, [*between[:10], ""], strict=True))

    assert f"+44{digits[1:]}" in {norm for _label, _typed, norm in found(phones.find, f"{before}{typed} he said")}


@pytest.mark.parametrize("name", FINDERS)
def test_nothing_that_is_written_makes_finding_slow(name: str) -> None:
    finder = FINDERS[name]
    ordinary = " ".join(
        marked(line)[0] for name in ("phones.txt", "lookalikes.txt", "plates.txt") for line in lines(name)
    )

    def cost(text: str) -> float:
        begun = process_time()
        list(finder(text))
        return process_time() - begun

    usual = cost((ordinary * (MANY // len(ordinary) + 1))[:MANY])
    worst = {piece: cost((piece * (MANY // len(piece) + 1))[:MANY]) for piece in WORST}

    # Measured between 1 and 12 times; what grows with the square would be thousands.
    assert max(worst.values()) < 60 * usual, max(worst, key=lambda piece: worst[piece])
