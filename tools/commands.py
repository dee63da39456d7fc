"""The commands of `./run`: what each is called, what it says of itself, what it starts."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.checks import check
from tools.demo import demo
from tools.engines import test
from tools.environment import PYTHON, ROOT, SECRETS, Failed, data_folder, prepare, say
from tools.guide import guide
from tools.production import serve
from tools.storm import storm


def worker(arguments: list[str]) -> int:
    """everything that happens afterwards: messages, documents, deadlines, imports"""
    prepare("base")
    return replace_by(PYTHON, "manage.py", "worker", *arguments)


def manage(arguments: list[str]) -> int:
    """Django's command line; without any configuration it works on the demo"""
    prepare("base")
    data_folder(os.environ)
    if not any(os.environ.get(name) for name in (*SECRETS, "DATABASE_URL", "WANGQIAN_BUILD")):
        os.environ["WANGQIAN_DEMO"] = "1"
        if sys.stderr.isatty():
            say("No configuration in the environment: this works on the demo.")
    return replace_by(PYTHON, "manage.py", *arguments)


def bench(arguments: list[str]) -> int:
    """measure, as a table; --json for machines (needs PostgreSQL)"""
    prepare("bench")
    return replace_by(PYTHON, "-m", "bench", *arguments)


def translate(_arguments: list[str]) -> int:
    """bring wangqian/locale up to date with what the sources say"""
    prepare("dev")
    return subprocess.call([PYTHON, "-m", "tools.translations", "update"], cwd=ROOT)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    command.__name__: command for command in (demo, test, check, storm, serve, worker, manage, bench, translate, guide)
}


def main(arguments: list[str]) -> int:
    """Run the named command; exit code 2 for a command that does not exist, 130 for Ctrl-C."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = arguments
    try:
        if name not in COMMANDS:
            raise Failed(f"There is no command “{name}”. `./run` lists them.", 2)
        return COMMANDS[name](rest)
    except Failed as failed:
        say(str(failed))
        return failed.code
    except KeyboardInterrupt:
        return 130


def usage() -> str:
    """The list of commands, each with the first line it says of itself."""
    lines = [f"  ./run {name:<10} {command.__doc__}" for name, command in COMMANDS.items()]
    return "\n".join(["Wangqian (网签): employment agreements online.", "", *lines])


def replace_by(program: Path, *arguments: str) -> int:
    """Become this program, in the checkout: signals and exit code are then its own."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(program, [str(program), *arguments])
