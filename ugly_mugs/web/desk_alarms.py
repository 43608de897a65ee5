"""Alarms in words for whoever sits at the desk at night: what is wrong, what that means, and what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..delivery.alarms import Alarm, Kind

NOW = "Tell whoever runs the service, now."
TODAY = "Tell whoever runs the service, today."


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm as it stands on the page."""

    what: str
    means: str
    do: str


_WORDS = {
    Kind.CHANNEL_DOWN: Told(
        "No {many} are going out",
        "Everything they leave from is refused{why}. They wait, and leave by themselves once it is taken again.",
        f"{NOW} If people are in danger tonight, phone the projects yourself.",
    ),
    Kind.SILENT: Told(
        "{alerts} told nobody",
        "Approved a while ago, and nobody is known to have got it.",
        NOW,
    ),
    Kind.STUCK: Told(
        "{Many} are due and none leaves",
        "{some} {have} been due for more than ten minutes, and nothing has left for five.",
        f"{NOW} What sends them has probably stopped.",
    ),
    Kind.CAPPED: Told(
        "The money for today or this month is spent",
        "{some} {are} put off until after midnight; what is stale by then is not sent.",
        f"{NOW} The cap can be raised. If you have not sent that much, somebody may be playing with the join form.",
    ),
    Kind.SENDER_DOWN: Told(
        "{number} of {out_of} senders of {many} {are} refused",
        "{names}{why}. The others do its work, so that it may take longer; nothing is lost.",
        TODAY,
    ),
    Kind.FILTERED: Told(
        "Networks take our {many} for spam",
        "{number} of {out_of} in the last hour or two were dropped: those people were not told.",
        f"{TODAY} Write shorter and plainer until then, with nothing that looks like a link.",
    ),
    Kind.FAULT: Told(
        "{some} could not be sent, by our own fault",
        "In the last day. Nothing is wrong with their addresses, but with what we sent: those people were not told.",
        f"{TODAY} The pages of the latest alerts say more, under “What went wrong”.",
    ),
    Kind.UNKNOWN: Told(
        "Nobody knows whether {some} arrived",
        "The other side does not answer. It is asked, and they are sent again only where it did not take them or "
        "cannot say.",
        "Wait. If it is still so in half an hour, tell whoever runs the service.",
    ),
}
_NOUNS = {"sms": ("text", "texts"), "email": ("email", "emails")}


def in_words(alarms: Iterable[Alarm], meaning: Callable[[str], str]) -> list[Told]:
    """*alarms* in words; *meaning* says what a provider's code means."""
    return [_told(alarm, meaning) for alarm in alarms]


def _told(alarm: Alarm, meaning: Callable[[str], str]) -> Told:
    one, many = _NOUNS.get(alarm.channel, ("message", "messages"))
    is_one = alarm.number == 1
    why = ", ".join(meaning(code) or code for code in alarm.codes)
    facts = {
        "number": f"{alarm.number:,}",
        "out_of": f"{alarm.out_of:,}",
        "many": many,
        "Many": many.capitalize(),
        "some": f"{alarm.number:,} {one if is_one else many}",
        "alerts": "1 alert has" if is_one else f"{alarm.number:,} alerts have",
        "are": "is" if is_one else "are",
        "have": "has" if is_one else "have",
        "names": ", ".join(alarm.names),
        "why": f" ({why})" if why else "",
    }
    words = _WORDS[alarm.kind]
    return Told(words.what.format(**facts), words.means.format(**facts), words.do)
