"""The ten lines of the client's README print what the README says."""

import re
import subprocess
from pathlib import Path

from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_clients
from scripts.operating.stage_services import StageServices
from scripts.run import CLIENT_ID
from tests.docs.pages import page, sections
from tests.support import client_package

ADDRESS = "http://127.0.0.1:4566/_aws/execute-api/session-api/local"


def test_the_ten_lines_go_from_sign_up_to_sign_out(stack: LocalStack, tmp_path: Path) -> None:
    section = sections(page("clients/javascript/README.md"))["Ten lines"]
    [[program, printed]] = re.findall(r"^```js\n(.*?)^```$.*?^```text\n(.*?)^```$", section,
                                      re.MULTILINE | re.DOTALL)
    assert program.count(ADDRESS) == 1 and len(program.split("\n\n", 1)[1].splitlines()) <= 10
    ensure_clients(StageServices("local", stack.outputs(), stack.emulator.client), CLIENT_ID)
    project = client_package.install(client_package.pack(tmp_path), tmp_path / "project")
    (project / "try.mjs").write_text(program.replace(ADDRESS, stack.base_url), encoding="utf-8")

    first, second = (subprocess.run(["node", "try.mjs"], cwd=project, capture_output=True,
                                    text=True, check=False, timeout=120) for _ in range(2))

    assert (first.stdout, first.stderr) == (printed, "")
    assert second.stderr == ""
    assert second.stdout.splitlines() == [*printed.splitlines()[:1], "user_exists",
                                          *printed.splitlines()[1:]]
