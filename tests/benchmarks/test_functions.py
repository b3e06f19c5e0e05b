"""Which functions are measured."""

import pytest

from benchmarks.__main__ import with_scenario


def test_a_function_without_a_scenario_is_left_out_by_name(
        capsys: pytest.CaptureFixture[str]) -> None:
    assert with_scenario(["ping", "pong", "getUser"], ["ping", "getUser"]) == ["ping", "getUser"]

    assert "left out" in (told := capsys.readouterr().err)
    assert told.endswith(": pong\n")


def test_nothing_is_said_when_none_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert with_scenario(["ping"], ["ping", "getUser"]) == ["ping"]

    assert capsys.readouterr().err == ""
