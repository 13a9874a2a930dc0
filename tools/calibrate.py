#!/usr/bin/python3
"""Runs scenarios/calibration and prints, row by row, measured beside published (Gervais et al., CCS 2016).

    tools/calibrate.py [--build DIR] [--out DIR] [--jobs N] [--blocks N] [--set KEY=VALUE ...] [ROW ...]

Rows are file names without .toml; all by default. Results stay in --out; rows that lie there are read, not run again, if they come
from the same scenario file with the same --blocks and --set, which FILE.h5.plan beside them holds.
The stale rate's interval is Wilson's, 95 %, as if blocks went stale independently of one another. Propagation: the
published median is that of the nodes' mean times, measured is the mean over blocks of the median over nodes.
"""
import argparse
import concurrent.futures
import math
import pathlib
import subprocess
import sys

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "scenarios" / "calibration"
# Row: what it is called, median propagation in s and stale rate as published (standard relay).
PUBLISHED = {
    "interval-600s": ("10 min", 14.7, 0.0151),
    "interval-150s": ("2.5 min", 4.18, 0.0182),
    "interval-60s": ("1 min", 2.08, 0.0215),
    "interval-10s": ("10 s", 1.0, 0.0477),
    "interval-1s": ("1 s", 0.82, 0.2674),
    "size-1mb": ("1 min, 1 MB", 544.0, 0.4866),
}


def wilson(stale, blocks, z=1.96):
    share, spread = stale / blocks, z * z / blocks
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / blocks + spread / (4 * blocks)) / (1 + spread)
    return middle - half, middle + half


def is_complete(result):
    if not result.exists():
        return False
    with h5py.File(result) as file:
        return bool(file.attrs["complete"])


def was_run(result, record, plan):
    return is_complete(result) and record.exists() and record.read_text() == plan


def run(arguments, row):
    scenario, result = FOLDER / f"{row}.toml", arguments.out / f"{row}.h5"
    record = pathlib.Path(f"{result}.plan")
    options = [f"--set={change}" for change in arguments.set]
    if arguments.blocks:
        options.append(f"--set=chain.bitcoin.load.blocks={arguments.blocks}")
    plan = "\n".join([*options, scenario.read_text()])
    if not was_run(result, record, plan):
        record.unlink(missing_ok=True)  # a run that is killed leaves a result of neither plan
        command = [arguments.build / "bin" / "polyclinic", "run", scenario, "--out", result, "--quiet", "--force", *options]
        subprocess.run(command, check=True)
        record.write_text(plan)
    return row, result


def measure(result):
    with h5py.File(result) as file:
        chain = file["chains/bitcoin"]
        blocks, wall_s = chain["blocks"][:], float(file["run"].attrs["wall_s"])
        nodes = int(chain["summary"][0]["validators"])
    stale = numpy.isin(blocks["status"], [b"stale", b"reversed"])
    settled = stale | (blocks["status"] == b"final")
    propagation_s = numpy.nanmean(blocks["propagation_median_s"][settled])
    return nodes, int(settled.sum()), int(stale.sum()), float(propagation_s), wall_s


def line(row, result):
    name, published_s, published_stale = PUBLISHED[row]
    nodes, blocks, stale, propagation_s, wall_s = measure(result)
    low, high = wilson(stale, blocks)
    return (f"| {name} | {published_s:g} s | {propagation_s:.3g} s | {100 * published_stale:.2f} % | {100 * stale / blocks:.2f} % "
            f"({100 * low:.2f} to {100 * high:.2f}) | {stale / blocks / published_stale:.2f} | {nodes} | {blocks} | {wall_s:.0f} s |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", default=list(PUBLISHED), metavar="ROW")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "results" / "calibration")
    parser.add_argument("--jobs", type=int, default=1, help="rows that run side by side")
    parser.add_argument("--blocks", type=int, help="final blocks a row, instead of the scenario's")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    arguments = parser.parse_args()
    unknown = [row for row in arguments.rows if row not in PUBLISHED]
    if unknown:
        sys.exit(f"calibrate: no row {', '.join(unknown)}; there are {', '.join(PUBLISHED)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    print("| row | median propagation, published | measured | stale, published | stale, measured (95 %) | ratio | nodes | blocks | wall |")
    print("|---|---|---|---|---|---|---|---|---|")
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for row, result in pool.map(lambda row: run(arguments, row), arguments.rows):
            print(line(row, result), flush=True)


if __name__ == "__main__":
    main()
