"""What in a report names or finds somebody, and whose it is: hers, a colleague's, his, nobody's.

    read("He rang from 07700 900417. I'm Mei.", about_them={Label.PHONE: ["07700900417"]})
    ->  (Span(13, 25, PHONE, "+447700900417", role=S, why=FIELD), Span(31, 34, PERSON, "mei", role=R, why=WORDS))

Every answer is a suggestion: a moderator decides.
"""

from .leftovers import Left, Sought, left
from .lexicon import is_name
from .reader import Reader, read
from .spans import Found, Label, Role, Span, Why
from .things import is_called_like_nobody, is_colour, is_everyday, is_firm, is_thing, is_town

__all__ = [
    "Found",
    "Label",
    "Left",
    "Reader",
    "Role",
    "Sought",
    "Span",
    "Why",
    "is_called_like_nobody",
    "is_colour",
    "is_everyday",
    "is_firm",
    "is_name",
    "is_thing",
    "is_town",
    "left",
    "read",
]
