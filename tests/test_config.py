"""A missing or bad setting stops the start, with its name and without its value."""

import pytest

from ugly_mugs import config
from ugly_mugs.config import Config
from ugly_mugs.contract import MissingSetting

GOOD = {"PUBLIC_URL": "https://notes.example", "LISTEN": "0.0.0.0:80"}


def read(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Config:
    """The settings as a process with just these in its environment reads them."""
    for name, value in {**GOOD, **settings}.items():
        monkeypatch.setenv(f"UGLY_MUGS_{name}", value)
    return config.read()


def test_without_any_setting_it_is_production_and_wants_to_know_its_own_address() -> None:
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_PUBLIC_URL: must be https in production"):
        config.read()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, LANGUAGES="en, cy", POUNDS_A_DAY="50", CHANNELS="sms")

    assert (settings.host, settings.port) == ("0.0.0.0", 80)
    assert (settings.languages, settings.channels) == (("en", "cy"), ("sms",))
    assert settings.pounds_a_day == 50
    assert not settings.is_demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://owner:a-password@db/notes"),
        ("PUBLIC_URL", "notes.example"),
        ("PUBLIC_URL", "https://notes.example/?debug=1"),
        ("PUBLIC_URL", "http://notes.example"),
        ("LEAVE_URL", "javascript:alert(1)"),
        ("LISTEN", "8080"),
        ("LISTEN", "127.0.0.1:http"),
        ("LISTEN", "127.0.0.1:70000"),
        ("ENV", "debug"),
        ("POUNDS_A_DAY", "-1"),
        ("POUNDS_A_MONTH", "lots"),
        ("JOIN_POUNDS_A_DAY", "1.5"),
        ("DEMO_PORT", "65535"),
        ("CHANNELS", " , "),
        ("LANGUAGES", " , "),
        ("LANGUAGES", "en, xx"),
        ("TITLE", "  "),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(MissingSetting, match=rf"^UGLY_MUGS_{name}: ") as raised:
        read(monkeypatch, **{name: value})

    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://uglymugs.example"),
        ("PUBLIC_URL", "https://reports.UGLY.example"),
        ("TITLE", "Ugly Mugs"),
        ("TITLE", "For sex workers"),
    ],
)
def test_production_refuses_names_that_out_a_reader(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(MissingSetting, match=rf"^UGLY_MUGS_{name}: .*would out"):
        read(monkeypatch, **{name: value})


def test_the_demo_may_be_called_anything_since_nobody_in_it_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, ENV="demo", PUBLIC_URL="http://uglymugs.localhost:8080")

    assert settings.is_demo


@pytest.mark.parametrize(
    "where", ["", "127.0.0.1:9090", "[::1]:9090", "localhost:9090", "10.0.3.4:9090", "[fd00::5]:9090"]
)
def test_figures_are_told_on_this_machine_or_a_private_network(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("UGLY_MUGS_ENV", "demo")
    monkeypatch.setenv("UGLY_MUGS_METRICS_LISTEN", where)

    assert config.read().metrics_listen == where


@pytest.mark.parametrize("where", ["0.0.0.0:9090", "[::]:9090", "8.8.8.8:9090", "notes.example:9090", ":9090", "9090"])
def test_figures_are_told_nowhere_else(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("UGLY_MUGS_ENV", "demo")
    monkeypatch.setenv("UGLY_MUGS_METRICS_LISTEN", where)

    with pytest.raises(MissingSetting, match="UGLY_MUGS_METRICS_LISTEN"):
        config.read()


def test_an_onion_address_needs_no_https(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, PUBLIC_URL="http://notesnotesnotes.onion/")

    assert settings.public_url == "http://notesnotesnotes.onion"


def test_a_worker_in_production_is_not_taken_for_dead_while_a_provider_may_still_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_LEASE_SECONDS: must be at least 15"):
        read(monkeypatch, LEASE_SECONDS="14")
