"""Clients of what listens on this machine: no proxy, no profile and no setting of the shell."""

import json
import os
import urllib.request
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigValueStore
from botocore.session import Session

REGION = "us-west-2"
# The emulator takes these for the account's root.
ROOT_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
TIMEOUT_SECONDS = 60


def aws_client(service: str, endpoint: str, config: Config | None = None,
               **credentials: str) -> Any:
    """Return an AWS client of an endpoint, by default as the account's root."""
    keys = credentials or {name.lower(): key for name, key in ROOT_CREDENTIALS.items()}
    direct = Config(proxies={})
    return _session().create_client(service, endpoint_url=endpoint, region_name=REGION,
                                    config=config.merge(direct) if config else direct, **keys)


def _session() -> Session:
    """A session that knows botocore's defaults only, whatever AWS_* and its files say."""
    session = botocore.session.get_session()
    settings = ConfigValueStore()
    for name, (_, _, default, _) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items():
        settings.set_config_variable(name, default)
    for name in ("config_file", "credentials_file"):
        settings.set_config_variable(name, os.devnull)
    session.register_component("config_store", settings)
    return session


def get_json(url: str) -> Any:
    """Return what a URL of this machine answers, parsed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)
