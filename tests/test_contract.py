"""A message is the same words for many, and a little of each person's own."""

from ugly_mugs.contract import Message

PARTS = {"txt": "Stop: HER-LINK", "html": '<a href="HER-LINK">Stop</a>', "subject.txt": "7K2Q"}


def test_each_person_gets_her_own_link_in_the_words_of_all() -> None:
    jo = Message(id="1", to="jo@example.org", parts=PARTS, personal={"HER-LINK": "https://notes.example/u/jo"})
    ann = Message(id="2", to="ann@example.org", parts=PARTS, personal={"HER-LINK": "https://notes.example/u/ann"})

    assert (jo.filled("txt"), ann.filled("txt")) == (
        "Stop: https://notes.example/u/jo",
        "Stop: https://notes.example/u/ann",
    )
    assert jo.filled("subject.txt") == "7K2Q"
    assert jo.parts is ann.parts


def test_what_is_hers_cannot_be_taken_for_html() -> None:
    message = Message(id="1", to="jo@example.org", parts=PARTS, personal={"HER-LINK": '"><script>&'})

    assert message.filled("html") == '<a href="&quot;&gt;&lt;script&gt;&amp;">Stop</a>'
    assert message.filled("txt") == 'Stop: "><script>&'


def test_what_is_hers_is_not_filled_in_again() -> None:
    message = Message(
        id="1", to="jo", parts={"txt": "ONE TWO ONE-MORE"}, personal={"ONE": "TWO", "TWO": "ONE", "ONE-MORE": r"\1"}
    )

    assert message.filled("txt") == r"TWO ONE \1"
