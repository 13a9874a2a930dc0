#!/usr/bin/python3
"""Pictures of result files: tools/plot.py FILE.h5 ... --out DIR

For each chain: convergence over rounds and over simulated time with the baselines, each institution alone against
together, bytes published, a timeline of who computed, sent, received and waited with the faults above it, the blocks by
proposer with their forks, and how long they took to spread and to become final. Several files are drawn over one another
(convergence, bytes) or side by side (the others). Files of runs that did not finish work too.
"""
import argparse
import pathlib
import sys

from plotting.chain import plot_chain
from plotting.convergence import plot_convergence
from plotting.institutions import plot_institutions
from plotting.published import plot_bytes
from plotting.result import Run
from plotting.style import RUN_STYLES
from plotting.timeline import plot_timelines


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE.h5", type=pathlib.Path)
    parser.add_argument("--out", required=True, metavar="DIR", type=pathlib.Path, help="where the pictures go")
    parser.add_argument("--timeline-rounds", type=int, default=4, metavar="N", help="rounds that the timeline shows (default 4)")
    return parser.parse_args()


def unique_names(files):
    """Stems of the files, with their folder's name where two have the same."""
    stems = [file.stem for file in files]
    return [file.stem if stems.count(file.stem) == 1 else f"{file.resolve().parent.name}-{file.stem}" for file in files]


def load(files):
    runs = []
    for file, name in zip(files, unique_names(files)):
        try:
            runs.append(Run(file, name))
        except OSError as reason:
            sys.exit(f"plot.py: {file}: {reason}")
        if pathlib.Path(str(file) + ".journal").exists():
            print(f"plot.py: {file}: the run was killed or is going on; `polyclinic show` brings a killed run's file up to date",
                  file=sys.stderr)
    return runs


def main():
    options = arguments()
    if len(options.files) > len(RUN_STYLES):
        sys.exit(f"plot.py: {len(options.files)} files, at most {len(RUN_STYLES)} can be told apart in one picture")
    runs = load(options.files)
    options.out.mkdir(parents=True, exist_ok=True)
    for chain in sorted({chain for run in runs for chain in run.chains()}):
        those = [run for run in runs if chain in run.chains()]
        plot_convergence(those, chain, options.out)
        plot_institutions(those, chain, options.out)
        plot_bytes(those, chain, options.out)
        plot_timelines(those, chain, options.out, options.timeline_rounds)
        plot_chain(those, chain, options.out)


if __name__ == "__main__":
    main()
