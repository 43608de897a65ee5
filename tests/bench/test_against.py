"""Where a peer cannot be measured, the bench says what is missing."""

import pytest

from bench.against import against_celery


async def test_without_redis_the_figure_says_which_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    figures = await against_celery()

    assert [(figure.value, figure.met) for figure in figures] == [(None, None)] * 2
    assert all("apt-get install redis-server" in figure.note for figure in figures)
