"""Nationalities of people, and the countries they come from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from .lexicon import DATA, listed
from .spans import Found, Label

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_TWO: Final = re.compile(r"[ \t\n-]")

# A demonym before one of these is no person's: "Polish shop", "Irish accent", "Thai massage".
_THINGS: Final = listed(
    "accent accents accented voice voices sounding speaking speaker speakers spoken language words word music "
    "song songs shop shops store supermarket market bakery deli cafe restaurant restaurants takeaway takeaways "
    "chippy grill kebab kebabs food meal massage massages parlour parlours spa sauna barber barbers salon nails "
    "nail club bar pub church mosque temple school lessons class embassy consulate flag football team shirt top "
    "army navy police plate plates plated reg registered registration car cars van vans lorry lorries truck "
    "number numbers sim phone prefix code dialling vodka beer whisky whiskey wine cigarettes money coin coins "
    "euros lira bulldog bulldogs shepherd shepherds bully terrier dog dogs cat garage builders builder taxi "
    "tattoo tattoos letters writing style kissing kiss knickers maid outfit bread pastry pastries sausage polish "
    "remover coffee tea breakfast fry dressing windows doors channel tv radio news films film origin descent "
    "street road lane "
    "heritage looking appearance complexion features skin airlines airport mafia gang traveller travellers lotto "
    "lottery pound pounds summer time"
)
# After one of these it is how somebody looks, sounds or is guessed to be.
_LOOKS: Final = listed(
    "white black asian mixed brown olive tanned dark possibly maybe perhaps probably looked looks looking sounded "
    "sounds sounding spoke speaks speak speaking spoken heavy strong thick slight broad soft fluent broken bad "
    "good no poor little eastern western half in learn translate or much into from write writes wrote has have "
    "had knows know think thought voice said excuse sorry"
)
_HIM: Final = listed(
    "he him his hes he's man guy bloke client punter customer driver fella geezer attacker suspect offender men "
    "blokes lads guys boss landlord he'd"
)
_HER: Final = listed(
    "i im i'm ive i've me my we we're were she she's shes her hers sw worker woman lady girl victim female escort "
    "ladies women girls you youre you're u ur caller friend colleague she'd patient client's wife mum mum's "
    "mother sister daughter girlfriend gf flatmate aged tgirl trans nationality born"
)
_WHO: Final = listed(
    "girl girls lady ladies woman women worker workers escort female sw trans tgirl nurse student refugee "
    "national citizen born passport id nationality and but here living based too mum mother wife sister family "
    "friend masseuse masseur person people colleague colleagues migrant"
)
_MEN: Final = listed(
    "man men guy guys bloke blokes fella fellas lad lads gentleman boy boys driver punter client couple peoples dude"
)
_SPELT: Final = listed(
    "alpha bravo charlie delta echo foxtrot golf hotel juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey yankee zulu"
)
_FROM: Final = listed("from in of to born nationality native country citizen originally via back home fled left")
# Words that are a name, a thing or a deed as well; alone they say nothing of a country.
_ALSO: Final = listed(
    "chad jordan georgia turkey china cuba guinea mali peru chile togo niger malta wales iceland jersey panama"
)
_ALSO_DEMONYM: Final = listed(
    "polish pole poles dutch danish french german english scot scottish welsh british brit swiss greek turk dane "
    "swede finn trini kiwi kurd persian american philippine georgian saudi english irish indian thai"
)
# Of everywhere in Britain: to be one is no mark, so only where she says so of herself.
_HOME: Final = listed("english british brit scottish scot welsh england scotland wales britain america american")


_SHE: Final = listed("i im i'm i've she shes she's sw worker lady woman girl nationality am")
_SELF: Final = listed(
    "i im i'm am m she shes she's is are we we're a an both were you youre you're not only also my mum friend really"
)
_WITH_THE: Final = frozenset({"philippines", "netherlands", "gambia", "ivory coast", "czech republic"})


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a word for a nation."""

    name: str
    is_capital: bool
    before: list[str]
    """Up to six words before it."""
    clause: list[str]
    """Up to eight words before it, of its own sentence."""
    joined: str
    """The signs between the last word and it."""
    after: str
    """The next word, where no sign stands between."""
    later: list[str]
    """The two words after that."""
    sign: str
    """The sign right behind it."""

    @property
    def last(self) -> str:
        return self.before[-1] if self.before else ""


@cache
def _known() -> dict[str, bool]:
    """Every word or two for a nation; whether it is the country."""
    known: dict[str, bool] = {}
    for line in (DATA / "nations.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, people = line.partition(": ")
            known |= dict.fromkeys((each.lower() for each in people.split(", ")), False)
            known[country.lower()] = True
    return known


def is_one(low: str) -> bool:
    """Whether *low* is a country, or what its people are called."""
    return low in _known()


def find(text: str) -> Iterator[Found]:
    """Find nationalities of people in *text*; not accents, shops and dishes."""
    words = list(_WORD.finditer(text))
    lows = [each[0].lower() for each in words]
    at = 0
    while at < len(words):
        end = at + _length(text, words, lows, at)
        if end == at:
            at += 1
            continue
        around = _around(text, words, lows, (at, end))
        is_spelt = around.name == "india" and bool({around.last, around.after} & _SPELT)
        score = 0.0 if is_spelt else _of_country(around) if _known()[around.name] else _of_people(around)
        if score:
            start, stop = words[at].start(), words[end - 1].end()
            norm = " ".join(text[start:stop].split()).title()
            if around.last == "the" and around.name in _WITH_THE:
                start = words[at - 1].start()
            yield Found(start, stop, Label.NATIONALITY, norm, score)
        at = end


def _length(text: str, words: Sequence[re.Match[str]], lows: Sequence[str], at: int) -> int:
    """How many words from *at* on are one for a nation."""
    known = _known()
    is_next = at + 1 < len(words) and words[at + 1].start() == words[at].end() + 1
    if is_next and _TWO.match(text, words[at].end()) and f"{lows[at]} {lows[at + 1]}" in known:
        return 2
    return 1 if lows[at] in known else 0


def _around(text: str, words: Sequence[re.Match[str]], lows: Sequence[str], found: tuple[int, int]) -> _Around:
    at, end = found
    is_next = end < len(words) and not text[words[end - 1].end() : words[end].start()].strip()
    return _Around(
        name=" ".join(lows[at:end]),
        is_capital=words[at][0][0].isupper(),
        before=list(lows[max(0, at - 6) : at]),
        clause=_clause(text, words, lows, at),
        joined=text[words[at - 1].end() : words[at].start()].strip() if at else ".",
        after=lows[end] if is_next else "",
        later=list(lows[end + 1 : end + 3]),
        sign=text[words[end - 1].end() :][:1],
    )


def _clause(text: str, words: Sequence[re.Match[str]], lows: Sequence[str], at: int) -> list[str]:
    clause: list[str] = []
    for each in range(at - 1, max(-1, at - 9), -1):
        if re.search(r"[.!?;\n]", text[words[each].end() : words[each + 1].start()]):
            break
        word = lows[each]
        # An apostrophe parts "i'm" into two.
        if each and word in {"m", "s", "re", "ve", "d"} and text[words[each - 1].end() : words[each].start()] in "'’":
            word = f"{lows[each - 1]}'{word}"
        clause.append(word)
    return clause[::-1]


def _of_people(around: _Around) -> float:
    """How sure it is that somebody on her side is of this nation."""
    owner = next((word for word in reversed(around.clause) if word in _HIM | _HER), "")
    if _is_thing(around) or _is_look(around):
        return 0.0
    if around.after in _WHO and around.after not in {"and", "but", "here", "living", "too", "born"}:
        return 0.95
    # His is no secret, but a guess, and never to be hidden.
    if owner in _HIM or (around.name in _HOME and owner not in _SHE):
        return 0.0
    if around.last == "the" and around.after == "one":
        return 0.7
    is_hers = owner in _HER
    if around.name in _ALSO_DEMONYM and not around.is_capital:
        return (0.9 if around.last in _SELF else 0.6) if is_hers else 0.0
    is_apart = around.joined in {"(", ",", ":"} or around.after in _WHO
    return 0.95 if is_hers else 0.8 if is_apart else 0.6


def _is_thing(around: _Around) -> bool:
    """Whether a man, a shop or a dish is meant: "Polish shop", "Thai or Chinese massage"."""
    if around.after in _THINGS | _MEN or around.sign == "-" or around.joined in {"&", "+"}:
        return True
    is_pair = around.after in {"or", "and"} and len(around.later) == 2 and _known().get(around.later[0]) is False
    return is_pair and around.later[1] in _THINGS


def _is_look(around: _Around) -> bool:
    """Whether how somebody looks or what is spoken is meant: "white British", "my English"."""
    if around.name == "english" and around.last in {"my", "her", "his", "their", "our"}:
        return True
    return around.last in _LOOKS and around.joined in {"", "/", "-"}


def _of_country(around: _Around) -> float:
    """How sure it is that somebody on her side is from this country."""
    before = set(around.before)
    if around.name in _HOME:
        return 0.7 if before & _HER and {"from", "born"} & set(around.before[-3:]) else 0.0
    last = around.last
    if last in {"the", "my"} and len(around.before) > 1:
        last = around.before[-2]
    if last in _FROM and before & _HIM and not before & _HER:
        return 0.6 if last == "to" else 0.0
    if around.name in _ALSO:
        is_place = last == "from" or (last in {"in", "to"} and around.is_capital)
        return 0.85 if is_place else 0.0
    if last in _FROM:
        return 0.95 if last == "from" else 0.85
    is_apart = around.joined in {"(", ",", ":"} or not before or last in {"passport", "id", "citizen"}
    return 0.6 if is_apart else 0.5 if around.is_capital else 0.0
