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
    after = decisions.decide(changed, ALL, {"mei": HIDE, "spa": HIDE}, Save(BEA, 3, 1), drawn={"mei": HIDE})

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


def test_what_is_hidden_afresh_is_not_dropped_because_it_was_hidden_before() -> None:
    hidden = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(BEA, 1, 0))
    kept = decisions.decide(hidden, ALL, {"mei": KEEP}, Save(BEA, 2, 1))

    # Ada looked before either, when it was open, and hides it.
    after = decisions.decide(kept, ALL, {"mei": HIDE}, Save(ADA, 3, 0))

    assert after.hides(MEI)
    assert (after.decisions["mei"].wanted, after.decisions["mei"].against) == (HIDE, BEA)


def test_a_page_that_is_older_than_an_undo_does_not_say_again_what_was_taken_back() -> None:
    kept = decisions.decide(Decided(), ALL, {"mei": KEEP, "spa": KEEP}, Save(ADA, 1, 0))
    back = decisions.undo(kept, Save(ADA, 2, 1))

    # Bea looked between the two, and decides about something else.
    after = decisions.decide(
        back, ALL, {"mei": KEEP, "spa": KEEP, "dave": HIDE}, Save(BEA, 3, 1), drawn={"mei": KEEP, "spa": KEEP}
    )

    assert [after.choice(each) for each in ALL] == [None, None, HIDE]


def test_what_was_taken_back_can_be_decided_again_and_is_open_to_be_accepted_with_the_rest() -> None:
    back = decisions.undo(decisions.accept_sure(Decided(), ALL, Save(ADA, 1, 0)), Save(ADA, 2, 1))
    assert back.choice(MEI) is None

    assert decisions.accept_sure(back, ALL, Save(BEA, 3, 2)).choice(MEI) is HIDE
    assert decisions.decide(back, ALL, {"mei": KEEP}, Save(BEA, 3, 0)).choice(MEI) is KEEP, "there is no other opinion"


def test_marking_what_another_kept_unseen_is_a_dispute_and_stays_hidden() -> None:
    kept = decisions.decide(Decided(), ALL, {"mei": KEEP}, Save(BEA, 1, 0))

    unseen = decisions.mark(kept, ALL, "Mei", Save(ADA, 2, 0))
    seen = decisions.mark(kept, ALL, "Mei", Save(ADA, 2, 1))

    assert unseen.choice(MEI) is None
    assert (unseen.decisions["mei"].wanted, unseen.decisions["mei"].against) == (HIDE, BEA)
    assert seen.choice(MEI) is HIDE


def test_a_mark_in_dispute_is_hidden_and_still_asked_about() -> None:
    marked = decisions.mark(Decided(), ALL, "blue door", Save(ADA, 1, 0))
    ((key, words),) = marked.hidden.items()
    door = Suggestion(key, "blue door", (), spellings=words)
    kept = decisions.decide(marked, (*ALL, door), {key: KEEP}, Save(BEA, 2, 1))

    disputed = decisions.mark(kept, ALL, "blue door", Save(ADA, 3, 1))

    assert disputed.choice(door) is None
    assert disputed.hidden == {key: ("blue door",)}


def test_undoing_what_settled_a_dispute_brings_both_sides_back() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))
    disputed = decisions.decide(decided, ALL, {"mei": KEEP}, Save(BEA, 2, 0))
    settled = decisions.decide(disputed, ALL, {"mei": KEEP}, Save(ADA, 3, 2))

    back = decisions.undo(settled, Save(ADA, 4, 3))

    again = back.decisions["mei"]
    assert (back.choice(MEI), again.by, again.wanted, again.against) == (None, BEA, KEEP, ADA)


def test_undoing_a_dispute_brings_back_what_the_other_decided() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))
    disputed = decisions.decide(decided, ALL, {"mei": KEEP}, Save(BEA, 2, 0))

    back = decisions.undo(disputed, Save(BEA, 3, 2))

    assert (back.choice(MEI), back.decisions["mei"].by) == (HIDE, ADA)


def test_sending_once_more_from_the_same_page_does_not_settle_a_dispute_that_it_never_showed() -> None:
    decided = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))
    disputed = decisions.decide(decided, ALL, {"mei": KEEP}, Save(BEA, 2, 0))

    assert decisions.decide(disputed, ALL, {"mei": KEEP}, Save(BEA, 3, 0)).choice(MEI) is None


def test_what_she_changes_twice_on_one_page_is_what_she_chose_last() -> None:
    hidden = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(ADA, 1, 0))
    kept = decisions.decide(hidden, ALL, {"mei": KEEP}, Save(ADA, 2, 1), drawn={"mei": HIDE})

    # By the button "back", to a page that shows what was chosen first.
    assert decisions.decide(kept, ALL, {"mei": HIDE}, Save(ADA, 3, 1), drawn={"mei": HIDE}).choice(MEI) is HIDE


def test_one_save_is_taken_back_as_a_whole() -> None:
    hidden = decisions.decide(Decided(), ALL, {"mei": HIDE}, Save(BEA, 1, 0))
    save = Save(ADA, 2, 1)
    twice = decisions.mark(decisions.decide(hidden, ALL, {"mei": KEEP}, save), ALL, "Mei", save)

    back = decisions.undo(twice, Save(ADA, 3, 2))

    assert (back.choice(MEI), back.decisions["mei"].by) == (HIDE, BEA)
