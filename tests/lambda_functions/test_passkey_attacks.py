"""What an attacker can send in the place of a passkey's answer: each is refused, changes nothing,
and is told apart in the log. The client learns only that the passkey was not accepted.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from shared.errors import Flaw
from tests.support.account_owner import Owner
from tests.support.application import CLIENT_ID, Answer, Pair
from tests.support.authenticator import (ATTESTED, BACKED_UP, SYNCED, USER_PRESENT, USER_VERIFIED,
                                         Device, cbor, changed, decoded)
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.possession import encoded

AuditLines = Callable[[], list[dict[str, Any]]]
TABLES = "users", "identities", "sessions", "factors", "attempts"
REFUSED = (401, "invalid_passkey")
ANOTHER_PAGE, ANOTHER_DOMAIN = "https://example.com", "example.com"
DEEP = b"\x81" * 3000
HUGE = b"\x5b" + b"\xff" * 8


Credential = dict[str, Any]
Act = Callable[[Device, dict[str, Any]], Credential]


class Attack(NamedTuple):
    """What makes the answer to the options of a ceremony, and what the log then says."""

    answer: Act
    flaw: Flaw


def with_flags(flags: int, plainly: bool = False) -> Act:
    """Return what has an authenticator say these flags in truth, with a signature over them."""
    def act(device: Device, options: dict[str, Any]) -> Credential:
        device.flags = flags if plainly else device.flags | flags
        return made_or_answered(device, options)

    return act


def made_or_answered(device: Device, options: dict[str, Any], *arguments: Any, **changes: Any
                     ) -> Credential:
    act = device.make if "rp" in options else device.answer
    return act(options, *arguments, **changes)


def said(**client_data: object) -> Act:
    """Return what has a browser say this in its client data."""
    return lambda device, options: made_or_answered(device, options, **client_data)


def sent(**response: str) -> Act:
    """Return what sends these members in the place of the true ones."""
    return lambda device, options: changed(made_or_answered(device, options), **response)


def tampered(member: str, place: int) -> Act:
    """Return what changes a bit of a member on its way."""
    def act(device: Device, options: dict[str, Any]) -> Credential:
        answer = made_or_answered(device, options)
        octets = bytearray(decoded(answer["response"][member]))
        octets[place] ^= 1
        return changed(answer, **{member: encoded(bytes(octets))})

    return act


def from_a_page(origin: str) -> Act:
    return lambda device, options: made_or_answered(device, options, origin)


def at_another_domain(device: Device, options: dict[str, Any]) -> Credential:
    """Make it, or answer with one that was made, where the domain is another one."""
    if "rp" in options:
        return device.make(options, rp_id=ANOTHER_DOMAIN)
    device.keys[0].rp_id = ANOTHER_DOMAIN
    return device.answer(options, key=device.keys[0])


# Of every ceremony.
AT_ALL: dict[str, Attack] = {
    "another page": Attack(from_a_page(ANOTHER_PAGE), Flaw.WRONG_ORIGIN),
    "a page below ours": Attack(from_a_page("https://evil.app.example.org"), Flaw.WRONG_ORIGIN),
    "a page without TLS": Attack(from_a_page("http://app.example.org"), Flaw.WRONG_ORIGIN),
    "another port": Attack(from_a_page("https://app.example.org:8443"), Flaw.WRONG_ORIGIN),
    "a page that begins like ours": Attack(from_a_page("https://app.example.org.evil.example"),
                                           Flaw.WRONG_ORIGIN),
    "no page": Attack(said(origin=None), Flaw.MALFORMED),
    "another app": Attack(from_a_page(f"android:apk-key-hash:{'A' * 43}"), Flaw.WRONG_ORIGIN),
    "another domain": Attack(at_another_domain, Flaw.WRONG_RP),
    "another challenge": Attack(said(challenge=encoded(bytes(32))), Flaw.WRONG_CHALLENGE),
    "no challenge": Attack(said(challenge=""), Flaw.WRONG_CHALLENGE),
    "half a challenge": Attack(
        lambda device, options: made_or_answered(
            device, options, challenge=options["challenge"][:20]), Flaw.WRONG_CHALLENGE),
    "a challenge that is a number": Attack(said(challenge=10 ** 12), Flaw.MALFORMED),
    "a page within another": Attack(said(crossOrigin=True), Flaw.EMBEDDED),
    "a page around ours is named": Attack(said(topOrigin=ANOTHER_PAGE), Flaw.EMBEDDED),
    "even itself": Attack(said(topOrigin="https://app.example.org"), Flaw.EMBEDDED),
    "a page that may be within another": Attack(said(crossOrigin="false"), Flaw.EMBEDDED),
    "nobody there": Attack(with_flags(USER_VERIFIED, plainly=True), Flaw.USER_ABSENT),
    "somebody there, whoever it is": Attack(with_flags(USER_PRESENT, plainly=True),
                                            Flaw.USER_UNVERIFIED),
    "a backup of what has none": Attack(with_flags(BACKED_UP), Flaw.BACKUP_CHANGED),
    "client data that is none": Attack(sent(clientDataJSON=encoded(b"\xff")), Flaw.MALFORMED),
    "client data that is no object": Attack(sent(clientDataJSON=encoded(b"[]")), Flaw.MALFORMED),
    "client data that is empty": Attack(sent(clientDataJSON=encoded(b"{}")), Flaw.MALFORMED),
    "client data that is deep": Attack(sent(clientDataJSON=encoded(b"[" * 3000)), Flaw.MALFORMED),
    "client data with a long number": Attack(
        sent(clientDataJSON=encoded(b'{"type":' + b"9" * 4500 + b"}")), Flaw.MALFORMED),
    "what is no base64": Attack(sent(clientDataJSON="A"), Flaw.MALFORMED),
}
# Of those in which a passkey answers.
AT_ANSWERS: dict[str, Attack] = {
    **AT_ALL,
    "the other kind of ceremony": Attack(said(type="webauthn.create"), Flaw.WRONG_CEREMONY),
    "a payment": Attack(said(type="payment.get"), Flaw.WRONG_CEREMONY),
    "a signature that was changed": Attack(tampered("signature", -1), Flaw.WRONG_SIGNATURE),
    "no signature that is one": Attack(sent(signature="AA"), Flaw.WRONG_SIGNATURE),
    "a counter that was changed": Attack(tampered("authenticatorData", -1), Flaw.WRONG_SIGNATURE),
    "a flag that was changed": Attack(tampered("authenticatorData", 32), Flaw.WRONG_SIGNATURE),
    "a domain that was changed": Attack(tampered("authenticatorData", 0), Flaw.WRONG_RP),
    "authenticator data cut short": Attack(sent(authenticatorData=encoded(bytes(36))),
                                           Flaw.MALFORMED),
    "authenticator data with a rest": Attack(sent(authenticatorData=encoded(bytes(38))),
                                             Flaw.MALFORMED),
    "extensions that are deep": Attack(
        sent(authenticatorData=encoded(bytes(32) + b"\x85" + bytes(4) + DEEP)), Flaw.MALFORMED),
    "extensions of a huge length": Attack(
        sent(authenticatorData=encoded(bytes(32) + b"\x85" + bytes(4) + b"\x9b" + b"\xff" * 8)),
        Flaw.MALFORMED),
    "what has become fit for a backup": Attack(with_flags(SYNCED), Flaw.BACKUP_CHANGED),
}


def attested(change: Callable[[bytes], bytes]) -> Act:
    """Return what changes the authenticator data of a new passkey, which nothing signs."""
    def act(device: Device, options: dict[str, Any]) -> Credential:
        answer = device.make(options)
        [key] = device.keys
        data = device.data(key, device.flags | ATTESTED) + bytes(16) + len(
            key.credential_id).to_bytes(2) + key.credential_id + cbor(key.cose)
        return changed(answer, attestationObject=encoded(
            cbor({"fmt": "none", "attStmt": {}, "authData": change(data)})))

    return act


def with_cose(**cose: Any) -> Act:
    """Return what changes the key (RFC 9053), whose members are called `m3` for 3 and `n2` for
    -2."""
    def act(device: Device, options: dict[str, Any]) -> Credential:
        def change(data: bytes) -> bytes:
            [key] = device.keys
            changes = {int(name.replace("n", "-").replace("m", "")): value
                       for name, value in cose.items()}
            return data.removesuffix(cbor(key.cose)) + cbor(key.cose | changes)

        return attested(change)(device, options)

    return act


AT_REGISTRATION: dict[str, Attack] = {
    **AT_ALL,
    "the other kind of ceremony": Attack(said(type="webauthn.get"), Flaw.WRONG_CEREMONY),
    "another id than its own": Attack(
        lambda device, options: device.make(options) | {"id": encoded(b"another")},
        Flaw.MALFORMED),
    "no object": Attack(sent(attestationObject=encoded(b"\xa0")), Flaw.MALFORMED),
    "an object cut short": Attack(sent(attestationObject=encoded(b"\xa3\x63fmt")), Flaw.MALFORMED),
    "an object that is deep": Attack(sent(attestationObject=encoded(DEEP)), Flaw.MALFORMED),
    "an object of a huge length": Attack(sent(attestationObject=encoded(HUGE)), Flaw.MALFORMED),
    "a list of a huge length": Attack(sent(attestationObject=encoded(b"\x9b" + b"\xff" * 8)),
                                      Flaw.MALFORMED),
    "a number for the authenticator data": Attack(
        sent(attestationObject=encoded(cbor({"fmt": "none", "attStmt": {}, "authData": 10 ** 9}))),
        Flaw.MALFORMED),
    "an object with a rest": Attack(
        lambda device, options: changed(
            answer := device.make(options), attestationObject=encoded(
                decoded(answer["response"]["attestationObject"]) + b"\x00")), Flaw.MALFORMED),
    "no passkey in it": Attack(attested(
        lambda data: data[:32] + bytes([data[32] & ~ATTESTED]) + data[33:37]), Flaw.MALFORMED),
    "an id cut short": Attack(attested(lambda data: data[:60]), Flaw.MALFORMED),
    "an id of no bytes": Attack(
        lambda device, options: attested(
            lambda data: data[:53] + bytes(2) + cbor(device.keys[0].cose))(device, options),
        Flaw.MALFORMED),
    "no algorithm": Attack(with_cose(m3=0), Flaw.MALFORMED),
    "an algorithm that nobody knows": Attack(with_cose(m3=-70_000), Flaw.UNSUPPORTED_KEY),
    "an algorithm that was not asked for": Attack(with_cose(m3=-47), Flaw.UNSUPPORTED_KEY),
    "a key of another curve": Attack(with_cose(n1=2), Flaw.UNSUPPORTED_KEY),
    "a key that is no point of its curve": Attack(with_cose(n2=bytes(31) + b"\x05",
                                                            n3=bytes(31) + b"\x01"),
                                                  Flaw.UNSUPPORTED_KEY),
    "a key without a point": Attack(with_cose(n2=b"", n3=b""), Flaw.UNSUPPORTED_KEY),
    "a key of RSA that is too short": Attack(
        with_cose(m1=3, m3=-257, n1=b"\xff" * 128, n2=b"\x01\x00\x01"), Flaw.UNSUPPORTED_KEY),
    "a key of RSA that only looks long": Attack(
        with_cose(m1=3, m3=-257, n1=bytes(200) + b"\xff" * 100, n2=b"\x01\x00\x01"),
        Flaw.UNSUPPORTED_KEY),
    "a key of numbers": Attack(with_cose(n2=7, n3=9), Flaw.UNSUPPORTED_KEY),
    "a key that is too long": Attack(with_cose(n70000=bytes(600)), Flaw.UNSUPPORTED_KEY),
}


def assert_refused(answer: Answer, flaw: Flaw, lines: list[dict[str, Any]], **named: str) -> None:
    """Only the log says why, by an event of its own, and about whom."""
    line = lines[-1]
    assert (answer.status, answer.body) == (401, {
        "name": "invalid_passkey", "message": "the passkey was not accepted"})
    assert (line["event"], line["level"], line["client_id"]) == (flaw.value, "WARN", CLIENT_ID)
    assert line["reason"] == flaw.name.lower().replace("_", " ")
    assert line.items() >= named.items()


@pytest.fixture
def state(cloud: Cloud) -> Callable[[], object]:
    """Returns all that the stage holds."""
    return lambda: [cloud.items(table) for table in TABLES]


@pytest.mark.parametrize("name", AT_REGISTRATION)
def test_no_attack_adds_a_passkey(
        name: str, owner: Owner, phone: Pair, device: Device, cloud: Cloud,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    options, user_id = owner.begin_passkey(phone.access_token).body, cloud.item("users")["UserId"]
    attack, before = AT_REGISTRATION[name], state()

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  attack.answer(device, options["public_key"]))

    assert_refused(answer, attack.flaw, audit_lines(), user_id=user_id)
    assert state() == before
    assert owner.create_passkey(phone.access_token, options["ticket"],
                                Device().make(options["public_key"])).status == 201


@pytest.mark.parametrize("name", AT_ANSWERS)
def test_no_attack_signs_in(
        name: str, owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    options, user_id = owner.begin_passkey_sign_in().body, cloud.item("users")["UserId"]
    attack, before = AT_ANSWERS[name], state()

    answer = owner.passkey_session(options["ticket"],
                                   attack.answer(device.copy(), options["public_key"]))

    assert_refused(answer, attack.flaw, audit_lines(), user_id=user_id)
    assert state() == before
    assert owner.passkey_session(options["ticket"],
                                 device.answer(options["public_key"])).status == 201


@pytest.mark.parametrize("name", AT_ANSWERS)
def test_no_attack_is_a_second_factor(
        name: str, owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    """Not even of somebody who knows the password."""
    options = owner.begin_passkey_sign_in(ticket=owner.ticket()).body
    attack, before = AT_ANSWERS[name], state()

    answer = owner.passkey_session(options["ticket"],
                                   attack.answer(device.copy(), options["public_key"]))

    assert_refused(answer, attack.flaw, audit_lines(), user_id=cloud.item("users")["UserId"])
    assert state() == before


@pytest.mark.parametrize("name", AT_ANSWERS)
def test_no_attack_makes_a_session_fresh(
        name: str, owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device,
        cloud: Cloud, state: Callable[[], object], audit_lines: AuditLines) -> None:
    """Not even of somebody who has stolen it."""
    options = owner.begin_passkey_sign_in(phone.access_token).body
    attack, before = AT_ANSWERS[name], state()

    answer = owner.show_passkey(phone.access_token, options["ticket"],
                                attack.answer(device.copy(), options["public_key"]))

    assert_refused(answer, attack.flaw, audit_lines(), user_id=cloud.item("users")["UserId"])
    assert state() == before


@pytest.mark.parametrize("flags", [SYNCED, SYNCED | BACKED_UP])
def test_what_was_fit_for_a_backup_stays_so(
        owner: Owner, phone: Pair, device: Device, flags: int, audit_lines: AuditLines) -> None:
    """Whether a passkey may leave its device never changes (WebAuthn Level 3, section 6.1.3)."""
    device.flags |= flags
    owner.add_passkey(phone.access_token, device)
    device.flags &= ~flags

    answer = owner.sign_in_by(device)

    assert_refused(answer, Flaw.BACKUP_CHANGED, audit_lines())


# What was right once.


def test_an_answer_is_not_taken_again_with_a_new_ticket(
        owner: Owner, passkey: dict[str, Any], device: Device, audit_lines: AuditLines) -> None:
    options = owner.begin_passkey_sign_in().body
    answer = device.answer(options["public_key"])
    assert owner.passkey_session(options["ticket"], answer).status == 201

    again = owner.passkey_session(owner.begin_passkey_sign_in().body["ticket"], answer)

    assert_refused(again, Flaw.WRONG_CHALLENGE, audit_lines())


def test_nor_with_its_own_ticket(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    options = owner.begin_passkey_sign_in().body
    answer = device.answer(options["public_key"])
    assert owner.passkey_session(options["ticket"], answer).status == 201
    before = state()

    again = owner.passkey_session(options["ticket"], answer)

    line = audit_lines()[-1]
    assert again.outcome == (401, "invalid_ticket")
    assert (line["event"], line["reason"], line["user_id"]) == (
        "authn_passkey_replayed", "the ticket was used before", cloud.item("users")["UserId"])
    assert state() == before


def test_a_registration_is_not_taken_again_by_another_person(
        owner: Owner, phone: Pair, device: Device, audit_lines: AuditLines) -> None:
    """Its challenge is of a ticket of its own user."""
    made = device.make(owner.begin_passkey(phone.access_token).body["public_key"])
    owner.sign_up("bob@byron.example.org")
    his = owner.sign_in("bob@byron.example.org").pair
    ticket = owner.begin_passkey(his.access_token).body["ticket"]

    answer = owner.create_passkey(his.access_token, ticket, made)

    assert_refused(answer, Flaw.WRONG_CHALLENGE, audit_lines())


@pytest.mark.parametrize("behind", [0, 1, 7])
def test_a_counter_that_does_not_go_on_is_refused(
        owner: Owner, passkey: dict[str, Any], device: Device, behind: int,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    device.keys[0].counter = 9
    assert owner.sign_in_by(device).status == 201
    device.counts, before = False, state()
    device.keys[0].counter -= behind

    answer = owner.sign_in_by(device)

    assert_refused(answer, Flaw.COUNTER_WENT_BACK, audit_lines())
    assert state() == before


def test_of_a_key_and_its_copy_one_is_found_out(
        owner: Owner, passkey: dict[str, Any], device: Device, audit_lines: AuditLines) -> None:
    copied = device.copy()
    assert owner.sign_in_by(copied).status == 201

    assert_refused(owner.sign_in_by(device), Flaw.COUNTER_WENT_BACK, audit_lines())


def test_one_that_has_counted_does_not_stop(
        owner: Owner, passkey: dict[str, Any], device: Device, audit_lines: AuditLines) -> None:
    owner.sign_in_by(device)
    device.keys[0].counter, device.counts = 0, False

    assert_refused(owner.sign_in_by(device), Flaw.COUNTER_WENT_BACK, audit_lines())


def test_a_counter_that_goes_back_shows_nothing_in_a_session(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device,
        audit_lines: AuditLines) -> None:
    copied = device.copy()
    owner.sign_in_by(copied)

    answer = owner.show_again_by(device, phone.access_token)

    assert_refused(answer, Flaw.COUNTER_WENT_BACK, audit_lines())


# What is somebody else's.


@pytest.mark.parametrize("at", ["the second step", "a session"])
def test_a_passkey_of_another_person_shows_nothing(
        owner: Owner, phone: Pair, passkey: dict[str, Any], bobs: Device, at: str, cloud: Cloud,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    """It says by itself whose it is."""
    session = at == "a session"
    options = (owner.begin_passkey_sign_in(phone.access_token) if session else
               owner.begin_passkey_sign_in(ticket=owner.ticket())).body
    his, before = bobs.answer(options["public_key"], key=bobs.keys[0]), state()

    answer = (owner.show_passkey(phone.access_token, options["ticket"], his) if session else
              owner.passkey_session(options["ticket"], his))

    [ada] = [user["UserId"] for user in cloud.items("users") if user["email"].startswith("ada")]
    assert_refused(answer, Flaw.OF_ANOTHER, audit_lines(), user_id=ada)
    assert state() == before


@pytest.mark.parametrize("at", ["the second step", "a session"])
@pytest.mark.parametrize("handle", ["hers", "none"])
def test_nor_does_it_if_it_is_said_to_be_hers(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, bobs: Device,
        handle: str, at: str, audit_lines: AuditLines) -> None:
    session = at == "a session"
    options = (owner.begin_passkey_sign_in(phone.access_token) if session else
               owner.begin_passkey_sign_in(ticket=owner.ticket())).body
    his = bobs.answer(options["public_key"], key=bobs.keys[0])
    his["response"]["userHandle"] = device.keys[0].user_handle if handle == "hers" else None

    answer = (owner.show_passkey(phone.access_token, options["ticket"], his) if session else
              owner.passkey_session(options["ticket"], his))

    # Only a device that says whose passkey it has may be told to forget it.
    assert answer.outcome == (
        401, "unknown_passkey" if handle == "hers" else "invalid_passkey")
    assert audit_lines()[-1]["event"] == "authn_passkey_unknown"


@pytest.mark.parametrize("whose", ["hers", "nobody's", "no id", ""])
def test_a_passkey_signs_in_nobody_but_its_user(
        owner: Owner, passkey: dict[str, Any], device: Device, bobs: Device, whose: str,
        audit_lines: AuditLines) -> None:
    """The user handle is not signed, and finds nothing but what belongs to it."""
    options = owner.begin_passkey_sign_in().body
    handle = {"hers": device.keys[0].user_handle, "nobody's": encoded(b"nobody"),
              "no id": encoded("\u00e4".encode()), "": ""}[whose]
    his = changed(bobs.answer(options["public_key"]), userHandle=handle)

    answer = owner.passkey_session(options["ticket"], his)

    assert answer.outcome == (
        401, "unknown_passkey" if whose == "hers" else "invalid_passkey")
    assert audit_lines()[-1]["event"] == "authn_passkey_unknown"


def test_an_id_of_hers_over_a_signature_of_his_is_refused(
        owner: Owner, passkey: dict[str, Any], device: Device, bobs: Device,
        audit_lines: AuditLines) -> None:
    options = owner.begin_passkey_sign_in().body
    his = bobs.answer(options["public_key"]) | {"id": encoded(device.keys[0].credential_id)}

    answer = owner.passkey_session(
        options["ticket"], changed(his, userHandle=device.keys[0].user_handle))

    assert_refused(answer, Flaw.WRONG_SIGNATURE, audit_lines())


def test_an_id_of_another_spelling_is_not_known(
        owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    """Base64url has several for one id; the one that browsers write is the one that counts."""
    options = owner.begin_passkey_sign_in().body
    credential = device.answer(options["public_key"])
    name = credential["id"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = name[:-1] + alphabet[alphabet.index(name[-1]) ^ 1]
    assert decoded(other) == decoded(name)

    assert owner.passkey_session(options["ticket"], credential | {"id": other}).outcome == (
        401, "unknown_passkey")


# What is no longer.


def test_a_passkey_that_was_removed_is_told_to_be_forgotten(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, cloud: Cloud,
        audit_lines: AuditLines) -> None:
    """A browser may then drop it (WebAuthn Level 3, signalUnknownCredential)."""
    owner.delete_passkey(phone.access_token, passkey["id"])

    answer = owner.sign_in_by(device)

    assert (answer.status, answer.body) == (401, {
        "name": "unknown_passkey", "message": "this passkey is not known, or no longer"})
    assert audit_lines()[-1]["event"] == Flaw.UNKNOWN.value


def test_after_a_move_a_passkey_of_the_former_domain_is_no_attack(
        owner: Owner, passkey: dict[str, Any], device: Device, moved: Owner,
        state: Callable[[], object], audit_lines: AuditLines) -> None:
    """An application may still ask at the former domain."""
    options, before = moved.begin_passkey_sign_in().body, state()

    answer = moved.passkey_session(options["ticket"], device.answer(
        options["public_key"], key=device.keys[0]))

    assert_refused(answer, Flaw.FORMER_RP, audit_lines())
    assert state() == before


def test_after_a_move_a_passkey_of_the_former_domain_signs_nobody_in_for_the_new_one(
        owner: Owner, passkey: dict[str, Any], device: Device, moved: Owner,
        audit_lines: AuditLines) -> None:
    """No honest browser does so."""
    options = moved.begin_passkey_sign_in().body
    device.keys[0].rp_id = "example.net"

    answer = moved.passkey_session(options["ticket"], device.answer(
        options["public_key"], "https://app.example.net"))

    assert_refused(answer, Flaw.WRONG_RP, audit_lines())


def test_after_a_move_one_can_be_made_for_the_new_domain(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, moved: Owner) -> None:
    options = moved.begin_passkey(phone.access_token).body
    made = device.make(options["public_key"], "https://app.example.net")

    assert moved.create_passkey(phone.access_token, options["ticket"], made).status == 201

    assert moved.sign_in_by(device, origin="https://app.example.net").status == 201
    assert owner.sign_in_by(device).status == 201, "the former one, where the stage was"


@pytest.mark.parametrize("name", ["none", "long"])
def test_what_is_not_there_is_unknown(owner: Owner, passkey: dict[str, Any], device: Device,
                                      name: str, clock: Clock) -> None:
    options = owner.begin_passkey_sign_in().body
    other = encoded(b"none" if name == "none" else bytes(1023))

    answer = owner.passkey_session(options["ticket"],
                                   device.answer(options["public_key"]) | {"id": other})

    assert answer.outcome == (401, "unknown_passkey")


def test_every_flaw_is_found_by_one_of_these() -> None:
    """Whoever adds one is asked for the attack that it is about."""
    tried = {attack.flaw for attacks in (AT_REGISTRATION, AT_ANSWERS)
             for attack in attacks.values()}

    assert tried | {Flaw.COUNTER_WENT_BACK, Flaw.OF_ANOTHER, Flaw.UNKNOWN, Flaw.FORMER_RP} == (
        set(Flaw))
    assert len({flaw.value for flaw in Flaw}) == len(Flaw)
