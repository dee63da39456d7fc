"""A mail server outside everything that is killed: it remembers the Message-ID of every mail it took."""

from __future__ import annotations

import re
import socketserver
import threading

ID = re.compile(rb"^message-id: *<([^@>]+)", re.IGNORECASE | re.MULTILINE)


class Handler(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 for smtplib."""

    server: Post

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 post")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self.server.take(self.read())
                self.say("250 taken")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        return b"".join(lines)


class Post(socketserver.ThreadingTCPServer):
    """`taken`: the ids in the order they came."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[str] = []
        self.guard = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def take(self, mail: bytes) -> None:
        found = ID.search(mail)
        with self.guard:
            self.taken.append(found[1].decode() if found else "?")
