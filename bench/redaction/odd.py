"""Odd spellings, a sentence a line, and look-alikes, in which nothing stands.

A line has `{PHONE:as typed => its one spelling}`, or `[[as typed=>its one spelling]]` where the file says of what.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from ugly_mugs.redaction import Label, Reader

from .texts import ROOT

FOLDER = ROOT / "tests" / "odd_forms"
NOTHING = "lookalike"
"""Begins the name of a file in whose lines none of `RULED` stands."""
RULED = frozenset({Label.PHONE, Label.VRM, Label.EMAIL, Label.HANDLE, Label.PROFILE, Label.DOB, Label.NINO})
LABELS = {
    "addresses": Label.ADDRESS,
    "emails": Label.EMAIL,
    "handles": Label.HANDLE,
    "nationalities": Label.NATIONALITY,
    "postcodes": Label.POSTCODE,
    "profiles": Label.PROFILE,
}
_MARK = re.compile(r"\{([A-Z]+):([^{}]*?) => ([^{}]*)\}|\[\[(.*?)=>(.*?)\]\]")


@dataclass(slots=True)
class Odd:
    """How many of each label there were, were found and were found with their one spelling; and what was missed."""

    of: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    alike: int = 0
    alike_of: int = 0
    mistaken: list[str] = field(default_factory=list)


def odd(reader: Reader) -> Odd:
    """Read every line of the folder."""
    counted = Odd()
    for file in sorted(FOLDER.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            text = line.replace("\\n", "\n")
            if file.stem.startswith(NOTHING):
                _alike(counted, reader, text)
            else:
                _form(counted, reader, text, LABELS.get(file.stem))
    return counted


def _form(counted: Odd, reader: Reader, line: str, named: Label | None) -> None:
    text, marks, before = "", [], 0
    for match in _MARK.finditer(line):
        text += line[before : match.start()]
        label, typed, norm = match.group(1, 2, 3) if match[1] else (named, match[4], match[5])
        marks.append((len(text), len(text) + len(typed), str(label), norm))
        text += typed
        before = match.end()
    text += line[before:]
    spans = reader.read(text)
    for start, end, label, norm in marks:
        met = [each for each in spans if each.label == label and each.start < end and start < each.end]
        right = any(each.norm == norm for each in met)
        counted.of[label] += 1
        counted.found[label] += bool(met)
        counted.right[label] += right
        if not right:
            counted.missed.append(f"{label} {norm}: {text!r} read as {[each.norm for each in met]}")


def _alike(counted: Odd, reader: Reader, line: str) -> None:
    found = [each for each in reader.read(line) if each.label in RULED]
    counted.alike_of += 1
    counted.alike += bool(found)
    if found:
        counted.mistaken.append(f"{line!r}: {', '.join(f'{one.label} {line[one.start : one.end]!r}' for one in found)}")
