"""`./run demo`: SQLite, invented people, web and worker together on http://localhost:PORT."""

import errno
import http.client
import os
import socket
import time

from tools.children import Children
from tools.environment import PYTHON, ROOT, Failed, data_folder, prepare, production_configuration
from tools.production import collect_static, gunicorn

SETTING_UP = (("migrate", "--verbosity=0"), ("demo_data",))


def demo(_arguments: list[str]) -> int:
    """everything on this machine with invented people, at http://localhost:8000 (PORT)"""
    _refuse_production()
    port = _port()
    prepare("base")
    environ = os.environ | {"WANGQIAN_DEMO": "1", "SITE_URL": f"http://localhost:{port}", "PORT": str(port)}
    environ |= {"PYTHONUNBUFFERED": "1"}
    data_folder(environ)
    children = Children(ROOT, environ)
    try:
        _set_up(children)
        return 0 if children.stopping else _run(children, port)
    finally:
        children.stop()


def _refuse_production() -> None:
    found = production_configuration(os.environ)
    if found:
        raise Failed(
            "The demo lets anybody enter as anybody, so it does not start on a production configuration "
            f"(set here: {', '.join(found)}). Production starts with `./run serve` and `./run worker`."
        )


def _port() -> int:
    """The port asked for, when it is free on every loopback address."""
    asked = os.environ.get("PORT") or "8000"
    if not (asked.isascii() and asked.isdecimal()) or not 1 <= int(asked) <= 65535:
        raise Failed(f"PORT must be a number from 1 to 65535, not “{asked}”.", 2)
    port = int(asked)
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        problem = _listening_problem(family, host, port)
        if problem == errno.EADDRINUSE:
            raise Failed(f"Port {port} is taken. Choose another one: PORT={port % 65535 + 1} ./run demo")
        if problem == errno.EACCES:
            raise Failed(f"This user may not listen on port {port}. Choose one above 1023.")
    return port


def _listening_problem(family: int, host: str, port: int) -> int | None:
    """The errno that listening there would give; None when it works."""
    try:
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen()
    except OSError as problem:
        return problem.errno
    return None


def _set_up(children: Children) -> None:
    collect = collect_static(children.environ)
    for command in (*SETTING_UP, *([collect] if collect else [])):
        _one(children, command)


def _one(children: Children, command: tuple[str, ...]) -> None:
    if children.stopping:
        return
    code = children.finish(command[0], [PYTHON, "manage.py", *command])
    if code:
        raise Failed(f"`manage {command[0]}` gave exit code {code}: the demo stops.", _exit_code(code))
    if not children.stopping:
        children.forget(command[0])


def _run(children: Children, port: int) -> int:
    binds = [f"127.0.0.1:{port}"]
    if _listening_problem(socket.AF_INET6, "::1", port) is None:
        binds.append(f"[::1]:{port}")
    children.start("web", gunicorn(binds, "--workers=1", "--threads=8", "--log-level=warning"))
    children.start("worker", [PYTHON, "manage.py", "worker"])
    if children.environ.get("WANGQIAN_METRICS_PORT"):
        children.start("metrics", [PYTHON, "manage.py", "metrics"])
    announced = False
    while not children.stopping:
        ended = children.ended()
        if ended:
            name, code = ended
            raise Failed(f"The {name} process ended (exit code {code}): the demo stops.", _exit_code(code))
        if not announced and _answers(port):
            announced = True
            print(f"\nhttp://localhost:{port}   (Ctrl-C stops it)", flush=True)
        time.sleep(0.2)
    return 0


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _exit_code(code: int) -> int:
    """An exit code that is never 0: a demo that ends by itself has failed."""
    return code if 0 < code < 256 else 1
