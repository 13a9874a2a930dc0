#!/usr/bin/python3
"""What a sweep costs beyond its runs, and what the store of jobs saves.

    tools/bench/sweep_bench.py [STUDY.toml] [--program FILE] [--cores N] [--out DIR]

Three sweeps of one study: `singles` does the runs one at a time, without a store, each with N threads as `polyclinic run` does, and
gives the processor seconds that they need by themselves; `plain` does them side by side on N cores without a store; `store` the same with one.
The ratios are of seconds on the wall to singles' processor seconds / N: 1 is a sweep that costs nothing and leaves no core idle.
On a machine that does other work, too, the wall says little; processor seconds of the three sweeps then tell more.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import h5py

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SWEEPS = {"singles": (1, "none"), "plain": (None, "none"), "store": (None, None)}


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def runs_cpu_s(manifest):
    with h5py.File(manifest) as file:
        return float(file["wall"]["cpu_s"].sum())


def sweep(arguments, name):
    """Seconds on the wall, processor seconds of all its processes, and those of the runs as their files tell them."""
    jobs, store = SWEEPS[name]
    out = arguments.out / name
    command = [arguments.program, "sweep", arguments.study, "--out", out, "--quiet",
               "--jobs", str(jobs or arguments.cores), *(["--store", store] if store else [])]
    cores = sorted(os.sched_getaffinity(0))[:arguments.cores]
    cpu_s, begin = children_cpu_s(), time.monotonic()
    subprocess.run(command, check=True, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    measured = time.monotonic() - begin, children_cpu_s() - cpu_s, runs_cpu_s(out / "study.h5")
    print("{:8} {:9.1f} s on the wall, {:9.1f} processor seconds, of which {:9.1f} in runs".format(name, *measured), flush=True)
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", nargs="?", type=pathlib.Path, default=ROOT / "scenarios" / "studies" / "fraction.toml")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build" / "release" / "bin" / "polyclinic")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path, help="keeps the sweeps' folders there")
    arguments = parser.parse_args()
    if not arguments.program.exists():
        sys.exit(f"build it first: ninja -C {ROOT / 'build' / 'release'} polyclinic")
    with tempfile.TemporaryDirectory() as folder:
        arguments.out = arguments.out or pathlib.Path(folder)
        measured = {name: sweep(arguments, name) for name in SWEEPS}
    ideal_s = measured["singles"][1] / arguments.cores
    for name in ("plain", "store"):
        wall_s, cpu_s, _ = measured[name]
        print(f"{name}: wall / (singles' processor seconds / {arguments.cores}) = {wall_s / ideal_s:.3f}; "
              f"processor seconds / singles' = {cpu_s / measured['singles'][1]:.3f}")


if __name__ == "__main__":
    main()
