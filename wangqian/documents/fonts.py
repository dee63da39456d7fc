"""The fonts papers are set in: the CJK face of the wheel, and the operator's folder for rare characters."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import noto_cjk_sans_otc
import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from fontTools.ttLib import TTFont

TEXT_FAMILY = "Noto Sans CJK SC"
BUNDLED = Path(str(noto_cjk_sans_otc.FONT_PATH))
FOLDER_VARIABLE = "WANGQIAN_FONT_DIR"


@dataclass(frozen=True)
class Faces:
    """What papers can be set with: fonts, families in order of preference, code points covered."""

    fonts: typst.Fonts
    families: tuple[str, ...]
    characters: frozenset[int]


def faces() -> Faces:
    """The faces of this installation, loaded once per folder.

    Raises ImproperlyConfigured when WANGQIAN_FONT_DIR names no folder.
    """
    folder = getattr(settings, FOLDER_VARIABLE, None) or os.environ.get(FOLDER_VARIABLE, "")
    return load(str(folder))


@lru_cache(maxsize=4)
def load(folder: str) -> Faces:
    """Faces with the fonts of `folder` ("" for none) behind the bundled one."""
    if folder and not Path(folder).is_dir():
        raise ImproperlyConfigured(f"{FOLDER_VARIABLE}: no such folder: {folder}")
    extra = _fonts(folder).fonts() if folder else []
    # typst's own list says which files it really loaded: no coverage is claimed for a font it cannot use.
    covered = [_cmap(Path(face.path), face.index) for face in extra if face.path]
    characters = _cmap(BUNDLED, _index(TEXT_FAMILY)).union(*covered)
    families = dict.fromkeys([TEXT_FAMILY, *(f.family for f in extra)])
    return Faces(_fonts(*filter(None, [str(BUNDLED.parent), folder])), tuple(families), frozenset(characters))


def _fonts(*folders: str) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def _index(family: str) -> int:
    return next(face.index for face in _fonts(str(BUNDLED.parent)).fonts() if face.family == family)


def _cmap(path: Path, index: int) -> set[int]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return set(font.getBestCmap() or ())
