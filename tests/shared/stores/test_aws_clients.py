"""A client gives up well before its function is timed out."""

from collections.abc import Callable
from typing import Any

import pytest
from moto import mock_aws

from shared.stores import aws_clients

SHORTEST_FUNCTION_TIMEOUT_SECONDS = 15


@pytest.mark.parametrize("make", [aws_clients.dynamodb, aws_clients.secrets_manager,
                                  aws_clients.ses])
def test_all_tries_together_fit_into_a_request(make: Callable[[], Any],
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    with mock_aws():
        config = make().meta.config

    assert config.retries == {"mode": "standard", "total_max_attempts": 3}
    assert (config.connect_timeout, config.read_timeout) == (1, 2)
    # Standard back-off waits up to 1 s before the second try and 2 s before the third.
    assert 3 * (1 + 2) + 1 + 2 < SHORTEST_FUNCTION_TIMEOUT_SECONDS
