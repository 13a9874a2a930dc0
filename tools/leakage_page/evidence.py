"""What the studies of leakage measured, read from their runs."""
import collections
import functools
import math
import pathlib
import tomllib

import h5py
import numpy as np

from plotting.epsilon import spent_epsilon
from plotting.measures import cells_of, collected, label_skill, last_score, line_name, mean_over_seeds, mean_skill
from plotting.result import runs_of_study, text


class Study:
    """One study's runs, all of its one chain."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.runs = runs_of_study(self.folder)
        if not self.runs:
            raise OSError("no complete run")
        self.chain = self.runs[0].chains()[0]
        with h5py.File(self.folder / "study.h5", "r") as file:
            self.every = len(file["runs"])
            self.cpu_s = float(np.nansum(file["wall"]["cpu_s"])) if "wall" in file else math.nan

    @property
    def settings(self):
        """What attacks on images were given, as the runs' own scenarios say."""
        found = {}
        for run in self.runs:
            for probe in tomllib.loads(run.scenario).get("probe", []):
                iterations = probe["iterations"] or "their own number of"
                attempts = "1 attempt" if probe["restarts"] == 1 else f"{probe['restarts']} attempts"
                smoothness = "of their own" if probe["total_variation"] < 0 else f"of {probe['total_variation']:g}"
                found[f"{iterations} iterations, {attempts} and a weight of smoothness {smoothness}"] = None
        return list(found)

    @property
    def seeds(self):
        return sorted({run.seed for run in self.runs})

    @functools.cached_property
    def cells(self):
        rows = collected(self.runs, "inversion", self.chain)
        return cells_of(rows) if rows is not None else []

    @functools.cached_property
    def arms(self):
        """Runs by what they are called on the page: the arm, and the fraction where it varies."""
        found = collections.defaultdict(list)
        for run in self.runs:
            found[run.arm, self.fraction_of(run)].append(run)
        return dict(found)

    def fraction_of(self, run):
        rows = run.of_chain("leakage/simple", self.chain)
        rows = rows if rows is not None else run.of_chain("leakage/inversion", self.chain)
        return round(float(np.median(rows["shared_fraction"])), 4) if rows is not None else math.nan

    def score(self, runs, column):
        """Scores lie within 0 and 1, and so do their intervals."""
        return mean_over_seeds([last_score(run, self.chain, column) for run in runs]).within(0, 1)

    def of_rounds(self, runs, figure):
        """figure(rows of a run's table of rounds), over seeds."""
        return mean_over_seeds([float(figure(rows)) for run in runs
                                if (rows := run.table(f"chains/{self.chain}/rounds")) is not None])

    def epsilon(self, runs):
        return mean_over_seeds([spent_epsilon(run, self.chain) for run in runs])

    @functools.cached_property
    def skills(self):
        """(arm or policy, fraction, observer, tier, attack) -> mean skill of label counts over updates, with its interval."""
        rows = collected(self.runs, "labels", self.chain)
        found = collections.defaultdict(list)
        for i, row in enumerate(rows if rows is not None else []):
            found[line_name(_Named(row)), round(float(row["shared_fraction"]), 4), row["observer"], row["tier"], row["attack"]].append(i)
        return {key: label_skill(rows[places]) for key, places in found.items()}

    @functools.cached_property
    def properties(self):
        """(arm, fraction, observer, attack, property) -> mean skill over institutions and seeds."""
        rows = collected(self.runs, "properties", self.chain)
        found = collections.defaultdict(list)
        for i, row in enumerate(rows if rows is not None else []):
            found[line_name(_Named(row)), round(float(row["shared_fraction"]), 4), row["observer"], row["attack"], row["property"]].append(i)
        return {key: mean_skill(rows["error"][places], rows["chance_error"][places], rows[places]) for key, places in found.items()}

    @functools.cached_property
    def membership(self):
        """(arm, fraction, observer, target, attack) -> rows of all seeds."""
        rows = collected(self.runs, "membership", self.chain)
        found = collections.defaultdict(list)
        for i, row in enumerate(rows if rows is not None else []):
            found[line_name(_Named(row)), round(float(row["shared_fraction"]), 4), row["observer"], row["target"], row["attack"]].append(i)
        return {key: rows[places] for key, places in found.items()}

    @functools.cached_property
    def skipped(self):
        """(arm, attack, observer, reason) -> how many attempts."""
        found = collections.Counter()
        for run in self.runs:
            rows = run.of_chain("leakage/skipped", self.chain)
            for row in rows if rows is not None else []:
                found[run.arm, text(row["attack"]), text(row["observer"]), text(row["reason"])] += 1
        return found

    @functools.cached_property
    def unattacked(self):
        """Arms of which no image was attacked where images of others were -> the reason that was given most often."""
        if not self.cells:
            return {}
        attacks = {attack for cell in self.cells for attack in cell.attacks}
        attacked = {cell.place.arm for cell in self.cells}
        found = {}
        for (arm, attack, _, reason), _ in self.skipped.most_common():
            if arm not in attacked and attack in attacks:
                found.setdefault(arm, reason)
        return found


class _Named:
    """A row's arm and policy, as line_name() reads them."""

    def __init__(self, row):
        self.arm, self.policy = row["arm"], row["policy"]


def study_of(folder):
    """None where the study was not carried out, or has no complete run."""
    try:
        return Study(folder)
    except OSError:
        return None
