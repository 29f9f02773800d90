"""A mail server for tests that speaks SMTP on a real socket, keeps what it takes, and can misbehave.

`SmtpSink.mode`: `takes`, `hangs` (never greets), `refuses` (550 for each recipient), `is_busy` (451), or
`dies_after_taking` (keeps the mail and closes the connection without a word: taken, but nobody knows).
"""

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import cast


class Handler(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        sink = cast(SmtpSink, self.server)
        sink.called.set()
        if sink.mode == "hangs":
            sink.released.wait(30)
            return
        self.say("220 sink")
        while line := self.rfile.readline():
            verb = line.decode().strip().upper()
            if verb.startswith("DATA"):
                self.say("354 go on")
                sink.keep(self.read_data())
                if sink.mode == "dies_after_taking":
                    return
                self.say("250 taken")
            elif verb.startswith("RCPT") and sink.mode in {"refuses", "is_busy"}:
                self.say(
                    "550 no such box a.person@example.org"
                    if sink.mode == "refuses"
                    else "451 later, a.person@example.org"
                )
            elif verb.startswith("QUIT"):
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class SmtpSink(socketserver.ThreadingTCPServer):
    """The server; `mails` are the messages it took, in order."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode = "takes"
        self.mails: list[EmailMessage] = []
        self.called = threading.Event()
        self.released = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def keep(self, data: bytes) -> None:
        self.mails.append(email.message_from_bytes(data, policy=default))


@contextmanager
def smtp_sink() -> Iterator[SmtpSink]:
    """A running sink."""
    with SmtpSink() as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.released.set()
            sink.shutdown()
            thread.join(5)
