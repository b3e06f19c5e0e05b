"""Import and export of people, over moto; sign-in proves what was imported."""

import hashlib
import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from scripts.operating import people
from shared.errors import Unavailable
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.password_hash import IMPORTED, PasswordHash
from shared.wiring.services import Services
from tests.support.application import EMAIL, Application
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire

PASSWORD = "an old password from the system that we came from!"
LONG_PASSWORD = "\U0001f511" * 18 + " and an end"


def hash_elsewhere(prefix: str = "$2b$", password: str = PASSWORD) -> str:
    """Hash as another system would: bcrypt of the first 72 bytes, under its own prefix."""
    hashed = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    return prefix + hashed[4:]


def person(email: str, **fields: object) -> dict[str, object]:
    return {"email": email, "password_hash": hash_elsewhere(), **fields}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.jsonl"


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies and restores whole tables for a transaction, other threads or not. On
    DynamoDB Local these tests run on all threads: this name is not imported there."""
    monkeypatch.setattr(people, "THREADS", 1)


def write(file: Path, *lines: object) -> None:
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n"
                            for line in lines))


def run_import(file: Path, services: Services, stage: str = "test"
               ) -> tuple[dict[str, int], list[str]]:
    reports: list[str] = []
    into = people.Destination(
        stage, stage, services.identity_store, services.factor_store,
        lambda key_id: services.peppers.find(key_id) is not None)
    return dict(people.import_people(file, into, reports.append)), reports


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
def test_an_imported_person_signs_in_and_is_hashed_our_way(
        app: Application, cloud: Cloud, services: Services, file: Path, prefix: str) -> None:
    """With the old password, verified as the other system hashed it, and only that one."""
    write(file, person("Grace@Hopper.example.org", password_hash=hash_elsewhere(prefix)))
    assert run_import(file, services)[0] == {"imported": 1}

    wrong = app.sign_in("grace@hopper.example.org", "another password of hers")
    right = app.sign_in("grace@hopper.example.org", PASSWORD)
    assert (wrong.status, right.status) == (401, 201)

    identity = cloud.item("identities")
    assert identity["pepper_id"] == services.peppers.newest().key_id
    assert identity["password_version"] == 0
    assert app.sign_in("grace@hopper.example.org", PASSWORD).status == 201


def test_a_slip_in_what_the_old_hash_does_not_cover_locks_nobody_out(
        app: Application, services: Services, file: Path) -> None:
    write(file, person(EMAIL, password_hash=hash_elsewhere(password=LONG_PASSWORD)))
    run_import(file, services)

    slip = app.sign_in(EMAIL, LONG_PASSWORD + "!")
    right = app.sign_in(EMAIL, LONG_PASSWORD)

    assert (slip.status, right.status) == (201, 201)


def test_people_of_domain_test_are_imported_into_stage_local(
        services: Services, file: Path) -> None:
    write(file, person("ada@team.test"))

    assert run_import(file, services, stage="dev")[0] == {"bad": 1}
    assert run_import(file, services, stage="local")[0] == {"imported": 1}


def test_what_the_file_says_is_kept(cloud: Cloud, services: Services, file: Path) -> None:
    write(file, person("ada@example.org", id="u-1", created_at=1_500_000_000,
                       email_verified=True, roles=["editor", "a:b", "editor"],
                       blocked_at=1_600_000_000))

    run_import(file, services)

    assert cloud.item("users") == {
        "UserId": "u-1", "email": "ada@example.org", "created_at": 1_500_000_000,
        "roles": "a:b editor", "blocked_at": 1_600_000_000}
    assert cloud.item("identities")["email_verified"] is True


@pytest.mark.parametrize(("line", "reason"), [
    ("{", "not valid JSON"),
    ("[]", "not a JSON object"),
    ({"password_hash": hash_elsewhere()}, "email: missing"),
    ({"email": "ada@example.org"}, "password_hash: missing, and there is no passkey"),
    (person("no address"), "email: must be an email address"),
    (person("ada@corp.local"), 'email: must not be at a domain that ends in "local":'
     " it is reserved and gets no mail"),
    (person("ada@example.org", password_hash="5f4dcc3b5aa765d61d8327deb882cf99"),
     "password_hash: not a bcrypt hash of cost 4 to 15"),
    (person("ada@example.org", password_hash="$2b$16$" + "a" * 53),
     "password_hash: not a bcrypt hash of cost 4 to 15"),
    (person("ada@example.org", password_hash="$2b$10$" + "a" * 53),
     "password_hash: not a bcrypt hash of cost 4 to 15"),
    (person("ada@example.org", pepper_id="long gone"), "pepper_id: the stage has no such pepper"),
    (person("ada@example.org", admin=True), "'admin': not a field of ours"),
    (person("ada@example.org", **{"\x1b[2J\nline 9: Süß\x9b\u202e": 1}),
     r"'\x1b[2J\nline 9: S\xfc\xdf\x9b\u202e': not a field of ours"),
    (person("ada@example.org", created_at="2020"), "created_at: must be of type int"),
    (person("ada@example.org", created_at=-1), "created_at: must be epoch seconds or a count"),
    *((person("ada@example.org", roles=[role]), "roles: A role is 1 to 32 letters, digits, dots, "
       "underscores, colons and dashes.") for role in ("two words", "", 7, None, ["admin"])),
    (person("ada@example.org", roles=[f"role-{number}" for number in range(17)]),
     "roles: A person has at most 16 roles."),
    (person("ada@example.org", roles="admin"), "roles: must be of type list"),
    (person("ada@example.org", id="no/slash"), "id: letters, digits, - and _, at most 64"),
])
def test_a_bad_line_is_named_and_skipped(cloud: Cloud, services: Services, file: Path,
                                         line: Any, reason: str) -> None:
    """And those around it are imported; the report quotes no hash."""
    write(file, person("first@example.org"), line, person("third@example.org"))

    counts, reports = run_import(file, services)

    assert counts == {"imported": 2, "bad": 1}
    assert f"line 2: {reason}" in reports
    assert len(cloud.items("users")) == len(cloud.items("identities")) == 2
    assert "$2" not in "".join(reports)


def test_a_person_who_is_there_is_left_alone(cloud: Cloud, services: Services,
                                             file: Path) -> None:
    """Whatever the spelling of the address; so an import can be run again."""
    write(file, person("ada@example.org", id="first"))
    run_import(file, services)
    assert run_import(file, services)[0] == {"present": 1}
    write(file, person("ADA@example.org", id="second"))

    assert run_import(file, services)[0] == {"present": 1}
    assert cloud.item("users")["UserId"] == "first"


def test_the_id_of_another_person_is_a_bad_line(services: Services, file: Path) -> None:
    """Who bears it is not there already, and would be left out without a word."""
    write(file, person("ada@example.org", id="first"))
    run_import(file, services)
    write(file, person("grace@example.org", id="first"))

    counts, reports = run_import(file, services)

    assert counts == {"bad": 1}
    assert "line 1: id: another person has it" in reports


def test_an_import_that_was_cut_off_goes_on(services: Services, wire: Wire, cloud: Cloud,
                                            file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the last whole batch; nobody is half imported and nobody is missing."""
    monkeypatch.setattr(people, "BATCH_LINES", 2)
    write(file, *(person(f"p{number}@example.org") for number in range(5)))
    wire.before("TransactWriteItems", *[lambda: None] * 2,
                lambda: wire.cut("TransactWriteItems"))
    with pytest.raises(Unavailable):
        run_import(file, services)
    wire.mend()
    kept = next(file.parent.glob("*.progress")).read_text()

    counts, reports = run_import(file, services)

    assert kept.startswith("2 test ")
    assert reports[0] == "going on after line 2"
    assert counts.pop("earlier") == 2 and sum(counts.values()) == 3
    assert len(cloud.items("users")) == len(cloud.items("identities")) == 5
    assert not list(file.parent.glob("*.progress"))


@pytest.mark.parametrize("progress", [
    b"2 test another-file", b"2 prod {digest}", b"2", b"", b"\xff\xfe2 test {digest}",
    b"2\xff test {digest}", "² test {digest}".encode(), b"9" * 5000 + b" test {digest}"])
def test_the_progress_of_another_import_is_not_taken(services: Services, file: Path,
                                                     progress: bytes) -> None:
    """Or those who came before that line would be left out of this one."""
    write(file, *(person(f"p{number}@example.org") for number in range(3)))
    digest = hashlib.sha256(file.read_bytes()).hexdigest().encode()
    file.with_name("users.jsonl.progress").write_bytes(progress.replace(b"{digest}", digest))

    counts, reports = run_import(file, services)

    assert counts == {"imported": 3}
    assert reports[0] == "beginning anew: users.jsonl.progress is of another file or stage"


@pytest.mark.parametrize("name", ["users.jsonl.progress", "users.jsonl.progress.new"])
@pytest.mark.parametrize("cut_off", [False, True], ids=["whole", "cut off"])
def test_the_progress_is_written_to_a_file_of_its_own(
        services: Services, wire: Wire, file: Path, monkeypatch: pytest.MonkeyPatch, name: str,
        cut_off: bool) -> None:
    """Whoever can write into the folder may have put a link to another file there."""
    monkeypatch.setattr(people, "BATCH_LINES", 1)
    write(file, person("p1@example.org"), person("p2@example.org"))
    other = file.with_name("other")
    other.write_text("mine")
    file.with_name(name).symlink_to(other)
    if cut_off:
        wire.before("TransactWriteItems", lambda: wire.cut("TransactWriteItems"))
        with pytest.raises(Unavailable):
            run_import(file, services)
        wire.mend()
        assert not file.with_name("users.jsonl.progress").is_symlink()

    reports = run_import(file, services)[1]

    assert ("going on after line 1" in reports) == cut_off
    assert other.read_text() == "mine"
    assert not file.with_name("users.jsonl.progress").exists()


def test_a_byte_order_mark_and_empty_lines_are_passed_over(services: Services, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(person("ada@example.org")).encode()
                     + b"\r\n\r\n \n" + json.dumps(person("grace@example.org")).encode())

    counts, reports = run_import(file, services)

    assert counts == {"imported": 2}
    assert reports == ["4 lines: 2 imported"]


@pytest.mark.parametrize("cut_off", [False, True], ids=["at once", "cut off"])
def test_of_two_lines_of_one_person_the_first_counts(
        cloud: Cloud, services: Services, file: Path, monkeypatch: pytest.MonkeyPatch,
        cut_off: bool) -> None:
    """Wherever they are in the file, and also when the import was cut off between them."""
    monkeypatch.setattr(people, "BATCH_LINES", 2)
    write(file, person("ada@example.org", id="first"), person("Ada@Example.org", id="second"),
          person("other@example.org", id="first"), "{", person("ADA@example.org"))
    if cut_off:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        write(file.with_name("first.jsonl"), person("ada@example.org", id="first"))
        run_import(file.with_name("first.jsonl"), services)
        file.with_name("users.jsonl.progress").write_text(f"2 test {digest}")

    _, reports = run_import(file, services)

    assert cloud.item("users")["UserId"] == "first"
    repeated = ["line 3: id: line 1 has it already", "line 5: email: line 1 has it already"]
    if not cut_off:
        repeated.insert(0, "line 2: email: line 1 has it already")
    assert [report for report in reports if "already" in report] == repeated


@pytest.mark.parametrize("batch_lines", [1, 200], ids=["in two batches", "in one"])
@pytest.mark.parametrize(("fields", "reason"), [
    ({"pepper_id": "long gone"}, "pepper_id: the stage has no such pepper"),
    ({"id": "of-grace"}, "id: another person has it"),
    ({"created_at": -1}, "created_at: must be epoch seconds or a count")])
def test_a_bad_line_does_not_claim_its_address(
        cloud: Cloud, services: Services, file: Path, monkeypatch: pytest.MonkeyPatch,
        batch_lines: int, fields: dict[str, object], reason: str) -> None:
    """Or nobody would be imported who has it."""
    monkeypatch.setattr(people, "BATCH_LINES", batch_lines)
    write(file, person("grace@example.org", id="of-grace"))
    run_import(file, services)
    write(file, person("first@example.org"), person("ada@example.org", **fields),
          person("Ada@example.org", id="good"), person("ada@example.org"))

    counts, reports = run_import(file, services)

    assert counts == {"imported": 2, "bad": 2}
    assert [report for report in reports if report.startswith("line ")] == [
        f"line 2: {reason}", "line 4: email: line 3 has it already"]
    assert "good" in {user["UserId"] for user in cloud.items("users")}


def test_an_id_is_a_repeat_however_it_is_spelt(services: Services, file: Path) -> None:
    """JSON can write any character as an escape."""
    write(file, person("ada@example.org", id="dup1"),
          json.dumps(person("grace@example.org", id="dup1")).replace("dup1", r"\u0064up1"),
          person("mary@example.org", id="dup1"))

    counts, reports = run_import(file, services)

    assert counts == {"imported": 1, "bad": 2}
    assert reports[:2] == [f"line {number}: id: line 1 has it already" for number in (2, 3)]


def test_an_id_whose_first_spelling_is_an_escape_is_remembered(services: Services, file: Path
                                                               ) -> None:
    write(file, json.dumps(person("ada@example.org", id="dup1")).replace("dup1", r"\u0064up1"),
          person("grace@example.org", id="dup1"))

    assert run_import(file, services)[1][0] == "line 2: id: line 1 has it already"


def test_what_can_be_read_only_once_is_imported(services: Services, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    lines = json.dumps(person("ada@example.org")) + "\n"
    writer = threading.Thread(target=lambda: pipe.write_text(lines))
    writer.start()

    assert run_import(pipe, services)[0] == {"imported": 1}
    writer.join()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_what_was_handed_to_us_open_is_not_opened_again(services: Services, file: Path) -> None:
    """It may be a pipe of another user, as after sudo."""
    write(file, person("ada@example.org"))
    with file.open("rb") as handed:
        file.unlink()

        assert run_import(Path(f"/dev/fd/{handed.fileno()}"), services)[0] == {"imported": 1}


def test_an_import_that_is_interrupted_says_how_far_it_came(
        services: Services, wire: Wire, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(people, "BATCH_LINES", 2)
    write(file, *(person(f"p{number}@example.org") for number in range(5)))
    wire.before("TransactWriteItems", *[lambda: None] * 2, interrupt)

    with pytest.raises(KeyboardInterrupt, match="Interrupted after line 2. Run the same command"):
        run_import(file, services)
    wire.mend()

    assert run_import(file, services)[1][0] == "going on after line 2"


def test_an_export_that_broke_off_leaves_no_file(app: Application, services: Services,
                                                 wire: Wire, file: Path) -> None:
    """Half of the people in a file would pass for all of them."""
    app.sign_up()
    wire.cut("Scan")
    with pytest.raises(Unavailable):
        people.export_people(file, services, print)
    wire.mend()

    assert list(file.parent.iterdir()) == []
    assert people.export_people(file, services, print) == 1


def test_an_export_can_be_imported_elsewhere(app: Application, cloud: Cloud, services: Services,
                                             file: Path) -> None:
    """With hashes, for a stage of the same pepper; the file is for its owner's eyes only."""
    app.sign_up()
    cloud.change("users", roles="analyst editor")
    count = people.export_people(file, services, print)
    assert count == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = cloud.item("users"), cloud.item("identities")
    cloud.drop("users")
    cloud.drop("identities")

    assert run_import(file, services)[0] == {"imported": 1}

    assert (cloud.item("users"), cloud.item("identities")) == before
    assert app.sign_in().status == 201


def test_an_export_overwrites_nothing(services: Services, file: Path) -> None:
    file.write_text("mine")

    with pytest.raises(FileExistsError):
        people.export_people(file, services, print)

    assert file.read_text() == "mine"


def test_who_has_neither_password_nor_passkey_is_named_and_left_out(
        app: Application, cloud: Cloud, services: Services, file: Path) -> None:
    """No line can say how they sign in; the others are written as ever."""
    app.sign_up()
    services.identity_store.create(Account("u-eve", "eve@example.org", NOW), Identity(
        EMAIL_ADDRESS, "eve@example.org", "u-eve", None, 0, verified=True))
    services.identity_store.create(Account("u-kay", "kay@example.org", NOW), Identity(
        "somewhere", "1815", "u-kay", PasswordHash("$2b$04$kay", 4, IMPORTED), 0))
    reports: list[str] = []

    count = people.export_people(file, services, reports.append)

    assert count == 1
    assert [json.loads(line)["email"] for line in file.read_text().splitlines()] == [EMAIL]
    assert sorted(reports) == [
        "user 'u-eve': left out the identity of kind 'email', which is not an address with a "
        "password or a passkey",
        "user 'u-kay': left out the identity of kind 'somewhere', which is not an address with a "
        "password or a passkey"]
