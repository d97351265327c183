#!/usr/bin/env bash
# PSNR and SSIM of the shipped networks on Set5 and Set14: luma, a border of `scale` pixels left out.
#
# Usage: Benchmarks/quality.sh BENCHMARKS [SCALE…]
# BENCHMARKS holds Set5 and Set14 in the layout of the SelfExSR repository:
# Set5/image_SRF_4/img_001_SRF_4_{HR,LR}.png. Wants a release build.
set -euo pipefail

benchmarks=$(cd "$1" && pwd)
shift
program=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.build/release/promptscaler
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for scale in ${*:-2 3 4}; do
    for set in Set5 Set14; do
        pairs=$benchmarks/$set/image_SRF_$scale
        mkdir -p "$work/$set-$scale/"{low,high}
        cp "$pairs"/*_LR.png "$work/$set-$scale/low"
        "$program" upscale "$work/$set-$scale/low" -o "$work/$set-$scale/high" --scale "$scale" --model promptsr \
            --format png >/dev/null 2>&1
        printf '%s x%s: ' "$set" "$scale"
        "$program" evaluate "$pairs" "$work/$set-$scale/high" --suffix _HR:_LR --border "$scale" |
            tail -n 1
    done
done
