"""C10: what somebody typed is only ever text, in mails too."""

from email.message import EmailMessage

from lxml import html

from tests import makers
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.service import Service

HOSTILE = '<img src=x onerror=alert(1)><a href="https://elsewhere.example">here</a> {{ 7*7 }} %(code)s'


async def test_a_warning_with_markup_in_it_is_text_in_a_mail(telling: Service, mailbox: Mailbox) -> None:
    await makers.a_subscriber(telling, email="roxy@example.org")
    words = f"Reported to us, not proven: {HOSTILE} Ref 7K2Q"
    await makers.an_alert(telling, wording=makers.a_wording(telling.atlas, text=words, headline=HOSTILE))

    await makers.deliver_all(telling)

    (mail,) = mailbox.mails
    part = mail.message.get_body(("html",))
    assert isinstance(part, EmailMessage)
    tree = html.document_fromstring(part.get_content())
    assert HOSTILE in "".join(map(str, tree.itertext()))
    assert not tree.xpath("//img")
    assert [str(link.get("href")).split("/u/")[0] for link in tree.iter("a")] == [telling.config.public_url]
    assert "elsewhere" not in str(mail.message["Subject"])
