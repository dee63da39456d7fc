"""`./run guide`: the pictures of the user guide, taken anew by the walk that also tests it."""

import os
import subprocess
import tempfile
from pathlib import Path

from tools.engines import OUTSIDE, VENDORS
from tools.environment import PYTHON, ROOT, Command, prepare

WALK = "tests/journeys/test_guide_pictures.py"
PICTURES = ROOT / "wangqian" / "documents" / "guide" / "pictures"


def guide(arguments: list[str]) -> int:
    """take the pictures of the user guide anew (needs Chromium); further arguments go to pytest"""
    prepare("dev")
    with tempfile.TemporaryDirectory(prefix="wangqian-guide-") as folder:
        taken = Path(folder) / "pictures"
        taken.mkdir()
        command: Command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", WALK, *arguments]
        code = subprocess.call(command, cwd=ROOT, env=_environ(folder, taken))
        if code == 0:
            _keep(sorted(taken.iterdir()))
    return code


def _environ(folder: str, taken: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE and not name.startswith(VENDORS)}
    return kept | {"WANGQIAN_VAR": folder, "WANGQIAN_REQUIRE": "browser", "WANGQIAN_GUIDE_PICTURES": str(taken)}


def _keep(taken: list[Path]) -> None:
    """All of them, and none besides."""
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    for path in taken:
        (PICTURES / path.name).write_bytes(path.read_bytes())
    print(f"{len(taken)} pictures, {sum(path.stat().st_size for path in taken):,} bytes")
