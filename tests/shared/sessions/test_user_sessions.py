"""All sessions of one person: what is asked of the store, and what is not."""

import pytest

from shared.errors import NotFound
from shared.wiring.services import Services
from tests.support.wire import Wire

SESSION_ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def test_a_session_id_that_the_person_does_not_have_is_not_found(services: Services,
                                                                 wire: Wire) -> None:
    with pytest.raises(NotFound):
        services.user_sessions.end("ada", SESSION_ID)

    assert wire.sent == ["DeleteItem"]


@pytest.mark.parametrize("session_id", [
    "", "s-1", SESSION_ID.upper(), SESSION_ID + "0", SESSION_ID + "\n", "0" + SESSION_ID,
    SESSION_ID.replace("-", ""), SESSION_ID.replace("0", "\u0660"), SESSION_ID * 100])
def test_an_id_of_another_shape_is_not_found_without_a_request(
        session_id: str, services: Services, wire: Wire) -> None:
    """The store refuses a key of more than 1024 bytes as a defect of ours."""
    with pytest.raises(NotFound):
        services.user_sessions.end("ada", session_id)

    assert wire.sent == []
