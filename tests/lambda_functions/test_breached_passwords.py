"""Where a stage looks for breached passwords: at each new password, and at no other."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from scripts.checkout import ROOT
from shared.errors import Unavailable
from shared.wiring.services import Services
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import PASSWORD, Answer
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.lambda_process import environment
from tests.support.mail import MAIL, Outbox, with_mail

AuditLines = Callable[[], list[dict[str, Any]]]


class Source:
    """Knows the passwords in `breached`, or answers nothing."""

    def __init__(self) -> None:
        self.breached: set[str] = set()
        self.answers = True

    def counts(self, prefix: str) -> Mapping[str, int]:
        if not self.answers:
            raise Unavailable("there was no whole answer in time")
        digits = [hashlib.sha1(password.encode()).hexdigest().upper()
                  for password in self.breached]
        return {each[5:]: 1 for each in digits if each.startswith(prefix)}


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def looking(cloud: Cloud, clock: Clock, outbox: Outbox, source: Source) -> Services:
    """Services of a stage that looks for breached passwords."""
    services = with_mail(cloud.services(clock, breached_passwords="hibp", **MAIL), outbox)
    services.password_ranges = source  # type: ignore[assignment]  # the port, not the adapter
    return services


def sign_up(owner: Owner, _: Outbox) -> Answer:
    return owner.sign_up("charles@example.org", NEW_PASSWORD)


def change(owner: Owner, _: Outbox) -> Answer:
    return owner.change_password(owner.sign_in().pair.access_token)


def reset(owner: Owner, outbox: Outbox) -> Answer:
    owner.forget_password()
    return owner.reset_password(outbox.last_token)


@pytest.mark.parametrize(("act", "field"), [
    (sign_up, "password"), (change, "new_password"), (reset, "new_password")])
def test_a_new_password_that_was_breached_is_refused(
        act: Callable[[Owner, Outbox], Answer], field: str, looking: Services, source: Source,
        outbox: Outbox) -> None:
    owner = Owner(looking)
    owner.sign_up()
    source.breached = {NEW_PASSWORD}

    refused = act(owner, outbox)
    source.breached = set()
    accepted = act(owner, outbox)

    assert refused.outcome == (400, "weak_password")
    assert refused.body["fields"] == [{"field": field, "message": (
        "has become known in a data breach. Choose another one.")}]
    assert accepted.status < 300


def test_a_breached_password_still_signs_in(looking: Services, source: Source) -> None:
    owner = Owner(looking)
    owner.sign_up()
    source.breached = {PASSWORD}

    assert owner.sign_in().status == 201


@pytest.mark.parametrize("act", [sign_up, change, reset])
def test_without_an_answer_it_is_accepted_and_a_line_says_so(
        act: Callable[[Owner, Outbox], Answer], looking: Services, source: Source,
        outbox: Outbox, audit_lines: AuditLines) -> None:
    """A line of its own, which a metric filter counts."""
    owner = Owner(looking)
    owner.sign_up()
    source.answers = False
    audit_lines()

    assert act(owner, outbox).status < 300

    lines = audit_lines()
    [skipped] = [line for line in lines if line["event"] == "breach_check_skipped"]
    assert skipped.pop("timestamp").endswith("Z")
    assert skipped == {"level": "WARN", "event": "breach_check_skipped",
                       "reason": "there was no whole answer in time"}
    assert NEW_PASSWORD not in str(lines)


def test_by_default_nothing_leaves_the_stage(services: Services) -> None:
    assert services.breached_passwords is None


@pytest.mark.parametrize(("setting", "is_loaded"), [("none", False), ("hibp", True)])
@pytest.mark.parametrize("function", ["create_user", "change_password", "reset_password"])
def test_a_stage_that_looks_nothing_up_loads_nothing_for_it(
        function: str, setting: str, is_loaded: bool) -> None:
    module = f"lambda_functions.{function}"
    code = ("import sys, time; time.sleep = lambda _: None; import " + module
            + "; print('shared.stores.password_ranges' in sys.modules)")

    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env=environment(module) | {"BREACHED_PASSWORDS": setting})

    assert started.stdout == f"{is_loaded}\n"
