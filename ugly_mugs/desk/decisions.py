"""What moderators decided about suggestions, and how two who decide at once come together; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
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
    """One decision; without *choice*, two moderators differ, or it was taken back, and it is open again."""

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
    replaced: "Decision | None" = None
    """What had been decided before, to be taken up again."""
    is_taken_up: bool = False
    """Whether it stands because what came after it was taken back."""

    @property
    def is_dispute(self) -> bool:
        return self.choice is None and self.wanted is not None


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
        """What was ever decided to hide, or is in dispute, by key: marked by a moderator, or found by us."""
        return {
            key: each.words for key, each in self.decisions.items() if each.choice is Choice.HIDE or each.is_dispute
        }

    def is_untouched(self, suggestion: Suggestion) -> bool:
        """Whether nobody has decided or disputed it, or only somebody who took that back."""
        known = self.decisions.get(suggestion.key)
        return known is None or (known.choice is None and not known.is_dispute)

    def choice(self, suggestion: Suggestion) -> Choice | None:
        """What was chosen; what is his is kept as long as nobody says otherwise."""
        known = self.decisions.get(suggestion.key)
        if known is not None:
            return known.choice
        return None if suggestion.hides else Choice.KEEP

    def hides(self, suggestion: Suggestion) -> bool:
        """Whether nobody outside may read it: what is undecided stays hidden."""
        return self.choice(suggestion) is not Choice.KEEP


def decide(
    before: Decided,
    suggestions: Iterable[Suggestion],
    choices: Mapping[str, Choice],
    save: Save,
    *,
    drawn: Mapping[str, Choice] = MappingProxyType({}),
) -> Decided:
    """Take in *choices*, by key; *drawn* is what they were when the page was made.

    What another moderator decided since stands if this one left it as it was; if they differ, it is open again.
    """
    decisions = dict(before.decisions)
    for each in suggestions:
        choice = choices.get(each.key)
        if choice is None or (choice is drawn.get(each.key) and _is_news(decisions.get(each.key), save)):
            continue
        taken = _taken(decisions.get(each.key), choice, before.choice(each), each.spellings, save)
        if taken is not None:
            decisions[each.key] = taken
    return before.model_copy(update={"decisions": decisions})


def _is_news(known: Decision | None, save: Save) -> bool:
    """Whether the page that she looked at cannot have shown it, and it is not what she sent from it herself."""
    if known is None or known.at <= save.seen or known.at == save.number:
        return False
    return known.by != save.by or known.is_taken_up or known.is_dispute


def _taken(
    known: Decision | None, choice: Choice, stands: Choice | None, words: tuple[str, ...], save: Save
) -> Decision | None:
    """What she chose, or that two differ; *known* where nothing changes."""
    is_news = _is_news(known, save)
    if choice is stands or (known and known.is_dispute and is_news):
        return known
    older = known
    if known and known.at == save.number:
        # One save is taken back as a whole.
        older, stands = known.replaced, known.before
    made = Decision(
        choice=choice,
        by=save.by,
        at=save.number,
        before=stands,
        words=words,
        replaced=older.model_copy(update={"replaced": None}) if older else None,
    )
    if known and known.choice is not None and known.by != save.by and is_news:
        return made.model_copy(update={"choice": None, "wanted": choice, "against": known.by})
    return made


def accept_sure(before: Decided, suggestions: Iterable[Suggestion], save: Save) -> Decided:
    """Hide everything that is sure and that nobody has decided or disputed."""
    sure = [each for each in suggestions if each.is_sure and before.is_untouched(each)]
    return decide(before, sure, {each.key: Choice.HIDE for each in sure}, save)


def mark(before: Decided, suggestions: Iterable[Suggestion], words: str, save: Save) -> Decided:
    """Hide *words*, which were missed, wherever they stand."""
    words = whole_words(words)
    same = [each for each in suggestions if words.casefold() in {one.casefold() for one in each.spellings}]
    about = {each.key: (before.choice(each), each.spellings) for each in same}
    if not any(each.hides for each in same):
        key = key_of(words)
        known = before.decisions.get(key)
        about[key] = (known.choice if known else None, (words,))
    taken = {
        key: _taken(before.decisions.get(key), Choice.HIDE, stands, spellings, save)
        for key, (stands, spellings) in about.items()
    }
    decisions = {**before.decisions, **{key: each for key, each in taken.items() if each}}
    return before.model_copy(update={"decisions": decisions})


def undo(before: Decided, save: Save) -> Decided:
    """Take back what the last save decided, if it was hers."""
    if not can_undo(before, save.by, last=save.number - 1):
        return before
    decisions = {
        key: _taken_back(each, save) if each.at == save.number - 1 else each for key, each in before.decisions.items()
    }
    return before.model_copy(update={"decisions": decisions})


def _taken_back(each: Decision, save: Save) -> Decision:
    """What stood before; a page that is older than this cannot have shown it."""
    if each.replaced is not None:
        return each.replaced.model_copy(update={"at": save.number, "is_taken_up": True})
    words = each.words if each.before else ()
    return Decision(choice=each.before, by=save.by, at=save.number, words=words, is_taken_up=True)


def can_undo(decided: Decided, who: UUID, *, last: int) -> bool:
    """Whether the *last* save decided something, and was hers."""
    made = [each for each in decided.decisions.values() if each.at == last]
    return bool(made) and all(each.by == who and not each.is_taken_up for each in made)
