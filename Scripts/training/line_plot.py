"""A plot of a few lines as an SVG file, with nothing but text."""

from __future__ import annotations

import pathlib

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 640, 400, 60, 20, 50, 150


def write_lines(path: pathlib.Path, lines: dict[str, list[tuple[float, float]]], x_label: str, y_label: str,
                y_range: tuple[float, float]) -> None:
    """Each line is points (x, y) with x in 0…1; what lies outside `y_range` is put on its edge."""
    low, high = y_range

    def place(x: float, y: float) -> str:
        down = (high - min(max(y, low), high)) / (high - low)
        return f"{LEFT + x * (WIDTH - LEFT - RIGHT):.1f},{TOP + down * (HEIGHT - TOP - BOTTOM):.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
             'font-size="12">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for tick in range(6):
        share, level = tick / 5, low + (high - low) * tick / 5
        (x, bottom), (left, y) = place(share, low).split(","), place(0, level).split(",")
        right = place(1, level).split(",")[0]
        parts += [f'<path d="M{left},{y}H{right}" stroke="#dddddd"/>',
                  f'<text x="{x}" y="{float(bottom) + 18}" text-anchor="middle">{share:.1f}</text>',
                  f'<text x="{float(left) - 8}" y="{float(y) + 4}" text-anchor="end">{level:.2f}</text>']
    for index, (name, points) in enumerate(lines.items()):
        colour, y = COLOURS[index % len(COLOURS)], TOP + 14 + 18 * index
        parts += [f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
                  f'points="{" ".join(place(*point) for point in points)}"/>',
                  f'<text x="{WIDTH - RIGHT + 12}" y="{y}" fill="{colour}">{name}</text>']
    parts += [f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{x_label}</text>',
              f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {HEIGHT / 2})">{y_label}'
              "</text>", "</svg>"]
    path.write_text("\n".join(parts) + "\n")
