"""The scorer of `make redaction-report`, on cases small enough to count by hand."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.redaction import linking, page, presidio
from bench.redaction.chance import f2, share, summed
from bench.redaction.measure import US, Measured
from bench.redaction.presidio import Finding
from bench.redaction.score import Guess, Tally, tally
from bench.redaction.settings import MOST, TEXT, WHOLE, Setting, beside
from bench.redaction.texts import OURS
from training import reports
from training.reports import Marked
from ugly_mugs.redaction import Label, Role

REPORT = reports.read(
    "one",
    "somebody",
    "He is {S.PERSON:Kev}, {S.PHONE:07700 900111}. I'm {R.PERSON:Mei Lin}, ask {T.PERSON:Jo} on {T.PHONE:07700 900222} "
    "in {N.LOC:Leeds}.",
)


def at(report: Marked, words: str, label: Label, *, hidden: bool, role: Role | None = None) -> Guess:
    start = report.text.index(words)
    return Guess(start, start + len(words), frozenset({label}), hidden, role=role)


def counted(*guesses: Guess) -> Tally:
    return tally(REPORT.text, REPORT.spans, guesses)


def of(counts: Tally, figure: str) -> tuple[int, int]:
    return counts[f"{figure}/hit"], counts[f"{figure}/of"]


def test_a_name_half_of_which_is_hidden_has_leaked() -> None:
    counts = counted(at(REPORT, "Mei", Label.PERSON, hidden=True), at(REPORT, "07700 900222", Label.PHONE, hidden=True))
    assert of(counts, "leak") == (2, 3)  # Mei Lin, and Jo
    assert of(counts, "leak.PERSON") == (2, 2)
    assert of(counts, "leak.PHONE") == (0, 1)
    assert of(counts, "reports.leak") == (1, 1)
    assert of(counts, "reports.wrong") == (0, 1)


def test_two_stretches_that_meet_hide_what_lies_under_both() -> None:
    counts = counted(at(REPORT, "Mei", Label.PERSON, hidden=True), at(REPORT, " Lin", Label.ORG, hidden=True))
    assert of(counts, "leak.PERSON") == (1, 2)


def test_one_hidden_character_of_his_is_a_wrong_suggestion_and_a_visible_find_is_none() -> None:
    counts = counted(at(REPORT, "is K", Label.ORG, hidden=True), at(REPORT, "07700 900111", Label.PHONE, hidden=False))
    assert of(counts, "wrong") == (1, 2)
    assert of(counts, "neutral") == (0, 1)
    assert of(counts, "idle") == (2, len("HeisImaskonin"))  # the letters of "is"


def test_finding_is_counted_apart_from_whose_it_is() -> None:
    counts = counted(
        at(REPORT, "Kev", Label.PERSON, hidden=True, role=Role.REPORTER),
        at(REPORT, "Mei Lin", Label.PERSON, hidden=True, role=Role.REPORTER),
        at(REPORT, "Leeds", Label.PERSON, hidden=False, role=Role.NEUTRAL),
        at(REPORT, "ask Jo", Label.PERSON, hidden=True, role=Role.THIRD),
    )
    assert of(counts, "recall.PERSON") == (3, 3)
    assert of(counts, "precision.PERSON") == (3, 4)
    assert of(counts, "exact.recall") == (2, 3)
    assert of(counts, "exact.precision") == (2, 4)
    assert of(counts, "recall.LOC") == (0, 1)
    assert of(counts, "whose") == (3, 4)  # all but Kev's


def test_his_age_is_neither_right_nor_wrong() -> None:
    report = reports.read("two", "somebody", "He is 40. I'm {R.AGE:23}.")
    his, hers = at(report, "40", Label.AGE, hidden=False), at(report, "23", Label.AGE, hidden=True)
    counts = tally(report.text, report.spans, [his, hers])
    assert of(counts, "precision.AGE") == (1, 1)


def test_recall_counts_four_times_as_much() -> None:
    assert f2(0.5, 1.0) == pytest.approx(2.5 / 3)
    assert f2(1.0, 0.5) == pytest.approx(2.5 / 4.5)
    assert f2(0.0, 0.0) == 0.0
    assert f2(None, 0.5) is None


def test_an_interval_is_as_wide_as_the_clusters_differ() -> None:
    alike = {str(n): Tally({"leak/hit": 1, "leak/of": 2}) for n in range(20)}
    apart = {str(n): Tally({"leak/hit": 2 * (n % 2), "leak/of": 2}) for n in range(20)}
    same, other = share(alike, "leak"), share(apart, "leak")
    assert (same.hit, same.of, same.low, same.high) == (20, 40, 0.5, 0.5)
    assert other.value == 0.5
    assert other.low is not None
    assert other.high is not None
    # Twenty throws of a coin: half, give or take 2.1 × √(0.25 / 20).
    assert other.low == pytest.approx(0.28, abs=0.06)
    assert other.high == pytest.approx(0.72, abs=0.06)
    assert summed(list(apart.values())) == Tally({"leak/hit": 20, "leak/of": 40})


@pytest.mark.parametrize(("setting", "his", "hers"), [(TEXT, 0.0, 0.0), (MOST, 0.8, 0.7), (WHOLE, 1.0, 0.7)])
def test_as_much_of_the_form_is_filled_in_as_is_said(setting: Setting, his: float, hers: float) -> None:
    many = [Marked(f"report {n}", REPORT.group, REPORT.text, REPORT.spans) for n in range(400)]
    known = [beside(each, setting) for each in many]
    assert known == [beside(each, setting) for each in many]
    assert sum(Label.PHONE in each.about_them for each in known) / 400 == pytest.approx(his, abs=0.07)
    assert sum("Mei Lin" in each.reporter for each in known) / 400 == pytest.approx(hers, abs=0.07)
    assert not any("Jo" in each.reporter for each in known)


def test_presidio_is_exempted_from_the_forms_values_wherever_they_stand() -> None:
    report = reports.read("three", "somebody", "{S.PERSON:Kev} rang {R.PERSON:mei}. Ask kev.")
    known = beside(report, Setting("all", 1.0, 1.0))
    everything = presidio.everything([Finding(0, len(report.text), "PERSON", 0.8)])
    hidden = [
        report.text[each.start : each.end] for each in presidio.with_form(report.text, everything, known) if each.hidden
    ]
    assert hidden == [" rang mei. Ask ", "."]


def test_presidio_is_tuned_to_hide_what_is_hers_and_not_what_is_his() -> None:
    findings = {
        "one": [Finding(span.start, span.end, "HERS" if span.role.is_hidden else "HIS", 0.5) for span in REPORT.spans]
    }
    levels = presidio.tuned([REPORT], findings)
    assert levels["HERS"] <= 0.5 < levels["HIS"]


def test_pairs_are_counted_once() -> None:
    # Two clusters: one holds all three of one man's and one of another's, the other the rest of his.
    found = linking.pairs([("a", 1), ("a", 1), ("a", 1), ("b", 1), ("b", 2)])
    assert (found.precision.hit, found.precision.of) == (3, 6)
    assert (found.recall.hit, found.recall.of) == (3, 4)


def test_the_page_keeps_what_people_wrote_around_the_figures(tmp_path: Path) -> None:
    measured = Measured(reports={OURS: {REPORT.id: REPORT}})
    for setting in (TEXT, MOST, WHOLE):
        found = [at(REPORT, "Kev", Label.PERSON, hidden=True), at(REPORT, "Mei Lin", Label.PERSON, hidden=True)]
        measured.guesses[OURS, US, setting.name] = {REPORT.id: found}
    written, picture = tmp_path / "page.md", tmp_path / "page.svg"
    written.write_text(f"Before.\n{page.BEGIN}\nold figures\n{page.END}\nAfter.\n")
    page.write(measured, written, picture)
    words = written.read_text()
    assert words.startswith("Before.\n")
    assert words.endswith("\nAfter.\n")
    assert "old figures" not in words
    assert "| our authors | ours | 0.667 | 0.500 | 0.667 | 0.500 | 0.667 | 0.500 |" in words
    assert "hers left: PHONE | 1 of 1" in words
    assert "**Kev**" in words
    assert ElementTree.fromstring(picture.read_text()).tag.endswith("svg")


def test_a_page_with_no_place_for_figures_is_left_alone(tmp_path: Path) -> None:
    written = tmp_path / "page.md"
    written.write_text("Nothing here.\n")
    with pytest.raises(ValueError, match="no place for the figures"):
        page.write(Measured(), written, tmp_path / "page.svg")
    assert written.read_text() == "Nothing here.\n"
