"""Every public word can be said in another language, and what translators are given is what the program says."""

import re
import subprocess
from gettext import NullTranslations
from pathlib import Path

import pytest
from jinja2 import nodes

from ugly_mugs import boot, config, languages
from ugly_mugs.delivery import rendering
from ugly_mugs.delivery.rendering import Said
from ugly_mugs.models import Occasion
from ugly_mugs.vocabulary import Wording
from ugly_mugs.web import respond

ROOT = Path(__file__).parents[1]
CATALOGUE = "ugly_mugs/locale/messages.pot"
# The desk is in English, as are the demo's own pages.
PUBLIC = sorted(
    file
    for folder in ("pages", "sms", "email")
    for file in (boot.TEMPLATES / folder).rglob("*.*")
    if "desk" not in file.parts
)
SPOKEN = re.compile(r"""(?:alt|title|placeholder|aria-label|content)="([^"]*)\"""")
TAG = re.compile(r"<(?:!--.*?--|style.*?</style|[^>]*)>", re.DOTALL)
# Values that no one reads, and attributes that an {% if %} adds to a tag.
NOT_WORDS = re.compile(
    r"""&\w+;|no-referrer|width=device-width(, initial-scale=1)?|noindex|only light|(?:light|dark)(?= |")|utf-8"""
    r"""|\b(?:aria-[a-z]+|[a-z]+)="[^"]*"?|\b(?:open|checked|selected|required)\b"""
)
GAP = "\0"


def name_of(file: Path) -> str:
    return str(file.relative_to(boot.TEMPLATES))


def literal(file: Path) -> str:
    """What *file* says by itself, with a gap wherever something is put in, translations included."""
    env = respond.environment(config.read(env="demo"))
    tree = env.parse(file.read_text(), name_of(file))
    return "".join(
        each.data if isinstance(each, nodes.TemplateData) else GAP
        for output in tree.find_all(nodes.Output)
        for each in output.nodes
    )


def words(literal_text: str) -> list[str]:
    """The words a person would read or hear."""
    spoken = " ".join(SPOKEN.findall(literal_text))
    return re.findall(r"[A-Za-z]{2,}", NOT_WORDS.sub(" ", f"{TAG.sub(' ', literal_text)} {spoken}"))


@pytest.mark.parametrize("file", PUBLIC, ids=name_of)
def test_no_public_word_stands_in_a_template_untranslated(file: Path) -> None:
    assert words(literal(file)) == []


@pytest.mark.parametrize("file", PUBLIC, ids=name_of)
def test_none_hides_in_an_expression(file: Path) -> None:
    tree = respond.environment(config.read(env="demo")).parse(file.read_text(), name_of(file))

    chosen = [
        each.value
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
        if isinstance(node, nodes.CondExpr)
        for each in (node.expr1, node.expr2)
        if isinstance(each, nodes.Const) and isinstance(each.value, str)
    ]

    assert [said for said in chosen if re.search(r"[a-z]{2,} [a-z]{2,}", said)] == []


class Marked(NullTranslations):
    """A language whose every word can be told."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


SAID = [
    (channel, occasion)
    for channel in ("sms", "email")
    for occasion in Occasion
    if any((boot.TEMPLATES / channel).glob(f"{occasion}.*"))
]


@pytest.mark.parametrize("wording", list(Wording))
@pytest.mark.parametrize(("channel", "occasion"), SAID)
def test_every_message_speaks_the_language_of_whoever_gets_it(
    monkeypatch: pytest.MonkeyPatch, channel: str, wording: Wording, occasion: Occasion
) -> None:
    monkeypatch.setitem(languages.CATALOGUES, "cy", Marked())
    said = Said(reference="77", text="1", headline="1")

    made = rendering.render(
        boot.message_templates(),
        config.read(env="demo", title="1"),
        channel=channel,
        occasion=occasion,
        wording=wording,
        language="cy",
        said=said,
        content={"code": "2", "until": "3"},
    )

    for part, text in made.parts.items():
        rest = re.sub(r"⟦.*?⟧", "", text, flags=re.DOTALL)
        plain = TAG.sub(" ", rest) if part == "html" else rest
        assert not re.search(r"[A-Za-z]", plain.replace(rendering.UNSUBSCRIBE, "")), part


def test_translators_are_given_todays_words(tmp_path: Path) -> None:
    made = tmp_path / "messages.pot"

    subprocess.run(["make", "-s", "-o", "install-dev", "messages", f"POT={made}"], cwd=ROOT, check=True, timeout=60)

    assert made.read_text() == (ROOT / CATALOGUE).read_text(), "run `make messages`"
