"""From what a moderator typed to a warning, and back; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .. import vocabulary
from ..alerts import composing
from ..alerts.composing import Facts
from ..alerts.wording import LASTS_DAYS, LONGEST_TEXT, OPENING, Named, Wording, headline, what
from ..areas import Atlas, DistrictSet
from ..identifiers import Kind, NotAnIdentifier, normalise
from ..intake.new_report import Story
from ..models import VersionKind
from ..segments import to_gsm
from ..vocabulary import SAFEGUARDING, Category, PlaceKind, Severity
from . import first_words
from .draft import Draft, Range, Typed, Widening

MOST_NAMED = 10


class NotReady(Exception):
    """What was typed makes no warning yet; *errors* say why, by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("not ready")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Ready:
    """A warning that can be laid before a second moderator."""

    wording: Wording
    drafted: str
    """Its text as the fields alone would have it."""
    is_wider: bool


def from_story(story: Story, atlas: Atlas, *, today: date) -> Draft:
    """Where writing starts: the fields that she filled in, made coarse."""
    # A field that breaks a bound here is left for the moderator to write.
    return Draft(
        category=story.category if story.category and story.category not in SAFEGUARDING else Category.SUSPICIOUS,
        flags=story.flags,
        urgency=first_words.urgency(story, today=today),
        when_words=first_words.when(story.happened_on, today=today),
        place_words=first_words.where(story, atlas)[:60],
        district=story.district,
        place_kind=story.place_kind,
        description=first_words.description(story.people),
        vehicle=first_words.vehicle(story.vehicle),
        identifiers=_typed(first_words.identifiers(story)),
    )


def from_wording(wording: Wording, atlas: Atlas, *, reference: str, kind: VersionKind) -> Draft:
    """Where an update, or another try, starts: what was said last."""
    bits = atlas.from_codes(wording.reach)
    draft = Draft(
        **wording.model_dump(exclude={"headline", "reach", "lasts_days", "identifiers", "text", "widened"}),
        identifiers=_typed(wording.identifiers),
        widened=Widening(wording.widened) if wording.widened else None,
        range=_range_of(bits, wording, atlas),
    )
    drafted = compose(draft, reference=reference, kind=kind)
    # An update's text begins otherwise than the alert's, so it is made anew unless it was written by hand.
    is_by_hand = wording.text not in {drafted, compose(draft, reference=reference, kind=VersionKind.ALERT)}
    return draft.model_copy(update={"text": wording.text if is_by_hand else drafted, "drafted": drafted})


def compose(draft: Draft, *, reference: str, kind: VersionKind) -> str:
    """The text as the fields alone would have it."""
    facts = Facts(
        reference=reference,
        what=what(draft.category, draft.flags),
        when=draft.when_words,
        where=draft.place_words,
        people=draft.description,
        vehicle=draft.vehicle,
        identifiers=_named(draft, {}),
        advice=draft.advice,
    )
    return composing.compose(facts, kind=kind)


def make(draft: Draft, atlas: Atlas, *, reference: str, kind: VersionKind) -> Ready:
    """The warning in *draft*; raise `NotReady` with words for each field."""
    errors: dict[str, str] = {}
    severity = draft.severity or vocabulary.severity(draft.category, frozenset(draft.flags)) or Severity.SERIOUS
    identifiers = _named(draft, errors)
    if not (draft.description or draft.vehicle or identifiers):
        errors["description"] = "Say something by which he can be recognised: looks, vehicle, phone, plate or username."
    reach, is_wider = _reach(draft, atlas, severity, errors)
    drafted = compose(draft, reference=reference, kind=kind)
    # Untouched, the text follows the fields; changed by hand, it stays as it was written.
    text = drafted if draft.text in {"", draft.drafted} else to_gsm(draft.text)
    if not text.startswith(OPENING):
        errors["text"] = f"Begin with “{OPENING}”: it was reported, and nobody has found it true."
    elif reference not in text:
        errors["text"] = f"Put the reference {reference} in, so that updates and questions can name it."
    elif len(text) > LONGEST_TEXT:
        errors["text"] = f"This is too long: use at most {LONGEST_TEXT} characters."
    if draft.about_force and draft.about_force not in atlas.police:
        errors["about_force"] = "Choose one of the forces given."
    if errors:
        raise NotReady(errors)
    wording = Wording(
        **draft.model_dump(include=_SAME),
        flags=list(draft.flags),
        severity=severity,
        headline=headline(draft.category, list(draft.flags), draft.place_words)[:160],
        text=text,
        identifiers=identifiers,
        reach=atlas.codes(reach),
        widened=draft.widened.value if is_wider and draft.widened else None,
        lasts_days=LASTS_DAYS[severity],
    )
    return Ready(wording, drafted, is_wider)


_SAME = {
    *("category", "urgency", "certainty", "source", "when_words", "place_words", "district", "place_kind"),
    *("description", "vehicle", "advice", "about_force"),
}
"""Fields that a warning has exactly as they were typed."""


def default_reach(
    atlas: Atlas, severity: Severity, district: str | None, place: PlaceKind | None
) -> DistrictSet | None:
    """Who is told by default; None where only a moderator can say."""
    if severity is Severity.NUISANCE:
        return 0
    if district is None or place is PlaceKind.ONLINE:
        return None
    return atlas.default_reach(severity, district)


def _reach(draft: Draft, atlas: Atlas, severity: Severity, errors: dict[str, str]) -> tuple[DistrictSet, bool]:
    usual = default_reach(atlas, severity, draft.district, draft.place_kind)
    match draft.range:
        case Range.NATIONAL:
            reach = atlas.everywhere()
        case Range.BY_SEVERITY:
            if usual is None:
                errors["range"] = "Online, or the place unknown: choose how far it goes."
            reach = usual or 0
        case _ if draft.district is None:
            errors["district"] = "Needed to measure from."
            reach = 0
        case Range.FORCE:
            reach = atlas.of_force(atlas.district(draft.district).force)
        case miles:
            reach = atlas.within(draft.district, int(miles))
    is_wider = usual is not None and bool(reach & ~usual)
    if is_wider and draft.widened is None:
        errors["widened"] = "This tells people whom its severity does not ask for. Choose why."
    return reach, is_wider


def _range_of(bits: DistrictSet, wording: Wording, atlas: Atlas) -> Range:
    """The range that *bits* were made with."""
    if bits == atlas.everywhere():
        return Range.NATIONAL
    if bits == default_reach(atlas, wording.severity, wording.district, wording.place_kind):
        return Range.BY_SEVERITY
    if wording.district is not None:
        for each in Range:
            if each.value.isdecimal() and bits == atlas.within(wording.district, int(each)):
                return each
        if bits == atlas.of_force(atlas.district(wording.district).force):
            return Range.FORCE
    return Range.BY_SEVERITY


def _named(draft: Draft, errors: dict[str, str]) -> list[Named]:
    found = []
    for number, typed in enumerate(draft.named):
        if not typed.value:
            continue
        try:
            normal = normalise(typed.kind, typed.value)
        except NotAnIdentifier as error:
            errors[f"identifiers.{number}.value"] = error.why
            continue
        found.append(Named(kind=normal.kind.value, value=normal.value, partial=normal.partial))
    # Ticked and typed may be the same in two spellings.
    return list({(each.kind, each.value): each for each in found}.values())[:MOST_NAMED]


def _typed(named: Sequence[Named]) -> tuple[Typed, ...]:
    return tuple(Typed(kind=Kind(each.kind), value=each.value) for each in named)
