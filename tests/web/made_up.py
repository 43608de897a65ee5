"""A made-up part of the site with one form, for tests of what every form can rely on."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import Field

from ugly_mugs.languages import lazy
from ugly_mugs.web import forms, guard
from ugly_mugs.web.guard import Role
from ugly_mugs.web.respond import page, see_other

TEMPLATE = """\
{% extends "base.html" %}
{% import "parts/fields.html" as fields with context %}
{% block main %}
{{ fields.error_summary({"story": _("What happened?")}) }}
<h1>{{ _("Tell us") }}</h1>
<form method="post" action="{{ link("/form") }}" novalidate>
{{ fields.csrf() }}
{{ fields.textarea("story", _("What happened?"), hint=_("Only we read this. Write as much as you like.")) }}
{{ fields.radios("place", _("What kind of place was it?"), places, hint=_("Choose the nearest.")) }}
{{ fields.checkboxes("consents", _("What may we do?"), consents, hints={"warn": _("Members nearby get a text.")}) }}
{{ fields.date("day", _("Which day?"), hint=_("Leave it empty if you are not sure.")) }}
{{ fields.text("people.0.hair", _("Hair"), width="short") }}
{{ fields.text("people.0.age", _("Age, roughly"), inputmode="numeric", width="tiny") }}
{{ fields.select("build", _("Build"), {"thin": _("Thin"), "heavy": _("Heavy")}, empty=_("I do not know")) }}
{{ fields.tick("sure", _("I have read this")) }}
{{ fields.text("secret", _("Password"), type="password") }}
{{ fields.button(_("Send")) }} {{ fields.button(_("Later"), name="later", value="yes", kind="second") }}
</form>
{% endblock %}
"""


class Place(StrEnum):
    STREET = "street"
    INDOORS = "indoors"


class Person(forms.Form):
    hair: forms.Line = ""
    age: Annotated[int, Field(ge=18, le=99)] | None = None


class Told(forms.Form):
    story: Annotated[forms.Words, Field(min_length=3)]
    place: Place
    consents: forms.Several[str] = ()
    people: forms.Several[Person] = ()
    day: str = ""


PLACES = {"street": lazy("On the street"), "indoors": lazy("Indoors")}
CONSENTS = {"warn": lazy("Warn others"), "share": lazy("Share it with schemes")}


def blank(request: web.Request, data: forms.Sent, notice: str = "") -> web.Response:
    """The form with *data* in it."""
    return page(request, "form.html", data=data, notice=notice, places=PLACES, consents=CONSENTS)


def routes(received: list[Told], *, failing: Exception | None = None) -> guard.Routes:
    """`/form`, which remembers in *received* what it was sent, or fails."""
    table = guard.Routes()

    @table.get("/form", role=Role.ANYONE)
    async def show(request: web.Request) -> web.Response:
        return blank(request, {})

    @table.post("/form", role=Role.ANYONE, again=blank)
    async def take(request: web.Request) -> web.Response:
        data = await forms.body(request)
        told, errors = forms.read(Told, data)
        if told is None:
            return page(request, "form.html", status=422, data=data, errors=errors, places=PLACES, consents=CONSENTS)
        if failing is not None:
            raise failing
        received.append(told)
        return see_other("/form")

    return table


def write_pages(folder: Path) -> Path:
    """Put the template of the form into *folder*."""
    (folder / "form.html").write_text(TEMPLATE)
    return folder
