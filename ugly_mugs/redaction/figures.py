"""Birthdays, national insurance numbers, ages, dates, times and sums of money in free text.

Dates, times and sums find nobody; they are marked so that nothing else is made of them. Of ages, every one that could
somebody's is marked: whose it is, the words around it say.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from ..identifiers.spoken import plain
from .plate_words import COMMON
from .spans import Found, Label, settled

_ONES: Final = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - because a row of words reads best in a row
_TEENS: Final = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905 - because a row of words reads best in a row
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905 - because a row of words reads best in a row
_VALUES: Final = {word: number for number, word in enumerate(_ONES + _TEENS, 1)} | {
    word: number * 10 for number, word in enumerate(_TENS, 2)
}
_SMALL: Final = "|".join(_ONES)
_UNIT: Final = "|".join(_ONES[:9])
_WORDS: Final = f"(?:{'|'.join(_TENS)})(?:[ -](?:{_UNIT}))?|{'|'.join(_TEENS)}|{_SMALL}"

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY: Final = (
    "monday|tuesday|wednesday|wensday|wednsday|thursday|friday|saturday|satday|sunday|tues|weds|thurs|thur|thu|fri"
)
_SHORT_DAY: Final = "mon|tue|wed|sat|sun"
_PART: Final = "night|nite|evening|eve|morning|afternoon|lunchtime|teatime"

# How a day is written in figures or with its month's name.
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBERS: Final = rf"(?P<d>{_DAY})(?P<s>[/.\- ])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<y>(?:19|20)\d\d|\d\d)"
_NAMED: Final = rf"(?P<d>{_DAY})(?:st|nd|rd|th)?(?: of)?[ .-](?P<n>{_MONTH})\.?,?[ .-](?P<y>(?:19|20)\d\d|'?\d\d)"
_TURNED: Final = rf"(?P<n>{_MONTH})\.? (?P<d>{_DAY})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)"
_ISO: Final = r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>0[1-9]|1[0-2])[-/.](?P<d>0[1-9]|[12]\d|3[01])"
_RUN: Final = r"(?P<d>0[1-9]|[12]\d|3[01])(?P<m>0[1-9]|1[0-2])(?P<y>(?:19|20)\d\d)"
_WHOLE_DATES: Final = tuple(
    re.compile(rf"(?<![\d/.]){one}(?![\d/]|\.\d)") for one in (_NUMBERS, _NAMED, _TURNED, _ISO, _RUN)
)
_BIRTH: Final = r"d ?\.?o ?\.?b\b\.?|date of birth|born|birth ?days?|birth ?date|b'?day"
_BORN: Final = re.compile(rf"\b(?:{_BIRTH})(?:[ :=,-]{{0,3}}(?:on|is|was|the|as|of|his|her|my)){{0,3}}[ :=,(-]{{0,3}}$")
_BORN_AFTER: Final = re.compile(
    r"[ ,)]{0,3}(?:(?:is|was|as|under|for|on|in) ){0,2}(?:(?:his|her|my|the) )?(?:dob\b|d\.o\.b|"
    r"date of birth|birthday)"
)
_BORN_IN: Final = re.compile(rf"\bborn (?:in )?(?P<x>(?:(?:{_MONTH}) )?(?:19[3-9]\d|20[01]\d))\b")

_NINO: Final = re.compile(
    r"(?<![a-z0-9])(?P<p>[a-z][ .-]{0,2}[a-z])(?P<d>(?:[ .\-]{0,2}[\do]){6})(?:[ .\-]{0,2}(?P<s>[a-d]))?(?![a-z0-9])"
)
_INSURANCE: Final = re.compile(r"\b(?:n\.?i\.?|ni ?n[or]?|nino|national ins(?:urance)?|nat\.? ?ins|insurance)\b")

_NOT_YEARS: Final = (
    r"(?! ?(?:mins?\b|minutes?|hrs?\b|hours?|days?|weeks?|months?|mth|miles?|mph|quid|pounds?|pence|p\b|%|st\b|"
    r"stone|kg|kilos?|"
    r"lbs?\b|times?|x\b|of (?!age)|people|men|girls|women|lads|am\b|pm\b|o'?clock|past|metres?|m\b|cm|ft|foot|"
    r"feet|inch|"
    r"grand|k\b|percent|st\b|nd\b|rd\b|th\b|ish|odd|s\b|or so|something|(?:years?|yrs?) (?!old|of age|young|"
    r"and)(?!\W)))"
    r"(?![\d/:]|[.,]\d| ?[-+]|'?s\b)"
)
_AGE: Final = rf"(?P<a>[1-9]\d?|{_WORDS})"
_OLD: Final = r"(?P<u> ?(?:yo|y/o|y\.o\.?|y\.?/o)\b\.?)"
_YEARS: Final = r"[ -]?(?:years?|yrs?|yr's|y|year's)[ -]?(?:old|of age|young)\b"
_KIN: Final = (
    r"(?:daughter|son|kid|boy|girl|baby|child|mum|mam|mom|mother|dad|nan|nana|gran|grandma|grandad|sister|"
    r"brother|cousin|"
    r"niece|nephew|friend|mate|colleague|partner|bf|gf|boyfriend|girlfriend|husband|wife|auntie|aunt|uncle|"
    r"granddaughter|"
    r"grandson|little (?:one|girl|boy)|bairn|wean|eldest|youngest|housemate|flatmate|worker|victim|caller|lass)"
)
_WHO: Final = (
    r"(?:sw|worker|woman|girl|lady|female|victim|caller|lass|escort|trans woman|f|fem|survivor|iv|ip|she/her|"
    r"student|mother|"
    rf"mum|me|masseuse|dancer|{_KIN})"
)
# Not "I'm one", "too scared" written "two scared".
_FEW: Final = r"(?!(?:one|two)\b)"
_OF_THINGS: Final = (
    r"(?!(?:it|that|this|there|here|time|price|rate|cost|number|which|what|total|fee|everything|next|limit|room|flat|"
    r"size|mine|he|she|i|they|we|you|minimum|max|left|bill|score|average|answer|today|tomorrow|balance|door|"
    r"house|address|postcode|man|plate|reg|phone|mobile)\b)"
)
_AFTER: Final = r"(?=[,.;)]|\s?\Z|\n)(?![,.]\d)"
_AGES: Final = tuple(
    (re.compile(pattern), score)
    for pattern, score in (
        (rf"(?<![\w£$.,/-]){_AGE}{_OLD}", 0.9),
        (rf"(?<![\w£$.,/-])(?:a )?{_AGE}(?={_YEARS})", 0.85),
        (
            rf"\b(?:aged?|age is|at the age of|age of|my age(?: is)?)[ :=?-]{{1,3}}(?:a[.:] ?)?{_AGE}\b"
            rf"(?![\d/]|[-–]\d| ?(?:ish|odd|s\b))",
            0.8,
        ),
        (
            rf"\b(?:i'?m|i am|am|im|i was|i turned|i've turned|turned|turning|she'?s|she is|she was|shes|she'?ll be)"
            rf" (?:a |an |only |just |just turned |now |still |like |already ){{0,2}}{_FEW}{_AGE}\b{_NOT_YEARS}",
            0.75,
        ),
        (rf"\bshe {_AGE}(?= already\b)", 0.6),
        (rf"\b(?:he'?s|he is|hes) (?:only |just |now |still )?{_FEW}{_AGE}\b{_NOT_YEARS}", 0.45),
        (rf"\b{_KIN}(?:'?s| is| was| who'?s| who is) (?:only |just )?{_FEW}{_AGE}\b{_NOT_YEARS}", 0.7),
        (rf"\b{_KIN}(?:,| \() ?{_AGE}\b{_AFTER}", 0.7),
        (rf"\b{_OF_THINGS}[^\W\d_]{{2,20}}(?:'s| is| who'?s) (?:only |just |now )?{_FEW}{_AGE}\b{_NOT_YEARS}", 0.6),
        (
            rf"\b(?:i|{_KIN})(?: have|'?ve| got| has) {_AGE}(?= (?:years?|yrs?|yo|ani)\b(?! (?:of|in|with|as|"
            rf"working|exp)))",
            0.8,
        ),
        (rf"(?:, | of ){_AGE}(?= (?:years|yrs)\b(?:[.,;)]|\s?\Z| and\b))", 0.6),
        (rf"\b(?:woman|lady|widow|girl|lass) of (?:about )?{_FEW}{_AGE}\b{_NOT_YEARS}", 0.65),
        (
            rf"\b{_WHO}[,:]? ?[(,:/ ] ?{_AGE}(?=[,)./;]|\s?\Z|\n| (?:and|from|who|says|said|disclosed|reported|"
            rf"reports|was)\b)(?!/\d|[.,]\d)",
            0.7,
        ),
        (r"(?<![\w£$.,/:-])(?P<a>[1-9]\d) ?/?(?:f|yof)\b(?!')", 0.7),
        (rf"\bf ?/? (?P<a>[1-9]\d)\b{_NOT_YEARS}", 0.5),
    )
)
# "Tanya, 29, disclosed", "(Crystal, trans woman, 19)": a name, and what may be her age.
_NAMED_AGE: Final = re.compile(
    r"(?<![\w£])[A-Z][\w'’-]{1,20}(?: [A-Z][\w'’-]{0,20})?(?:, (?P<a>[1-9]\d?)(?=[,.;)]|\s?\Z|\n)|"
    r" ?\((?P<b>[1-9]\d?)(?=[,)]))"
    r"(?![.,]\d)"
)
_IS_KIN: Final = re.compile(rf"\b{_KIN}\b")
_LISTED_AGE: Final = re.compile(r"(?:[a-z)'\"], |\([^()\n]{1,40}, ?)(?P<a>[1-9]\d)(?=[,.;)]|\s?\Z|\n)(?![.,]\d)")
_HIS: Final = re.compile(
    r"\b(?:white|black|asian|mixed|man|male|males|bloke|guy|geezer|fella|suspect|offender|driver|client|punter|"
    r"he|him|susp)\b"
)
_HERS: Final = re.compile(
    r"\b(?:escort|sw|i'?m|i am|im|worker|woman|lady|girl|trans|she|her|hers|my|caller|victim|reporter|daughter|"
    r"son|friend)\b"
)

_DATES: Final = tuple(
    (re.compile(pattern), score)
    for pattern, score in (
        (
            rf"\b(?:(?:{_WEEKDAY}|{_SHORT_DAY})\.?,? )?(?:the )?{_DAY}(?:st|nd|rd|th)?(?: of)? ?(?:{_MONTH})\b"
            rf"(?:,? (?:19|20)\d\d\b)?",
            0.9,
        ),
        (rf"\b(?:{_MONTH}) (?:the )?{_DAY}(?:st|nd|rd|th)?\b(?![:.]\d)(?:,? (?:19|20)\d\d\b)?", 0.85),
        (
            rf"\b(?:bank holiday |last |the |this |next )?(?:{_WEEKDAY})s?\b(?: (?:{_PART})\b)?"
            rf"(?:,? (?:the )?{_DAY}(?:st|nd|rd|th)\b)?",
            0.85,
        ),
        (
            r"\b(?:new year'?s (?:day|eve)|christmas(?: day| eve)?|xmas(?: day| eve)?|boxing day|good friday|"
            r"easter(?: sunday| monday)?|halloween|hallowe'en|bonfire night|valentine'?s(?: day)?)\b",
            0.86,
        ),
        (rf"\b(?:last |this |next )?(?:{_SHORT_DAY}) (?:(?:{_PART})\b|(?:the )?{_DAY}(?:st|nd|rd|th)\b)", 0.8),
        (
            r"\bthe (?:[12]?1st|2?2nd|2?3rd|(?:[4-9]|1\d|2[04-9]|30)th|31st)\b(?! (?:floor|time|one|girl|man|street|st|"
            r"avenue|ave|road|birthday|of (?:the|them)|person|night))",
            0.75,
        ),
        (
            rf"\b(?:in|since|till?|until|last|this|from|by|early|late|mid|during|through|"
            rf"of) (?P<x>{_MONTH})\b(?! (?:be|have|not|get|as))",
            0.7,
        ),
    )
)
_FIGURED: Final = re.compile(
    rf"(?<![\d/.,£$:-]){_DAY}[/](?:0?[1-9]|1[0-2])(?:[/](?:(?:19|20)\d\d|\d\d))?(?![\d/]|\.\d)"
)
_FRACTIONS: Final = {"24/7", "1/2", "1/3", "1/4", "2/3", "3/4", "9/11", "7/11", "7/7", "1/1"}
_DOTTED: Final = re.compile(
    rf"(?<![\d/.,£$:-]){_DAY}(?P<s>[.-])(?:0?[1-9]|1[0-2])(?P=s)(?:(?:19|20)\d\d|\d\d)(?![\d/]|\.\d)"
)

_HOUR: Final = r"(?:1[0-2]|0?[1-9])"
_CLOCK: Final = r"(?:[01]?\d|2[0-3])"
_TIMES: Final = tuple(
    (re.compile(pattern), score)
    for pattern, score in (
        (rf"(?<![\d:.,£$]){_HOUR}(?:[:.,]?[0-5]\d)? ?(?:[ap]\.m\.|[ap]m)(?![a-z])", 0.9),
        (rf"(?<![\d:.,£$/]){_CLOCK}:[0-5]\d(?::[0-5]\d)?(?![\d:])(?: ?(?:hrs|hours|h)\b)?", 0.85),
        (r"(?<![\d:.,£$/])(?:1[3-9]|2[0-3])\.[0-5]\d(?![\d.])(?! ?(?:quid|pounds|p\b))", 0.7),
        (r"(?<![\d:.,£$/])(?:[01]\d|2[0-3])[0-5]\d ?(?:hrs|hours|hrs\.)(?![a-z])", 0.85),
        (
            rf"\b(?:(?:about|around) )?(?:half(?: past)?|(?:quarter|qtr|(?:{_SMALL}|twenty(?:[ -]five)?|"
            rf"\d{{1,2}})(?: mins| minutes)?) "
            rf"(?:past|to)) (?:{_SMALL}|{_HOUR}|midnight)\b(?! ?(?:hour|mile|the|way|men|of|a\b|quid|pound|"
            rf"people|girls))",
            0.8,
        ),
        (rf"\b(?:{_SMALL}|{_HOUR}) ?o'? ?clock\b", 0.9),
        (
            rf"\b(?:{_SMALL}|{_HOUR})(?: o'? ?clock)? (?:in the (?:morning|afternoon|evening|early hours)|"
            rf"at night|this morning|tonight)\b",
            0.8,
        ),
        (
            r"\b(?:at|around|about|approx\.?|approximately|circa|@) (?P<x>(?:[01]?\d|2[0-3])[.:][0-5]\d|"
            r"(?:[01]\d|2[0-3])[0-5]\d)"
            r"(?![\d]|\.\d)(?! ?(?:quid|pounds))",
            0.7,
        ),
        (r"\b(?:midnight|midday|noon|lunchtime|teatime)\b", 0.7),
        (
            rf"\b(?:at|around|til+|until|by|between|@) (?P<x>{_HOUR}|{_SMALL})(?=[.,;!?)]|\s?\Z|\n| (?:on|"
            rf"in the|and|then|he|she|i|"
            rf"they|we|tonight|last|that|to|the|with|when|but|or)\b)(?!\.\d|,\d| (?:the|on|in) (?:left|right))",
            0.5,
        ),
        (r"\b(?:at|around|about|by|@) (?P<x>(?:[01]\d|2[0-3])[0-5]\d)\b(?! ?(?:quid|pounds))", 0.55),
        (rf"\bbetween {_HOUR} and (?P<x>{_HOUR})(?=[.,;!?)]|\s?\Z)", 0.5),
    )
)
_SUM: Final = r"\d{1,3}(?:,\d{3}){1,2}(?:\.\d\d)?|\d{1,7}(?:\.\d\d?)?k?"
_PRICES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:took|takes|paid|pays?|(?:pay|owes?|gave|gives|offered|paid) (?:me|her|him|us|them)|costs?|"
        r"charged?|charges|robbed "
        r"(?:me|her|us) (?:of|for)|deposits? of|debt of|fee (?:of|is)|wants|wanted|asked for|asking|demand(?:s|"
        r"ed)|rent up) "
        r"(?:like |about |only |just |the |me |her )?(?P<x>\d{1,3},\d{3}|[1-9]\d{1,4})(?=[.,;)!?](?!\d)|\s?\Z|"
        r"\n| (?:and|for|a|to|"
        r"then|from|in|off|on|up|up front|cash|deposit|or|but|each|per|extra|it)\b)",
        rf"[£€$] ?(?P<x>{_SUM})(?![\d])",
        rf"(?<![\d.,/£€$:-])(?P<x>{_SUM}) ?(?:quid|pounds?|pound|squid|euros?|gbp|£|€|lei|zloty|nicker|bucks)(?![a-z])",
        rf"\b(?P<x>(?:{_WORDS})(?: hundred(?: and (?:{_WORDS}))?| thousand| grand)?|hundred|a hundred|"
        rf"a grand) (?:quid|pounds?|euros?|nicker)\b",
        r"(?<![\d.,/£€$:-])(?P<x>\d{1,3}) ?(?:grand)\b",
    )
)


def find(text: str) -> Iterator[Found]:
    """Find birthdays, insurance numbers, ages, dates, times and sums."""
    level = plain(text)
    found = [*_birthdays(level), *_insurance(level), *_ages(text, level), *_dates(level)]
    for pattern, score in _TIMES:
        found.extend(_named(pattern, level, Label.TIME, score))
    for price in _PRICES:
        found.extend(_named(price, level, Label.PRICE, 0.8))
    yield from settled(found)


def _named(pattern: re.Pattern[str], text: str, label: Label, score: float) -> Iterator[Found]:
    """Find what matches, or the part of it that is named x."""
    part = "x" if "x" in pattern.groupindex else 0
    for found in pattern.finditer(text):
        yield Found(found.start(part), found.end(part), label, None, score)


def _birthdays(text: str) -> Iterator[Found]:
    for pattern in _WHOLE_DATES:
        for found in pattern.finditer(text):
            day = _day(found)
            if day is None:
                continue
            start, end = found.span()
            if _BORN.search(text[max(0, start - 36) : start]) or _BORN_AFTER.match(text, end):
                yield Found(start, end, Label.DOB, day, 0.98)
            elif "1940" < day < _LONG_AGO and (len(found["y"]) == 4 or day < "2000"):
                yield Found(start, end, Label.DOB, day, 0.92)
    for found in _BORN_IN.finditer(text):
        yield Found(found.start("x"), found.end("x"), Label.DOB, None, 0.86)


_LONG_AGO: Final = "2009"
"""A day before this year is hardly what a report is about; it is when somebody was born."""


def _day(found: re.Match[str]) -> str | None:
    """Give the day as 1981-07-04."""
    parts = found.groupdict()
    year = int(parts["y"].lstrip("'"))
    if year < 100:
        year += 1900 if year > 20 else 2000  # nobody here is younger
    month = _MONTHS[parts["n"]] if parts.get("n") else int(parts["m"])
    try:
        return date(year, month, int(parts["d"])).isoformat()
    except ValueError:
        return None


def _insurance(text: str) -> Iterator[Found]:
    for found in _NINO.finditer(text):
        named = _INSURANCE.search(text[max(0, found.start() - 40) : found.start()])
        prefix = re.sub("[^a-z]", "", found["p"])
        if not named and (not found["s"] or prefix in COMMON):
            continue
        digits = re.sub(r"[ .-]", "", found["d"]).replace("o", "0")
        yield Found(found.start(), found.end(), Label.NINO, (prefix + digits + (found["s"] or "")).upper(), 0.97)


def _ages(text: str, level: str) -> Iterator[Found]:
    for pattern, score in _AGES:
        for found in pattern.finditer(level):
            if not _is_about(level, found.start("a")):
                end = found.end("u") if "u" in pattern.groupindex else found.end("a")
                yield Found(found.start("a"), end, Label.AGE, _value(found["a"]), score)
    for found in _NAMED_AGE.finditer(text):
        part = "a" if found["a"] else "b"
        is_child = _IS_KIN.search(level[max(0, found.start() - 20) : found.start(part)]) is not None
        yield from _if_grown(found, part, 0.6 if part == "a" else 0.65, is_child=is_child or part == "b")
    for found in _LISTED_AGE.finditer(level):
        before = level[max(0, found.start("a") - 60) : found.start("a")]
        if _HERS.search(before) or not _HIS.search(before):
            yield from _if_grown(found, "a", 0.5)


def _if_grown(found: re.Match[str], part: str, score: float, *, is_child: bool = False) -> Iterator[Found]:
    if is_child or 15 < int(found[part]) < 90:
        yield Found(found.start(part), found.end(part), Label.AGE, found[part], score)


_ABOUT: Final = re.compile(
    r"(?:\b(?:about|around|approx\.?|approximately|roughly|early|mid|late|over|under|nearly|maybe|looks?|"
    r"probably|size|between|number|no|c\.|circa|say) |[~-])(?:like )?$"
)


def _is_about(text: str, start: int) -> bool:
    """Say whether an age is guessed: a stranger's."""
    return _ABOUT.search(text[max(0, start - 20) : start]) is not None


def _value(words: str) -> str:
    if words.isdecimal():
        return words
    return str(sum(_VALUES[word] for word in re.split("[ -]", words)))


def _dates(text: str) -> Iterator[Found]:
    for pattern, score in _DATES:
        yield from _named(pattern, text, Label.DATE, score)
    for pattern in (_FIGURED, _DOTTED):
        for found in pattern.finditer(text):
            if found[0] not in _FRACTIONS:
                yield Found(found.start(), found.end(), Label.DATE, None, 0.8)
