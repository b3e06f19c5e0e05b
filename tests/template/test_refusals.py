"""A slip in serverless.yml is refused, in words that say what is wrong, before packaging."""

import shutil
from pathlib import Path

import pytest

from scripts.checkout import ROOT
from tests.template.conftest import osls

# The text that is replaced, what it is replaced with, and what osls answers.
SLIPS = {
    "a function without a row": (
        "    getUser: {users: read}\n", "",
        "the function getUser has no row in custom.permissions; it may be {}"),
    "a row without a function": (
        "    preflight: {}\n", "    preflight: {}\n    getThing: {}\n",
        "custom.permissions has a row for getThing, which is no function"),
    "a table that is not there": (
        "getUser: {users: read}", "getUser: {user: read}",
        "custom.permissions of getUser: user is none of users, identities, sessions, attempts, "
        "clients, signingSecret, pepperSecret, mail, mailFunction"),
    "a word that is no word of the function that mails": (
        "pepperSecret: read\n      mailFunction: invoke",
        "pepperSecret: read\n      mailFunction: send",
        "custom.permissions of requestPasswordReset: mailFunction allows invoke, but not send"),
    "a word that is no word of a table": (
        "getUser: {users: read}", "getUser: {users: [read, scan]}",
        "custom.permissions of getUser: users allows read, write, update, delete, "
        "writeMany, list, but not scan"),
    "a word of a table for a secret": (
        "getJwks: {signingSecret: read}", "getJwks: {signingSecret: write}",
        "custom.permissions of getJwks: signingSecret allows read, but not write"),
    "no word at all": (
        "getUser: {users: read}", "getUser: {users: []}",
        "'custom.permissions.getUser.users': must NOT have fewer than 1 items"),
    "a row that is a word": (
        "getUser: {users: read}", "getUser: read",
        "'custom.permissions.getUser': must be object"),
    "a table and a secret of one word": (
        "    SigningSecret:\n", "    Users: {Type: AWS::SecretsManager::Secret}\n"
        "    SigningSecret:\n",
        "users could mean two things in custom.permissions"),
    "a role of the name that a row makes": (
        "    SigningSecret:\n", "    GetUserRole: {Type: AWS::IAM::Role}\n    SigningSecret:\n",
        "GetUserRole is made from a table of serverless.yml, and is there already"),
    "a role beside the row": (
        "    description: GET and HEAD /ping", "    role: PingRole\n    description: GET",
        "ping needs no role: custom.permissions makes it"),
    "a handler beside the name": (
        "    description: GET and HEAD /ping", "    handler: ping.handler\n    description: GET",
        "ping needs no handler and no package: both follow from its name"),
    "a filter of the log of no function": (
        "SignUp: {log: createUser,", "SignUp: {log: createUsers,",
        "'custom.metricFilters.SignUp.log': must be equal to one of the allowed values"),
    "a filter of no event": (
        "SignUp: {log: createUser, event:", "SignUp: {log: createUser, evnt:",
        "'custom.metricFilters.SignUp': unrecognized property 'evnt'"),
    "a key that osls does not know": (
        "    description: GET and HEAD /ping", "    desciption: GET",
        "unrecognized property 'desciption'"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a serverless.yml and the plugins that it names."""
    shutil.copy(ROOT / "serverless.yml", tmp_path)
    shutil.copytree(ROOT / "scripts" / "osls", tmp_path / "scripts" / "osls")
    return tmp_path


def printed(folder: Path) -> str:
    done = osls("print", "--stage", "dev", folder=folder)
    return f"{done.returncode}: {done.stdout}{done.stderr}"


def test_the_file_itself_is_accepted(copy: Path) -> None:
    assert printed(copy).startswith("0: service: session-api\n")


@pytest.mark.parametrize(("right", "slip", "answer"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_refused_in_one_sentence(copy: Path, right: str, slip: str, answer: str) -> None:
    path = copy / "serverless.yml"
    assert path.read_text().count(right) == 1
    path.write_text(path.read_text().replace(right, slip))

    told = printed(copy)

    assert told.startswith("1: ") and answer in told
    assert ".js:" not in told  # no stack trace around the sentence
