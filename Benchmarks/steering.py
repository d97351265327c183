"""What tags do to retrieval: the share of textures that come from the right content.

    python3 steering.py CORPUS --program ../.build/release/promptscaler

CORPUS is the folder of training photos that `steering.csv` names, each with what fills it, judged by eye.
In every content each third photo, four at most, is held out; the others are laid into folders named by
their content, with the folder's name as their tag, and make a memory. Of a held-out photo the middle
512×512 pixels are made four times smaller, and `promptscaler memory query` looks for their textures:
without tags, with the photo's own content as tag, and with another content's. Needs Pillow.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import subprocess
import tempfile

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
                photo.parent.mkdir(exist_ok=True)
                image = Image.open(corpus / name).convert("RGB")
                left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
                if left < 0 or top < 0:
                    raise SystemExit(f"{name}: smaller than {SIDE}×{SIDE} pixels")
                image = image.crop((left, top, left + SIDE, top + SIDE))
                image.resize((SIDE // SCALE, SIDE // SCALE), Image.BICUBIC).save(photo)
                held_out.append((photo, content))
            else:
                link = folder / "photos" / content / name
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to((corpus / name).resolve())
                tags.append(f"{content}/{name},{content}")
    (folder / "tags.csv").write_text("\n".join(tags) + "\n")
    return held_out


def query(program: str, memory: pathlib.Path, photo: pathlib.Path, tag: str | None,
          weight: float) -> tuple[dict[str, float], float]:
    """The share of each content among a photo's textures, and their mean cosine."""
    command = [program, "memory", "query", str(memory), str(photo), "--json", "--scale", str(SCALE),
               "--top", str(TOP)]
    if tag is not None:
        command += ["--tags", tag, "--tag-weight", str(weight)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    matches = [match for line in lines for match in json.loads(line)["matches"]]
    shares: dict[str, float] = {}
    for match in matches:
        content = match["source"].split("/")[0]
        shares[content] = shares.get(content, 0) + 1 / len(matches)
    return shares, sum(match["similarity"] for match in matches) / len(matches)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpus", type=pathlib.Path, help="the folder of training photos")
    parser.add_argument("--program", default="promptscaler", help="the promptscaler to measure")
    parser.add_argument("--weights", type=float, nargs="+", default=[0.02, 0.05, 0.1, 0.2, 0.5])
    parser.add_argument("--initial", type=int, default=4000, help="patches that are encoded")
    parser.add_argument("--size", type=int, default=400, help="entries of the memory")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        held_out = lay_out(arguments.corpus, folder)
        memory = folder / "textures"
        subprocess.run(
            [arguments.program, "memory", "build", str(folder / "photos"), "-o", str(memory), "--tags",
             str(folder / "tags.csv"), "--initial", str(arguments.initial), "--size",
             str(arguments.size)], check=True)
        names = list(contents())
        print(f"{len(held_out)} held-out photos, {TOP} textures for each patch")
        plain = {photo: query(arguments.program, memory, photo, None, 0) for photo, _ in held_out}
        print("\n| content | photos | right without tags |\n|---|---|---|")
        for content in names:
            shares = [plain[photo][0].get(content, 0) for photo, own in held_out if own == content]
            print(f"| {content} | {len(shares)} | {100 * sum(shares) / len(shares):.1f} % |")

        def row(title: str, results: list[tuple[dict[str, float], float]], wrong: list[str]) -> None:
            count = len(results)
            right = sum(shares.get(own, 0) for (shares, _), (_, own) in zip(results, held_out)) / count
            named = sum(shares.get(tag, 0) for (shares, _), tag in zip(results, wrong)) / count
            cosine = sum(value for _, value in results) / count
            print(f"| {title} | {100 * right:.1f} % | {100 * named:.1f} % | {cosine:.3f} |", flush=True)

        def other(content: str) -> str:
            return names[(names.index(content) + 1) % len(names)]

        wrong = [other(own) for _, own in held_out]
        print("\n| tags, weight | right content | the wrong tag's content | mean cosine |\n|---|---|---|---|")
        row("none", [plain[photo] for photo, _ in held_out], wrong)
        for weight in arguments.weights:
            for title, tags in (("right", [own for _, own in held_out]), ("wrong", wrong)):
                results = [query(arguments.program, memory, photo, tag, weight)
                           for (photo, _), tag in zip(held_out, tags)]
                row(f"{title}, {weight}", results, wrong)


if __name__ == "__main__":
    main()
