"""Mixes the averaged weights of two checkpoints of one network, of which the second was trained on from the first.

    python3 mix_checkpoints.py runs/first/checkpoint.pt runs/second/checkpoint.pt runs/mixed.pt --share 0.5

What two stages of adversarial training draw where nothing is differs more than what they draw where something is, so the
mean of both is cleaner than either (Wortsman et al. 2022, "Model soups"). The result can be exported, not trained on.
"""

from __future__ import annotations

import argparse
import pathlib

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second", type=pathlib.Path)
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second, 0…1")
    a = parser.parse_args()
    if not 0 <= a.share <= 1:
        parser.error(f"a share is from 0 to 1, not {a.share}")
    first, second = (torch.load(path, map_location="cpu", weights_only=True) for path in (a.first, a.second))
    if first["average"].keys() != second["average"].keys():
        parser.error("the checkpoints are not of one network")
    for name, value in second["average"].items():
        if value.is_floating_point():
            second["average"][name] = torch.lerp(first["average"][name].float(), value.float(), a.share)
    # The card tells the training of both, and once what both went through.
    runs = first["runs"] + [run for run in second["runs"] if run not in first["runs"]]
    torch.save({"average": second["average"], "data": second["data"], "runs": runs}, a.result)


if __name__ == "__main__":
    main()
