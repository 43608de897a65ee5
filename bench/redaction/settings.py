"""What stands beside a text: how much of the form is filled in, and how much of her the service knows."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.reports import Marked
from ugly_mugs.redaction import Label, Role, Span

SEED = 20261125
FIELDS = (Label.PHONE, Label.VRM, Label.EMAIL, Label.HANDLE, Label.PERSON)
"""What the form has fields for, about him."""
TOLD = (Label.EMAIL, Label.PHONE, Label.PERSON, Label.ADDRESS)
"""What a service can know of her."""


@dataclass(frozen=True, slots=True)
class Setting:
    """*filled* of his things are in the form, *told* of hers are known; 0 to 1."""

    name: str
    filled: float
    told: float


TEXT = Setting("text only", 0.0, 0.0)
MOST = Setting("form 80 % filled, 70 % of hers known", 0.8, 0.7)
WHOLE = Setting("form whole, 70 % of hers known", 1.0, 0.7)
SETTINGS = (TEXT, MOST, WHOLE)


@dataclass(frozen=True, slots=True)
class Beside:
    """The form's values about him, and hers that are known, as they would have been typed; and where they stand."""

    about_them: Mapping[Label, Sequence[str]]
    reporter: Sequence[str]
    his: frozenset[str]
    hers: frozenset[str]
    """As the text has them, in small letters."""


def beside(report: Marked, setting: Setting) -> Beside:
    """Draw what is filled in and known; the same report and setting give the same, and a value is drawn once."""
    about: dict[Label, list[str]] = {}
    hers: list[str] = []
    drawn: dict[tuple[Label, str], bool] = {}
    written: dict[Role, set[str]] = {Role.SUSPECT: set(), Role.REPORTER: set()}
    chance = random.Random(f"{SEED} {setting.name} {report.id}")
    for span in report.spans:
        share = _share(span, setting)
        if share is None:
            continue
        value = typed(report.text, span)
        key = (span.label, value.casefold())
        if key not in drawn:
            drawn[key] = chance.random() < share
            if drawn[key] and span.role is Role.SUSPECT:
                about.setdefault(span.label, []).append(value)
            elif drawn[key]:
                hers.append(value)
        if drawn[key]:
            written[span.role].add(report.text[span.start : span.end].casefold())
    return Beside(about, hers, frozenset(written[Role.SUSPECT]), frozenset(written[Role.REPORTER]))


def _share(span: Span, setting: Setting) -> float | None:
    if span.role is Role.SUSPECT and span.label in FIELDS:
        return setting.filled
    return setting.told if span.role is Role.REPORTER and span.label in TOLD else None


def typed(text: str, span: Span) -> str:
    """The value as somebody would type it into a field: the plain spelling, where it is known and whole."""
    plain = span.norm
    if plain is None or span.label in {Label.PERSON, Label.ADDRESS} or {"?", "*"} & set(plain):
        return text[span.start : span.end]
    return plain
