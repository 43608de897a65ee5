"""What moderators decided about suggestions, and how two who decide at once come together; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from .suggestions import Suggestion, key_of, whole_words


class Choice(StrEnum):
    """What becomes of a suggestion."""

    HIDE = "hide"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Save:
    """Whose, which in the row of all, and which was the last that she had seen."""

    by: UUID
    number: int
    seen: int


class _Sealed(BaseModel):
    """A model that never prints what it holds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return []


class Decision(_Sealed):
    """One decision; without *choice*, two moderators differ, and it is open again."""

    choice: Choice | None
    by: UUID
    at: int
    """In which save."""
    before: Choice | None = None
    against: UUID | None = None
    """Who had chosen otherwise, where two differ; *wanted* is what *by* chose."""
    wanted: Choice | None = None
    words: tuple[str, ...] = ()
    """What it is about: should reading ever find it no more, it is hidden still."""


class Overruled(_Sealed):
    """Something in a warning that looked like hers, and of which a moderator said that it is not."""

    alert_id: UUID
    hidden: str
    shown: str
    around: tuple[str, ...]
    """The words it stood among: anywhere else it is asked about again."""
    by: UUID


class Decided(_Sealed):
    """All that was decided about one report's words."""

    decisions: dict[str, Decision] = {}
    overruled: tuple[Overruled, ...] = ()

    @property
    def hidden(self) -> dict[str, tuple[str, ...]]:
        """What was ever decided to hide, by key: marked by a moderator, or found by us."""
        return {key: each.words for key, each in self.decisions.items() if each.choice is Choice.HIDE}

    def choice(self, suggestion: Suggestion) -> Choice | None:
        """What was chosen; what is his is kept as long as nobody says otherwise."""
        known = self.decisions.get(suggestion.key)
        if known is not None:
            return known.choice
        return None if suggestion.hides else Choice.KEEP

    def hides(self, suggestion: Suggestion) -> bool:
        """Whether nobody outside may read it: what is undecided stays hidden."""
        return self.choice(suggestion) is not Choice.KEEP


def decide(before: Decided, suggestions: Iterable[Suggestion], choices: Mapping[str, Choice], save: Save) -> Decided:
    """Take in *choices*, by key.

    What another moderator decided since stands if this one left it as it was; if they differ, it is open again.
    """
    decisions = dict(before.decisions)
    for each in suggestions:
        choice, known, stands = choices.get(each.key), decisions.get(each.key), before.choice(each)
        if choice is None or choice is stands:
            continue
        if known is not None and known.at > save.seen and known.by != save.by:
            if known.choice is None or choice is known.before:
                continue
            decisions[each.key] = Decision(
                choice=None, by=save.by, at=save.number, against=known.by, wanted=choice, words=each.spellings
            )
        else:
            decisions[each.key] = Decision(
                choice=choice, by=save.by, at=save.number, before=stands, words=each.spellings
            )
    return before.model_copy(update={"decisions": decisions})


def accept_sure(before: Decided, suggestions: Iterable[Suggestion], save: Save) -> Decided:
    """Hide everything that is sure and that nobody has decided or disputed."""
    sure = [each for each in suggestions if each.is_sure and each.key not in before.decisions]
    return decide(before, sure, {each.key: Choice.HIDE for each in sure}, save)


def mark(before: Decided, suggestions: Iterable[Suggestion], words: str, save: Save) -> Decided:
    """Hide *words*, which were missed, wherever they stand."""
    words = whole_words(words)
    same = [each for each in suggestions if words.casefold() in {one.casefold() for one in each.spellings}]
    hidden = {each.key: (each.spellings, before.choice(each)) for each in same}
    if not any(each.hides for each in same):
        hidden[key_of(words)] = ((words,), None)
    decisions = {
        key: Decision(choice=Choice.HIDE, by=save.by, at=save.number, before=was, words=spellings)
        for key, (spellings, was) in hidden.items()
    }
    return before.model_copy(update={"decisions": {**before.decisions, **decisions}})


def undo(before: Decided, save: Save) -> Decided:
    """Take back what the last save decided, if it was hers."""
    if not can_undo(before, save.by, last=save.number - 1):
        return before
    decisions = {}
    for key, each in before.decisions.items():
        if each.at != save.number - 1:
            decisions[key] = each
        elif each.before is not None:
            decisions[key] = Decision(choice=each.before, by=save.by, at=save.number - 2, words=each.words)
    return before.model_copy(update={"decisions": decisions})


def can_undo(decided: Decided, who: UUID, *, last: int) -> bool:
    """Whether the *last* save decided something, and was hers."""
    made = [each for each in decided.decisions.values() if each.at == last]
    return bool(made) and all(each.by == who for each in made)
