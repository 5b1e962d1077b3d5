"""Servers on the loopback that take what the channels send: a real SMTP server, and an HTTP server in place of a robot."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.live import free_port


@dataclass
class Postbox:
    """What arrived, in order; mails as messages, and for the rest what was posted. `answer` is sent back to every mail."""

    port: int
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        if self.answer.startswith("250"):
            (recipient,) = envelope.rcpt_tos
            self.mails.append((recipient, message_from_bytes(envelope.content, policy=policy.default)))
        return self.answer

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=notice@example.cn"

    @property
    def texts(self) -> dict[str, list[str]]:
        """Recipient → the lines of the last mail, the subject first."""
        return {
            address: [str(mail["subject"]), *mail.get_content().rstrip().splitlines()] for address, mail in self.mails
        }


@contextmanager
def smtp(port: int = 0) -> Iterator[Postbox]:
    """A mail server, stopped at the end; `port` is one that was free, by default any."""
    box = Postbox(port or free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ready_timeout=20)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def robot(answer: dict[str, Any], status: int = 200) -> Iterator[Postbox]:
    """An HTTP server that notes what is posted and gives the same answer each time."""
    box = Postbox(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            box.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()
