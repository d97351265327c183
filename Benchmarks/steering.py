"""What tags do to retrieval: the share of textures that come from the right content.

    python3 steering.py CORPUS --program ../.build/release/promptscaler

CORPUS is the folder of training photos that `steering.csv` names, each with what fills it, judged by eye.
In every content each third photo, four at most, is held out; the others are laid into folders named by
their content, with the folder's name as their tag, and make a memory. Of a held-out photo the middle
512×512 pixels are made four times smaller, and `promptscaler memory query` looks for their textures:
without tags, with the photo's own content as tag, and with another content's. The program gives the
cosines of all entries once for each photo, from which the ranking follows for every tag and weight; for
one photo of each content the program is asked with the tag, too, and must agree. Needs NumPy and Pillow.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
HELD_OUT = 4  # photos of each content, at most
SIDE, SCALE = 512, 4  # pixels
TOP = 8  # textures for each patch


def contents() -> dict[str, list[str]]:
    """The photos of each content, in order."""
    result: dict[str, list[str]] = {}
    with open(HERE / "steering.csv", newline="") as file:
        for row in csv.DictReader(file):
            result.setdefault(row["content"], []).append(row["file"])
    return {name: sorted(files) for name, files in sorted(result.items())}


def lay_out(corpus: pathlib.Path, folder: pathlib.Path) -> list[tuple[pathlib.Path, str]]:
    """Links the memory's photos into `folder` by content, writes its tags and the held-out photos."""
    held_out, tags = [], ["file,tags"]
    for content, files in contents().items():
        out = set(files[::3][:HELD_OUT])
        for name in files:
            if name in out:
                photo = folder / "held out" / f"{content}-{pathlib.Path(name).stem}.png"
                original = folder / "originals" / photo.name
                for path in (photo, original):
                    path.parent.mkdir(exist_ok=True)
                image = Image.open(corpus / name).convert("RGB")
                left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
                if left < 0 or top < 0:
                    raise SystemExit(f"{name}: smaller than {SIDE}×{SIDE} pixels")
                image = image.crop((left, top, left + SIDE, top + SIDE))
                image.save(original)
                image.resize((SIDE // SCALE, SIDE // SCALE), Image.BICUBIC).save(photo)
                held_out.append((photo, content))
            else:
                link = folder / "photos" / content / name
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to((corpus / name).resolve())
                tags.append(f"{content}/{name},{content}")
    (folder / "tags.csv").write_text("\n".join(tags) + "\n")
    return held_out


def query(program: str, memory: pathlib.Path, photo: pathlib.Path, top: int, *options: str) -> list[list[dict]]:
    """The entries of each patch of a photo, as `memory query` gives them."""
    return [patch["matches"] for patch in answers(program, memory, photo, top, *options)]


def answers(program: str, memory: pathlib.Path, photo: pathlib.Path, top: int, *options: str) -> list[dict]:
    """Position and matches of each patch of a photo."""
    command = [program, "memory", "query", str(memory), str(photo), "--json", "--scale", str(SCALE),
               "--top", str(top), *options]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def content_of(match: dict) -> str:
    return match["source"].split("/")[0]


def steered(patches: list[list[dict]], tag: str | None, weight: float) -> list[list[dict]]:
    """The best textures when every entry's cosine is known: what `--tags` and `--tag-weight` do.

    Each entry has one tag here, so its agreement is 0 or 1. The sum is that of 32-bit numbers.
    """
    def rank(match: dict) -> tuple[float, float, int]:
        similarity = np.float32(match["similarity"])
        bonus = np.float32(weight if content_of(match) == tag else 0)
        return (-float(similarity + bonus), -float(similarity), match["entry"])
    return [sorted(matches, key=rank)[:TOP] for matches in patches]


def share(patches: list[list[dict]], content: str) -> float:
    matches = [match for patch in patches for match in patch]
    return sum(content_of(match) == content for match in matches) / len(matches)


def check(arguments: argparse.Namespace, memory: pathlib.Path, photo: pathlib.Path, tag: str,
          everything: list[list[dict]]) -> None:
    """Ends if the program itself ranks otherwise than `steered` says."""
    weight = arguments.weights[len(arguments.weights) // 2]
    found = query(arguments.program, memory, photo, TOP, "--tags", tag, "--tag-weight", str(weight))
    expected = steered(everything, tag, weight)
    if [[m["entry"] for m in patch] for patch in found] != [
            [m["entry"] for m in patch] for patch in expected]:
        raise SystemExit(f"{photo.name}: 'memory query --tags' ranks otherwise")


def report(held_out: list[tuple[pathlib.Path, str]], plain: dict, weights: list[float]) -> None:
    names = list(contents())

    def other(content: str) -> str:
        return names[(names.index(content) + 1) % len(names)]

    def row(title: str, results: list[list[list[dict]]]) -> None:
        count = len(results)
        right = sum(share(found, own) for found, (_, own) in zip(results, held_out)) / count
        named = sum(share(found, other(own)) for found, (_, own) in zip(results, held_out)) / count
        cosines = [m["similarity"] for found in results for patch in found for m in patch]
        print(f"| {title} | {100 * right:.1f} % | {100 * named:.1f} % | {np.mean(cosines):.3f} |")

    print("\n| tags, weight | right content | the wrong tag's content | mean cosine |\n|---|---|---|---|")
    row("none", [steered(plain[photo], None, 0) for photo, _ in held_out])
    for weight in weights:
        row(f"right, {weight}", [steered(plain[photo], own, weight) for photo, own in held_out])
    for weight in weights:
        row(f"wrong, {weight}",
            [steered(plain[photo], other(own), weight) for photo, own in held_out])

    entries = next(iter(plain.values()))[0]
    middle = weights[len(weights) // 2]
    print(f"\n| content | of all entries | right without tags | right with its tag, {middle} |\n"
          "|---|---|---|---|")
    for content in names:
        own = [plain[photo] for photo, kind in held_out if kind == content]
        without = np.mean([share(steered(found, None, 0), content) for found in own])
        with_tag = np.mean([share(steered(found, content, middle), content) for found in own])
        print(f"| {content} | {100 * share([entries], content):.1f} % | {100 * without:.1f} % | "
              f"{100 * with_tag:.1f} % |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpus", type=pathlib.Path, help="the folder of training photos")
    parser.add_argument("--program", default="promptscaler", help="the promptscaler to measure")
    parser.add_argument("--weights", type=float, nargs="+", default=[0.02, 0.05, 0.1, 0.2, 0.5])
    parser.add_argument("--initial", type=int, default=4000, help="patches that are encoded")
    parser.add_argument("--size", type=int, default=400, help="entries of the memory, 1000 at most")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        held_out = lay_out(arguments.corpus, folder)
        memory = folder / "textures"
        subprocess.run(
            [arguments.program, "memory", "build", str(folder / "photos"), "-o", str(memory), "--tags",
             str(folder / "tags.csv"), "--initial", str(arguments.initial), "--size",
             str(arguments.size)], check=True)
        print(f"{len(held_out)} held-out photos, {TOP} textures for each patch", flush=True)
        plain, checked = {}, set()
        for photo, content in held_out:
            plain[photo] = query(arguments.program, memory, photo, arguments.size)
            if content not in checked:
                checked.add(content)
                check(arguments, memory, photo, content, plain[photo])
    report(held_out, plain, arguments.weights)


if __name__ == "__main__":
    main()
