"""Smoke checks of the functions that know the caller."""

from scripts.smoke.api import FORGED, UNKNOWN_ID, Api
from scripts.smoke.person import Person, new_address, newcomer, person


def get_user(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        api.call("GET", "/user", token=access).require(200, email=somebody.email)


def export_user(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        answer = api.call("GET", "/user/export", token=access)
        answer.require(200)
        if answer["account"].get("email") != somebody.email:
            raise answer.wrong("200 with the caller's account")


def change_password(api: Api) -> None:
    with newcomer(api) as somebody:
        access, _ = somebody.sign_in()
        new = {"current_password": "not the password", "new_password": somebody.password[::-1]}
        api.call("PUT", "/user/password", new, access).require(401, name="bad_credentials")
        changed = Person(api, somebody.email, somebody.password[::-1])
        new["current_password"] = somebody.password
        api.call("PUT", "/user/password", new, access).require(200)
        back = {"current_password": changed.password, "new_password": somebody.password}
        access, _ = changed.sign_in()
        api.call("PUT", "/user/password", back, access).require(200)


def delete_user(api: Api) -> None:
    with newcomer(api) as somebody:
        access, _ = somebody.sign_in()
        wrong = {"password": "not the password"}
        api.call("DELETE", "/user", wrong, access).require(401, name="bad_credentials")
        api.call("DELETE", "/user", {"password": somebody.password}, access).require(200)
        api.call("GET", "/user", token=access).require(401, name="unauthorized")
        api.call("POST", "/user", {"email": somebody.email,
                                   "password": somebody.password}).require(201)


def create_session(api: Api) -> None:
    with person(api) as somebody:
        somebody.sign_in()
        api.call("POST", "/session", {
            "account_type": "traditional", "email": somebody.email,
            "password": "not the password"}).require(401, name="bad_credentials")


def create_session_refusal(api: Api) -> None:
    api.call("POST", "/session", {
        "account_type": "traditional", "email": new_address(), "password": FORGED}, FORGED
    ).require(401, name="bad_credentials")


def get_session(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        answer = api.call("GET", "/session", token=access)
        answer.require(200)
        seconds = answer["access_token_expires_in"]
        if not (isinstance(seconds, int) and 0 < seconds <= 86_400):
            raise answer.wrong("200 with the seconds that the token has left")


def refresh_session(api: Api) -> None:
    with person(api) as somebody:
        access, refresh = somebody.sign_in()
        body = {"refresh_token": refresh}
        answer = api.call("PUT", "/session", body, access)
        answer.require(200, token_type="Bearer")
        api.call("GET", "/session", token=answer["access_token"]).require(200)
        api.call("PUT", "/session", body, f"{access}x").require(401, name="unauthorized")


def refresh_session_refusal(api: Api) -> None:
    api.call("PUT", "/session", {"refresh_token": FORGED}, FORGED).require(
        401, name="unauthorized")


def delete_session(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        api.call("DELETE", "/session", token=access).require(200, message="session ended")
        api.call("GET", "/session", token=access).require(401, name="unauthorized")


def delete_session_refusal(api: Api) -> None:
    api.call("DELETE", "/session", token=FORGED).require(401, name="unauthorized")


def list_sessions(api: Api) -> None:
    with person(api) as somebody:
        somebody.sign_in()
        access, _ = somebody.sign_in()
        answer = api.call("GET", "/sessions", token=access)
        answer.require(200)
        current = [found.get("current") for found in answer["sessions"]]
        if current.count(True) != 1 or False not in current:
            raise answer.wrong("200 with sessions, one of them the caller's")


def delete_sessions(api: Api) -> None:
    with newcomer(api) as somebody:
        other, _ = somebody.sign_in()
        access, _ = somebody.sign_in()
        api.call("DELETE", "/sessions", token=access).require(200, ended=1)
        api.call("GET", "/session", token=other).require(401, name="unauthorized")
        api.call("GET", "/session", token=access).require(200)


def delete_session_by_id(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        path = f"/sessions/{UNKNOWN_ID}"
        api.call("DELETE", path, token=access).require(404, name="not_found")
        listed = api.call("GET", "/sessions", token=access)["sessions"]
        for own in [found["id"] for found in listed if found["current"]]:
            api.call("DELETE", f"/sessions/{own}", token=access).require(200)
        api.call("GET", "/session", token=access).require(401, name="unauthorized")


def authorizer(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        api.call("GET", "/session", token=access).require(200)
        head, claims, signature = access.split(".")
        forged = f"{head}.{claims}.{signature[::-1]}"
        api.call("GET", "/session", token=forged).require(401, name="unauthorized")


def authorizer_refusal(api: Api) -> None:
    api.call("GET", "/session", token=FORGED).require(401, name="unauthorized")
