"""compose.yaml gives each part its own keys and nothing else, and the image writes nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ugly_mugs.vault import NAMES, WEB_KEYS, WORKER_KEYS

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") != SERVICES["db"]["image"]}
PARTS = {name: service for name, service in OURS.items() if service["command"][0] in {"web", "worker"}}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def parts_of(service: dict[str, Any], command: str) -> set[str]:
    said = service["command"]
    return set(said[2].split(",")) if said[0] == command else set()


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_given_the_keys_it_needs_and_no_others(name: str) -> None:
    needed = frozenset[str]().union(
        *(WEB_KEYS[part] for part in parts_of(PARTS[name], "web")),
        *(WORKER_KEYS[part] for part in parts_of(PARTS[name], "worker")),
    )

    assert set(PARTS[name]["secrets"]) == needed
    assert PARTS[name]["environment"]["UGLY_MUGS_KEYS"] == "/run/secrets"


def test_every_part_runs_somewhere() -> None:
    served = set[str]().union(*(parts_of(service, "web") for service in PARTS.values()))
    done = set[str]().union(*(parts_of(service, "worker") for service in PARTS.values()))

    assert (served, done) == (set(WEB_KEYS), set(WORKER_KEYS))


def test_whoever_takes_reports_cannot_open_them_and_whoever_opens_them_knows_no_member() -> None:
    for name, service in PARTS.items():
        held = set(service["secrets"])

        assert not ({"desk_private"} <= held and held & {"subscriber", "index_subscriber", "code_pepper"}), name


def test_nothing_but_the_migrations_runs_as_the_owner_of_the_tables() -> None:
    owners = {name for name, each in OURS.items() if "owner:" in each["environment"]["UGLY_MUGS_DATABASE_URL"]}

    assert owners == {"migrate"}
    assert "app" in SERVICES["migrate"]["command"]
    assert "secrets" not in SERVICES["migrate"]


def test_only_who_sends_or_hears_messages_has_the_providers_secrets() -> None:
    given = {name: service["env_file"] for name, service in OURS.items() if "env_file" in service}

    assert given == {"member": ["texts.env"], "deliver": ["texts.env", "mail.env"]}


def test_what_opens_and_indexes_reports_in_the_background_has_no_way_out() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["stamper"]["networks"] == ["inside"]
    assert SERVICES["db"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", OURS)
def test_every_container_of_ours_writes_nothing_and_may_do_nothing_special(name: str) -> None:
    service = OURS[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service


def test_nothing_listens_to_the_world() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_secret_is_a_key_file_of_its_name() -> None:
    assert COMPOSE["secrets"] == {name: {"file": f"./keys/{name}"} for name in NAMES}


def test_the_image_has_two_stages_any_base_and_a_health_check_and_runs_as_nobody_in_particular() -> None:
    assert len(re.findall(r"^FROM \$\{BASE\}", DOCKERFILE, re.MULTILINE)) == 2
    assert re.search(r"^USER 1\d{4}$", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE


def test_the_image_holds_the_tree_that_the_program_runs_from_and_no_secrets() -> None:
    copied = set(re.findall(r"^COPY (\w+)/ ", DOCKERFILE, re.MULTILINE))
    allowed = set(re.findall(r"^!([\w.]+)/?$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert copied == {"ugly_mugs", "channels", "templates", "migrations"}
    assert allowed == copied | {"requirements.lock"}
