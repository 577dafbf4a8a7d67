"""Receives Jarshy's webhook: believes only what is signed and fresh, and does nothing twice.

    JARSHY_SECRET="something long" python webhook_receiver.py 8000 seen.db

needs Python 3.11 and nothing else. The secret is the `secret` of the rule in jarshy.toml; `to` names this server's
address, such as http://127.0.0.1:8000/hook. Put your own work into `take`; leave the order of `do_POST` as it is.
"""

import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

OLDEST = 300
"""Seconds. Every attempt of Jarshy has a new timestamp: what is older was recorded by somebody and sent again."""
LONGEST = 10_000_000
"""Bytes; nothing of Jarshy's is near that."""


def take(message):
    """Your own work. What raises an error here is sent again later."""
    if "change" in message:
        said = f"{message['change']['kind']}: {message['edition']['title']}"
    elif "health" in message:
        said = f"health: {message['health']['said']}"
    else:
        said = "a test, ordered by a person" if message.get("test") else "nothing that is known here"
    print(said, message["id"], flush=True)


def is_signed(secret, timestamp, signature, body):
    """Whether the sender knows the secret: HMAC-SHA256 of timestamp, full stop and body, in hexadecimal."""
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def is_fresh(timestamp, now):
    """Whether the attempt was made about now."""
    return timestamp.isascii() and timestamp.isdigit() and abs(now - int(timestamp)) <= OLDEST


class Hook(BaseHTTPRequestHandler):
    """Answers 2xx only when the work is done: after that Jarshy never sends the message again."""

    timeout = 30

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST:
            return self.answer(413)
        body = self.rfile.read(int(length))
        timestamp = self.headers.get("Jarshy-Timestamp", "")
        signature = self.headers.get("Jarshy-Signature", "")
        if not is_signed(self.server.secret, timestamp, signature, body):
            return self.answer(403)  # final: Jarshy gives up this message and says so
        if not is_fresh(timestamp, time.time()):
            return self.answer(408)  # may be a clock that is wrong: Jarshy tries again, with a new timestamp
        message = json.loads(body)
        # The id in the body and not the header Idempotency-Key, which says the same: only the body is signed.
        with self.server.seen:  # one transaction: where `take` fails, the id is forgotten and comes again
            known = self.server.seen.execute(
                "INSERT INTO seen (id) VALUES (?) ON CONFLICT DO NOTHING", [message["id"]]
            )
            if known.rowcount:
                take(message)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def main():
    port, file = sys.argv[1:]
    server = HTTPServer(("127.0.0.1", int(port)), Hook)
    server.secret = os.environ["JARSHY_SECRET"]
    server.seen = sqlite3.connect(file)
    server.seen.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
