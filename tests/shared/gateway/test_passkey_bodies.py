"""Bodies with what an authenticator has answered: strict in what is read, and open to the rest."""

from typing import Any

import pytest

from shared.callers import SentPasskey
from shared.errors import InvalidRequest
from shared.gateway.bodies import Body
from shared.gateway.passkey_bodies import (NewPasskey, PasskeyAccount, PasskeyAnswer, PasskeyName,
                                           PasskeyStart, SignUpLink)

MADE = {"id": "aWQ", "rawId": "aWQ", "type": "public-key", "authenticatorAttachment": "platform",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {"clientDataJSON": "e30", "attestationObject": "oA", "publicKey": "AA",
                     "publicKeyAlgorithm": -7, "authenticatorData": "AA",
                     "transports": ["internal", "hybrid", "internal"]}}
GIVEN = {"id": "aWQ", "rawId": "aWQ", "type": "public-key", "clientExtensionResults": {},
         "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA",
                      "userHandle": "dQ"}}


def with_response(credential: dict[str, Any], **response: object) -> dict[str, Any]:
    return {**credential, "response": {**credential["response"], **response}}


def without(credential: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**credential, "response": {name: value for name, value in
                                       credential["response"].items() if name not in names}}


def faults(model: type[Body], body: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidRequest) as refusal:
        model.parse(body)
    return [fault["field"] for fault in refusal.value.fields]


@pytest.mark.parametrize("model", [NewPasskey, PasskeyAccount])
def test_a_new_passkey_is_read_as_browsers_write_it(model: type[Any]) -> None:
    """Each way to reach it is kept once."""
    link = {"token": "l"} if model is PasskeyAccount else {}
    body = model.parse({"ticket": "t", "credential": MADE, "name": " Mine "} | link)

    assert body.passkey == SentPasskey(
        "t", {"id": "aWQ", "clientDataJSON": "e30", "attestationObject": "oA"}, "Mine",
        ("hybrid", "internal"))


def test_what_browsers_may_leave_out_may_be_left_out() -> None:
    body = NewPasskey.parse({"ticket": "t", "credential": without(MADE, "transports")})

    assert (body.passkey.transports, body.passkey.name) == ((), "Passkey")


def test_an_answer_is_read_as_browsers_write_it() -> None:
    body = PasskeyAnswer.parse({"ticket": "t", "credential": GIVEN})

    assert body.answer == {"id": "aWQ", "clientDataJSON": "e30", "authenticatorData": "AA",
                           "signature": "AA", "userHandle": "dQ"}


@pytest.mark.parametrize("credential", [
    without(GIVEN, "userHandle"), with_response(GIVEN, userHandle=None)], ids=["absent", "null"])
def test_an_answer_may_not_say_whose_it_is(credential: dict[str, Any]) -> None:
    assert "userHandle" not in PasskeyAnswer.parse({"ticket": "t", "credential": credential}).answer


@pytest.mark.parametrize(("credential", "field"), [
    (GIVEN | {"id": ""}, "id"), (GIVEN | {"id": "a b"}, "id"), (GIVEN | {"id": "aWQ="}, "id"),
    (GIVEN | {"id": "aWQ\n"}, "id"), (GIVEN | {"id": "a+/b"}, "id"), (GIVEN | {"id": 7}, "id"),
    (GIVEN | {"id": "\u00e4"}, "id"), (GIVEN | {"id": "x" * 1365}, "id"),
    (GIVEN | {"type": "password"}, "type"), (GIVEN | {"type": None}, "type"),
    (GIVEN | {"response": "AA"}, "response"), (GIVEN | {"response": []}, "response"),
    (with_response(GIVEN, signature=""), "response.signature"),
    (with_response(GIVEN, signature=["AA"]), "response.signature"),
    (with_response(GIVEN, authenticatorData="+"), "response.authenticatorData"),
    (with_response(GIVEN, clientDataJSON={}), "response.clientDataJSON"),
    (with_response(GIVEN, userHandle="x" * 87), "response.userHandle"),
    (with_response(GIVEN, userHandle=True), "response.userHandle"),
    (without(GIVEN, "signature"), "response.signature")])
def test_what_is_read_of_an_answer_is_read_strictly(credential: dict[str, Any], field: str
                                                    ) -> None:
    assert faults(PasskeyAnswer, {"ticket": "t", "credential": credential}) == [
        f"credential.{field}"]


@pytest.mark.parametrize("transports", ["usb", {"usb": 1}, 7])
def test_ways_to_reach_it_are_a_list(transports: object) -> None:
    credential = with_response(MADE, transports=transports)

    [field] = faults(NewPasskey, {"ticket": "t", "credential": credential})
    assert field == "credential.response.transports"


@pytest.mark.parametrize(("transports", "kept"), [
    (None, ()), ([7, None, {}], ()), (["USB", "a b", "", "x" * 17, "usb\n", "usb"], ("usb",)),
    ([f"way-{number}" for number in range(20)],
     ("way-0", "way-1", "way-10", "way-11", "way-12", "way-13", "way-14", "way-15"))])
def test_what_cannot_be_a_way_to_reach_it_is_dropped(transports: object, kept: tuple[str, ...]
                                                     ) -> None:
    """The passkey is on the device by then, and these are only hints, which are stored and given
    back to browsers."""
    body = NewPasskey.parse({"ticket": "t", "credential": with_response(
        MADE, transports=transports)})

    assert body.passkey.transports == kept


@pytest.mark.parametrize("transports", [[], ["usb", "nfc", "ble", "smart-card", "hybrid",
                                             "internal", "of-the-future"]])
def test_one_that_is_not_known_yet_is_kept(transports: list[str]) -> None:
    body = NewPasskey.parse({"ticket": "t", "credential": with_response(
        MADE, transports=transports)})

    assert body.passkey.transports == tuple(sorted(transports))


@pytest.mark.parametrize("size", [1364, 1])
def test_an_id_has_as_many_characters_as_1023_bytes_take(size: int) -> None:
    assert PasskeyAnswer.parse({"ticket": "t", "credential": GIVEN | {"id": "x" * size}})


@pytest.mark.parametrize("model", [NewPasskey, PasskeyAccount, PasskeyAnswer, PasskeyName,
                                   PasskeyStart, SignUpLink])
def test_no_member_of_a_body_is_one_that_we_do_not_know(model: type[Body]) -> None:
    """Only the credential is open, which is the browser's."""
    assert "admin" in faults(model, {"admin": True})


@pytest.mark.parametrize("ticket", [None, 7, ["t"]])
def test_a_ticket_that_may_be_left_out_is_text_all_the_same(ticket: object) -> None:
    assert PasskeyStart.parse({}).ticket == ""
    assert faults(PasskeyStart, {"ticket": ticket}) == ["ticket"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "\x00", "a\tb", "a\u0080", 7, None])
def test_a_name_is_short_and_of_one_line(name: object) -> None:
    assert faults(PasskeyName, {"name": name}) == ["name"]
    assert faults(NewPasskey, {"ticket": "t", "credential": MADE, "name": name}) == ["name"]


def test_a_name_is_kept_without_blanks_around_it() -> None:
    assert PasskeyName.parse({"name": "\n Ada\u2019s \U0001f511 key \t"}).name == (
        "Ada\u2019s \U0001f511 key")
