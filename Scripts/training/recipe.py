"""Recipes of degradations: `Prompts/*.recipe.json`, read strictly. Twin of `Sources/Degradations`.

`read(path)` gives the file's own dictionaries and lists, after every key and range has been checked;
`Documentation/Degradations.md` says what each field means. A recipe that passes here passes there.
"""

from __future__ import annotations

import json
import math
import pathlib

FORMAT_VERSION = 1
METHODS = ("area", "bilinear", "bicubic")
SHAPES = ("gaussian", "generalized", "plateau")
DEFAULT = pathlib.Path(__file__).resolve().parents[2] / "Prompts" / "real-esrgan.recipe.json"


class RecipeError(ValueError):
    """What is wrong with a recipe, and where in it."""


def read(path: pathlib.Path = DEFAULT) -> dict:
    try:
        recipe = json.loads(pathlib.Path(path).read_text(), object_pairs_hook=_without_repeats,
                            parse_constant=_refuse_constant)
        return checked(recipe)
    except (RecipeError, json.JSONDecodeError) as error:
        raise RecipeError(f"{pathlib.Path(path).name}: {error}") from None


def checked(recipe: dict) -> dict:
    """The same recipe, or a `RecipeError`."""
    _keys("recipe", recipe, ("format_version", "name", "scale", "minimum_side", "rounds", "final"),
          optional=("description", "source"))
    if recipe["format_version"] != FORMAT_VERSION or isinstance(recipe["format_version"], bool):
        raise RecipeError(f"format_version is {recipe['format_version']!r}; this program reads {FORMAT_VERSION}")
    for key in ("name", "description", "source"):
        if not isinstance(recipe.get(key, ""), str):
            raise RecipeError(f"{key} must be text")
    if not recipe["name"]:
        raise RecipeError("name is empty")
    _whole("scale", recipe["scale"], 1, 16)
    _whole("minimum_side", recipe["minimum_side"], 1, 1024)
    rounds = recipe["rounds"]
    if not isinstance(rounds, list) or len(rounds) > 4:
        raise RecipeError("rounds must be a list of at most 4")
    for index, part in enumerate(rounds):
        _check_round(f"rounds[{index}]", part)
    _check_final("final", recipe["final"])
    return recipe


def _check_round(where: str, part: dict) -> None:
    _keys(where, part, (), optional=("blur", "resize", "noise", "jpeg"))
    for name, check in (("blur", _check_blur), ("resize", _check_resize), ("noise", _check_noise),
                        ("jpeg", _check_jpeg)):
        if name in part:
            check(f"{where}.{name}", part[name])


def _check_blur(where: str, blur: dict) -> None:
    _keys(where, blur, ("probability", "sides", "sigma_pixels", "shapes", "beta_below_one_probability", "sinc"))
    _probability(f"{where}.probability", blur["probability"])
    _sides(f"{where}.sides", blur["sides"])
    _range(f"{where}.sigma_pixels", blur["sigma_pixels"], 0.05, 100)
    _probability(f"{where}.beta_below_one_probability", blur["beta_below_one_probability"])
    _keys(f"{where}.shapes", blur["shapes"], SHAPES)
    for name, shape in blur["shapes"].items():
        inner = f"{where}.shapes.{name}"
        _keys(inner, shape, ("probability", "isotropic_probability") + (() if name == "gaussian" else ("beta",)))
        _probability(f"{inner}.probability", shape["probability"])
        _probability(f"{inner}.isotropic_probability", shape["isotropic_probability"])
        if name != "gaussian":
            low, high = _range(f"{inner}.beta", shape["beta"], 0.1, 20)
            if not low <= 1 <= high:
                raise RecipeError(f"{inner}.beta must contain 1")
    _sum_to_one(f"{where}.shapes", [shape["probability"] for shape in blur["shapes"].values()])
    inner, sinc = f"{where}.sinc", blur["sinc"]
    _keys(inner, sinc, ("probability", "wide_from_side", "narrow_cutoff_radians", "wide_cutoff_radians"))
    _probability(f"{inner}.probability", sinc["probability"])
    _whole(f"{inner}.wide_from_side", sinc["wide_from_side"], 1, 101)
    _cutoff(f"{inner}.narrow_cutoff_radians", sinc["narrow_cutoff_radians"])
    _cutoff(f"{inner}.wide_cutoff_radians", sinc["wide_cutoff_radians"])


def _check_resize(where: str, resize: dict) -> None:
    chances = ("enlarge_probability", "reduce_probability", "keep_probability")
    _keys(where, resize, ("probability", "relative_to", *chances, "enlarge_factor", "reduce_factor", "methods"))
    _probability(f"{where}.probability", resize["probability"])
    if resize["relative_to"] not in ("input", "output"):
        raise RecipeError(f'{where}.relative_to must be "input" or "output"')
    for chance in chances:
        _probability(f"{where}.{chance}", resize[chance])
    _sum_to_one(where, [resize[chance] for chance in chances])
    _range(f"{where}.enlarge_factor", resize["enlarge_factor"], 1, 8)
    _range(f"{where}.reduce_factor", resize["reduce_factor"], 0.01, 1)
    _methods(f"{where}.methods", resize["methods"])


def _check_noise(where: str, noise: dict) -> None:
    chances = ("probability", "gaussian_probability", "grey_probability")
    _keys(where, noise, (*chances, "gaussian_sigma_8_bit", "poisson_scale"))
    for chance in chances:
        _probability(f"{where}.{chance}", noise[chance])
    _range(f"{where}.gaussian_sigma_8_bit", noise["gaussian_sigma_8_bit"], 0, 255)
    _range(f"{where}.poisson_scale", noise["poisson_scale"], 0, 100)


def _check_jpeg(where: str, jpeg: dict) -> None:
    _keys(where, jpeg, ("probability", "quality"))
    _probability(f"{where}.probability", jpeg["probability"])
    _range(f"{where}.quality", jpeg["quality"], 1, 100)


def _check_final(where: str, final: dict) -> None:
    _keys(where, final, ("methods", "jpeg_last_probability"), optional=("sinc", "jpeg"))
    _methods(f"{where}.methods", final["methods"])
    _probability(f"{where}.jpeg_last_probability", final["jpeg_last_probability"])
    if "sinc" in final:
        inner, sinc = f"{where}.sinc", final["sinc"]
        _keys(inner, sinc, ("probability", "sides", "cutoff_radians"))
        _probability(f"{inner}.probability", sinc["probability"])
        _sides(f"{inner}.sides", sinc["sides"])
        _cutoff(f"{inner}.cutoff_radians", sinc["cutoff_radians"])
    if "jpeg" in final:
        _check_jpeg(f"{where}.jpeg", final["jpeg"])


def _keys(where: str, value: dict, required: tuple, optional: tuple = ()) -> None:
    if not isinstance(value, dict):
        raise RecipeError(f"{where} must be an object")
    missing = [key for key in required if key not in value]
    unknown = [key for key in value if key not in required and key not in optional]
    if missing or unknown:
        said = [f"{word}: {', '.join(keys)}" for word, keys in (("missing", missing), ("unknown", unknown)) if keys]
        raise RecipeError(f"{where}: {'; '.join(said)}")


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RecipeError(f"{where} must be a number")
    return value


def _whole(where: str, value: object, low: int, high: int) -> int:
    if _number(where, value) != int(value) or not low <= value <= high:
        raise RecipeError(f"{where} is {value}; it must be a whole number from {low} to {high}")
    return int(value)


def _probability(where: str, value: object) -> None:
    if not 0 <= _number(where, value) <= 1:
        raise RecipeError(f"{where} is {value}; it must be from 0 to 1")


def _range(where: str, value: object, low: float, high: float) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise RecipeError(f"{where} must be two numbers, lowest and highest")
    first, last = (_number(where, end) for end in value)
    if not low <= first <= last <= high:
        raise RecipeError(f"{where} is {value}; it must rise, from {low:g} at least to {high:g} at most")
    return first, last


def _sides(where: str, value: object) -> None:
    for side in _range(where, value, 1, 101):
        if side % 2 != 1:
            raise RecipeError(f"{where} is {value}; a kernel's side is odd")


def _cutoff(where: str, value: object) -> None:
    _range(where, value, 0.1, math.pi)


def _methods(where: str, value: object) -> None:
    if not isinstance(value, list) or not value or any(method not in METHODS for method in value) \
            or len(set(value)) != len(value):
        raise RecipeError(f"{where} must name some of {', '.join(METHODS)}, each once")


def _sum_to_one(where: str, probabilities: list[float]) -> None:
    if abs(sum(probabilities) - 1) > 1e-6:
        raise RecipeError(f"{where}: the probabilities add up to {sum(probabilities):g}, not 1")


def _without_repeats(pairs: list[tuple]) -> dict:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise RecipeError(f"a key stands twice: {next(key for key in keys if keys.count(key) > 1)}")
    return dict(pairs)


def _refuse_constant(text: str) -> None:
    raise RecipeError(f"{text} is not a number")
