#!/usr/bin/python3
"""Pictures of result files: tools/plot.py FILE.h5 ... --out DIR, or of studies: tools/plot.py STUDY_DIR ... --out DIR

For each chain: convergence over rounds and over simulated time with the baselines, each institution alone against
together, bytes published, a timeline of who computed, sent, received and waited with the faults above it, the blocks by
proposer with their forks, and how long they took to spread and to become final. Several files are drawn over one another
(convergence, bytes) or side by side (the others). Files of runs that did not finish work too.

Where there were probes, also what they found: leakage against the shared fraction, the accuracy and epsilon, label skill, ROC curves,
reconstructions; of several files, and of all complete runs of a study's folder, together.
"""
import argparse
import pathlib
import sys

from plotting.chain import plot_chain
from plotting.convergence import plot_convergence
from plotting.institutions import plot_institutions
from plotting.leakage import plot_leakage
from plotting.published import plot_bytes
from plotting.result import Run, runs_of_study, set_arms
from plotting.style import RUN_STYLES
from plotting.timeline import plot_timelines


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE.h5|STUDY_DIR", type=pathlib.Path)
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


def chains_of(runs):
    return sorted({chain for run in runs for chain in run.chains()})


def plot_studies(folders, out):
    for folder in folders:
        try:
            runs = runs_of_study(folder)
        except OSError as reason:
            sys.exit(f"plot.py: {folder}: {reason}")
        own = out if len(folders) == 1 else out / folder.resolve().name
        own.mkdir(parents=True, exist_ok=True)
        for chain in chains_of(runs):
            plot_leakage(runs, chain, own, study=True)


def plot_runs(files, options):
    runs = load(files)
    set_arms(runs)
    for chain in chains_of(runs):
        those = [run for run in runs if chain in run.chains()]
        plot_convergence(those, chain, options.out)
        plot_institutions(those, chain, options.out)
        plot_bytes(those, chain, options.out)
        plot_timelines(those, chain, options.out, options.timeline_rounds)
        plot_chain(those, chain, options.out)
        plot_leakage(those, chain, options.out)


def main():
    options = arguments()
    folders = [path for path in options.files if path.is_dir()]
    files = [path for path in options.files if not path.is_dir()]
    if len(files) > len(RUN_STYLES):
        sys.exit(f"plot.py: {len(files)} files, at most {len(RUN_STYLES)} can be told apart in one picture")
    options.out.mkdir(parents=True, exist_ok=True)
    if files:
        plot_runs(files, options)
    plot_studies(folders, options.out)


if __name__ == "__main__":
    main()
