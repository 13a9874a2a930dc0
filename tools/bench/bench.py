#!/usr/bin/python3
"""Times three published workloads against a bare LibTorch loop that takes the same training steps without any simulator.

    tools/bench/bench.py [--build DIR] [--data DIR] [--threads N] [--runs N] [W1 W2 W3]

Both run in turn, several times; seconds are of the work after the data are loaded, the ratio is the median of the pairs.
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


def simulator_s(build, workload, threads, data, folder):
    result = pathlib.Path(folder) / "result.h5"
    command = [build / "bin" / "polyclinic", "run", HERE / f"{workload.lower()}.toml", "--out", result, "--force", "--quiet",
               "--threads", str(threads), "--data", data]
    subprocess.run(command, check=True)
    with h5py.File(result) as file:
        run = dict(file["run"].attrs)
        accuracy = file["chains/digits/rounds"]["test_accuracy"][-1]
    return run["wall_s"] - run["startup_s"], run, accuracy


def measure(arguments, workload):
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.runs):
            bare_s = bare_loop_s(arguments.build, workload, arguments.threads, arguments.data)
            own_s, run, accuracy = simulator_s(arguments.build, workload, arguments.threads, arguments.data, folder)
            pairs.append((bare_s, own_s))
            print(f"  {workload}: bare loop {bare_s:.2f} s, polyclinic {own_s:.2f} s (+ {run['startup_s']:.2f} s start-up), "
                  f"of workers' time {run['training_s']:.2f} s training, {run['sharing_s']:.2f} s sharing; "
                  f"simulation {run['simulation_s']:.2f} s; accuracy {accuracy:.3f}", flush=True)
    bare_s, own_s = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(own / bare for bare, own in pairs)
    print(f"{workload}: bare loop {bare_s:.2f} s, polyclinic {own_s:.2f} s, ratio {ratio:.2f}", flush=True)


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
