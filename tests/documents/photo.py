"""A page as a telephone photographs it: from a slant, turned, in uneven light, a little out of focus, compressed."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageChops, ImageFilter


def photographed(page: Image.Image, at: Random) -> Image.Image:
    """A grey picture of the whole page on a table."""
    wide, high = page.size
    edge = int(wide * at.uniform(0.06, 0.14))
    table = Image.new("L", (wide + 2 * edge, high + 2 * edge), at.randint(60, 140))
    table.paste(page.convert("L"), (edge, edge))
    slanted = table.transform(table.size, Image.Transform.PERSPECTIVE, slant(table.size, at), Image.Resampling.BICUBIC)
    turned = slanted.rotate(at.uniform(-12, 12), Image.Resampling.BICUBIC, fillcolor=100)
    scale = at.uniform(0.8, 1.15)
    small = turned.resize((int(turned.width * scale), int(turned.height * scale)), Image.Resampling.BILINEAR)
    lit = ImageChops.multiply(small, light(small.size, at)).filter(ImageFilter.GaussianBlur(at.uniform(0.3, 1.0)))
    grain = noise(lit.size, at.uniform(4, 14), at)
    noisy = ImageChops.add(lit, grain, scale=1, offset=-128)
    out = io.BytesIO()
    noisy.rotate(at.choice((0, 90, 180, 270)), expand=True).save(out, "jpeg", quality=at.randint(45, 80))
    out.seek(0)
    return Image.open(out)


def noise(size: tuple[int, int], deviation: float, at: Random) -> Image.Image:
    """Around 128; Pillow's own noise would be another one each time."""
    reach = deviation * 3**0.5
    grey = [round(128 + (value / 127.5 - 1) * reach) for value in range(256)]
    return Image.frombytes("L", size, at.randbytes(size[0] * size[1])).point(grey)


def light(size: tuple[int, int], at: Random) -> Image.Image:
    """Bright at one side, dim at the other."""
    shade = Image.linear_gradient("L").rotate(at.choice((0, 90, 180, 270))).resize(size)
    dimmest = at.randint(90, 170)
    return shade.point([dimmest + value * (255 - dimmest) // 255 for value in range(256)])


def slant(size: tuple[int, int], at: Random) -> list[float]:
    """Coefficients that draw the corners of the picture from a quadrangle inside it."""
    wide, high = size
    corners = [(0, 0), (wide, 0), (wide, high), (0, high)]
    moved = [(x + at.uniform(-0.04, 0.04) * wide, y + at.uniform(-0.04, 0.04) * high) for x, y in corners]
    rows = []
    for (x, y), (u, v) in zip(corners, moved, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]
    return solved(rows)


def solved(rows: list[list[float]]) -> list[float]:
    """Gauss: eight unknowns, their right side in the last column."""
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(size):
            if other != at:
                rows[other] = [one - rows[other][at] * two for one, two in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]
