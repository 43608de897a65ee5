"""The number that opens a report again: six groups of four digits, made from the form's draft.

7 digits say which report, 16 prove that it is hers, and the last one finds slips of the pen. It follows
from the draft, so that sending the same form twice gives the same number. We keep two hashes of it.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass, field

from ..languages import lazy
from ..models import ReturnCode
from ..vault import DataKey, Vault, keyed_hash
from .stretching import POOL

SELECTOR, VERIFIER, GROUP = 7, 16, 4
DIGITS = SELECTOR + VERIFIER + 1
LONGEST_TYPED = 120
PEPPER = "code_pepper"
# H. M. Damm, "Total anti-symmetrische Quasigruppen" (2004): finds every single wrong digit and every swap.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_BETWEEN = re.compile(r"[\s.,·_/-]+")
_IN_TEXT = re.compile(rf"(?<!\d)(?:\d[\s.,·_/-]{{0,3}}){{{DIGITS - 1}}}\d(?!\d)")


class NotACode(ValueError):
    """What was typed cannot be a return code; *words* say why. Nothing was looked up."""

    def __init__(self, words: lazy) -> None:
        super().__init__("not a code")
        self.words = words


TOO_FEW = lazy("Some digits are missing: your number has six groups of four digits.")
TOO_MANY = lazy("These are too many digits: your number has six groups of four.")
NO_DIGITS = lazy("Your number has digits only, six groups of four.")
ONE_IS_WRONG = lazy("One digit seems wrong, or two are swapped. Please look at your number again.")


@dataclass(frozen=True, slots=True)
class Code:
    """A return code whose last digit fits."""

    digits: str = field(repr=False)

    @property
    def selector(self) -> str:
        return self.digits[:SELECTOR]

    @property
    def verifier(self) -> str:
        return self.digits[SELECTOR:-1]

    @property
    def shown(self) -> str:
        """As it is written down: six groups of four."""
        return " ".join(self.digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


@dataclass(frozen=True, slots=True)
class Made:
    """A code and what is kept of it."""

    code: Code
    salt: bytes
    verifier: bytes
    by_code: DataKey


def read(typed: str) -> Code:
    """The code in what a person *typed*, in any script's digits and with any spaces; raise `NotACode`."""
    # Cut first: nothing long goes any further.
    if len(typed) > LONGEST_TYPED:
        raise NotACode(TOO_MANY)
    digits = _BETWEEN.sub("", _plain(typed))
    if not re.fullmatch(r"[0-9]*", digits):
        raise NotACode(NO_DIGITS)
    if len(digits) != DIGITS:
        raise NotACode(TOO_FEW if len(digits) < DIGITS else TOO_MANY)
    if _check(digits) != "0":
        raise NotACode(ONE_IS_WRONG)
    return Code(digits)


def is_in(text: str) -> bool:
    """Whether *text* holds something that reads as a return code: it must not reach anybody's screen."""
    found = _IN_TEXT.findall(_plain(text))
    return any(_check(_BETWEEN.sub("", each)) == "0" for each in found)


async def make(vault: Vault, draft: bytes, *, attempt: int = 0) -> Made:
    """The code that follows from *draft*; another *attempt* gives another, where the first is taken."""
    seed = vault.tag(PEPPER, "code", draft.hex(), str(attempt))
    digits = str(int.from_bytes(seed) % 10 ** (DIGITS - 1)).zfill(DIGITS - 1)
    code = Code(digits + _check(digits))
    # As good as random to whoever has not the draft, and the same when the draft is sent again.
    salt = vault.tag(PEPPER, "salt", draft.hex(), str(attempt))[:16]
    verifier, by_code = await _stretched(vault, code, salt=salt)
    return Made(code, salt, verifier, by_code)


async def verify(vault: Vault, code: Code, row: ReturnCode | None) -> DataKey | None:
    """What *code* unwraps, if it is the one in *row*. An unknown one costs exactly the same work."""
    salt = row.salt if row else vault.tag(PEPPER, "no such row", code.selector)[:16]
    verifier, by_code = await _stretched(vault, code, salt=salt)
    fits = hmac.compare_digest(verifier, row.verifier if row else bytes(len(verifier)))
    return by_code if row and fits else None


def selector_tag(vault: Vault, code: Code) -> bytes:
    """By what the row of *code* is found."""
    return vault.tag(PEPPER, "selector", code.selector)


async def _stretched(vault: Vault, code: Code, *, salt: bytes) -> tuple[bytes, DataKey]:
    secret = vault.tag(PEPPER, "verifier", code.selector, code.verifier)
    both = await POOL.stretch(secret, salt=salt, size=64)
    return keyed_hash(vault.raw(PEPPER), both[:32]), DataKey(both[32:])


def _check(digits: str) -> str:
    """The digit to add to *digits*; "0" if the last of them is already right."""
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def _plain(typed: str) -> str:
    """*typed* with plain digits and dashes, and without what cannot be seen."""
    text = (char for char in unicodedata.normalize("NFKC", typed) if unicodedata.category(char) != "Cf")
    return "".join("-" if unicodedata.category(char) == "Pd" else _digit(char) for char in text)


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
