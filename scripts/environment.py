"""The environment of this process, from which its children get theirs.

A shell may hold settings for other work, which would put what we install elsewhere, run it another
way, or send what stays on this machine through a proxy. Those are taken away; what says where
packages come from, and how to reach that, stays. It imports only the standard library and uses no
syntax that an old Python cannot read, because scripts/bootstrap.py uses it.
"""

import os
import re
from typing import Dict, Mapping
from urllib.parse import urlsplit

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOOPBACK = "127.0.0.1,localhost"
# Of pip's and npm's own settings, those of the way to the packages.
KEPT = re.compile(
    "PIP_((EXTRA_)?INDEX_URL|NO_INDEX|FIND_LINKS|TRUSTED_HOST|(CLIENT_)?CERT|PROXY|TIMEOUT"
    "|DEFAULT_TIMEOUT|RETRIES|(NO_)?CACHE_DIR|KEYRING_PROVIDER|CONFIG_FILE)"
    "|npm_config_(registry|.*auth.*|(//|@).*|ca|cafile|cert|key|strict_ssl|(https?_?)?proxy"
    "|no_?proxy|cache|userconfig|globalconfig|fetch_.*|prefer_o.*|offline|maxsockets)",
    re.IGNORECASE)
# Python's, of the way it shows what it does.
HARMLESS = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONIOENCODING",
            "PYTHONUTF8"}
PROXIES = {"http_proxy", "https_proxy", "all_proxy", "proxy"}


def prepared(given: Mapping[str, str]) -> Dict[str, str]:
    """Return `given` without what misleads."""
    kept = {name: value for name, value in given.items() if not _misleads(name)}
    # Unlike no setting at all, this goes before pip's file of settings.
    kept["PIP_USER"] = "0"
    for name in ("TMPDIR", "TEMP", "TMP"):
        if name in kept and not os.access(kept[name], os.W_OK | os.X_OK):
            del kept[name]
    if not os.access(kept.get("HOME") or os.path.expanduser("~"), os.W_OK | os.X_OK):
        # npm and osls insist on a cache, and would have it there.
        kept.setdefault("npm_config_cache", os.path.join(ROOT, ".local", "npm-cache"))
        kept.setdefault("SLS_SCHEMA_CACHE_BASE_DIR", os.path.join(ROOT, ".local"))
    excepted = kept.get("no_proxy") or kept.get("NO_PROXY") or ""
    # Some clients read the one and some the other.
    kept["no_proxy"] = kept["NO_PROXY"] = _with_loopback(excepted)
    return kept


def of_osls(given: Mapping[str, str]) -> Dict[str, str]:
    """Return `given` for osls, which sends everything through a proxy if there is one: without
    one if the AWS that it asks is on this machine."""
    ours = dict(given, NODE_NO_WARNINGS="1")
    if urlsplit(ours.get("AWS_ENDPOINT_URL", "")).hostname in LOOPBACK.split(","):
        ours = {name: value for name, value in ours.items() if name.lower() not in PROXIES}
    return ours


def _misleads(name: str) -> bool:
    if re.match("PYTHON[A-Z]", name):
        return name not in HARMLESS
    ours = name.upper().startswith(("PIP_", "NPM_CONFIG_"))
    return name in ("NODE_ENV", "NODE_PATH") or ours and not KEPT.fullmatch(name)


def _with_loopback(excepted: str) -> str:
    names = [name.strip() for name in excepted.split(",")]
    if "*" in names:
        return "*"
    return ",".join([name for name in names if name and name not in LOOPBACK.split(",")]
                    + [LOOPBACK])


def prepare() -> None:
    """Make the environment of this process, and of what it starts, a prepared one."""
    ours = prepared(os.environ)
    for name in set(os.environ) - set(ours):
        del os.environ[name]
    os.environ.update(ours)
