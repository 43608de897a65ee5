"""Every template parses, and what people read in them can be translated."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from ugly_mugs import boot, config
from ugly_mugs.web import respond

FILES = sorted(file for file in boot.TEMPLATES.rglob("*") if file.suffix in {".html", ".txt", ".json", ".xml"})


def name_of(file: Path) -> str:
    return str(file.relative_to(boot.TEMPLATES))


FOR_THE_PUBLIC = [file for file in FILES if not name_of(file).startswith("demo/")]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_template_parses(file: Path) -> None:
    assert boot.message_templates().parse(file.read_text(), name_of(file))


@pytest.mark.parametrize("file", FOR_THE_PUBLIC, ids=name_of)
def test_a_template_asks_for_nothing_unknown(file: Path) -> None:
    pages = name_of(file).startswith("pages/")
    templates = respond.environment(config.read(env="demo")) if pages else boot.message_templates()

    assert templates.compile(file.read_text(), name_of(file), name_of(file))


@pytest.mark.parametrize("file", FOR_THE_PUBLIC, ids=name_of)
def test_no_template_lets_what_somebody_typed_through_as_markup(file: Path) -> None:
    words = file.read_text().replace(" ", "")

    assert "|safe" not in words
    assert "autoescapefalse" not in words


def test_the_words_people_read_are_found_for_translators() -> None:
    found = {message for _, _, message, _, _ in extract_from_dir(boot.TEMPLATES, [("**.html", "jinja2")])}

    assert "Leave this page" in found
