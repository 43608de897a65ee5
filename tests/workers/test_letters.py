"""Everybody gets the same words and her own way out of them."""

import re

from tests import makers
from ugly_mugs import links
from ugly_mugs.contract import Message, Receipt
from ugly_mugs.delivery import recipients
from ugly_mugs.delivery.rendering import UNSUBSCRIBE
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.service import Service

PEOPLE = [f"p{number}@example.org" for number in range(5)]
LINK = re.compile(r"http://localhost:8080/u/[A-Za-z0-9_-]+")


async def test_each_person_gets_her_own_link_in_text_html_and_header(telling: Service, mailbox: Mailbox) -> None:
    for person in PEOPLE:
        await makers.a_subscriber(telling, email=person)
    await makers.an_alert(telling)

    await makers.deliver_all(telling)

    assert sorted(mail.to for mail in mailbox) == PEOPLE
    for mail in mailbox:
        (link,) = {*LINK.findall(mail.text), *LINK.findall(mail.html), str(mail.unsubscribe_url)}
        tag = recipients.tag_of(telling.vault, "email", mail.to)
        assert links.read(telling.vault, "unsubscribe", link.rpartition("/")[2]) == f"email:{tag.hex()}"
        assert UNSUBSCRIBE not in mail.text + mail.html
    assert len({LINK.sub("", mail.text + mail.html) for mail in mailbox}) == 1


async def test_the_words_are_one_object_for_all_who_get_the_same(telling: Service, mailbox: Mailbox) -> None:
    seen: list[Message] = []
    email = telling.channels["email"]
    send = email.send

    async def remember(message: Message) -> Receipt:
        seen.append(message)
        return await send(message)

    email.send = remember  # type: ignore[method-assign]  # to look at what passes by
    for person in PEOPLE:
        await makers.a_subscriber(telling, email=person)
    await makers.an_alert(telling)

    await makers.deliver_all(telling)

    assert len(seen) == len(PEOPLE)
    assert len({id(message.parts) for message in seen}) == 1
    assert len({message.personal[UNSUBSCRIBE] for message in seen}) == len(PEOPLE)
