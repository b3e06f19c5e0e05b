"""The cost model against figures worked out by hand."""

import json
import re

import pytest

from benchmarks.cost import (CACHE_SECONDS, OURS, Operation, Prices, Shape, Usage, alternatives,
                             bill, idle, main, table)
from scripts.checkout import ROOT

PRICES = Prices()
A_MILLION = Usage(1_000_000)
ROUND = Operation(memory_mb=1024, cpu_ms=0, wait_ms=100, reads=2, writes=3, log_bytes=500,
                  answer_bytes=1000)
NOTHING = Operation(1024, 0, 0, 0, 0, 0)


def total(usage: Usage, cache_seconds: int = 0) -> float:
    return sum(bill(OURS, usage, cache_seconds, PRICES).values())


def test_each_part_is_quantity_times_price() -> None:
    only_sign_ins = Usage(1_000_000, sign_ins=1, refreshes=0, calls=0)

    found = bill(Shape(ROUND, NOTHING, NOTHING, NOTHING), only_sign_ins, 0, PRICES)

    assert found["Lambda requests"] == pytest.approx(0.20)
    # A million times 0.1 s of 1 GB.
    assert found["Lambda time"] == pytest.approx(100_000 * 0.0000133334)
    assert found["DynamoDB reads"] == pytest.approx(2 * 0.125)
    assert found["DynamoDB writes"] == pytest.approx(3 * 0.625)
    assert found["logs"] == pytest.approx(0.5 * 0.50)
    assert found["API Gateway"] == pytest.approx(3.50)
    assert found["data out"] == pytest.approx(1 * 0.09)


def test_a_sign_in_by_passkey_is_billed_as_one() -> None:
    usage = Usage(1_000_000, sign_ins=4, refreshes=0, calls=0, passkeys=0.25)
    shape = Shape(NOTHING, NOTHING, NOTHING, NOTHING, passkey=ROUND)

    assert bill(shape, usage, 0, PRICES)["DynamoDB writes"] == pytest.approx(3 * 0.625)
    # Where there are none, a password is asked for.
    assert bill(Shape(ROUND, NOTHING, NOTHING, NOTHING), usage, 0, PRICES
                )["DynamoDB writes"] == pytest.approx(4 * 3 * 0.625)


def test_a_thread_gets_its_memorys_share_of_a_processor_and_never_more_than_one() -> None:
    half = Operation(1769 // 2, cpu_ms=10, wait_ms=0, reads=0, writes=0, log_bytes=0)
    whole = Operation(1769, 10, 0, 0, 0, 0)
    double = Operation(2 * 1769, 10, 0, 0, 0, 0)

    assert half.gb_seconds == pytest.approx(884 / 1024 * 0.021)
    assert whole.gb_seconds == pytest.approx(1769 / 1024 * 0.010)
    assert double.gb_seconds == pytest.approx(2 * whole.gb_seconds)


@pytest.mark.parametrize(("cache_seconds", "runs"), [
    (0, 2000),    # every call
    (17, 2000),   # the next call of the visit comes after 18 s
    (18, 1000),   # every second call
    (30, 1000),
    (36, 800),    # every third of ten: four runs a visit
    (300, 200)])  # one a visit
def test_a_cached_answer_spares_the_calls_that_follow_within_its_time(
        cache_seconds: int, runs: float) -> None:
    assert A_MILLION.authorizer_runs(cache_seconds) == runs


def test_each_generation_is_acknowledged_once_and_never_more_often_than_it_is_used() -> None:
    often = bill(OURS, Usage(1_000_000, sign_ins=1, refreshes=9, calls=1000), 0, PRICES)
    seldom = bill(OURS, Usage(1_000_000, sign_ins=1, refreshes=9, calls=4), 0, PRICES)

    # 4 for the sign-in, 1 for each of 9 refreshes, 1 for each generation used.
    assert often["DynamoDB writes"] == pytest.approx((4 + 9 + 10) * 0.625)
    assert seldom["DynamoDB writes"] == pytest.approx((4 + 9 + 4) * 0.625)


def test_tiers_are_filled_one_after_the_other() -> None:
    assert PRICES.tiered("api_requests", 333e6) / 1e6 == pytest.approx(1165.50)
    assert PRICES.tiered("api_requests", 1200e6) / 1e6 == pytest.approx(
        1165.50 + 667 * 2.80 + 200 * 2.38)


def test_the_alternatives_bill_a_million_users_as_their_price_lists_say() -> None:
    found = alternatives(A_MILLION, PRICES)

    assert found["Cognito Lite"] == pytest.approx(90_000 * 0.0055 + 900_000 * 0.0046)
    assert found["Cognito Essentials"] == pytest.approx(990_000 * 0.015)
    assert found["Supabase Pro"] == pytest.approx(25 + 900_000 * 0.00325)


def test_a_stage_that_nobody_uses_costs_its_two_secrets() -> None:
    assert idle(PRICES) == pytest.approx(0.80)
    assert total(Usage(0)) == pytest.approx(0.80)


@pytest.mark.parametrize("more", [
    Usage(2_000_000), Usage(1_000_000, sign_ins=5), Usage(1_000_000, refreshes=201),
    Usage(1_000_000, calls=2001)])
def test_more_of_anything_never_costs_less(more: Usage) -> None:
    assert all(total(more, seconds) > total(A_MILLION, seconds) for seconds in CACHE_SECONDS)


def test_caching_longer_never_costs_more() -> None:
    bills = [total(A_MILLION, seconds) for seconds in (0, 5, 18, 30, 60, 300, 3600)]

    assert bills == sorted(bills, reverse=True)


def test_a_line_for_every_authorized_call_is_half_a_terabyte_of_logs() -> None:
    quiet = bill(OURS, A_MILLION, 0, PRICES)
    loud = bill(OURS, Usage(1_000_000, log_every_call=True), 0, PRICES)

    # 2,000 million lines of 304 bytes at $0.50 a GB.
    assert loud["logs"] - quiet["logs"] == pytest.approx(304)


def test_the_page_shows_what_the_model_says() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    assert table(A_MILLION, PRICES) in page


def test_the_operations_consume_the_units_that_are_measured() -> None:
    page = (ROOT / "docs" / "request-units.md").read_text(encoding="utf-8")
    units = {name: (int(reads), int(writes)) for name, reads, writes in re.findall(
        r"^\| (.+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)}

    def of(operation: Operation) -> tuple[float, float]:
        return operation.reads, operation.writes

    assert of(OURS.sign_in) == units["sign-in"]
    assert of(OURS.refresh) == units["refresh: the next pair"]
    assert of(OURS.authorize) == units["authorizer, access token"]
    assert (OURS.authorize.reads, OURS.acknowledge.writes) == units[
        "authorizer, access token, the first of its generation"]


def test_a_million_users_cost_less_than_the_bar_before_api_gateways_own_fee() -> None:
    def ours(cache_seconds: int) -> float:
        found = bill(OURS, A_MILLION, cache_seconds, PRICES)
        return sum(found.values()) - found["API Gateway"] - found["data out"]

    assert ours(0) < 1500
    assert ours(30) < 900


def test_every_price_has_unit_source_and_date() -> None:
    entries = json.loads((ROOT / "benchmarks" / "prices.json").read_text(encoding="utf-8"))

    assert all(entry.keys() == {"value", "unit", "source", "noted"} for entry in entries.values())


@pytest.mark.parametrize(("arguments", "message"), [
    (["--users", "-1"], "users must be zero or more"),
    (["--refreshes", "-0.5"], "refreshes must be zero or more"),
    (["--calls", "nan"], "calls must be zero or more"),
    (["--sign-ins", "inf"], "sign_ins must be zero or more"),
    (["--passkeys", "1.5"], "passkeys must be a share from 0 to 1"),
    (["--visit-seconds", "0"], "visit_seconds must be one or more"),
    (["--users", "many"], "invalid int value")])
def test_bad_input_is_told_in_one_line(arguments: list[str], message: str,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_negative_cache_time_is_refused() -> None:
    with pytest.raises(ValueError, match="cache time"):
        A_MILLION.authorizer_runs(-1)


def test_the_table_shows_every_part_for_every_cache_time(
        capsys: pytest.CaptureFixture[str]) -> None:
    main(["--users", "1000"])

    shown = capsys.readouterr().out
    assert "cached 0 s   cached 30 s  cached 300 s      original" in shown
    assert all(part in shown for part in bill(OURS, A_MILLION, 0, PRICES))
    assert "Cognito Essentials" in shown
