"""A reporter's free words, part by part; and what is known of her and of him before they are read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..intake.messages import Said
from ..intake.new_report import Story
from ..intake.sealed import FORGOTTEN
from ..redaction import Label, is_everyday

_FREE = {
    "what_happened": "What happened",
    "others_should_know": "What others should know",
    "injuries": "Injuries",
    "support": "Support she wants",
    "when_words": "When",
    "contact_how": "How contact was made",
}
_OF_PERSON = {"marks": "Marks", "clothing": "Clothing", "acting": "His ways"}
_IN_SHORT = ("height", "build", "hair", "facial_hair", "eyes", "complexion", "accent")
"""What is mostly a word or two, and may be anything."""
_MOST_DIGITS = 4
"""More are a number of somebody's."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of her answers, or a message of hers."""

    name: str
    text: str = field(repr=False)


def parts(story: Story, talk: Iterable[Said] = ()) -> tuple[Part, ...]:
    """Everything that she wrote freely, in the order in which a moderator reads it."""
    return tuple(part for part in _all(story, talk) if part.text)


def _all(story: Story, talk: Iterable[Said]) -> Iterator[Part]:
    for name, words in _FREE.items():
        yield Part(words, getattr(story, name))
    for person in story.people:
        for name, words in _OF_PERSON.items():
            yield Part(words, getattr(person, name))
        yield Part("Looks", _telling(getattr(person, name) for name in _IN_SHORT))
    if story.vehicle:
        seen = story.vehicle
        yield Part(
            "Vehicle",
            "\n".join(filter(None, (_telling((seen.colour, seen.make, seen.model), of_car=True), seen.features))),
        )
    yield Part("When it is safe to call", _telling((story.safe_times,)))
    for said in talk:
        if not said.from_desk:
            yield Part("Message from her", said.text)


def _telling(answers: Iterable[str], *, of_car: bool = False) -> str:
    """Of short *answers* those that may tell something; "blue", "Astra" and "slim" need nobody's eyes a second time."""
    return "\n".join(each for each in answers if each and not _is_everyday(each, of_car))


def _is_everyday(answer: str, of_car: bool = False) -> bool:
    if "@" in answer or sum(letter.isdigit() for letter in answer) > _MOST_DIGITS:
        return False
    return all(is_everyday(word, of_car=of_car) for word in re.findall(r"[^\W\d_]+", answer.casefold()))


def about_them(story: Story) -> dict[Label, list[str]]:
    """The form's fields about him: what they name is his."""
    plates = [story.vehicle.registration] if story.vehicle and story.vehicle.registration else []
    return {
        Label.PHONE: list(story.phones),
        Label.EMAIL: list(story.emails),
        Label.HANDLE: list(story.handles),
        Label.VRM: plates,
        Label.PERSON: [person.alias for person in story.people if person.alias],
    }


def known_of_her(story: Story) -> tuple[str, ...]:
    """What the service knows privately of her: where she is reached, and what to say to others who answer."""
    return tuple(each for each in (story.contact, story.if_someone_else) if each and each != FORGOTTEN)
