"""The rest of AWS, as far as a function asks: one secret for GetSecretValue, a message id for
SES, and a word that Lambda takes an invocation. DynamoDB has an engine of its own.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.support.cloud import PEPPER_SECRET, SIGNING_SECRET

SECRETS = {"signing-secret": SIGNING_SECRET, "pepper-secret": PEPPER_SECRET}


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        target = self.headers.get("X-Amz-Target", "")
        if self.path.endswith("/invocations"):
            self._answer(202, {})
        elif not target.endswith("GetSecretValue"):
            self._answer(200, {"MessageId": "benchmark"})
        elif asked.get("VersionStage") == "AWSCURRENT":
            self._answer(200, {"Name": asked["SecretId"],
                               "SecretString": SECRETS[asked["SecretId"]]})
        else:
            self._answer(400, {"__type": "ResourceNotFoundException", "Message": "none"})

    def _answer(self, status: int, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class RestOfAws:
    """As a context, answers at `address` until exit."""

    def __enter__(self) -> "RestOfAws":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
