"""Find out which defects no test would notice: `make mutants` (docs/mutants.md).

mutmut makes the mutants and runs the tests on them. This program chooses the mutants: by default,
those of the modules that were changed since the branch left main.
"""

import argparse
import random
import subprocess
import sys

from scripts.checkout import ROOT

MUTMUT = ROOT / ".local" / "mutants-venv" / "bin" / "mutmut"
SOURCES = ("shared", "lambda_functions")
# A run of these few makes mutmut generate the mutants of all modules and time the tests.
SMALLEST = "lambda_functions.ping.*"


def mutmut(*arguments: str) -> None:
    subprocess.run([MUTMUT, *arguments], cwd=ROOT, check=True)


def results() -> dict[str, str]:
    """Return every mutant and what became of it, say "killed" or "not checked"."""
    listed = subprocess.run([MUTMUT, "results", "--all", "true"], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return {name.strip(): verdict.strip() for name, _, verdict in
            (line.rpartition(":") for line in listed.splitlines())}


def changed(base: str) -> list[str]:
    """Return the modules that are not as they were where this branch left `base`."""
    left = _git("merge-base", base, "HEAD").strip()
    names = (_git("diff", "--name-only", left, "--", *SOURCES)
             + _git("ls-files", "--others", "--exclude-standard", "--", *SOURCES))
    return [name.removesuffix(".py").replace("/", ".") for name in names.splitlines()
            if name.endswith(".py") and (ROOT / name).exists()]


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def report(chosen: set[str]) -> bool:
    """Print the mutants that survived, each with its diff; return whether there were none."""
    verdicts = {name: verdict for name, verdict in results().items() if name in chosen}
    lived = [name for name in sorted(verdicts) if verdicts[name] in ("survived", "no tests")]
    for name in lived:
        mutmut("show", name)
    print(f"{len(verdicts)} mutants, of which {len(lived)} lived")
    return not lived


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the unit tests on mutants of the code.")
    parser.add_argument("--all", action="store_true", help="of all modules, changed or not")
    parser.add_argument("--sample", type=int, metavar="N", help="N of them, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="what the draw starts from")
    parser.add_argument("--base", default="main", help="what a change is measured from")
    asked = parser.parse_args()
    modules = set() if asked.all else set(changed(asked.base))
    if not asked.all and not modules:
        print(f"No module of {' or '.join(SOURCES)} differs from {asked.base}.")
        return 0
    mutmut("run", SMALLEST)
    names = [name for name in results() if asked.all or name.rpartition(".")[0] in modules]
    if asked.sample is not None:
        names = random.Random(asked.seed).sample(sorted(names), min(asked.sample, len(names)))
    if names:
        mutmut("run", *names)
    return 0 if report(set(names)) else 1


if __name__ == "__main__":
    sys.exit(main())
