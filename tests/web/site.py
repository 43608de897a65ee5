"""A site on loopback with a browser that has no JavaScript, for tests of pages.

async with a_site(service, {"intake"}) as browser:          # or routes=…, pages=folder for made-up ones
    await browser.get("/report")
    seen = await browser.submit({"story": "…"})             # fills in the page's form and sends it
    assert seen.status == 200 and "code" in seen.words
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from gettext import NullTranslations
from pathlib import Path
from typing import cast

import aiohttp
from aiohttp import web
from jinja2 import Environment
from lxml import html as lxml_html
from yarl import URL

from ugly_mugs import languages
from ugly_mugs.areas import Atlas
from ugly_mugs.config import Config
from ugly_mugs.service import Service, open_database
from ugly_mugs.vault import Vault
from ugly_mugs.web import app as web_app
from ugly_mugs.web import guard, respond

OURS = "http://localhost:8080"


def a_bare_service(folder: Path, **settings: object) -> Service:
    """A service with a session key and an empty database, for pages that need nothing else."""
    url = f"sqlite+aiosqlite:///{folder}/bare.db"
    config = Config(**{"env": "demo", "public_url": OURS, "database_url": url} | settings)  # type: ignore[arg-type]
    return Service(
        config=config,
        database=open_database(config.database_url),
        vault=Vault({"session": (bytes(range(32)),)}),
        templates=Environment(autoescape=True),
        atlas=cast("Atlas", None),
    )


@dataclass(frozen=True)
class Seen:
    """An answer, read to its end."""

    status: int
    url: URL
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    text: str

    @property
    def tree(self) -> lxml_html.HtmlElement:
        return lxml_html.document_fromstring(self.text)

    @property
    def words(self) -> str:
        """What stands on the page, with single spaces."""
        return " ".join(self.tree.text_content().split())

    def form(self, action: str | None = None) -> lxml_html.FormElement:
        """The only form of the page, or the one that goes to *action*."""
        forms = [form for form in self.tree.forms if action is None or form.get("action", "").split("?")[0] == action]
        assert len(forms) == 1, f"{len(forms)} forms to {action or 'anywhere'}"
        return forms[0]


@dataclass
class Browser:
    """Follows our redirects, keeps our cookie, runs no scripts."""

    session: aiohttp.ClientSession
    base: URL
    last: Seen | None = field(default=None, repr=False)

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None, follow: bool = True) -> Seen:
        """Open *path*."""
        return await self._ask("GET", path, headers=headers, allow_redirects=follow)

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        *,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Seen:
        """Send *fields* as a form, exactly as they are."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        body = aiohttp.FormData(pairs)() if pairs else b""
        return await self._ask("POST", path, data=body, headers=headers, allow_redirects=follow)

    async def submit(
        self,
        fields: Mapping[str, str] | Mapping[str, str | list[str]],
        *,
        action: str | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Seen:
        """Fill in the form of the page being looked at, and send it as a browser would."""
        assert self.last is not None, "no page is open"
        form = self.last.form(action)
        pairs = [(name, value) for name, value in form.form_values() if name not in fields]
        for name, value in fields.items():
            assert name in form.fields or form.xpath(f'.//button[@name="{name}"]'), f"the form has no field {name}"
            pairs += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        where = form.get("action") or str(self.last.url.relative())
        return await self.post(where, pairs, headers={"Origin": "null", **(headers or {})}, follow=follow)

    async def _ask(self, method: str, path: str, **options: object) -> Seen:
        # encoded: paths are sent as they were written, also hostile ones.
        url = URL(str(self.base) + path, encoded=True)
        async with self.session.request(method, url, **options) as answer:  # type: ignore[arg-type]
            self.last = Seen(
                answer.status,
                answer.url,
                answer.headers,
                tuple(answer.headers.getall("Set-Cookie", [])),
                await answer.text(errors="replace"),
            )
        return self.last


@asynccontextmanager
async def a_site(
    service: Service, parts: Iterable[str] = (), *, routes: guard.Routes | None = None, pages: Path | None = None
) -> AsyncIterator[Browser]:
    """Serve *parts* (and made-up *routes* with templates in *pages*) on loopback; hand over a browser."""
    app = web_app.build(service, parts)
    if pages is not None:
        app[respond.TEMPLATES] = respond.environment(service.config, pages)
    if routes is not None:
        app.add_routes(routes)
    async with served(app) as base, a_browser(base) as browser:
        yield browser


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[URL]:
    """Serve *app* as the program does, on a free port."""
    runner = web_app.runner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield URL.build(scheme="http", host=host, port=port)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_browser(base: URL) -> AsyncIterator[Browser]:
    """One more browser, with nothing in it."""
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=base)
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        yield Browser(session, base)


class Marked(NullTranslations):
    """A language in which every translated string stands between ⟦ and ⟧."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@contextmanager
def marked() -> Iterator[None]:
    """Speak the marked language instead of English."""
    before = languages.CATALOGUES.get("en")
    languages.CATALOGUES["en"] = Marked()
    try:
        yield
    finally:
        languages.CATALOGUES.pop("en")
        if before is not None:
            languages.CATALOGUES["en"] = before


_LETTERS = re.compile(r"[^\W\d_]{2,}")


def untranslated(page: str, *, allowed: Iterable[str] = ()) -> list[str]:
    """Words on a page made in the marked language that did not go through gettext; *allowed* is data."""
    tree = lxml_html.document_fromstring(page)
    for name in ("script", "style", "svg", "textarea"):
        for element in list(tree.iter(name)):
            cast("lxml_html.HtmlElement", element).drop_tree()
    shown = [str(text) for text in tree.itertext()]
    assert any("⟦" in text for text in shown), "a page without words proves nothing"
    loose = _outside(shown)
    for element in tree.iter():
        loose += _outside([element.get(name, "") for name in ("aria-label", "title", "alt", "placeholder")])
    return [words for words in loose if _LETTERS.search(words) and words.strip() not in set(allowed)]


def _outside(texts: Iterable[str]) -> list[str]:
    loose, depth = [], 0
    for text in texts:
        kept = ""
        for letter in text:
            depth += (letter == "⟦") - (letter == "⟧")
            kept += letter if depth == 0 and letter != "⟧" else " "
        loose.append(kept.strip())
    return loose
