"""Run the load: `make load`, or `python -m tests.load --users 200 --rounds 20`.

Deploys stage local into an emulator of its own on 127.0.0.1, with lifetimes so short that
tokens go stale within seconds, and has people live on it at once. Prints what was counted;
exits 1 if any answer was wrong.
"""

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.local.emulator import Emulator, free_port
from scripts.local.stack import LocalStack
from shared.clients import Client
from shared.stores.clients import DynamoClientStore
from shared.stores.table import Table
from tests.load.simulated_person import CLIENT_ID, SimulatedPerson, Report

# Stale a second after it was minted, spent five seconds after its successor's first use.
PARAMETERS = {"accessTokenSeconds": "60", "earlyRefreshSeconds": "59", "graceSeconds": "5",
              "bcryptCost": "4", "requestsPerSecond": "10000", "requestBurst": "5000",
              "passwordsPerSecond": "10000", "passwordBurst": "5000"}
local = threading.local()


def call(base_url: str, method: str, path: str, body: object = None, token: str | None = None
         ) -> tuple[int, dict[str, Any]]:
    """Return status and body; each thread keeps one connection."""
    url = urlsplit(base_url)
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=60)
    headers = {"x-koms-clientid": CLIENT_ID, "content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    local.connection.request(method, url.path + path,
                             None if body is None else json.dumps(body), headers)
    answer = local.connection.getresponse()
    return answer.status, json.loads(answer.read())


def run(base_url: str, users: int, rounds: int, workers: int) -> Report:
    report = Report()

    def work(worker: int) -> None:
        dice = random.Random(worker)
        people = [SimulatedPerson(f"person-{number}@load.example.org",
                                  lambda *request: call(base_url, *request), report, dice)
                  for number in range(worker, users, workers)]
        with ThreadPoolExecutor(2) as tabs:
            for person in people:
                person.arrive()
            for done in range(rounds):
                for person in people:
                    person.live_on(tabs)
                if worker == 0:
                    print(f"round {done + 1} of {rounds}: {report.answers.total()} answers, "
                          f"{len(report.wrong)} wrong", flush=True)
            for person in people:
                person.leave()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, \
            Emulator(Path(folder), free_port()) as emulator:
        stack = LocalStack(emulator, parameters=PARAMETERS)
        stack.deploy()
        clients = Table(emulator.client("dynamodb"), stack.outputs()["ClientsTableName"])
        DynamoClientStore(clients).add(Client(CLIENT_ID, "Load", True, int(time.time())))
        started = time.monotonic()
        report = run(stack.base_url, options.users, options.rounds, options.workers)
        seconds = time.monotonic() - started
    for what, count in sorted(report.answers.items()):
        print(f"{count:7} {what}")
    print(f"{report.lost_answers:7} answers to refreshes thrown away by the client")
    print(f"{sum(g * n for g, n in report.generations.items()):7} rotations in "
          f"{report.generations.total()} sessions that lived to the end")
    print(f"{report.answers.total()} answers in {seconds:.0f} s, {len(report.wrong)} wrong")
    print("\n".join(report.wrong[:20]))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
