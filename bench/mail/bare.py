"""The peer: aiosmtplib and one `EmailMessage` a person, without a ledger.

As aiosmtplib's documentation shows: one `SMTP` a connection, kept open ("SMTP is a sequential protocol", so several
for sending side by side), and `send_message` with the standard library's `EmailMessage`, made as its own documentation
makes a text with an alternative in HTML. Other policies and encodings save a twentieth of its time.
"""

import asyncio
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from uuid import UUID

from aiosmtplib import SMTP

from ugly_mugs.delivery import rendering

from ..loads import Done, Task, measured
from . import words
from .sink import end


async def run(task: Task) -> Done:
    """As many connections as there may be, each sending the next mail that is left."""
    host, port = end(task.url)
    parts = words.parts()
    left = iter(range(task.count))
    sent = 0

    async def send() -> None:
        nonlocal sent
        async with SMTP(hostname=host, port=port, local_hostname="localhost") as server:
            for number in left:
                refused, _ = await server.send_message(_mail(parts["subject.txt"], parts["txt"], parts["html"], number))
                sent += not refused

    with measured() as watch:
        await asyncio.gather(*(send() for _ in range(task.in_flight)))
    return Done(sent, watch.seconds)


def _mail(subject: str, txt: str, html: str, number: int) -> EmailMessage:
    """The same mail as ours, in headers and words."""
    link = words.link(number)
    mail = EmailMessage()
    mail["From"] = words.SENDER
    mail["To"] = words.address(number)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = f"<{UUID(int=number)}@notes.example>"
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in rendering.unsubscribe_headers(link).items():
        mail[name] = value
    mail.set_content(txt.replace(words.MARK, link))
    mail.add_alternative(html.replace(words.MARK, link), subtype="html")
    return mail
