"""Why, in words for a moderator: what agrees, and what does not."""

from collections.abc import Sequence
from typing import Final

from ..identifiers import Kind
from .alike import Meeting
from .comparing import SAYS_SOMETHING, Finding, Verdict
from .described import Measure, Trait
from .weights import HUB, MEETING, How

_KINDS: Final = {Kind.PHONE: "phone", Kind.VRM: "plate", Kind.EMAIL: "email", Kind.HANDLE: "username"}
_MEETS: Final = {
    How.SAME: "same {}",
    How.TWIN: "{} that looks the same",
    How.MISREAD: "{} differs by one character that is easily misread",
    How.PARTIAL: "what is known of the {} fits",
    How.STEM: "a username that is also a mailbox",
}
_ONE_OFF: Final = {
    Kind.PHONE: "phone differs by one digit or a swap",
    Kind.VRM: "plate differs by one character or a swap",
}
_TRAITS: Final = {
    Trait.NAME: "name",
    Trait.ETHNICITY: "ethnicity",
    Trait.BUILD: "build",
    Trait.HAIR: "hair",
    Trait.ACCENT: "accent",
    Trait.MARK: "mark",
    Trait.TOWN: "place",
    Measure.AGE: "age",
    Measure.HEIGHT: "height",
}


def meetings(verdict: Verdict) -> list[str]:
    """What both name, the weightiest first."""
    return [_meeting(each) for each in sorted(verdict.meetings, key=lambda each: (-each.bits, each.kind))]


def agreements(verdict: Verdict) -> str:
    """What agrees in both descriptions: "same build and accent, about the same age"; "" where nothing says much."""
    alike = [each for each in verdict.looks if each.bits >= SAYS_SOMETHING]
    same = [_TRAITS[each.about] for each in alike if each.by is None]
    about = [_TRAITS[each.about] for each in alike if each.by is not None]
    parts = [f"same {_and(same)}"] if same else []
    return ", ".join(parts + ([f"about the same {_and(about)}"] if about else []))


def disagreements(verdict: Verdict) -> str:
    """What differs: "other phone, other hair, ages 14 years apart"; "" where nothing does."""
    parts = [f"other {_KINDS[kind]}" for kind in verdict.different]
    parts += [_differs(each) for each in verdict.looks if each.bits <= -SAYS_SOMETHING]
    return ", ".join(parts)


def why(verdict: Verdict) -> str:
    """All of it in one line."""
    against = disagreements(verdict)
    parts = [*meetings(verdict), agreements(verdict), f"but {against}" if against else ""]
    return "; ".join(part for part in parts if part)


def _meeting(each: Meeting) -> str:
    words = _ONE_OFF[each.kind] if each.how is How.ONE_OFF else _MEETS[each.how].format(_KINDS[each.kind])
    is_hub = each.bits <= HUB < MEETING[each.kind, each.how] and each.how is How.SAME
    return f"{words}, which reports of several men name" if is_hub else words


def _differs(each: Finding) -> str:
    match each.about:
        case Measure.AGE if each.by is not None:
            return f"ages {each.by:.0f} years apart"
        case Measure.HEIGHT if each.by is not None:
            return f"heights {each.by:.0f} inches apart"
    return f"other {_TRAITS[each.about]}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
