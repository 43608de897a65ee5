"""Two moderators decide: nobody overwrites the other unseen, and what was decided can be taken back."""

from uuid import uuid4

import pytest

from ugly_mugs.desk import decisions
from ugly_mugs.desk.decisions import Choice, Decided, Save
from ugly_mugs.desk.suggestions import Place, Suggestion
from ugly_mugs.redaction import Label, Role, Why

ADA, BEA = uuid4(), uuid4()
HIDE, KEEP = Choice.HIDE, Choice.KEEP
MEI = Suggestion("mei", "Mei", (Place(0, 0, 3),), Label.PERSON, Role.REPORTER, Why.WORDS, 0.9, spellings=("Mei", "mei"))
SPA = Suggestion("spa", "Sunny Spa", (), Label.ORG, Role.REPORTER, Why.UNSURE, 0.9, spellings=("Sunny Spa",))
DAVE = Suggestion("dave", "Dave", (), Label.PERSON, Role.SUSPECT, Why.WORDS, 0.9, spellings=("Dave",))
ALL = (MEI, SPA, DAVE)


def test_what_is_suggested_is_open_and_hidden_until_somebody_decides() -> None:
    assert Decided().choice(MEI) is None
    assert Decided().hides(MEI)
    assert Decided().choice(DAVE) is KEEP


def test_a_decision_stands() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE, "spa": KEEP, "dave": HIDE}, Save(ADA, 1, 0))

    assert [decided.choice(each) for each in ALL] == [HIDE, KEEP, HIDE]
    assert decided.hidden == {"mei": ("Mei", "mei"), "dave": ("Dave",)}


def test_what_another_decided_since_stands_if_it_was_left_alone() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))
    changed = decisions.decide(decided, ALL, {"mei": KEEP}, Save(ADA, 2, 1))

    # Bea looked before the second save, and sends what she saw.
    after = decisions.decide(changed, ALL, {"mei": HIDE, "spa": HIDE}, Save(BEA, 3, 1))

    assert (after.choice(MEI), after.choice(SPA)) == (KEEP, HIDE)


def test_two_who_differ_without_having_seen_each_other_leave_it_open_with_both_opinions() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))

    after = decisions.decide(decided, ALL, {"mei": KEEP}, Save(BEA, 2, 0))

    open_again = after.decisions["mei"]
    assert after.choice(MEI) is None
    assert after.hides(MEI), "until they agree"
    assert (open_again.by, open_again.wanted, open_again.against) == (BEA, KEEP, ADA)


def test_two_who_agree_without_having_seen_each_other_have_decided() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))

    assert decisions.decide(decided, ALL, {"mei": HIDE}, Save(BEA, 2, 0)) == decided


def test_whoever_saw_the_other_opinion_may_change_it() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))

    assert decisions.decide(decided, ALL, {"mei": KEEP}, Save(BEA, 2, 1)).choice(MEI) is KEEP


def test_a_dispute_ends_with_whoever_decides_after_seeing_it() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))
    disputed = decisions.decide(decided, ALL, {"mei": KEEP}, Save(BEA, 2, 0))

    unseen = decisions.decide(disputed, ALL, {"mei": HIDE}, Save(ADA, 3, 1))
    seen = decisions.decide(disputed, ALL, {"mei": HIDE}, Save(ADA, 3, 2))

    assert unseen.choice(MEI) is None
    assert seen.choice(MEI) is HIDE


def test_nobody_is_in_dispute_with_herself() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))

    assert decisions.decide(decided, ALL, {"mei": KEEP}, Save(ADA, 2, 0)).choice(MEI) is KEEP


def test_only_what_is_sure_and_open_is_accepted_together() -> None:
    decided = decisions.accept_sure(Decided(), ALL, Save(ADA, 1, 0))

    assert [decided.choice(each) for each in ALL] == [HIDE, None, KEEP]


def test_what_was_kept_is_not_hidden_by_accepting_what_is_sure() -> None:
    kept = decisions.decide(Decided(), ALL, {"mei": KEEP}, Save(ADA, 1, 0))

    assert decisions.accept_sure(kept, ALL, Save(ADA, 2, 1)).choice(MEI) is KEEP


@pytest.mark.parametrize("act", ["decide", "sure", "mark"])
def test_the_last_save_can_be_taken_back_by_whoever_made_it(act: str) -> None:
    before = decisions.decide(Decided(), ALL, {"spa": HIDE, "dave": HIDE}, Save(ADA, 1, 0))
    if act == "decide":
        after = decisions.decide(before, ALL, {"mei": HIDE, "spa": KEEP}, Save(ADA, 2, 1))
    elif act == "sure":
        after = decisions.accept_sure(before, ALL, Save(ADA, 2, 1))
    else:
        after = decisions.mark(before, ALL, "Bluebird", Save(ADA, 2, 1))
    assert after != before

    back = decisions.undo(after, Save(ADA, 3, 2))

    assert [back.choice(each) for each in ALL] == [before.choice(each) for each in ALL]
    assert back.hidden == before.hidden
    assert decisions.undo(after, Save(BEA, 3, 2)) == after, "only by her"
    assert decisions.undo(back, Save(ADA, 4, 3)) == back, "once"


def test_what_was_marked_stays_hidden_until_somebody_keeps_it() -> None:
    decided = decisions.mark(Decided(), ALL, "  the blue   door ", Save(ADA, 1, 0))
    ((key, words),) = decided.hidden.items()
    assert words == ("the blue door",)

    mark = Suggestion(key, "the blue door", (), spellings=words)

    assert decisions.decide(decided, (mark,), {key: KEEP}, Save(ADA, 2, 1)).hidden == {}


def test_marking_what_is_suggested_decides_the_suggestion() -> None:
    decided = decisions.mark(Decided(), ALL, "mei", Save(ADA, 1, 0))

    assert decided.choice(MEI) is HIDE
    assert set(decided.decisions) == {"mei"}
