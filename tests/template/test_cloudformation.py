"""What the packaged CloudFormation must hold, whoever edits serverless.yml next."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from scripts import package as packaging
from scripts.checkout import ROOT
from scripts.serverless_yml import SERVICE
from shared import errors
from shared.errors import InvalidProof, Unauthorized
from shared.gateway.api_gateway import CHALLENGES
from shared.tokens.jws import MAX_TOKEN_CHARACTERS
from tests.support.one_osls import OneOsls
from tests.support.tables import KEYS, SWEPT, schema
from tests.template.conftest import Package, Template, of_type, path_in, read

# Written down a second time, so that a route that loses its authorizer is seen.
OPEN_ROUTES = {("/ping", "GET"), ("/ping", "HEAD"),
               ("/.well-known/openid-configuration", "GET"),
               ("/.well-known/openid-configuration", "HEAD"),
               ("/.well-known/jwks.json", "GET"), ("/.well-known/jwks.json", "HEAD"),
               ("/account", "GET"), ("/account", "HEAD"),
               ("/account/{file}", "GET"), ("/account/{file}", "HEAD")}
# The emulator authorizes mail on no identity: stage local alone may say "*" there.
UNSCOPED_ON_LOCAL = {"ses:SendEmail"}
HEADERS = {"Content-Type", "Cache-Control", "Strict-Transport-Security", "X-Content-Type-Options",
           "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}
MAX_ALARMS = 10
# TLS 1.2 or newer with forward secrecy, from a client that names the host it wants.
TLS = ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "STRICT")
# Metrics that alarms watch, and that filters count in the logs of the functions.
OF_OUR_EVENTS = {"TokenReuses", "LockOuts", "SignInFailures", "PasswordResetRequests",
                 "WithoutMail", "PasskeyCountersBack"}
PACKAGED_AT = r"\d{13}(-[0-9T:.-]+Z)?"
IN_CHINA = "arn:aws-cn:execute-api:cn-north-1:210987654321:a1b2c3d4e5"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-west-2", "AWS::AccountId": "123456789012"}


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the statements of each role on what its function may do."""
    for role, properties in of_type(template, "IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if not is_of_network(statement):
                    yield role, statement


def is_of_network(statement: dict[str, Any]) -> bool:
    """Whether the statement is about what Lambda does for a function in a VPC."""
    return all(action.startswith("ec2:") for action in listed(statement["Action"]))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def unnamed(path: Path, stage: str) -> str:
    """Return a template without the name of its stage, and without when it was packaged."""
    return re.sub(rf"\b{stage}\b|{PACKAGED_AT}", "", path.read_text(encoding="utf-8"))


def test_cfn_lint_finds_nothing(folders: dict[str, Path]) -> None:
    """Templates that differ by the name of their stage alone are looked at once."""
    paths = {stage: path_in(folder) for stage, folder in folders.items()}
    distinct = {unnamed(path, stage): path for stage, path in paths.items()}
    # W3005: osls states dependencies that CloudFormation would find by itself.
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--ignore-checks", "W3005", "--template",
         *distinct.values()],
        capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("misspelt", ["prd", "Prod", "production"])
def test_a_stage_that_is_not_ours_is_refused(package: Package, tmp_path: Path,
                                             misspelt: str) -> None:
    done = package(misspelt, tmp_path)

    assert done.returncode != 0
    assert "the stage is local, dev, test or prod" in done.stdout + done.stderr


def test_a_key_that_osls_does_not_know_is_refused(package: Package, tmp_path: Path) -> None:
    done = package("dev", tmp_path, "logRetentionDays=31")

    assert done.returncode != 0
    assert "logRetentionInDays" in done.stdout + done.stderr


def test_every_module_is_a_function_on_arm64_with_a_role_and_logs_of_its_own(
        template: Template, stage: str) -> None:
    functions = of_type(template, "Lambda::Function")
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions.values()]
    groups = of_type(template, "Logs::LogGroup")
    others = [groups.pop("AccessLogGroup"), groups.pop("OperatorLogGroup")]

    assert {function["FunctionName"] for function in functions.values()} == {
        f"{SERVICE}-{stage}-{name}" for name in packaging.functions()}
    assert sorted(roles) == sorted(of_type(template, "IAM::Role"))
    for function in functions.values():
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "python3.13"
        assert function["Timeout"] <= 29
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert {group["LogGroupName"] for group in groups.values()} == {
        f"/aws/lambda/{function['FunctionName']}" for function in functions.values()}
    assert len({group["RetentionInDays"] for group in [*groups.values(), *others]}) == 1
    assert others[0]["RetentionInDays"] >= 30


def test_what_runs_bcrypt_has_a_whole_processor(prod: Template) -> None:
    memory = {function["FunctionName"].rpartition("-")[2]: function["MemorySize"]
              for function in of_type(prod, "Lambda::Function").values()}

    assert {name for name, size in memory.items() if size == 1769} == {
        "createUser", "createSession", "reauthenticate", "changePassword", "resetPassword",
        "deleteUser", "verifyEmail"}


def test_no_secret_is_in_an_environment(template: Template) -> None:
    for function in of_type(template, "Lambda::Function").values():
        for name, value in function["Environment"]["Variables"].items():
            assert not isinstance(value, str) or "resolve" not in value, name
        assert function["Environment"]["Variables"]["SIGNING_SECRET_ID"] == {
            "Fn::GetAtt": ["SigningSecret", "Id"]}


def test_permissions_name_their_actions_and_resources(template: Template, stage: str) -> None:
    for role, statement in statements(template):
        actions = set(listed(statement["Action"]))
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement and "NotResource" not in statement
        assert not any("*" in action for action in actions), role
        if not (stage == "local" and actions == UNSCOPED_ON_LOCAL):
            assert "*" not in listed(statement["Resource"]), role


def test_the_roles_of_functions_allow_these_operations_and_no_other(template: Template,
                                                                    stage: str) -> None:
    """None reads or writes a whole table, whatever word of custom.permissions is granted."""
    allowed = {action for _, statement in statements(template)
               for action in listed(statement["Action"])}

    assert allowed == {
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
        "dynamodb:Query", "dynamodb:BatchWriteItem", "secretsmanager:GetSecretValue",
        "lambda:InvokeFunction", "logs:CreateLogStream", "logs:PutLogEvents"} | (
            {"ses:SendEmail"} if stage == "local" else set())


def _mail_permission(package: Package, folder: Path, *parameters: str) -> list[Template]:
    done = package("dev", folder, *parameters)
    assert done.returncode == 0, done.stdout + done.stderr
    return [statement for role, statement in statements(read(folder))
            if statement["Action"] == "ses:SendEmail" and role == "SendMailRole"]


def test_a_stage_that_mails_does_so_as_its_sender_and_by_its_configuration_set(
        package: Package, tmp_path: Path) -> None:
    """SES asks for all of these. Where the address is verified beside its domain, it is the
    identity. In the sandbox, the recipient's is asked for too."""
    [statement] = _mail_permission(
        package, tmp_path, "mailSender=Example <no-reply@example.org>", "mailIdentity=example.org",
        "mailLinkUrl=https://app.example.org", "mailConfigurationSet=accounts",
        "mailSandboxRecipients=ada@example.com, example.net")
    environment = of_type(read(tmp_path), "Lambda::Function")["SendMailLambdaFunction"][
        "Environment"]["Variables"]

    assert [resource["Fn::Sub"] for resource in statement["Resource"]] == [
        "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:" + name for name in (
            "identity/example.org", "identity/no-reply@example.org", "identity/ada@example.com",
            "identity/example.net", "configuration-set/accounts")]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "no-reply@example.org"}}
    assert environment["MAIL_CONFIGURATION_SET"] == "accounts"


def test_a_stage_without_a_sender_may_not_mail(package: Package, tmp_path: Path) -> None:
    assert _mail_permission(package, tmp_path) == []


def test_a_role_writes_to_its_own_log_group_only(prod: Template) -> None:
    for role, statement in statements(prod):
        if listed(statement["Action"])[0].startswith("logs:"):
            assert statement["Resource"] == {
                "Fn::GetAtt": [role.removesuffix("Role") + "LogGroup", "Arn"]}


def test_lambda_may_make_and_delete_network_interfaces_and_the_functions_may_not(
        template: Template, stage: str) -> None:
    """On a stage that has left the VPC too: Lambda deletes the interfaces afterwards, with the
    role, and an older version is still inside."""
    functions = f":function:{SERVICE}-{stage}-*"
    for properties in of_type(template, "IAM::Role").values():
        assert "ManagedPolicyArns" not in properties
        allowed, denied = filter(is_of_network,
                                 properties["Policies"][0]["PolicyDocument"]["Statement"])
        assert (allowed["Effect"], denied["Effect"]) == ("Allow", "Deny")
        assert "ec2:DeleteNetworkInterface" in allowed["Action"] == denied["Action"]
        assert "Condition" not in allowed and allowed["Resource"] == denied["Resource"] == "*"
        condition = denied["Condition"]["ArnLike"]["lambda:SourceFunctionArn"]
        assert condition["Fn::Sub"].endswith(functions)


def test_only_lambda_may_take_a_role(prod: Template) -> None:
    for role in of_type(prod, "IAM::Role").values():
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_tables_are_billed_by_request_encrypted_and_restorable(template: Template) -> None:
    tables = of_type(template, "DynamoDB::Table")

    assert set(tables) == {resource_of(name) for name in KEYS}
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert "GlobalSecondaryIndexes" not in table and "LocalSecondaryIndexes" not in table
    swept = {name for name, table in tables.items() if table.get("TimeToLiveSpecification") == {
        "AttributeName": "expires_at", "Enabled": True}}
    assert swept == {resource_of(name) for name in SWEPT}


def resource_of(table: str) -> str:
    return f"{table.title()}Table"


@pytest.mark.parametrize("table", KEYS)
def test_a_table_has_the_key_that_the_tests_give_it(prod: Template, table: str) -> None:
    packaged = of_type(prod, "DynamoDB::Table")[resource_of(table)]

    assert {part: packaged[part] for part in ("KeySchema", "AttributeDefinitions")} == schema(
        KEYS[table])


def test_prod_keeps_its_data_and_logs(template: Template, stage: str) -> None:
    """A table that is protected cannot be deleted after a failed first deployment; secrets and
    logs are deleted then."""
    # Type: deletion policy in prod.
    kept = {"AWS::DynamoDB::Table": "Retain",
            "AWS::SecretsManager::Secret": "RetainExceptOnCreate",
            "AWS::Logs::LogGroup": "RetainExceptOnCreate"}
    found = {kind: [resource for resource in template["Resources"].values()
                    if resource["Type"] == kind] for kind in kept}

    assert {kind: len(resources) for kind, resources in found.items()} == {
        "AWS::DynamoDB::Table": len(KEYS), "AWS::SecretsManager::Secret": 2,
        "AWS::Logs::LogGroup": len(packaging.functions()) + 2}  # Of access and of operators.
    for kind, resources in found.items():
        for resource in resources:
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (
                (kept[kind], "Retain") if stage == "prod" else ("Delete", "Delete"))
    for table in found["AWS::DynamoDB::Table"]:
        assert table["Properties"]["DeletionProtectionEnabled"] is (stage == "prod")


def test_an_update_of_prod_makes_no_secret_anew_and_no_table(folders: dict[str, Path], stage: str
                                                             ) -> None:
    """`osls` sets what it keeps in the state as the stack's policy after each update."""
    state = json.loads((folders[stage] / "serverless-state.json").read_text(encoding="utf-8"))
    everything, *denied = state["service"]["provider"]["stackPolicy"]

    assert everything == {"Effect": "Allow", "Principal": "*", "Action": "Update:*",
                          "Resource": "*"}
    assert denied == ([] if stage != "prod" else [
        {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": [
            "LogicalResourceId/SigningSecret", "LogicalResourceId/PepperSecret"]},
        {"Effect": "Deny", "Principal": "*", "Action": ["Update:Replace", "Update:Delete"],
         "Resource": [f"LogicalResourceId/{resource_of(table)}" for table in KEYS]}])


def test_cloudformation_makes_the_secrets(template: Template) -> None:
    """On a change of these two properties it makes the values anew, in place: no password would
    verify any more. They are never changed."""
    secrets = of_type(template, "SecretsManager::Secret")

    assert set(secrets) == {"SigningSecret", "PepperSecret"}
    for secret in secrets.values():
        assert secret["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}


def _methods(template: Template) -> dict[tuple[str, str], Template]:
    resources = of_type(template, "ApiGateway::Resource")

    def path(reference: Any) -> str:
        if "Ref" not in reference:
            return ""
        resource = resources[reference["Ref"]]
        return f"{path(resource['ParentId'])}/{resource['PathPart']}"

    return {(path(method["ResourceId"]), method["HttpMethod"]): method
            for method in of_type(template, "ApiGateway::Method").values()}


def test_every_method_but_the_open_ones_has_an_authorizer(template: Template) -> None:
    methods = _methods(template)

    unguarded = {key for key, method in methods.items() if method["AuthorizationType"] == "NONE"}
    assert unguarded == OPEN_ROUTES | {key for key in methods if key[1] == "ANY"}
    assert {path for path, _ in methods} == {path for path, verb in methods if verb == "ANY"}


def test_a_path_that_is_not_there_reaches_preflight(template: Template) -> None:
    """By itself, API Gateway answers it with 403 if it has an Authorization header, and lets a
    greedy path answer a method that a path of ours does not have: each of these has ANY."""
    methods = _methods(template)

    assert {"", "/{proxy+}"} < {path for path, _ in methods}
    for path in ("", "/{proxy+}"):
        assert {verb for known, verb in methods if known == path} == {"ANY"}
        assert "PreflightLambdaFunction" in json.dumps(methods[path, "ANY"]["Integration"])


def test_authorizers_read_our_headers_and_the_access_token_is_asked_for_each_time(
        template: Template) -> None:
    authorizers = {properties["Name"]: properties
                   for properties in of_type(template, "ApiGateway::Authorizer").values()}

    assert {properties["Type"] for properties in authorizers.values()} == {"REQUEST"}
    assert authorizers["authorizer"]["AuthorizerResultTtlInSeconds"] == 0
    assert authorizers["authorizer"]["IdentitySource"] == (
        "method.request.header.Authorization, method.request.header.x-koms-clientid")
    assert authorizers["clientIdAuthorizer"]["AuthorizerResultTtlInSeconds"] == 300
    assert authorizers["clientIdAuthorizer"]["IdentitySource"] == (
        "method.request.header.x-koms-clientid")


def _askers(template: Template) -> dict[str, Template]:
    """Return the permissions to ask `authorizer` that other stacks have."""
    return {name: permission for name, permission in of_type(
        template, "Lambda::Permission").items() if "authorizers" in json.dumps(permission)}


def test_no_other_stack_asks_the_authorizer_unless_it_is_named(template: Template) -> None:
    assert _askers(template) == {}


@pytest.fixture(scope="module")
def asked(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A stage whose authorizer an account and an API may ask; the account is named twice."""
    folder = tmp_path_factory.mktemp("asked")
    done = package("dev", folder, f"authorizerForApis=012345678901, {IN_CHINA},012345678901")
    assert done.returncode == 0, done.stdout + done.stderr
    return read(folder)


def test_apis_of_other_stacks_ask_the_authorizer_if_they_are_named(asked: Template) -> None:
    anybody = {"FunctionName": {"Ref": "AuthorizerLiveAlias"}, "Action": "lambda:InvokeFunction",
               "Principal": "apigateway.amazonaws.com"}
    account = "arn:${AWS::Partition}:execute-api:${AWS::Region}:012345678901:*/authorizers/*"

    assert _askers(asked) == {
        "AuthorizerForAccount012345678901": anybody | {"SourceArn": {"Fn::Sub": account}},
        "AuthorizerForApicnnorth1210987654321a1b2c3d4e5": anybody | {
            "SourceArn": f"{IN_CHINA}/authorizers/*"}}


def _written_out(value: Any) -> str:
    """Return the text that CloudFormation makes of an intrinsic function."""
    if isinstance(value, str):
        return value
    [(function, argument)] = value.items()
    if function == "Fn::Join":
        separator, parts = argument
        return str(separator.join(map(_written_out, parts)))
    name = "${%s}" % argument if function == "Ref" else argument
    return re.sub(r"\$\{([^}]+)\}", lambda found: PSEUDO.get(found[1], "a1b2c3d4e5"), name)


def test_lambda_accepts_the_arn_of_everybody_who_may_invoke(template: Template, asked: Template
                                                            ) -> None:
    """Lambda takes no pattern in the place of a region. CloudFormation says so only when it has
    begun."""
    arn = botocore.session.get_session().get_service_model("lambda").operation_model(
        "AddPermission").input_shape.members["SourceArn"].metadata["pattern"]
    sources = {name: _written_out(permission["SourceArn"]) for packaged in (template, asked)
               for name, permission in of_type(packaged, "Lambda::Permission").items()}

    assert len(sources) > 20
    assert {name: source for name, source in sources.items()
            if not re.fullmatch(arn, source)} == {}


def test_other_stacks_import_only_what_never_changes(template: Template, stage: str) -> None:
    """CloudFormation refuses to change what another stack imports. osls exports more by itself, all
    of it under names that start with `sls-`."""
    exported = {output["Export"]["Name"]: output["Value"]
                for output in template["Outputs"].values() if "Export" in output
                and not output["Export"]["Name"].startswith("sls-")}

    assert exported == {f"{SERVICE}-{stage}-AuthorizerArn": {"Ref": "AuthorizerLiveAlias"}}
    assert template["Resources"]["AuthorizerLiveAlias"]["Type"] == "AWS::Lambda::Alias"


def test_the_gateways_own_answers_have_our_headers_and_are_in_the_deployment(
        template: Template) -> None:
    responses = of_type(template, "ApiGateway::GatewayResponse")
    [deployment] = [resource for resource in template["Resources"].values()
                    if resource["Type"] == "AWS::ApiGateway::Deployment"]

    assert len({response["ResponseType"] for response in responses.values()}) == 20
    assert set(responses) <= set(deployment["DependsOn"])
    for response in responses.values():
        own = {"429": {"Retry-After"}, "503": {"Retry-After"}, "401": {"WWW-Authenticate"}}
        assert set(response["ResponseParameters"]) == {
            f"gatewayresponse.header.{name}"
            for name in HEADERS | own.get(response["StatusCode"], set())}


def test_the_gateway_asks_for_a_proof_where_it_says_that_one_was_at_fault(template: Template
                                                                          ) -> None:
    """In the words of the functions, in the quotes of API Gateway, and on one line."""
    refusals = {response["ResponseType"]: response
                for response in of_type(template, "ApiGateway::GatewayResponse").values()
                if response["StatusCode"] == "401"}
    challenges = {kind: response["ResponseParameters"]["gatewayresponse.header.WWW-Authenticate"]
                  for kind, response in refusals.items()}
    denied = json.loads(refusals["ACCESS_DENIED"]["ResponseTemplates"]["application/json"])

    assert challenges.pop("ACCESS_DENIED") == f"'{CHALLENGES[InvalidProof]}'"
    assert set(challenges.values()) == {f"'{CHALLENGES[Unauthorized]}'"}
    assert denied == {"name": InvalidProof.name, "message": InvalidProof.message}


def test_the_gateways_own_answers_are_made_one_after_the_other(template: Template) -> None:
    responses = {name: resource for name, resource in template["Resources"].items()
                 if resource["Type"] == "AWS::ApiGateway::GatewayResponse"}
    waited_for = [resource["DependsOn"] for resource in responses.values()
                  if "DependsOn" in resource]

    assert len(waited_for) == len(set(waited_for)) == len(responses) - 1
    assert set(waited_for) < responses.keys()


def test_the_stage_is_throttled_and_tighter_where_bcrypt_or_mail_is_paid(
        template: Template) -> None:
    [api_stage] = of_type(template, "ApiGateway::Stage").values()
    [deployment] = of_type(template, "ApiGateway::Deployment").values()
    limits = {(setting["ResourcePath"].replace("~1", "/").removeprefix("/"),
               setting["HttpMethod"]): setting["ThrottlingRateLimit"]
              for setting in api_stage["MethodSettings"]}

    assert "StageName" not in deployment
    assert limits.pop(("/account/{file}", "GET")) > limits["*", "*"]
    assert limits.pop(("*", "*")) > max(limits.values())
    assert set(limits) == {
        ("/user", "POST"), ("/session", "POST"), ("/user", "DELETE"), ("/user/password", "PUT"),
        ("/session/authentication", "PUT"), ("/user/email", "PUT"),
        ("/user/password-reset", "POST"), ("/user/password-reset", "PUT"),
        ("/user/email-verification", "POST"), ("/user/email-verification", "PUT")}


def test_the_account_pages_are_compressed_and_answers_with_access_tokens_are_not(
        template: Template) -> None:
    """A token has at most 2,048 characters; the two others of an answer are far shorter."""
    [api] = of_type(template, "ApiGateway::RestApi").values()

    assert 2 * MAX_TOKEN_CHARACTERS <= api["MinimumCompressionSize"] <= 8192


def test_a_logo_is_told_to_the_function_that_shows_it_and_to_no_other(template: Template) -> None:
    """Lambda takes 4 KB of environment."""
    told = [name for name, function in of_type(template, "Lambda::Function").items()
            if "LOGO_URL" in function["Environment"]["Variables"]]

    assert told == ["GetPageLambdaFunction"]


def test_only_a_current_tls_reaches_the_api(template: Template) -> None:
    """By its own address; that of a domain is below."""
    [api] = of_type(template, "ApiGateway::RestApi").values()

    assert (api["SecurityPolicy"], api["EndpointAccessMode"]) == TLS
    assert api["DisableExecuteApiEndpoint"] is False


def test_a_domain_leads_to_the_stage_and_is_its_issuer(package: Package, tmp_path: Path) -> None:
    certificate = "arn:aws:acm:us-west-2:123456789012:certificate/made-up"
    done = package("dev", tmp_path, "domainName=sessions.example.org", "hostedZoneId=Z0123",
                   f"certificateArn={certificate}", "disableExecuteApi=true",
                   "otherIssuers=https://old.example.org")
    assert done.returncode == 0, done.stdout + done.stderr
    template = read(tmp_path)
    [domain] = of_type(template, "ApiGateway::DomainName").values()
    [mapping] = of_type(template, "ApiGateway::BasePathMapping").values()
    [alias] = of_type(template, "Route53::RecordSet").values()

    assert template["Parameters"]["DomainName"]["Default"] == "sessions.example.org"
    assert domain["DomainName"] == alias["Name"] == {"Ref": "DomainName"}
    assert (domain["SecurityPolicy"], domain["EndpointAccessMode"]) == TLS
    assert domain["RegionalCertificateArn"] == certificate
    assert mapping == {"DomainName": {"Ref": "ApiDomain"}, "Stage": {"Ref": "ApiStage"},
                       "RestApiId": {"Ref": "ApiGatewayRestApi"}}
    assert alias["AliasTarget"] == {
        "DNSName": {"Fn::GetAtt": ["ApiDomain", "RegionalDomainName"]},
        "HostedZoneId": {"Fn::GetAtt": ["ApiDomain", "RegionalHostedZoneId"]}}
    [api] = of_type(template, "ApiGateway::RestApi").values()
    assert api["DisableExecuteApiEndpoint"] is True
    for function in of_type(template, "Lambda::Function").values():
        issuer = function["Environment"]["Variables"]["TOKEN_ISSUER"]
        assert issuer == template["Outputs"]["BaseUrl"]["Value"]
        condition, at_domain, _ = issuer["Fn::If"]
        assert (condition, at_domain) == ("HasDomain", {"Fn::Sub": "https://${DomainName}"})
        assert function["Environment"]["Variables"]["OTHER_ISSUERS"] == "https://old.example.org"


def test_a_stage_has_no_domain_of_itself(template: Template) -> None:
    conditional = {resource.get("Condition") for resource in template["Resources"].values()
                   if resource["Type"] in ("AWS::ApiGateway::DomainName", "AWS::Route53::RecordSet",
                                           "AWS::ApiGateway::BasePathMapping")}

    assert conditional == {"HasDomain", "HasHostedZone"}
    assert template["Parameters"]["DomainName"]["Default"] == ""
    assert template["Parameters"]["HostedZoneId"]["Default"] == ""


def test_an_access_log_is_kept_only_if_asked_for_and_holds_nothing_that_a_stranger_wrote(
        template: Template) -> None:
    [api_stage] = of_type(template, "ApiGateway::Stage").values()
    condition, settings, otherwise = api_stage["AccessLogSetting"]["Fn::If"]
    line = json.loads(settings["Format"])

    assert template["Parameters"]["AccessLog"]["Default"] == "false"
    assert template["Resources"]["AccessLogGroup"]["Condition"] == condition == "HasAccessLog"
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert settings["DestinationArn"] == {"Fn::GetAtt": ["AccessLogGroup", "Arn"]}
    # API Gateway wants the id of the request in each line.
    assert line["requestId"] == "$context.requestId"
    assert not {value for value in line.values() if "path" in value.lower().replace(
        "resourcepath", "") or "header" in value or "userAgent" in value or "caller" in value}
    assert not of_type(template, "ApiGateway::Account"), "it belongs to the account, not to us"


@pytest.mark.usefixtures("package")  # which makes the zips
@pytest.mark.parametrize("written", [True, "true", False, "false"])
def test_a_switch_is_what_its_reader_expects_however_it_was_written(
        osls: OneOsls, tmp_path: Path, written: object) -> None:
    """CloudFormation takes texts only as defaults of its own parameters, and texts only are in the
    environment of a function."""
    definition = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    dev = "  dev:\n    stageIsKnown: true\n"
    chosen = {"mailSender": "a@example.org", "mailIdentity": "example.org",
              "mailLinkUrl": "https://app.example.org", "domainName": "s.example.org",
              "certificateArn": "arn:aws:acm:us-west-2:123456789012:certificate/made-up",
              "accessLog": written, "dashboard": written, "deletionProtection": written,
              "disableExecuteApi": written, "requireSecondFactor": written,
              "requireVerifiedEmail": written, "target": "host"}
    (tmp_path / "serverless.yml").write_text(definition.replace(dev, dev + "".join(
        f"    {name}: {json.dumps(value)}\n" for name, value in chosen.items())), encoding="utf-8")
    for name in ("scripts", "dist"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = osls("package", "--stage", "dev", "--package", tmp_path / "packaged", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    template = read(tmp_path / "packaged")

    is_on = written in (True, "true")
    for name in ("AccessLog", "Dashboard"):
        assert template["Parameters"][name]["Default"] == ("true" if is_on else "false")
    [api] = of_type(template, "ApiGateway::RestApi").values()
    assert api["DisableExecuteApiEndpoint"] is is_on
    tables = of_type(template, "DynamoDB::Table").values()
    assert [table["DeletionProtectionEnabled"] for table in tables] == [is_on] * len(KEYS)
    for function in of_type(template, "Lambda::Function").values():
        variables = function["Environment"]["Variables"]
        assert {variables["REQUIRE_VERIFIED_EMAIL"], variables["REQUIRE_SECOND_FACTOR"]} == {
            "true" if is_on else "false"}


def test_alarms_reach_the_topic_and_are_few(template: Template) -> None:
    alarms = of_type(template, "CloudWatch::Alarm")
    counted = {transformation["MetricName"]
               for filters in of_type(template, "Logs::MetricFilter").values()
               for transformation in filters["MetricTransformations"]}

    watched = [name for alarm in alarms.values() for name in metrics_of(alarm)]
    # An alarm is billed for each metric that it watches.
    assert len(watched) <= MAX_ALARMS and OF_OUR_EVENTS <= counted
    assert set(watched) == {"5XXError", "Latency", "Throttles", "AsyncEventsDropped"
                            } | OF_OUR_EVENTS
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_an_emulator_may_do_without_the_alarm_that_calculates_and_nothing_else(
        prod: Template) -> None:
    on_aws = {name for name, resource in prod["Resources"].items()
              if resource.get("Condition") == "OnAws"}

    assert on_aws == {"ServerErrorAlarm"}
    assert prod["Conditions"]["OnAws"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "Target"}, "host"]}]}


def metrics_of(alarm: Template) -> list[str]:
    """Return the names of the metrics that an alarm watches."""
    queries = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", [])
               if "MetricStat" in query]
    return [metric["MetricName"] for metric in queries or [alarm]]


def test_what_a_stage_without_mail_answers_on_purpose_is_no_server_error(prod: Template) -> None:
    failures, answers, without_mail = of_type(prod, "CloudWatch::Alarm")["ServerErrorAlarm"][
        "Metrics"]
    logs = {filter["LogGroupName"]["Ref"].removesuffix("LogGroup")
            for filter in of_type(prod, "Logs::MetricFilter").values()
            if filter["MetricTransformations"][0]["MetricName"] == "WithoutMail"
            and f'"{errors.MailNotConfigured.event}"' in filter["FilterPattern"]}

    assert failures["Expression"] == f"{answers['Id']} - FILL({without_mail['Id']}, 0)"
    assert {query["MetricStat"]["Period"] for query in (answers, without_mail)} == {300}
    assert {name[0].lower() + name[1:] for name in logs} == {
        name for name, module in packaging.functions().items()
        if errors.MailNotConfigured.name in Path(*module.split(".")).with_suffix(".py").read_text()
        and name != "sendMail"}


def test_a_lost_notice_is_counted_whatever_it_was_of(prod: Template) -> None:
    """A function tells somebody if it uses a Notice, or a module of shared/accounts that does."""
    logs = {filter["LogGroupName"]["Ref"].removesuffix("LogGroup")
            for filter in of_type(prod, "Logs::MetricFilter").values()
            if filter["FilterPattern"] == '{ $.notice = "lost" }'}
    tells = re.compile(r"notices\.tell|email_changes\.confirm")

    assert {name[0].lower() + name[1:] for name in logs} == {
        name for name, module in packaging.functions().items()
        if tells.search(Path(*module.split(".")).with_suffix(".py").read_text())}


def test_a_stage_with_few_requests_has_an_alarm_on_their_time_too(prod: Template) -> None:
    """With "ignore", p99 would want a thousand requests in five minutes."""
    latency = of_type(prod, "CloudWatch::Alarm")["LatencyAlarm"]

    assert latency["ExtendedStatistic"] == "p99"
    assert latency.get("EvaluateLowSampleCountPercentile", "evaluate") == "evaluate"


def test_an_alarm_address_is_mailed_only_if_there_is_one(package: Package, tmp_path: Path,
                                                         prod: Template) -> None:
    package("prod", tmp_path, "alarmEmail=ops@example.org")
    addressed = read(tmp_path)

    assert prod["Resources"]["AlarmSubscription"]["Condition"] == "HasAlarmEmail"
    assert [template["Parameters"]["AlarmEmail"]["Default"] for template in (prod, addressed)] == [
        "", "ops@example.org"]


def test_mail_is_asked_for_and_tried_again_by_the_alias(template: Template, stage: str) -> None:
    """What a delivery has not moved to a new version, or has taken back, sends the old way."""
    name = f"{SERVICE}-{stage}-sendMail"
    asked = {function["Environment"]["Variables"]["MAIL_FUNCTION"]
             for function in of_type(template, "Lambda::Function").values()}
    allowed = {json.dumps(statement["Resource"]) for _, statement in statements(template)
               if statement["Action"] == "lambda:InvokeFunction"}
    [tried] = of_type(template, "Lambda::EventInvokeConfig").values()
    [dropped] = [alarm for alarm in of_type(template, "CloudWatch::Alarm").values()
                 if "AsyncEventsDropped" in metrics_of(alarm)]

    assert asked == {f"{name}:live"}
    assert [resource.endswith(f':function:{name}:live"}}') for resource in allowed] == [True]
    assert (tried["FunctionName"], tried["Qualifier"]) == (
        {"Ref": "SendMailLambdaFunction"}, "live")
    assert (tried["MaximumRetryAttempts"], tried["MaximumEventAgeInSeconds"]) == (2, 3600)
    assert dropped["Dimensions"] == [{"Name": "FunctionName", "Value": name}]


def test_the_stack_has_room_for_more(prod: Template) -> None:
    """CloudFormation takes 500 resources; a function costs eight or nine."""
    assert len(prod["Resources"]) <= 450
