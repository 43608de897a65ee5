"""Made-up reports with what is in them marked, read from `training/reports/*.txt` and from JSON lines."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ugly_mugs.redaction import Label, Role, Span
from ugly_mugs.redaction.known import KINDS, spellings

HERE = Path(__file__).parent / "reports"
TEMPLATE = "template-"
_MARK = re.compile(r"\{([RTSN])\.([A-Z]+):([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Marked:
    """A report whose spans are known, and the author or template it is from."""

    id: str
    group: str
    text: str
    spans: tuple[Span, ...]


def everything() -> list[Marked]:
    """Every report there is to learn from."""
    return [*ours(), *from_json((HERE / "drama.jsonl").open(encoding="utf-8"))]


def ours() -> Iterator[Marked]:
    """Every report in `training/reports`; a file is the work of one author."""
    for file in sorted(HERE.glob("*.txt")):
        for number, block in enumerate(re.split(r"(?m)^---\s*$", file.read_text()), 1):
            lines = [line for line in block.strip("\n").split("\n") if not line.startswith("# voice:")]
            if marked := "\n".join(lines).strip():
                yield read(f"{file.stem}-{number}", file.stem, marked)


def read(id_: str, group: str, marked: str) -> Marked:
    """Take the marks out of *marked*; raise `ValueError` where one is not a mark."""
    text, spans, before = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[before : match.start()]
        start = len(text)
        text += match[3]
        label = Label(match[2])
        spans.append(Span(start, len(text), label, normal(label, match[3]), role=Role(match[1])))
        before = match.end()
    text += marked[before:]
    if "{" in text or "}" in text:
        raise ValueError(f"{id_}: a mark that cannot be read")
    return Marked(id_, group, text, tuple(spans))


def normal(label: Label, value: str) -> str | None:
    """The one spelling of *value*, where its kind has one that can be read."""
    if label is Label.PERSON:
        return " ".join(value.casefold().split())
    return next(spellings(value, label), None) if label in KINDS else None


def from_json(lines: Iterable[str]) -> Iterator[Marked]:
    """Reports as `{"id", "template", "text", "spans": [{"start", "end", "role", "label", "norm"}]}`."""
    for line in lines:
        row = json.loads(line)
        spans = tuple(
            Span(each["start"], each["end"], Label(each["label"]), each.get("norm"), role=Role(each["role"]))
            for each in row["spans"]
        )
        yield Marked(row["id"], f"{TEMPLATE}{row['template']:02d}", row["text"], spans)
