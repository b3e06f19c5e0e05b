"""The verifiers, asked in two processes of their own: one of Node, and one of Python."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from scripts.checkout import ROOT
from tests.verifiers.sent import Sent

FOLDER = ROOT / "tests" / "verifiers"
PYTHON = ROOT / ".local" / "verifiers-venv" / "bin" / "python"
PROGRAMS = {"node": ["node", str(FOLDER / "run.mjs")],
            "python": [str(PYTHON), "-m", "tests.verifiers.python"]}
EXAMPLES = ("node/example", "python/example")
# All that are there, the two examples that teams copy among them.
VERIFIERS = sorted(
    f"{language}/{file.stem}" for language in PROGRAMS
    for file in (FOLDER / language).iterdir()
    if file.suffix in (".mjs", ".py") and file.stem not in ("__init__", "__main__", "discovery"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verifier makes of a token: its claims, or why it refuses it, and what an example
    answers with then as `WWW-Authenticate`."""

    claims: dict[str, Any] | None = None
    refused: str = ""
    challenge: str = ""

    @property
    def accepted(self) -> bool:
        return self.claims is not None


class Verifiers:
    """The processes of `PROGRAMS`, which run until the end of the tests."""

    def __init__(self, programs: dict[str, "subprocess.Popen[str]"]) -> None:
        self._programs = programs

    def verdict(self, verifier: str, issuer: str, client_id: str, token: str, *,
                sent: Sent | None = None, instance: str = "", seconds_ahead: int = 0) -> Verdict:
        """Ask `verifier`, which knows nothing but the issuer and the client id. The token was
        `sent` so, or else as a bearer token. Each instance keeps its own keys, and looks
        `seconds_ahead` at how old they are."""
        language, _, name = verifier.partition("/")
        program = self._programs[language]
        assert program.stdin and program.stdout
        sent = sent or Sent((("Authorization", f"Bearer {token}"),))
        print(json.dumps({"name": name, "instance": instance, "issuer": issuer,
                          "audience": client_id, "token": token, "sent": asdict(sent),
                          "seconds_ahead": seconds_ahead}), file=program.stdin, flush=True)
        line = program.stdout.readline()
        assert line, f"the verifiers of {language} have stopped"
        answer = json.loads(line)
        assert "broken" not in answer, f"{verifier}: {answer['broken']}"
        return Verdict(**answer)


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Verifiers]:
    """Run both in this environment."""
    programs = {language: subprocess.Popen(program, cwd=ROOT, env=environment, text=True,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                for language, program in PROGRAMS.items()}
    try:
        yield Verifiers(programs)
    finally:
        for program in programs.values():
            program.communicate(timeout=20)
