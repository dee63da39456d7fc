"""For a red control: what was done is answered a moment later, as by a slow line, so that a kill may come in between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.kills import window
from wangqian.wsgi import application as prompt


def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    answer = prompt(environ, start)
    window.opens()
    return answer
