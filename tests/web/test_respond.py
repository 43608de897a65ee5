"""Pages: every word can be translated, every error leads to its field, nothing she typed is live."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web import made_up
from tests.web.site import Browser, a_bare_service, a_site, marked, untranslated
from ugly_mugs.service import Service

WRONG: dict[str, str | list[str]] = {
    "story": "x",
    "place": "nowhere",
    "people.0.age": "seven",
    "consents": ["share"],
    "build": "heavy",
}


@pytest.fixture
async def service(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Service]:
    made = a_bare_service(tmp_path, **getattr(request, "param", {}))
    yield made
    await made.database.close()


@pytest.fixture
async def site(service: Service, tmp_path: Path) -> AsyncIterator[Browser]:
    async with a_site(service, routes=made_up.routes([]), pages=made_up.write_pages(tmp_path)) as made:
        yield made


async def test_every_word_of_a_form_can_be_translated(site: Browser) -> None:
    with marked():
        await site.get("/form")
        seen = await site.submit(WRONG)

        assert untranslated(seen.text, allowed={"Notes"}) == [": Notes"]


async def test_every_word_of_an_error_can_be_translated(site: Browser) -> None:
    with marked():
        missing, stale = await site.get("/nowhere"), await site.post("/form", {"story": "secret"})

    assert untranslated(missing.text, allowed={"Notes"}) == []
    assert untranslated(stale.text, allowed={"Notes"}) == []


def test_words_that_bypass_translation_are_noticed() -> None:
    assert untranslated("<p>⟦Fine <b>and</b> well⟧ 12 <i>Loose</i></p><a title='Loose too'>⟦x⟧</a>") == [
        "Loose",
        "Loose too",
    ]


async def test_a_form_with_mistakes_comes_back_filled_in_with_each_error_leading_to_its_field(site: Browser) -> None:
    await site.get("/form")

    seen = await site.submit(WRONG)

    tree = seen.tree
    ids = {element.get("id") for element in tree.iter()}
    links = [link.get("href", "")[1:] for link in tree.find_class("notice")[0].iter("a")]
    assert seen.status == 422
    assert "What happened? This is too short." in seen.words
    assert links == ["f-story", "f-place", "f-people.0.age"]
    assert set(links) <= ids
    assert all(set((each.get("aria-describedby") or "").split()) <= ids for each in tree.iter())
    assert seen.form().fields["people.0.age"] == "seven"
    assert seen.form().fields["build"] == "heavy"
    assert [box.get("value") for box in seen.form().xpath('.//input[@name="consents"][@checked]')] == ["share"]
    assert len(ids) - 1 == len([element for element in tree.iter() if element.get("id")])


async def test_every_field_has_a_label(site: Browser) -> None:
    seen = await site.get("/form")

    labelled = {label.get("for") for label in seen.tree.iter("label")}
    fields = [field for name in ("input", "textarea", "select") for field in seen.form().iter(name)]
    assert {field.get("id") for field in fields if field.get("type") != "hidden"} == labelled


async def test_a_password_is_never_sent_back(site: Browser) -> None:
    await site.get("/form")

    seen = await site.submit({**WRONG, "secret": "correct horse"})

    assert "correct horse" not in seen.text


async def test_what_she_typed_is_inert(site: Browser) -> None:
    await site.get("/form")
    hostile = "\"'></textarea><script>alert(1)</script>{{ 7*7 }}"

    seen = await site.submit({**WRONG, "story": hostile, "people.0.age": hostile, "place": "nowhere"})

    assert list(seen.tree.iter("script")) == []
    assert seen.form().fields["people.0.age"] == hostile


async def test_the_demo_says_so_on_every_page(site: Browser) -> None:
    for path in ("/form", "/nowhere"):
        assert "This is a demonstration" in (await site.get(path)).words


@pytest.mark.parametrize("service", [{"env": "production", "public_url": "https://notes.example"}], indirect=True)
async def test_a_real_page_does_not_and_its_title_says_nothing(site: Browser) -> None:
    seen = await site.get("/form")

    assert "demonstration" not in seen.words
    assert seen.tree.findtext(".//title") == "Notes"


async def test_the_way_out_is_a_plain_link_on_every_page(site: Browser) -> None:
    for path in ("/form", "/nowhere"):
        [way_out] = (await site.get(path)).tree.find_class("leave")

        assert (way_out.tag, way_out.get("href")) == ("a", "/leave")


@pytest.mark.parametrize("service", [{"languages": "en,cy,ar"}], indirect=True)
async def test_a_language_that_was_picked_stays(site: Browser) -> None:
    seen = await site.get("/form?lang=ar")

    assert (seen.tree.get("lang"), seen.tree.get("dir")) == ("ar", "rtl")
    assert seen.form().get("action") == "/form?lang=ar"
    sent = await site.submit({"story": "مرحبا", "place": "street"}, follow=False)
    assert sent.headers["Location"] == "/form?lang=ar"


@pytest.mark.parametrize("service", [{"languages": "en,cy,ar"}], indirect=True)
async def test_the_language_of_the_phone_is_spoken(site: Browser) -> None:
    seen = await site.get("/form", headers={"Accept-Language": "fr, cy;q=0.8, en;q=0.5"})

    assert seen.tree.get("lang") == "cy"
    assert seen.form().get("action") == "/form"
    assert (await site.get("/form", headers={"Accept-Language": "en"})).tree.get("lang") == "en"


@pytest.mark.parametrize("service", [{"languages": "en,cy"}], indirect=True)
async def test_no_link_leads_away_from_what_was_typed(site: Browser) -> None:
    first = await site.get("/form")
    again = await site.submit(WRONG)
    foreign = await site.get("//evil.example/x")

    assert "Cymraeg" in first.words
    assert "Cymraeg" not in again.words
    assert {link.get("href") for link in foreign.tree.iter("a")} == {"#main", "?lang=en", "?lang=cy", "/leave"}


def test_the_style_is_small_and_nothing_comes_from_elsewhere() -> None:
    sheet = Path("templates/static/site.css").read_text()

    assert len(sheet.encode()) < 12 * 1024
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert "animation" not in sheet
    assert "transition" not in sheet
