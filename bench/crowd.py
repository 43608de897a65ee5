"""Made-up people and the alerts that all of them are to get: each message its own address or its own words."""

from tests import makers
from ugly_mugs.alerts import areas
from ugly_mugs.areas import Area
from ugly_mugs.delivery import recipients
from ugly_mugs.models import Recipient, RecipientKind, Subscriber, Subscription
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Wording

ONE_OF = 5
"""So many people, one of whom gets mails."""
MOST = 1_000
"""Numbers that nobody has: with more people, the carrier could not tell their texts apart."""


async def gather(service: Service, messages: int) -> None:
    """People around one place, and as many alerts as make *messages* of them; *messages* over 1,000 is rounded up."""
    alerts = -(-messages // MOST)
    people = messages // alerts
    async with service.transaction() as session:
        area_id = await areas.intern(session, service.atlas, Area("district", "GU1", 5))
        made = [Recipient(kind=RecipientKind.SUBSCRIBER) for _ in range(people)]
        session.add_all(made)
        await session.flush()
        for number, recipient in enumerate(made):
            assert recipient.id is not None
            channel = "sms" if number % ONE_OF else "email"
            where = f"+447700900{number:03}" if channel == "sms" else f"roxy{number}@example.org"
            tag = recipients.tag_of(service.vault, channel, where)
            session.add(recipients.an_address(service.vault, recipient.id, channel=channel, address=where, tag=tag))
            session.add(
                Subscriber(
                    recipient_id=recipient.id,
                    working_name=b"sealed",
                    channel=channel,
                    wording=Wording.FULL,
                    vouched=True,
                    joined_on=makers.TODAY,
                )
            )
        await session.flush()
        session.add_all(Subscription(area_id=area_id, recipient_id=each.id) for each in made if each.id)
    for number in range(alerts):
        text = f"Reported to us, not proven: rape, this week, Guildford area. Number {number}. Ref 7K2Q"
        await makers.an_alert(service, wording=makers.a_wording(service.atlas, text=text))
