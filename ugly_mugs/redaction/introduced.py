"""Names that somebody says are names: "my name is Magda", "goes by Big Terry"."""

import re
from collections.abc import Iterator
from typing import Final

from . import lexicon
from .spans import Found, Label

_SAID: Final = re.compile(
    r"\b(?:(?:sur|last |first |full |real |working |stage |false |fake )?names?(?:,? which)?(?: ?['’]?s| is| was|:| as)"
    r"|call(?:s|ed|ing)? (?:himself|herself|themselves|him|her|me)|goes by|go by|going by|known as|a\.?k\.?a\.?"
    r"|under the name(?: of)?|in the name of|by the name of|speak to|signed)(?: just)? ",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"['\"“‘]?([^\W\d_]+(?:[-'’][^\W\d_]+)?(?: [A-Z][^\W\d_]+)?)(?![\w.@-]*[\d_@])")
_NO_NAME: Final = 4
"""A word as common as this is no name, unless lists of names have it."""


def find(text: str) -> Iterator[Found]:
    """Find what follows words that introduce a name."""
    for said in _SAID.finditer(text):
        name = _NAME.match(text, said.end())
        if name is None or len(name[1]) > 40:
            continue
        first = name[1].split()[0]
        common = lexicon.ordinary().get(first.casefold(), 0)
        countries = lexicon.given().get(first.casefold(), (0, ""))[0]
        if common >= _NO_NAME and (countries < 3 or not first[0].isupper()):
            continue
        if common and not countries and not first[0].isupper():
            continue
        yield Found(*name.span(1), Label.PERSON, score=0.8)
