"""Answers: a page, a problem for a program, the way to another page.

    page(request, "report/form.html", status=422, data=data, errors=errors, anything=…)
    see_other("/report/code")
    problem(422, errors=errors)

Every template gets `data` (what was typed), `errors` (by dotted name), `notice`, `here` (its path), and:
`form_token()`, `link(path)` (keeps the language), `_`, the filters `day` and `ago(now)`.
Forms are made of `parts/fields.html`, imported with context.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .. import languages
from ..config import Config
from ..languages import Language, spoken
from . import SERVICE, guard

PAGES = Path(__file__).parents[2] / "templates" / "pages"
TEMPLATES = web.AppKey("templates", Environment)


def environment(config: Config, *folders: Path) -> Environment:
    """Where the pages come from; *folders* are looked into first."""
    pages = Environment(
        loader=FileSystemLoader([*folders, PAGES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    pages.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        languages.gettext, languages.ngettext, newstyle=True
    )
    pages.filters.update(day=languages.day, ago=languages.ago)
    pages.globals.update(
        title=config.title,
        is_demo=config.is_demo,
        all_languages=[Language(tag) for tag in config.languages],
        spoken=spoken,
        link=link,
        typed=typed,
        chosen=chosen,
    )
    return pages


def page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    data: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    **context: object,
) -> web.Response:
    """Render *template* for whoever asked."""
    known = {"data": data or {}, "errors": errors or {}, "notice": notice, "here": request.path}
    found = request.app[TEMPLATES].get_template(template)
    html = found.render(**context, **known, form_token=lambda: guard.csrf(request))
    return web.Response(text=html, status=status, content_type="text/html")


def problem(
    status: int, *, title: str = "", detail: str = "", errors: Mapping[str, str] | None = None, reference: str = ""
) -> web.Response:
    """RFC 9457: what went wrong, for a program; *errors* name the fields."""
    told: dict[str, object] = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status}
    if detail:
        told["detail"] = detail
    if errors:
        told["errors"] = [{"field": field, "words": words} for field, words in errors.items()]
    if reference:
        told["reference"] = reference
    return web.Response(text=json.dumps(told), status=status, content_type="application/problem+json")


def see_other(path: str) -> web.Response:
    """Send the browser to *path*, one of ours, to look at what came of its form."""
    return web.Response(status=303, headers={"Location": link(path)})


def link(path: str) -> str:
    """*path*, keeping a language that was picked by hand: there is no cookie to remember it."""
    if not spoken().picked:
        return path
    before, mark, fragment = path.partition("#")
    return f"{before}{'&' if '?' in before else '?'}lang={spoken().tag}{mark}{fragment}"


def typed(data: object, name: str) -> str:
    """What stands in the field with the dotted *name*."""
    found = _find(data, name)
    if isinstance(found, bool):
        return "yes" if found else ""
    return "" if found is None or isinstance(found, dict | list | tuple) else str(found)


def chosen(data: object, name: str) -> tuple[str, ...]:
    """What is ticked under the dotted *name*."""
    found = _find(data, name)
    if isinstance(found, list | tuple | set | frozenset):
        return tuple(str(each) for each in found)
    one = typed(data, name)
    return (one,) if one else ()


def _find(data: object, name: str) -> object:
    place = data
    for step in name.split("."):
        if isinstance(place, Mapping):
            place = place.get(step)
        elif isinstance(place, list | tuple) and step.isdecimal() and int(step) < len(place):
            place = place[int(step)]
        else:
            return None
    return place


@web.middleware
async def speak(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer in the language that was asked for."""
    available = request.app[SERVICE].config.languages
    accept = request.headers.get("Accept-Language", "")
    with languages.speaking(languages.choose(available, asked=request.query.get("lang"), accept=accept)):
        return await handler(request)
