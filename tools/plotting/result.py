"""Reading a result file (docs/results.md)."""
import pathlib
import re

import h5py
import numpy as np


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


class Run:
    """One result file: its tables as structured arrays, by path."""

    def __init__(self, path, name, arm=""):
        self.name = name
        self.arm = arm  # what sets it apart from other runs, but for the seed and the fraction that is published
        self.path = path
        self.tables = {}
        with h5py.File(path, "r") as file:
            if text(file.attrs.get("format", "")) != "polyclinic":
                raise OSError("not a result of polyclinic")
            self.complete = bool(file.attrs.get("complete", 0))
            self.seed = int(file.attrs.get("seed", 0))
            self.scenario = text(file["scenario"][()]) if "scenario" in file else ""
            file.visititems(self._keep)

    def _keep(self, path, item):
        if isinstance(item, h5py.Dataset) and item.dtype.names:
            self.tables[path] = item[:]

    def table(self, path):
        """The table at `path`, or None where it is missing or empty."""
        found = self.tables.get(path)
        return found if found is not None and len(found) else None

    def chains(self):
        return sorted({path.split("/")[1] for path in self.tables if path.startswith("chains/")})

    def of_chain(self, path, chain):
        """The rows of a table of all chains that belong to `chain`, or None."""
        found = self.table(path)
        if found is None:
            return None
        rows = found[found["chain"] == chain.encode()]
        return rows if len(rows) else None

    def institution_names(self, chain):
        rows = self.of_chain("institutions", chain)
        return {} if rows is None else {int(row["institution"]): text(row["name"]) for row in rows}

    def identification_chance(self, chain):
        """By institution, how often one of its images would be identified by picking any training image of its class; of -1, all members'."""
        rows = self.of_chain("institutions", chain)
        if rows is None:
            return {}
        counts = np.array([[float(count) for count in text(row["class_histogram"]).split(",")] for row in rows])
        of_image = np.where(counts.sum(0) > 1, 1 / np.maximum(counts.sum(0), 1), 0)  # the only one of its class is told from nobody
        chances = counts @ of_image / np.maximum(counts.sum(1), 1)
        return {-1: float(counts.sum(0) @ of_image / counts.sum())} | {int(row["institution"]): chance for row, chance in zip(rows, chances)}

    def galleries(self, chain):
        """Originals and reconstructions, (n, channels, height, width) in 0 .. 1, by "ATTACK-OBSERVER-round-R"."""
        with h5py.File(self.path, "r") as file:
            found = file.get(f"leakage/images/{chain}", {})
            return {name: (item["original"][()], item["reconstruction"][()]) for name, item in found.items()
                    if isinstance(item, h5py.Group)}

    def mean_image(self, chain):
        """The mean of the attacker's public images, or None."""
        with h5py.File(self.path, "r") as file:
            path = f"leakage/images/{chain}/mean"
            return file[path][()] if path in file else None

    def label(self):
        return self.name if self.complete else self.name + " (incomplete)"


def evaluated(rows, column):
    return rows[np.isfinite(rows[column])]


def arm_of(point):
    """A point's name without the fraction that is published: "body_fraction=0.1" is "body"."""
    return re.sub(r"(?:^|(?<!download)_)(?:sharing\.)?fraction=[^_]*", "", point).strip("_")


def runs_of_study(folder):
    """The complete runs of a study's folder, as its manifest has them. Raises OSError where there is none."""
    folder = pathlib.Path(folder)
    with h5py.File(folder / "study.h5", "r") as file:
        if text(file.attrs.get("format", "")) != "polyclinic-study":
            raise OSError("not the manifest of a study")
        rows = file["runs"][:]
    return [Run(folder / text(row["file"]), text(row["run"]), arm_of(text(row["point"]))) for row in rows
            if text(row["state"]) == "complete"]


def set_arms(runs):
    """Runs of one scenario, but for seed and fraction, are one arm; others are told apart by their names."""
    bare = [re.sub(r"(?m)^(seed|name|fraction) = .*$", "", run.scenario) for run in runs]
    for run, own in zip(runs, bare):
        run.arm = "" if own == bare[0] and len(set(bare)) == 1 else run.name
