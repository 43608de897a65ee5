"""What is known before a word is read: the form's fields about him, and what the service knows of her."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .. import identifiers
from ..identifiers import Kind, NotAnIdentifier
from . import lexicon
from .spans import Found, Label, Role
from .whose import Given

KINDS = {Label.PHONE: Kind.PHONE, Label.EMAIL: Kind.EMAIL, Label.HANDLE: Kind.HANDLE, Label.VRM: Kind.VRM}
_ALIKE = {Label.PROFILE: Label.HANDLE}


@dataclass(frozen=True, slots=True)
class Known:
    """His and hers, each value in its one spelling."""

    his: Mapping[Label, frozenset[str]]
    hers: frozenset[str] = field(repr=False)
    written: tuple[tuple[str, Label], ...] = field(repr=False)
    """What to look for in the text, in small letters."""
    is_form: bool

    def of(self, found: Found, written: str) -> Given:
        """What is known of *found*, which is *written* so."""
        ours = frozenset((*_values(found), " ".join(written.casefold().split())))
        label = _ALIKE.get(found.label, found.label)
        is_his = bool(ours & self.his.get(label, frozenset()))
        is_hers = bool(ours & self.hers)
        known = Role.REPORTER if is_hers else Role.SUSPECT if is_his else None
        return Given(
            known=known,
            form_has=known is None and bool(self.his.get(label)),
            is_form=self.is_form,
            is_known=known is None and bool(self.hers),
        )


def know(about_them: Mapping[Label, Sequence[str]], reporter: Sequence[str]) -> Known:
    """Read the form's fields about him and what is known of her; what cannot be read is looked for as it is."""
    his: dict[Label, frozenset[str]] = {}
    written: list[tuple[str, Label]] = []
    hers: set[str] = set()
    for value in reporter:
        hers |= set(spellings(value))
        written += [(part, _guess(part)) for part in _parts(value)]
    for label, values in about_them.items():
        his[label] = frozenset(one for value in values for one in spellings(value, label))
        written += [(part, label) for value in values for part in _parts(value)]
    return Known(his=his, hers=frozenset(hers), written=tuple(written), is_form=any(about_them.values()))


def spellings(value: str, label: Label | None = None) -> Iterator[str]:
    """Every spelling under which *value* is looked up: its one spelling as each kind it can be, and its words."""
    low = " ".join(value.casefold().split())
    for kind in [KINDS[label]] if label in KINDS else Kind if label is None else ():
        try:
            normal = identifiers.normalise(kind, value).value
        except NotAnIdentifier:
            continue
        if kind is Kind.VRM and label is None:
            continue
        yield normal.rpartition(":")[2] if kind is Kind.HANDLE else normal
    yield low
    if label in {Label.PERSON, None}:
        yield from (word for word in low.split() if tells(word))


def tells(word: str) -> bool:
    """Whether *word* alone says who somebody is."""
    return len(word) > 2 and word.isalpha() and (lexicon.ordinary().get(word, 0) == 0 or word in lexicon.given())


def _values(found: Found) -> Iterator[str]:
    if found.norm:
        yield found.norm
        if found.label is Label.PROFILE:
            yield found.norm.rstrip("/").rpartition("/")[2]
        if found.label is Label.PERSON:
            yield from (word for word in found.norm.split() if tells(word))


def _parts(value: str) -> Iterable[str]:
    low = " ".join(value.casefold().split()).removeprefix("@")
    return (low,) if len(low) > 1 else ()


def _guess(value: str) -> Label:
    """What something of hers is, of which only the words are known."""
    if "@" in value.strip("@"):
        return Label.EMAIL
    digits = sum(char.isdigit() for char in value)
    if digits > 6 and digits > len(value) // 2:
        return Label.PHONE
    return Label.ADDRESS if digits else Label.PERSON
