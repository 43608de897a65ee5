"""What a warning begins with: the report's structured fields, made coarse. The story is never copied."""

from collections.abc import Iterable
from datetime import date, timedelta

from babel.dates import format_date

from ..alerts import features
from ..alerts.wording import Named
from ..areas import Atlas
from ..intake.new_report import Person, Story, Vehicle
from ..vocabulary import PlaceKind, Urgency

LATELY = timedelta(days=1)
LIKELY_AGAIN = timedelta(days=180)
LONGEST_DESCRIPTION = 400
LONGEST_VEHICLE = 120


def when(happened_on: date | None, *, today: date) -> str:
    """When it was, as coarse as a warning should be: the exact day could tell him who reported it."""
    if happened_on is None:
        return ""
    days = (today - happened_on).days
    if days < 7:
        return "this week"
    if days < 14:
        return "last week"
    if days < 32:
        return "in the last month"
    if days < 365:
        return f"in {format_date(happened_on, 'MMMM', locale='en')}"
    return f"in {happened_on.year}"


def where(story: Story, atlas: Atlas) -> str:
    """Roughly where: "Guildford area", or "online"."""
    if story.place_kind is PlaceKind.ONLINE:
        return "online"
    return atlas.place_words(story.district) if story.district else ""


def urgency(story: Story, *, today: date) -> Urgency:
    """Whether it goes on, may come again, or is past."""
    if "ongoing" in story.flags:
        return Urgency.IMMEDIATE
    if story.happened_on is None:
        return Urgency.UNKNOWN
    age = today - story.happened_on
    if age <= LATELY:
        return Urgency.IMMEDIATE
    return Urgency.EXPECTED if age <= LIKELY_AGAIN else Urgency.PAST


def description(people: Iterable[Person]) -> str:
    """What he looked and sounded like. Names and aliases are for moderators."""
    return features.numbered(text for person in people if (text := looks(person)))[:LONGEST_DESCRIPTION]


def vehicle(seen: Vehicle | None) -> str:
    """What he came in, without its registration."""
    if seen is None:
        return ""
    kind = " ".join(part for part in (seen.colour, seen.make, seen.model) if part)
    return ", ".join(part for part in (kind, seen.features) if part)[:LONGEST_VEHICLE]


def identifiers(story: Story) -> list[Named]:
    """Phones, mailboxes, accounts and plates, in clear."""
    return [Named(kind=each.kind.value, value=each.value, partial=each.partial) for each in story.identifiers][:10]


def looks(person: Person) -> str:
    """One person, feature by feature."""
    # One age alone is a guess at it, and no bound.
    youngest, oldest = person.age_from, person.age_to
    return features.listed(
        (
            f"{person.number} people" if person.number and person.number > 1 else "",
            features.age(youngest if youngest is not None else oldest, oldest if oldest is not None else youngest),
            features.height(person.height),
            features.build(person.build),
            features.hair(person.hair),
            person.facial_hair,
            features.called(person.eyes, "eyes"),
            person.complexion,
            features.called(person.accent, "accent"),
            person.marks,
            person.clothing,
            person.acting,
        )
    )
