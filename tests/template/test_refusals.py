"""A slip in serverless.yml is refused, in words that say what is wrong, before packaging."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scripts.checkout import OSLS, ROOT
from scripts.serverless_yml import load
from shared.factors import relying_party
from tests.support.one_osls import OneOsls
from tests.support.senders import BAD_SENDERS, GOOD_SENDERS
from tests.support.web_addresses import (BAD_ISSUERS, BAD_LINKS, BAD_LOGOS, BAD_NAMES,
                                         BAD_ORIGINS, BAD_PASSKEY_ORIGINS, BAD_RP_IDS,
                                         GOOD_ISSUERS, GOOD_LINKS, GOOD_LOGOS, GOOD_NAMES,
                                         GOOD_ORIGINS, GOOD_PASSKEY_ORIGINS, GOOD_RP_IDS,
                                         LOCAL_PASSKEY_ORIGINS)

# The text that is replaced, what it is replaced with, and what osls answers.
SLIPS = {
    "a function without a row": (
        "    getUser: {users: read, identities: read}\n", "",
        "the function getUser has no row in custom.permissions; it may be {}"),
    "a row without a function": (
        "    preflight: {}\n", "    preflight: {}\n    getThing: {}\n",
        "custom.permissions has a row for getThing, which is no function"),
    "a table that is not there": (
        "getUser: {users: read, identities: read}", "getUser: {user: read}",
        "custom.permissions of getUser: user is none of users, identities, sessions, attempts, "
        "factors, clients, signingSecret, pepperSecret, mail, mailFunction"),
    "a word that is no word of the function that mails": (
        "writeMany], mailFunction: invoke}", "writeMany], mailFunction: send}",
        "custom.permissions of deleteSessions: mailFunction allows invoke, but not send"),
    "a word that is no word of a table": (
        "getUser: {users: read,", "getUser: {users: [read, scan],",
        "custom.permissions of getUser: users allows read, write, update, delete, "
        "writeMany, list, but not scan"),
    "a word of a table for a secret": (
        "getJwks: {signingSecret: read}", "getJwks: {signingSecret: write}",
        "custom.permissions of getJwks: signingSecret allows read, but not write"),
    "no word at all": (
        "getUser: {users: read,", "getUser: {users: [],",
        "'custom.permissions.getUser.users': must NOT have fewer than 1 items"),
    "a row that is a word": (
        "getUser: {users: read, identities: read}", "getUser: read",
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
    "a graph of what nobody counts": (
        "counted: [TokenReuses]", "counted: [TokenReuse]",
        "custom.dashboard shows TokenReuse, which no row of custom.metricFilters counts"),
    "a graph of no function": (
        "functions: {refreshSession:", "functions: {refreshSessions:",
        "'custom.dashboard.1.functions': unrecognized property 'refreshSessions'"),
    "a graph of nothing": (
        "Requests to refresh, functions: {refreshSession: [Invocations]}}", "Requests to refresh}",
        "'custom.dashboard.1': must NOT have fewer than 2 properties"),
    "a key that osls does not know": (
        "    description: GET and HEAD /ping", "    desciption: GET",
        "unrecognized property 'desciption'"),
}


# What a deployment is told of its parameters, and what osls answers.
MAIL = {"mailSender": "Example <no-reply@example.org>", "mailIdentity": "example.org",
        "mailLinkUrl": "https://app.example.org"}
CERTIFICATE = "arn:aws:acm:us-west-2:123456789012:certificate/0a1b2c3d-4e5f"
API_ARN = "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5"
DOMAIN = {"domainName": "sessions.example.org", "certificateArn": CERTIFICATE}
PARAMETERS: dict[str, tuple[dict[str, str], str]] = {
    "a domain alone": (DOMAIN | {"certificateArn": ""},
                       "domainName and certificateArn are given together, or neither of them"),
    "a certificate alone": (DOMAIN | {"domainName": ""}, "domainName and certificateArn are"),
    "a zone without a domain": ({"hostedZoneId": "Z0123"}, "hostedZoneId needs domainName"),
    "nothing that answers": ({"disableExecuteApi": "true"}, "disableExecuteApi needs domainName"),
    "an address for a domain": (DOMAIN | {"domainName": "https://sessions.example.org"},
                                "domainName is a name such as sessions.example.org"),
    "a domain in capitals": (DOMAIN | {"domainName": "Sessions.example.org"}, "in lower case"),
    "a domain with a path": (DOMAIN | {"domainName": "example.org/sessions"}, "is none"),
    "a certificate of another region": (
        DOMAIN | {"certificateArn": CERTIFICATE.replace("us-west-2", "us-east-1")},
        "certificateArn is of us-east-1, and must be of us-west-2"),
    "no certificate": (DOMAIN | {"certificateArn": "0a1b2c3d-4e5f"},
                       "certificateArn is the ARN of a certificate"),
    "a zone by its path": (DOMAIN | {"hostedZoneId": "/hostedzone/Z0123"},
                           "hostedZoneId is an id such as Z0123456789ABC"),
    "an issuer that ends with a slash": ({"otherIssuers": "https://x.org/"},
                                         "otherIssuers are addresses such as https://"),
    "an issuer that is no address": ({"otherIssuers": "https://x.org,x.org"}, "; x.org is none"),
    "a sender alone": (MAIL | {"mailIdentity": ""},
                       "mailSender and mailIdentity are given together, or neither of them"),
    "an identity alone": (MAIL | {"mailSender": ""}, "mailSender and mailIdentity are given"),
    "a sender that is no address": (MAIL | {"mailSender": "Example"},
                                    "mailSender is an ASCII address or Name <address>; Example is"),
    "a sender that is a pattern": (MAIL | {"mailSender": "*@example.org"},
                                   "mailSender is an ASCII address or Name <address>; *@"),
    "a sender of whom CloudFormation would make another": (
        MAIL | {"mailSender": "a${AWS::Region}@example.org"}, "a${AWS::Region}@example.org is"),
    "an identity that is a top-level domain": (
        MAIL | {"mailIdentity": "org"}, "mailIdentity is an address or a domain; org is neither"),
    "an identity of another domain": (
        MAIL | {"mailIdentity": "ample.org"},
        "mailIdentity is the address of mailSender or its domain; ample.org is not"),
    "links with a query": (MAIL | {"mailLinkUrl": "https://app.example.org?page=verify"},
                           "mailLinkUrl is https, or http on this machine, without a query"),
    "a logo that anybody can replace": (
        {"logoUrl": "http://cdn.example.org/logo.svg"},
        "logoUrl is the https address of a file, without a query or fragment; http://cdn."),
    "a name with a colon": ({"displayName": "Example: Accounts"},
                            "displayName has 1 to 64 characters, without colons and line breaks"),
    "a configuration set by its ARN": (
        MAIL | {"mailConfigurationSet": "arn:aws:ses:x"},
        "mailConfigurationSet is a name; arn:aws:ses:x cannot be one"),
    "a configuration set of no mail": ({"mailConfigurationSet": "accounts"},
                                       "mailConfigurationSet and mailSandboxRecipients need"),
    "a pattern of recipients": (MAIL | {"mailSandboxRecipients": "ada@example.com,*"},
                                "mailSandboxRecipients are addresses or domains; * is neither"),
    "recipients of whom CloudFormation would make others": (
        MAIL | {"mailSandboxRecipients": "a${Foo}@b.org"}, "a${Foo}@b.org is neither"),
    "recipients of a top-level domain": (MAIL | {"mailSandboxRecipients": "org"}, "org is neither"),
    "an address of this machine": (
        {"localAddress": "http://127.0.0.1:4566"},
        "localAddress is only for the emulator, which runs the zips of target host"),
    "mail as anybody": (MAIL | {"mailResource": "*"},
                        "mailResource is only for the emulator, which runs the zips of target host"
                        ),
    "another source of breaches": ({"breachedPasswords": "HIBP"},
                                   "breachedPasswords is none or hibp; HIBP is neither"),
    "verified addresses without mail": ({"requireVerifiedEmail": "true"},
                                        "requireVerifiedEmail needs mailSender"),
    "an origin with a slash": (
        {"allowedOrigins": "https://a.example.org,https://b.example.org/"},
        "allowedOrigins is * alone, or origins as browsers send them, such as "
        "https://app.example.org; https://b.example.org/ is none"),
    "everybody's authorizers": ({"authorizerForApis": "*"},
                                "authorizerForApis are ids of accounts, such as 123456789012, or "
                                "ARNs of APIs, such as arn:aws:execute-api:us-west-2:123456789012:"
                                "a1b2c3d4e5; * is neither"),
    "an API with its stage": (
        {"authorizerForApis": f"{API_ARN},{API_ARN}/dev"}, f"; {API_ARN}/dev is neither"),
    "an API in a region that is none": (
        {"authorizerForApis": API_ARN.replace("us-west-2", "us-west")},
        ":us-west:123456789012:a1b2c3d4e5 is neither"),
    "more APIs than a policy has room for": (
        {"authorizerForApis": ",".join(f"{API_ARN}{number}" for number in range(41))},
        "authorizerForApis names 41 accounts and APIs; the policy of a function has room for 40"),
    "a domain for passkeys alone": ({"passkeyRpId": "example.org"},
                                    "passkeyRpId and passkeyOrigins need each other"),
    "origins of passkeys alone": ({"passkeyOrigins": "https://example.org"},
                                  "passkeyRpId and passkeyOrigins need each other"),
    "passkeys of this machine": (
        {"passkeyRpId": "localhost", "passkeyOrigins": "http://localhost:8080"},
        "passkeyRpId is a domain in lower case, such as example.org; localhost is none"),
    "an origin of another domain for passkeys": (
        {"passkeyRpId": "example.org",
         "passkeyOrigins": "https://example.org,https://app.example.com"},
        "passkeyOrigins are https origins of passkeyRpId or below it, in lower case, without :443 "
        "and without a slash at the end, or android:apk-key-hash: and 43 characters; "
        "https://app.example.com is none"),
    "every origin and one": ({"allowedOrigins": "*,https://a.example.org"},
                             "allowedOrigins is * alone"),
}
# What serverless.yml says of stage dev, where a value can also be of another type than a text.
WRITTEN = {
    "a list of recipients": ("mailSandboxRecipients: [a@x.org, y.org]",
                             'mailSandboxRecipients is one value, not ["a@x.org","y.org"]'),
    "a list of one": ("mailIdentity: [x.org]", 'mailIdentity is one value, not ["x.org"]; '),
    "a list of origins": ("allowedOrigins: [https://a.org, https://b.org]",
                          "allowedOrigins is one value"),
    "a list of issuers": ("otherIssuers: [https://a.org]", "otherIssuers is one value"),
    "an account that lost its zero": ("authorizerForApis: 12345678901", "; 12345678901 is neither"),
    "a list of functions": ("snapStart: [createSession]", "snapStart is one value"),
    "a list of addresses": ("alarmEmail: [a@x.org]", "alarmEmail is one value"),
    "names and values": ("domainName: {name: x.org}",
                         'domainName is one value, not {"name":"x.org"}; '),
    "a list where a number belongs": ("bcryptCost: [12]", "bcryptCost is one value"),
    "a list where true or false belongs": ("accessLog: [true]", "accessLog is one value"),
    "a number for a sender": ("mailSender: 1", "mailSender and mailIdentity are given together"),
    "numbers for what mail needs": ("{mailSender: 1, mailIdentity: 2}", "; 1 is neither"),
    "a number for an identity": (
        "{mailSender: a@b.org, mailIdentity: 2}", "is an address or a domain; 2 is neither"),
    "a number for a link": ("mailLinkUrl: 1", "mailLinkUrl is https"),
    "a number for a domain": ("{domainName: 1, certificateArn: 2}", "; 1 is none"),
    "true for a zone": ("hostedZoneId: true", "hostedZoneId needs domainName"),
    "a verified address, and no mail": ("requireVerifiedEmail: true", "needs mailSender"),
    "no address but the one that is not there": ("disableExecuteApi: true", "needs domainName"),
}
INSTANT = re.compile(r"(?<=ApiGatewayDeployment)\d+")
SWITCHES = ("accessLog", "dashboard", "deletionProtection", "disableExecuteApi",
            "requireSecondFactor", "requireVerifiedEmail")
# The functions of these modules, called with a list of texts each.
ASK = """
const rules = { ...require('./scripts/osls/web_addresses'), ...require('./scripts/osls/mail') };
const asked = JSON.parse(process.argv[1]);
const answers = ([name, texts]) => texts.map((text) => rules[name](text));
console.log(JSON.stringify(Object.entries(asked).map(answers)));
"""
ASK_EACH = """
const rules = require('./scripts/osls/web_addresses');
const asked = JSON.parse(process.argv[1]);
console.log(JSON.stringify(asked.map(([name, ...values]) => rules[name](...values))));
"""
# What the plugins say of each set of parameters, given the file as osls has read it.
JUDGE = """
const plugins = ['stage_parameters', 'other_apis'].map((name) => require(`./scripts/osls/${name}`));
const { file, cases } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const judged = cases.map((given) => {
  const service = structuredClone(file);
  const defaults = { ...file.params.default, displayName: file.service };
  const fill = ([name]) => [name, given[name] ?? defaults[name] ?? ''];
  const names = Object.entries(service.custom.parameters);
  service.custom.parameters = Object.fromEntries(names.map(fill));
  service.custom.authorizerForApis = given.authorizerForApis ?? '';
  const serverless = { service, getProvider: () => ({ getRegion: () => 'us-west-2' }) };
  try {
    plugins.forEach((Plugin) => new Plugin(serverless).hooks.initialize());
    return 'accepted';
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
});
console.log(JSON.stringify(judged));
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a serverless.yml and the plugins that it names."""
    shutil.copy(ROOT / "serverless.yml", tmp_path)
    shutil.copytree(ROOT / "scripts" / "osls", tmp_path / "scripts" / "osls")
    return tmp_path


def copy_with(copy: Path, written: str) -> Path:
    """Write parameters of stage dev, as YAML, into the copy."""
    path = copy / "serverless.yml"
    stage = "  dev:\n    stageIsKnown: true\n"
    assert path.read_text().count(stage) == 1
    more = yaml.safe_load(written)
    path.write_text(path.read_text().replace(stage, stage + "".join(
        f"    {name}: {json.dumps(value)}\n" for name, value in more.items())))
    return copy


def printed(osls: OneOsls, folder: Path, **parameters: str) -> str:
    done = osls("print", "--stage", "dev", *(
        # osls takes no empty value.
        f"--param={name}={value}" for name, value in parameters.items() if value), folder=folder)
    return f"{done.returncode}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("stage", ["dev", "prd"])
def test_osls_says_the_same_in_a_process_of_its_own(osls: OneOsls, stage: str) -> None:
    """The others run it in one process, which has run it before. Only an instant differs."""
    ours = osls("print", "--stage", stage)
    alone = subprocess.run([OSLS, "print", "--stage", stage], cwd=ROOT, capture_output=True,
                           text=True, check=False)

    assert ours.returncode == alone.returncode
    for told, expected in ((ours.stdout, alone.stdout), (ours.stderr, alone.stderr)):
        assert INSTANT.sub("", told) == INSTANT.sub("", expected)


def test_the_file_itself_is_accepted(osls: OneOsls, copy: Path) -> None:
    assert printed(osls, copy).startswith("0: service: session-api\n")


@pytest.mark.parametrize(("right", "slip", "answer"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_refused_in_one_sentence(osls: OneOsls, copy: Path, right: str, slip: str,
                                           answer: str) -> None:
    path = copy / "serverless.yml"
    assert path.read_text().count(right) == 1
    path.write_text(path.read_text().replace(right, slip))

    told = printed(osls, copy)

    assert told.startswith("1: ") and answer in told
    assert ".js:" not in told  # no stack trace around the sentence


@pytest.fixture(scope="module")
def judge() -> Callable[..., list[str]]:
    """Return what judges sets of parameters, all of them by one process."""
    file = load()

    def judge(*cases: dict[str, str]) -> list[str]:
        done = subprocess.run(["node", "-e", JUDGE], cwd=ROOT, capture_output=True, text=True,
                              input=json.dumps({"file": file, "cases": cases}), check=True)
        judged: list[str] = json.loads(done.stdout)
        return judged

    return judge


@pytest.fixture(scope="module")
def judged(judge: Callable[..., list[str]]) -> dict[str, str]:
    cases = {name: parameters for name, (parameters, _) in PARAMETERS.items()}
    return dict(zip(cases, judge(*cases.values()), strict=True))


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_that_cannot_be_right_is_refused_before_a_deployment(
        name: str, judged: dict[str, str]) -> None:
    """By an error that osls prints as a sentence, as the next test holds."""
    assert judged[name].startswith("ServerlessError: ")
    assert PARAMETERS[name][1] in judged[name]


@pytest.mark.parametrize("name", [
    "a domain alone", "links with a query", "everybody's authorizers"])
def test_osls_prints_a_refusal_without_a_trace(osls: OneOsls, name: str) -> None:
    parameters, answer = PARAMETERS[name]

    told = printed(osls, ROOT, **parameters)

    assert told.startswith("1: ") and answer in told
    assert ".js:" not in told


@pytest.mark.parametrize(("written", "answer"), WRITTEN.values(), ids=WRITTEN)
def test_a_parameter_of_another_type_is_refused_by_its_name(
        osls: OneOsls, copy: Path, written: str, answer: str) -> None:
    told = printed(osls, copy_with(copy, written))

    assert told.startswith("1: ") and answer in told
    assert ".js:" not in told


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_true_or_false(name: str, judge: Callable[..., list[str]]) -> None:
    values = ("yes", "True", "1", "TRUE")

    for value, told in zip(values, judge(*({name: value} for value in values)), strict=True):
        assert told == f"ServerlessError: {name} is true or false; {value} is neither"


def test_a_switch_that_is_no_word_is_refused_in_the_file_too(osls: OneOsls, copy: Path) -> None:
    told = printed(osls, copy_with(copy, "accessLog: 1"))

    assert "accessLog is true or false; 1 is neither" in told


def test_a_default_that_was_taken_out_is_missed_by_its_name(osls: OneOsls, copy: Path) -> None:
    path = copy / "serverless.yml"
    path.write_text(path.read_text().replace("    mailIdentity: ''", "    mailIdentity:"))

    told = printed(osls, copy)

    assert told.startswith("1: ") and "mailIdentity is one value, not null; " in told
    assert ".js:" not in told


@pytest.mark.parametrize("parameters", [
    {"disableExecuteApi": "false"},
    DOMAIN | {"hostedZoneId": "Z0123", "disableExecuteApi": "true",
              "otherIssuers": "https://a1b2.execute-api.us-west-2.amazonaws.com/dev"},
    MAIL | {"mailSender": "Zo\u00eb, Inc. <no-reply@example.org>"},
    MAIL | {"authorizerForApis": f"012345678901, {API_ARN}, {API_ARN},"},
    MAIL | {"mailResource": "*", "target": "host"},
    MAIL | {"mailIdentity": "no-reply@example.org", "mailConfigurationSet": "accounts"},
    MAIL | {"mailSender": "no-reply@mail.example.org",
            "mailSandboxRecipients": "ada@example.com, example.net",
            "requireVerifiedEmail": "true", "allowedOrigins": "https://a.example.org, https://b.org"
            },
    {"displayName": "Zo\u00eb & Inc.", "logoUrl": "https://cdn.example.org/logo.svg"},
    MAIL | {"mailLinkUrl": ""},
    {"passkeyRpId": "example.org",
     "passkeyOrigins": "https://example.org, " + ",".join(GOOD_PASSKEY_ORIGINS)}])
def test_parameters_that_can_be_right_are_accepted(osls: OneOsls, parameters: dict[str, str]
                                                   ) -> None:
    assert printed(osls, ROOT, **parameters).startswith("0: service: session-api\n")


def test_a_certificate_is_of_the_region_that_was_typed(osls: OneOsls) -> None:
    def told(region: str) -> str:
        done = osls("print", "--stage", "dev", "--region", "eu-west-1", *(
            f"--param={name}={value}" for name, value in (DOMAIN | {
                "certificateArn": CERTIFICATE.replace("us-west-2", region)}).items()))
        return f"{done.returncode}: {done.stdout}{done.stderr}"

    assert "certificateArn is of us-west-2, and must be of eu-west-1" in told("us-west-2")
    assert told("eu-west-1").startswith("0: ")


def answered(asked: dict[str, tuple[str, ...]]) -> list[list[object]]:
    done = subprocess.run(["node", "-e", ASK, json.dumps(asked)], cwd=ROOT, capture_output=True,
                          text=True, check=True)
    answers: list[list[object]] = json.loads(done.stdout)
    return answers


def test_osls_and_the_functions_are_of_one_mind_on_addresses() -> None:
    good = {"isOrigin": GOOD_ORIGINS, "isLinkBase": GOOD_LINKS, "isIssuer": GOOD_ISSUERS,
            "isLogo": GOOD_LOGOS, "isName": GOOD_NAMES}
    bad = {"isOrigin": BAD_ORIGINS, "isLinkBase": BAD_LINKS, "isIssuer": BAD_ISSUERS,
           "isLogo": BAD_LOGOS, "isName": BAD_NAMES}
    asked = {name: good[name] + bad[name] for name in good}

    for name, answers in zip(asked, answered(asked), strict=True):
        assert dict(zip(asked[name], answers, strict=True)) == {
            text: text in good[name] for text in asked[name]}


@pytest.mark.parametrize("is_local", [False, True], ids=["aws", "local"])
def test_osls_and_the_functions_are_of_one_mind_on_passkeys(is_local: bool) -> None:
    names = [*GOOD_RP_IDS, *BAD_RP_IDS]
    origins = [*GOOD_PASSKEY_ORIGINS, *BAD_PASSKEY_ORIGINS, *LOCAL_PASSKEY_ORIGINS]
    asked = ([["isRpId", name, is_local] for name in names]
             + [["isPasskeyOrigin", origin, rp_id, is_local] for origin in origins
                for rp_id in ("example.org", "localhost")])

    done = subprocess.run(["node", "-e", ASK_EACH, json.dumps(asked)], cwd=ROOT,
                          capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [
        *(relying_party.is_rp_id(name, is_local) for name in names),
        *(relying_party.is_passkey_origin(origin, rp_id, is_local) for origin in origins
          for rp_id in ("example.org", "localhost"))]


def test_osls_and_the_functions_are_of_one_mind_on_senders() -> None:
    [good] = answered({"addressOf": tuple(GOOD_SENDERS)})
    [bad] = answered({"addressOf": BAD_SENDERS})

    assert good == [address for address, _ in GOOD_SENDERS.values()]
    assert bad == [None for _ in BAD_SENDERS]
