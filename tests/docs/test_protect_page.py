"""What docs/protect-your-api.md says of prices and of verifiers is what is computed and tested."""

import re

from benchmarks.cost import OURS, Prices, Usage, bill
from tests.docs.pages import page, rows, sections
from tests.verifiers.habits import HABITS, SETTINGS_OF
from tests.verifiers.processes import EXAMPLES

SECTIONS = sections(page("docs/protect-your-api.md"))
CHOICES = SECTIONS["Choose a way"]
A_MILLION = 1e6


def test_a_call_costs_what_the_authorizer_adds_to_the_bill() -> None:
    parts = bill(OURS, Usage(users=1, sign_ins=0, refreshes=0, calls=A_MILLION), 0, Prices())

    price = sum(parts[part] for part in ("Lambda requests", "Lambda time", "DynamoDB reads"))
    assert re.findall(r"read unit\): \$([\d.]+) for a million", CHOICES) == [f"{price:.2f}"]


def test_a_request_of_the_session_api_costs_what_api_gateway_takes() -> None:
    price = Prices().tiered("api_requests", A_MILLION) / A_MILLION

    assert re.findall(r"request of the Session API \(\$([\d.]+) for a", CHOICES) == [f"{price:.2f}"]


def test_verifiers_have_the_habits_that_the_page_says() -> None:
    """A row is named like the verifier's file. The examples have none, and a page of their own."""
    [_, _, *table] = rows(SECTIONS["Verify the token in your own code"])

    assert sorted((cells[0].lower(), *cells[1:]) for cells in table) == sorted({
        (SETTINGS_OF.get(name, name).partition("/")[2],
         "no limit" if habits.keys_kept_seconds is None else f"{habits.keys_kept_seconds} s",
         f"{habits.looks_again_seconds} s", f"{habits.leeway_seconds} s",
         f"with a proof of the last {habits.proof_seconds} s" if habits.proof_seconds
         else "without a proof")
        for name, habits in HABITS.items() if name not in EXAMPLES})
