#!/usr/bin/python3
"""Times chains without training: how fast the simulation of consensus is, and how much memory it takes.

    tools/bench/chain_bench.py [--build DIR] [--runs N] [chain-pow chain-pow-large chain-pbft]

Each scenario runs on one core, several times; the fastest run counts. What is judged is the core's time: on a machine that does
something else besides, the wall time says more about that. A message is what one node sends another; events are dated calls of
the simulation and SimGrid's flows.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Seconds and bytes that each may take.
LIMITS = {"chain-pow": (60, 1e9), "chain-pow-large": (60, 1e9), "chain-pbft": (60, 1e9)}


def simulate(arguments, name, folder):
    result = pathlib.Path(folder) / f"{name}.h5"
    command = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0))), arguments.build / "bin" / "polyclinic", "run",
               HERE / f"{name}.toml", "--out", result, "--force", "--quiet", "--threads", "1"]
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"chain_bench: {name} ended with status {os.waitstatus_to_exitcode(status)}")
    with h5py.File(result) as file:
        run, chain = dict(file["run"].attrs), file["chains/chain"]
        blocks = int(chain["summary"][0]["blocks"])
        return used.ru_utime + used.ru_stime, run, blocks, int(chain.attrs["wire_messages"])


def measure(arguments, name):
    with tempfile.TemporaryDirectory() as folder:
        runs = [simulate(arguments, name, folder) for _ in range(arguments.runs)]
    core_s, run, blocks, messages = min(runs, key=lambda figures: figures[0])
    seconds, memory = LIMITS[name]
    fits = core_s < seconds and run["peak_memory_bytes"] < memory
    events = run["dated_calls"] + run["flows"]
    print(f"{name}: {core_s:.1f} s of one core ({run['wall_s']:.1f} s wall), {run['peak_memory_bytes'] / 1e6:.0f} MB, {blocks} "
          f"blocks, {messages} messages, {events} events ({run['flows']} flows), {1e6 * core_s / messages:.2f} us a message: "
          f"{'within' if fits else 'BEYOND'} {seconds} s and {memory / 1e9:g} GB", flush=True)
    return fits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=list(LIMITS))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    unknown = [name for name in arguments.scenarios if name not in LIMITS]
    if unknown:
        sys.exit(f"chain_bench: there is no {', '.join(unknown)}, only {', '.join(LIMITS)}")
    if not all([measure(arguments, name) for name in arguments.scenarios]):
        sys.exit(1)


if __name__ == "__main__":
    main()
