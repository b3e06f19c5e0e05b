"""A setting that is missing or makes no sense stops the function at start, by name."""

from dataclasses import fields

import pytest

from shared.errors import Misconfigured
from shared.settings import Settings, Within, from_environment, on_lambda
from tests.support.bounds import BOUNDS, LEAST_LOCAL, REQUIRED
from tests.support.web_addresses import (BAD_ISSUERS, BAD_LINKS, BAD_LOGOS, BAD_NAMES,
                                         BAD_ORIGINS, GOOD_LINKS, GOOD_LOGOS, GOOD_NAMES)

LEAST = {name: name.lower() for name in REQUIRED} | {
    "STAGE": "dev", "AUTHORIZER_CACHE_SECONDS": "0"}


def test_the_rest_has_defaults() -> None:
    settings = from_environment(LEAST)

    assert settings == Settings(
        "dev", "service_name", "token_issuer", "users_table", "identities_table",
        "sessions_table", "attempts_table", "factors_table", "clients_table", "signing_secret_id",
        "pepper_secret_id", "mail_function", 0)
    assert (settings.access_token_seconds, settings.session_idle_seconds,
            settings.session_absolute_seconds) == (3600, 14 * 86_400, 30 * 86_400)
    assert (settings.early_refresh_seconds, settings.grace_seconds) == (60, 30)
    assert (settings.bcrypt_cost, settings.password_min_length) == (12, 15)
    assert settings.max_sessions == 10
    assert (settings.mails_per_mailbox, settings.mails_per_source,
            settings.mails_per_hour) == (6, 60, 1000)
    assert (settings.source_failures, settings.source_sign_ups) == (100, 200)


def test_every_number_has_bounds() -> None:
    numbers = {field.name.upper() for field in fields(Settings)
               if isinstance(getattr(field.type, "__metadata__", [None])[0], Within)}

    assert numbers == BOUNDS.keys()


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("text", [None, "", "  "])
def test_what_has_no_default_must_be_set(name: str, text: str | None) -> None:
    environment = {key: value for key, value in LEAST.items() if key != name}
    if text is not None:
        environment[name] = text

    with pytest.raises(Misconfigured, match=name):
        from_environment(environment)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_is_taken_within_its_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    # The lifetimes are also held in order among themselves.
    wide = LEAST | {"EARLY_REFRESH_SECONDS": "0", "ACCESS_TOKEN_SECONDS": "60",
                    "SESSION_IDLE_SECONDS": "300", "SESSION_ABSOLUTE_SECONDS": "31536000"}
    if name == "ACCESS_TOKEN_SECONDS":
        wide["SESSION_IDLE_SECONDS"] = "86400"
    if name == "EARLY_REFRESH_SECONDS":
        wide |= {"ACCESS_TOKEN_SECONDS": "7200", "SESSION_IDLE_SECONDS": "7200"}

    for number in (least, most):
        settings = from_environment(wide | {name: f" {number} "})
        assert getattr(settings, name.lower()) == number


def reason(name: str, number: int) -> str:
    least, most = BOUNDS[name]
    return (f"{name} is not a whole number" if number < 0
            else f"{name} is {number}, outside {least} to {most}")


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_beyond_its_bounds_is_refused(name: str) -> None:
    least, most = BOUNDS[name]

    for number in (least - 1, most + 1):
        with pytest.raises(Misconfigured, match=reason(name, number)):
            from_environment(LEAST | {name: str(number)})


@pytest.mark.parametrize("text", ["", "ten", "12.0", "1e3", "-12", "+12", "0x0c", "1_2",
                                  "\u0661\u0662"])
def test_what_is_not_a_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="BCRYPT_COST"):
        from_environment(LEAST | {"BCRYPT_COST": text})


@pytest.mark.parametrize("name", BOUNDS)
def test_a_laptop_takes_less_of_some_numbers(name: str) -> None:
    """Of what is not listed it takes no less than other stages do."""
    local = LEAST | {"STAGE": "local", "EARLY_REFRESH_SECONDS": "0",
                     "ACCESS_TOKEN_SECONDS": "2", "SESSION_IDLE_SECONDS": "10"}
    least = LEAST_LOCAL.get(name, BOUNDS[name][0])

    assert getattr(from_environment(local | {name: str(least)}), name.lower()) == least
    with pytest.raises(Misconfigured, match=f"{name} is (not|{least - 1}, outside {least} to)"):
        from_environment(local | {name: str(least - 1)})


@pytest.mark.parametrize("name", LEAST_LOCAL)
def test_no_other_stage_takes_what_only_a_laptop_may(name: str) -> None:
    with pytest.raises(Misconfigured, match=reason(name, LEAST_LOCAL[name])):
        from_environment(LEAST | {name: str(LEAST_LOCAL[name]), "STAGE": "prod"})


@pytest.mark.parametrize(("lifetimes", "at_fault"), [
    ({"ACCESS_TOKEN_SECONDS": "60", "EARLY_REFRESH_SECONDS": "60"}, "EARLY_REFRESH_SECONDS"),
    ({"ACCESS_TOKEN_SECONDS": "301", "SESSION_IDLE_SECONDS": "300"}, "ACCESS_TOKEN_SECONDS"),
    ({"SESSION_IDLE_SECONDS": "3601", "SESSION_ABSOLUTE_SECONDS": "3600"},
     "SESSION_IDLE_SECONDS")])
def test_lifetimes_nest(lifetimes: dict[str, str], at_fault: str) -> None:
    with pytest.raises(Misconfigured, match=at_fault):
        from_environment(LEAST | lifetimes)


@pytest.mark.parametrize(("text", "origins"), [
    ("", ()), ("*", ("*",)), (" * ", ("*",)), ("https://a.example.org", ("https://a.example.org",)),
    (" https://a.example.org , https://b.example.org,",
     ("https://a.example.org", "https://b.example.org"))])
def test_origins_are_a_list(text: str, origins: tuple[str, ...]) -> None:
    assert from_environment(LEAST | {"ALLOWED_ORIGINS": text}).allowed_origins == origins


@pytest.mark.parametrize(("text", "issuers"), [
    ("", ("token_issuer",)), ("https://x.org/prod", ("token_issuer", "https://x.org/prod")),
    ("https://x.org, https://y.org", ("token_issuer", "https://x.org", "https://y.org"))])
def test_other_issuers_are_accepted_beside_our_own(text: str, issuers: tuple[str, ...]) -> None:
    assert from_environment(LEAST | {"OTHER_ISSUERS": text}).issuers == issuers


@pytest.mark.parametrize("text", [text for text in BAD_ISSUERS if text and text.strip() == text])
def test_what_no_token_names_as_its_issuer_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="OTHER_ISSUERS are") as refused:
        from_environment(LEAST | {"OTHER_ISSUERS": f"https://good.example.org, {text}"})

    assert text in str(refused.value)


@pytest.mark.parametrize("text", [text for text in BAD_ORIGINS if text.strip() == text
                                  and text not in ("", "*")])
def test_an_origin_that_no_browser_sends_is_refused(text: str) -> None:
    """It would let nobody in, and nobody would know why."""
    with pytest.raises(Misconfigured, match="ALLOWED_ORIGINS is") as refused:
        from_environment(LEAST | {"ALLOWED_ORIGINS": f"https://good.example.org, {text}"})

    assert text in str(refused.value)


def test_every_origin_and_one_of_them_is_no_list() -> None:
    with pytest.raises(Misconfigured, match=r"ALLOWED_ORIGINS is \* alone"):
        from_environment(LEAST | {"ALLOWED_ORIGINS": "*,https://a.example.org"})


def test_links_lead_to_the_pages_of_the_stage_unless_they_lead_elsewhere() -> None:
    here = from_environment(LEAST | {"TOKEN_ISSUER": "https://x.org/dev"})
    elsewhere = from_environment(LEAST | {"MAIL_LINK_URL": "https://pages.example.org/"})

    assert here.link_base == "https://x.org/dev/account"
    assert elsewhere.link_base == "https://pages.example.org"


@pytest.mark.parametrize("text", GOOD_LOGOS)
def test_a_logo_is_a_file_at_an_https_address(text: str) -> None:
    assert from_environment(LEAST | {"LOGO_URL": text}).logo_url == text


@pytest.mark.parametrize("text", [text for text in BAD_LOGOS if text.strip() == text and text])
def test_a_logo_is_nothing_else(text: str) -> None:
    with pytest.raises(Misconfigured, match="LOGO_URL is the https address of a file"):
        from_environment(LEAST | {"LOGO_URL": text})


@pytest.mark.parametrize("text", GOOD_NAMES)
def test_a_service_is_called_what_people_can_read(text: str) -> None:
    assert from_environment(LEAST | {"SERVICE_NAME": text}).service_name == text


@pytest.mark.parametrize("text", [text for text in BAD_NAMES if text.strip()])
def test_a_name_that_cannot_be_shown_everywhere_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="SERVICE_NAME has at most 64 characters"):
        from_environment(LEAST | {"SERVICE_NAME": text})


@pytest.mark.parametrize("text", GOOD_LINKS)
@pytest.mark.parametrize("stage", ["local", "prod"])
def test_links_lead_to_a_web_address(stage: str, text: str) -> None:
    environment = LEAST | {"STAGE": stage, "MAIL_SENDER": "no-reply@x.org", "MAIL_LINK_URL": text}

    assert from_environment(environment).mail_link_url == text.rstrip("/")


@pytest.mark.parametrize("text", [text for text in BAD_LINKS if text.strip() == text and text])
@pytest.mark.parametrize("stage", ["local", "prod"])
def test_links_lead_nowhere_else(stage: str, text: str) -> None:
    with pytest.raises(Misconfigured, match="MAIL_LINK_URL"):
        from_environment(LEAST | {"STAGE": stage, "MAIL_SENDER": "no-reply@x.org",
                                  "MAIL_LINK_URL": text})


def test_mail_settings_are_taken() -> None:
    settings = from_environment(LEAST | {
        "MAIL_SENDER": "no-reply@x.org", "MAIL_LINK_URL": "https://x.org/account/",
        "REQUIRE_VERIFIED_EMAIL": "true", "MAIL_CONFIGURATION_SET": "accounts"})

    assert settings.mail_configuration_set == "accounts"
    assert settings.mail_link_url == "https://x.org/account"
    assert settings.require_verified_email


@pytest.mark.parametrize(("text", "is_required"), [("true", True), ("false", False)])
def test_a_switch_is_on_or_off(text: str, is_required: bool) -> None:
    settings = from_environment(LEAST | {
        "MAIL_SENDER": "no-reply@x.org", "MAIL_LINK_URL": "https://x.org",
        "REQUIRE_VERIFIED_EMAIL": text})

    assert settings.require_verified_email is is_required


def test_a_verified_address_cannot_be_required_without_mail() -> None:
    with pytest.raises(Misconfigured, match="MAIL_SENDER"):
        from_environment(LEAST | {"REQUIRE_VERIFIED_EMAIL": "true"})


@pytest.mark.parametrize("text", ["yes", "1", "True", ""])
def test_a_flag_is_true_or_false(text: str) -> None:
    with pytest.raises(Misconfigured, match="REQUIRE_VERIFIED_EMAIL"):
        from_environment(LEAST | {"REQUIRE_VERIFIED_EMAIL": text})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        setattr(from_environment(LEAST), "stage", "prod")


def test_lambda_is_known_by_its_environment() -> None:
    assert on_lambda({"AWS_LAMBDA_FUNCTION_NAME": "session-api-dev-ping"})
    assert not on_lambda({})


def test_breached_passwords_are_looked_up_where_a_stage_says_so_and_nowhere_else() -> None:
    assert from_environment(LEAST).breached_passwords == "none"
    assert from_environment(LEAST | {"BREACHED_PASSWORDS": "hibp"}).breached_passwords == "hibp"
    with pytest.raises(Misconfigured, match="BREACHED_PASSWORDS is neither none nor hibp"):
        from_environment(LEAST | {"BREACHED_PASSWORDS": "yes"})


def test_a_log_level_is_info_or_warn() -> None:
    """INFO unless the stage says otherwise; there is no silencing refusals."""
    assert from_environment(LEAST).log_level == "INFO"
    assert from_environment(LEAST | {"LOG_LEVEL": "WARN"}).log_level == "WARN"
    with pytest.raises(Misconfigured, match="LOG_LEVEL is neither INFO nor WARN"):
        from_environment(LEAST | {"LOG_LEVEL": "ERROR"})
