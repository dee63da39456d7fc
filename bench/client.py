"""A client that costs little: a few connections kept open, requests written before the clock starts."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Sequence

CLIENTS = 8
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def rate(port: int, requests: Sequence[bytes], clients: int = CLIENTS) -> float:
    """Requests per second over `clients` connections; every answer must be a redirect (the act was done)."""
    trouble: list[bytes] = []
    lots = [requests[n::clients] for n in range(clients)]
    threads = [threading.Thread(target=attempt, args=(port, lot, trouble)) for lot in lots]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - start
    assert not trouble, trouble[0].decode(errors="replace")[:3000]
    return len(requests) / spent


def attempt(port: int, lot: Sequence[bytes], trouble: list[bytes]) -> None:
    """One thread's life: what goes wrong in it is told to the others."""
    try:
        send(port, lot, trouble)
    except OSError as broken:
        trouble.append(str(broken).encode())


def send(port: int, lot: Sequence[bytes], trouble: list[bytes]) -> None:
    """One connection's requests, one after the other; reconnects when the server closes it."""
    connection = opened(port)
    for request in lot:
        connection.sendall(request)
        answer = read(connection)
        if not answer:  # closed between two requests
            connection = opened(port)
            connection.sendall(request)
            answer = read(connection)
        if not answer.startswith(b"HTTP/1.1 302 "):
            trouble.append(answer)
            break
        if b"Connection: close" in answer:
            connection = opened(port)
    connection.close()


def opened(port: int) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), 60)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def read(connection: socket.socket) -> bytes:
    """One answer with its body."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        more = connection.recv(65536)
        if not more:
            return heard
        heard += more
    head, body = heard.split(b"\r\n\r\n", 1)
    length = LENGTH.search(head)
    while len(body) < int(length[1] if length else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
