"""Writes the figures into docs/redaction.md, between its two marks, and draws docs/redaction.svg."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.reports import Marked
from ugly_mugs.redaction import Label, Role, Span

from . import texts
from .chance import SEED, Share, count, f2, share
from .measure import AT_BEST, BY_DEFAULT, US, Key, Measured, clusters, tallies
from .odd import Odd
from .picture import Dot, draw
from .score import Guess, covered
from .settings import MOST, SETTINGS, TEXT, WHOLE, Setting
from .texts import OURS, STRANGERS, TEMPLATES

PAGE, PICTURE = texts.ROOT / "docs" / "redaction.md", texts.ROOT / "docs" / "redaction.svg"
BEGIN, END = "<!-- figures: written by make redaction-report -->", "<!-- end of the figures -->"
BARS = {
    TEXT.name: ((0.10, 0.25), (0.18, 0.25)),
    MOST.name: ((0.06, 0.07), (0.10, 0.08)),
    WHOLE.name: ((0.03, 0.01), (0.05, 0.02)),
}
"""What leak and wrongly hidden may be at most, on other templates and on another author's reports."""
LABELS = (
    Label.PERSON, Label.PHONE, Label.VRM, Label.EMAIL, Label.HANDLE, Label.PROFILE, Label.ADDRESS, Label.POSTCODE,
    Label.ORG, Label.AGE, Label.NATIONALITY, Label.DOB, Label.NINO, Label.DATE, Label.TIME, Label.LOC, Label.PRICE,
)  # fmt: skip
SHOWN = 7
"""Errors of each kind that are shown."""


def write(measured: Measured, page: Path = PAGE, picture: Path = PICTURE) -> None:
    """Put the figures into *page*; raise `ValueError` where it has no marks to put them between."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for the figures")
    page.write_text(f"{before}{BEGIN}\n\n{figures(measured)}\n{END}{after}", encoding="utf-8")
    picture.write_text(_picture(measured), encoding="utf-8")


def figures(measured: Measured) -> str:
    """All tables."""
    parts = [
        _what(measured),
        "### Hers that is left, his that is hidden\n\n" + _headline(measured),
        "![What stays readable of hers against what is hidden of his](redaction.svg)\n",
        "### Author by author\n\n" + _by_group(measured),
        "### Reports, not things\n\n" + _reports(measured),
        "### Finding, whoever's it is\n\n" + _finding(measured),
        "### Kind by kind\n\n" + _by_label(measured),
    ]
    if measured.odd and measured.odd.of:
        parts.append("### Odd spellings\n\n" + _odd(measured.odd))
    if measured.links:
        parts.append("### Linking\n\n" + _links(measured))
    parts.append("### Time and memory\n\n" + _costs(measured))
    if measured.levels:
        parts.append("### What Presidio was tuned to\n\n" + _levels(measured))
    parts.append("### Errors, as they come\n\n" + _errors(measured))
    return "\n".join(parts)


def _what(measured: Measured) -> str:
    said = []
    for group, reports in measured.reports.items():
        if group == STRANGERS:
            continue
        spans = [span for each in reports.values() for span in each.spans]
        hidden, his = sum(one.role.is_hidden for one in spans), sum(one.role is Role.SUSPECT for one in spans)
        groups = len({each.group for each in reports.values()})
        of = "authors" if group == OURS else "templates"
        said.append(f"{len(reports):,} reports of {groups} {of} with {hidden:,} things of hers and {his:,} of his")
    words = "Measured on " + "; and on ".join(said) + "."
    if AT_BEST in measured.costs:
        costs = measured.costs[AT_BEST]
        words += f" Presidio is presidio-analyzer {costs['version']} with the spaCy model of `{costs['model']}`."
    else:
        words += " Presidio was not installed and is left out."
    return words + "\n"


def _headline(measured: Measured) -> str:
    rows = []
    for group in (TEMPLATES, STRANGERS, OURS):
        for who in (US, AT_BEST, BY_DEFAULT):
            if (group, who, TEXT.name) not in measured.guesses:
                continue
            cells = []
            for setting in SETTINGS:
                found = clusters(measured, (group, who, setting.name))
                cells += [_with(share(found, "leak")), _with(share(found, "wrong"))]
            rows.append([group, who, *cells])
    for at, words in enumerate(("bar, on other templates", "bar, on another author's")):
        rows.append([words, "", *(f"≤ {bar:.2f}" for setting in SETTINGS for bar in BARS[setting.name][at])])
    head = ["reports", "who reads", "text only: leak", "wrongly hidden", "form 80 %: leak", "wrongly hidden",
            "form whole: leak", "wrongly hidden"]  # fmt: skip
    return _table(head, rows)


def _by_group(measured: Measured) -> str:
    rows = []
    groups = sorted({each.group for each in measured.reports.get(OURS, {}).values()})
    for author in groups:
        cells = []
        for setting in SETTINGS:
            one = {
                id_: each
                for id_, each in tallies(measured, (OURS, US, setting.name)).items()
                if measured.reports[OURS][id_].group == author
            }
            cells += [_with(share(one, "leak")), _with(share(one, "wrong"))]
        rows.append([author.replace("_", " "), *cells])
    head = ["left out", "text only: leak", "wrongly hidden", "form 80 %: leak", "wrongly hidden", "form whole: leak",
            "wrongly hidden"]  # fmt: skip
    return _table(head, rows)


def _reports(measured: Measured) -> str:
    rows = []
    for group, who in ((TEMPLATES, US), (STRANGERS, US), (OURS, US), (TEMPLATES, AT_BEST), (OURS, AT_BEST)):
        keys = [(group, who, setting.name) for setting in SETTINGS]
        if keys[0] in measured.guesses:
            found = [clusters(measured, key) for key in keys]
            shares = [share(each, figure) for each in found for figure in ("reports.leak", "reports.wrong")]
            rows.append([group, who, *(_with(each) for each in shares)])
    words = (
        "What a moderator meets: of the reports that hold anything of hers, the share in which at least one thing is "
        "left; of those that hold anything of his, the share in which at least one would be hidden.\n\n"
    )
    head = [
        "reports",
        "who reads",
        "text only: left",
        "hidden",
        "form 80 %: left",
        "hidden",
        "form whole: left",
        "hidden",
    ]
    return words + _table(head, rows)


def _finding(measured: Measured) -> str:
    keys: list[Key] = [(group, US, TEXT.name) for group in (TEMPLATES, STRANGERS, OURS)]
    keys += [(group, AT_BEST, TEXT.name) for group in (TEMPLATES, OURS)]
    keys = [key for key in keys if key in measured.guesses]
    found = {key: clusters(measured, key) for key in keys}
    rows = []
    for label in LABELS:
        cells = []
        for key in keys:
            recall = count(found[key], f"recall.{label}")
            precision = count(found[key], f"precision.{label}")
            cells.append(
                f"{_plain(recall.value)} / {_plain(precision.value)} / {_plain(f2(precision.value, recall.value))}"
                if recall.of
                else "–"
            )
        rows.append([label.value, *cells])
    head = ["recall / precision / F2", *(f"{key[1]}, {key[0]}" for key in keys)]
    extra = []
    for what, figures in (
        ("names, recall", "recall.PERSON"),
        ("names, precision", "precision.PERSON"),
        ("names, recall, to the letter", "exact.recall"),
        ("names, precision, to the letter", "exact.precision"),
        ("registrations, recall", "recall.VRM"),
        ("registrations, precision", "precision.VRM"),
        ("phones with the right number", "norm.PHONE"),
        ("registrations with the right letters", "norm.VRM"),
        ("emails with the right address", "norm.EMAIL"),
        ("handles with the right spelling", "norm.HANDLE"),
        ("whose it is, of what was found", "whose"),
        ("neutral things hidden", "neutral"),
        ("letters of no thing hidden", "idle"),
    ):
        # Presidio has no one spelling, and our authors' marks have theirs from the reader that is measured.
        has = [not figures.startswith("norm") or (key[1] == US and key[0] != OURS) for key in keys]
        cells = [_with(share(found[key], figures)) if had else "–" for key, had in zip(keys, has, strict=True)]
        extra.append([what, *cells])
    return _table(head, rows) + "\n" + _table(["with intervals", *head[1:]], extra)


def _by_label(measured: Measured) -> str:
    keys: list[Key] = [(group, US, setting.name) for group in (TEMPLATES, OURS) for setting in SETTINGS]
    keys = [key for key in keys if key in measured.guesses]
    found = {key: clusters(measured, key) for key in keys}
    short = {TEXT.name: "text only", MOST.name: "form 80 %", WHOLE.name: "form whole"}
    rows = []
    for figure, words in (("leak", "left"), ("wrong", "hidden")):
        for label in LABELS:
            cells = [count(found[key], f"{figure}.{label}") for key in keys]
            if any(each.of for each in cells):
                name = f"{'hers' if figure == 'leak' else 'his'} {words}: {label.value}"
                rows.append([name, *(f"{each.hit} of {each.of}" if each.of else "–" for each in cells)])
    return _table(["", *(f"{key[0]}, {short[key[2]]}" for key in keys)], rows)


def _odd(odd: Odd) -> str:
    rows = [[label, odd.of[label], odd.found[label], odd.right[label]] for label in sorted(odd.of)]
    rows.append(["look-alikes, in which nothing stands", odd.alike_of, odd.alike, "–"])
    words = (
        "Written by those who wrote the rules, so these say what is covered, not how well others' are read; "
        "the lines are in `tests/odd_forms`.\n\n"
    )
    return words + _table(["kind", "lines", "found", "with its one spelling"], rows)


def _links(measured: Measured) -> str:
    rows = [
        [name, _with(each.precision, 4), _with(each.recall), f"{each.reports:,} in {each.seconds:.1f} s"]
        for name, each in measured.links.items()
    ]
    rows.append(["bar, on other reports", "≥ 0.995", "≥ 0.67", ""])
    words = (
        "The command over structured reports whose offender is known; its weights were set with these in sight, and "
        "[linking.md](linking.md) says how. Time is the processor's.\n\n"
    )
    return words + _table(["pairs", "precision", "recall", "reports"], rows)


def _costs(measured: Measured) -> str:
    rows = [
        [
            name, f"{each['p50_ms']:.1f} ms", f"{each['p95_ms']:.1f} ms", f"{each['load_s']:.2f} s",
            f"{each['peak_mb']:.0f} MB",
        ]
        for name, each in measured.costs.items()
    ]  # fmt: skip
    rows.append(["bar", "", "≤ 25 ms", "", "≤ 300 MB"])
    words = (
        "A process of its own that loads, then reads every report once, text only. Times are the processor's, so that "
        "what else the machine had to do is not in them."
    )
    if measured.command:
        cost = measured.command
        words += (
            f" The command `python -m ugly_mugs redact` took {cost['seconds']:.1f} s for {cost['reports']:,} reports, "
            f"from its start to its end, and {cost['peak_mb']:.0f} MB at most."
        )
    table = _table(["who reads", "half of the reports", "95 of 100", "loading", "memory at most"], rows)
    return f"{words}\n\n{table}"


def _levels(measured: Measured) -> str:
    words = (
        "The score from which on each entity is hidden, chosen with the answers at hand, on the very reports that are "
        "measured: what is left of hers counted against the bars on texts alone. *Never* means found but shown.\n\n"
    )
    entities = sorted({entity for each in measured.levels.values() for entity in each})
    keys = list(measured.levels)
    rows = [
        [
            entity,
            *(
                "–" if entity not in measured.levels[key] else "never" if measured.levels[key][entity] > 1
                else f"{measured.levels[key][entity]:g}"
                for key in keys
            ),
        ]
        for entity in entities
    ]  # fmt: skip
    return words + _table(["entity", *(f"{group}, {setting}" for group, setting in keys)], rows)


def _errors(measured: Measured) -> str:
    said = ["Drawn by chance; `var/redaction-errors.txt` has all of them, after a run.\n"]
    for setting, what in ((TEXT, "With the text only"), (MOST, "With 80 % of the form")):
        for is_left, words in ((True, "left readable of hers"), (False, "hidden of his")):
            lines = [line for _, left, line in _wrong(measured, setting) if left is is_left]
            drawn = sorted(random.Random(SEED).sample(lines, min(SHOWN, len(lines))))
            if drawn:
                said.append(f"{what}, {words} ({len(drawn)} of {len(lines)}):\n")
                said += [f"* {line}" for line in drawn]
                said.append("")
    return "\n".join(said)


def all_errors(measured: Measured) -> str:
    """Every error of ours in every setting, and every odd spelling that is missed, a line each."""
    lines = [
        f"{setting.name}\t{id_}\t{'left' if left else 'hidden'}\t{line}"
        for setting in SETTINGS
        for id_, left, line in _wrong(measured, setting)
    ]
    if measured.odd:
        lines += [f"odd\t{line}" for line in (*measured.odd.missed, *measured.odd.mistaken)]
    return "".join(f"{line}\n" for line in lines)


def _wrong(measured: Measured, setting: Setting) -> Iterator[tuple[str, bool, str]]:
    """Of each report of which something is treated wrongly: its id, whether it is hers that is left, and where."""
    for group in (OURS, TEMPLATES):
        for id_, guesses in sorted(measured.guesses.get((group, US, setting.name), {}).items()):
            report = measured.reports[group][id_]
            for span, is_left in wrongs(report, guesses):
                yield id_, is_left, _shown(report, span, guesses)


def wrongs(report: Marked, guesses: Sequence[Guess]) -> Iterator[tuple[Span, bool]]:
    """Each span that is treated wrongly, and whether it is one of hers that is left."""
    hidden = covered(len(report.text), (each for each in guesses if each.hidden))
    for span in report.spans:
        if span.role.is_hidden and not all(hidden[span.start : span.end]):
            yield span, True
        if span.role is Role.SUSPECT and any(hidden[span.start : span.end]):
            yield span, False


def _shown(report: Marked, span: Span, guesses: Sequence[Guess], around: int = 60) -> str:
    before = report.text[max(0, span.start - around) : span.start]
    after = report.text[span.end : span.end + around]
    met = [each for each in guesses if each.meets(span)]
    read = ", ".join(sorted(f"{next(iter(each.labels)).value} of {_whose(each.role)}" for each in met)) or "not found"
    words = f"…{before}**{report.text[span.start : span.end]}**{after}…".replace("\n", " ")
    return f"{words.replace('|', '/')} ({span.label.value}: {read})"


def _whose(role: Role | None) -> str:
    return {Role.REPORTER: "hers", Role.THIRD: "a colleague's", Role.SUSPECT: "his"}.get(
        role or Role.NEUTRAL, "nobody's"
    )


def _picture(measured: Measured) -> str:
    dots = []
    for who, kind in ((BY_DEFAULT, "default"), (AT_BEST, "best"), (US, "ours")):
        for group, shape in ((TEMPLATES, "disc"), (STRANGERS, "square"), (OURS, "ring")):
            for setting in SETTINGS:
                if (key := (group, who, setting.name)) in measured.guesses:
                    found = clusters(measured, key)
                    dots.append(Dot(setting.name, who, share(found, "leak"), share(found, "wrong"), kind, shape))
    names = dict(zip(("disc", "square", "ring"), (TEMPLATES, STRANGERS, OURS), strict=True))
    said = "; ".join(
        f"{dot.setting}, {dot.who}, {names[dot.shape]}: {_plain(dot.leak.value)} left readable, "
        f"{_plain(dot.wrong.value)} wrongly hidden"
        for dot in dots
    )
    return draw(dots, BARS, kinds={"ours": US, "best": AT_BEST, "default": BY_DEFAULT}, shapes=names, said=said)


def _with(of: Share, digits: int = 3) -> str:
    if of.value is None:
        return "–"
    value = f"{of.value:.{digits}f}"
    return value if of.low is None or of.high is None else f"{value} ({of.low:.{digits}f}–{of.high:.{digits}f})"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)
