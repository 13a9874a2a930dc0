#!/usr/bin/python3
"""Times three published workloads against a bare LibTorch loop that takes the same training steps without any simulator.

    tools/bench/bench.py [--build DIR] [--data DIR] [--threads N] [--runs N] [W1 W2 W3]

Both run in turn, several times; seconds are of the work after the data are loaded, the ratio is the median of the pairs.
The loop does not evaluate, so neither does the simulator while it is timed; one more run shows what was learned.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import h5py

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def bare_loop_s(build, workload, threads, data):
    command = [build / "bin" / "bare_loop", workload, "--threads", str(threads), "--data", data]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(output)


def simulate(arguments, workload, folder, *options):
    """The attributes of /run, and the last round's row."""
    result = pathlib.Path(folder) / "result.h5"
    command = [arguments.build / "bin" / "polyclinic", "run", HERE / f"{workload.lower()}.toml", "--out", result, "--force",
               "--quiet", "--threads", str(arguments.threads), "--data", arguments.data, *options]
    subprocess.run(command, check=True)
    with h5py.File(result) as file:
        return dict(file["run"].attrs), file["chains/digits/rounds"][-1]


def report(workload, bare_s, own_s, run):
    print(f"  {workload}: bare loop {bare_s:.2f} s, polyclinic {own_s:.2f} s (+ {run['startup_s']:.2f} s start-up), of workers' "
          f"time {run['training_s']:.2f} s training, {run['sharing_s']:.2f} s sharing, {run['aggregation_s']:.2f} s "
          f"aggregation; simulation {run['simulation_s']:.2f} s", flush=True)


def measure(arguments, workload):
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.runs):
            bare_s = bare_loop_s(arguments.build, workload, arguments.threads, arguments.data)
            run, _ = simulate(arguments, workload, folder)
            pairs.append((bare_s, run["wall_s"] - run["startup_s"]))
            report(workload, *pairs[-1], run)
        run, last = simulate(arguments, workload, folder, "--set", "evaluation.every=1000000")
    bare_s, own_s = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(own / bare for bare, own in pairs)
    print(f"{workload}: bare loop {bare_s:.2f} s, polyclinic {own_s:.2f} s, ratio {ratio:.2f}; evaluated before and after, "
          f"{run['wall_s'] - run['startup_s']:.2f} s, accuracy {last['test_accuracy']:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", default=["W1", "W2", "W3"])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--data", default=os.environ.get("POLYCLINIC_DATA", str(ROOT / "datasets")))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    if not (arguments.build / "bin" / "bare_loop").exists():
        sys.exit(f"build it first: ninja -C {arguments.build} bare_loop polyclinic")
    for workload in arguments.workloads:
        measure(arguments, workload)


if __name__ == "__main__":
    main()
