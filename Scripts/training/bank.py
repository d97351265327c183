"""The bank of degradation prompts, `Prompts/degradation.json`: types, degrees, cuts and phrasings.

A type names the measure that it is cut from (`degradation_labels.py` makes the measures). Its cuts part
the measure into degrees, the weakest first; `order` says whether a larger measure is worse ("rising") or
better ("falling", as JPEG's quality).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib

import numpy as np

DEFAULT = pathlib.Path(__file__).resolve().parents[2] / "Prompts" / "degradation.json"


@dataclasses.dataclass(frozen=True)
class Kind:
    """One type of degradation. The first degree means that there is none of it to see."""

    name: str
    measure: str
    unit: str
    order: str
    cuts: tuple[float, ...]
    degrees: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]  # of each degree

    def degree(self, measures: np.ndarray) -> np.ndarray:
        """The degree of each measure: the number of cuts that it passed."""
        return np.searchsorted(self._rising_cuts, self._rising(measures), "right")

    def position(self, measures: np.ndarray) -> np.ndarray:
        """The degree with a fraction, linear between cuts: a smooth target beside the degree."""
        cuts = self._rising_cuts
        first = cuts[1] - cuts[0] if len(cuts) > 1 else abs(cuts[0]) or 1.0
        last = cuts[-1] - cuts[-2] if len(cuts) > 1 else first
        knots = np.concatenate([[cuts[0] - first], cuts, [cuts[-1] + last]])
        return np.interp(self._rising(measures), knots, np.arange(len(knots)))

    @property
    def _rising_cuts(self) -> np.ndarray:
        return self._rising(np.array(self.cuts))

    def _rising(self, values: np.ndarray) -> np.ndarray:
        return -values if self.order == "falling" else values


@dataclasses.dataclass(frozen=True)
class Bank:
    version: str
    sha256: str
    kinds: tuple[Kind, ...]


def read_bank(path: pathlib.Path = DEFAULT) -> Bank:
    """The bank of a file; a `ValueError` says what is wrong with it."""
    data = path.read_bytes()
    values = json.loads(data)
    if values.get("format_version") != 1:
        raise ValueError(f"{path.name}: format_version must be 1")
    kinds = tuple(_kind(path.name, entry) for entry in values["types"])
    if len({kind.name for kind in kinds}) != len(kinds) or not kinds:
        raise ValueError(f"{path.name}: types must have names of their own, and there must be one")
    return Bank(values["version"], hashlib.sha256(data).hexdigest(), kinds)


def _kind(file: str, entry: dict) -> Kind:
    name = entry.get("name", "?")
    degrees, cuts = entry["degrees"], entry["cuts"]
    if entry["order"] not in ("rising", "falling"):
        raise ValueError(f"{file}: {name}: order is {entry['order']}, not rising or falling")
    if len(degrees) != len(cuts) + 1 or len(degrees) < 2:
        raise ValueError(f"{file}: {name}: {len(degrees)} degrees need {len(degrees) - 1} cuts, not {len(cuts)}")
    if list(cuts) != sorted(set(cuts), reverse=entry["order"] == "falling"):
        raise ValueError(f"{file}: {name}: the cuts must be {entry['order']}")
    if not all(degree["phrases"] for degree in degrees):
        raise ValueError(f"{file}: {name}: every degree needs a phrase")
    return Kind(name, entry["measure"], entry["unit"], entry["order"], tuple(cuts),
                tuple(degree["name"] for degree in degrees), tuple(tuple(degree["phrases"]) for degree in degrees))
