"""What a reporter may answer beside the words that everybody shares."""

from enum import StrEnum


class Role(StrEnum):
    """Who he was to her."""

    CLIENT = "client"
    POSING_AS_CLIENT = "posing_as_client"
    OFFICER = "officer"
    MANAGER = "manager"
    DRIVER = "driver"
    PASSER_BY = "passer_by"
    GROUP = "group"


class Strand(StrEnum):
    """What he hated, where she says so."""

    SEX_WORK = "sex_work"
    DISABILITY = "disability"
    GENDER = "gender"
    RACE = "race"
    RELIGION = "religion"
    SEXUALITY = "sexuality"
    TRANS = "trans"


class Knows(StrEnum):
    """Whether he would know that it was she."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Want(StrEnum):
    """What she came for."""

    WARN = "warn"
    JUST_TELL = "just_tell"
    CALL_BACK = "call_back"
