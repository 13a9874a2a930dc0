"""What the studies of the claims measured, read from their manifests."""
import pathlib

from plotting.measures import Interval, mean_over_seeds
from polyclinic_results import ResultError, open_study


def of_row(row, mean="mean"):
    return Interval(float(row[mean]), float(row["low"]), float(row["high"]), int(row["count"]))


class Evidence:
    """One study's figures, looked up by what they are of."""

    def __init__(self, folder):
        self.study = open_study(folder)
        self.folder = pathlib.Path(folder)

    @property
    def runs(self):
        """Complete runs, and all."""
        return int((self.study.runs["state"] == "complete").sum()), len(self.study.runs)

    @property
    def seeds(self):
        return sorted(set(self.study.runs["seed"]))

    @property
    def cpu_s(self):
        return float(self.study.wall["cpu_s"].sum())

    @staticmethod
    def _one(table, mean="mean", **where):
        for column, value in where.items():
            table = table[table[column] == value]
        return of_row(table.iloc[0], mean) if len(table) else Interval()

    def value(self, point, chain, metric, series="collaboration"):
        return self._one(self.study.statistics, point=point, chain=chain, metric=metric, series=series)

    def difference(self, point, chain, metric, kind="point", against=None):
        where = {"point": point, "chain": chain, "metric": metric, "kind": kind}
        return self._one(self.study.comparisons, "difference", **where, **({"against": against} if against else {}))

    def ratio(self, point, chain, measure):
        table = self.study.ratios
        found = table[(table["point"] == point) & (table["chain"] == chain) & (table["measure"] == measure)]
        return found.iloc[0] if len(found) else None

    def figures(self, point, chain, metric):
        """By seed, of the collaboration."""
        table = self.study.figures
        rows = table[(table["point"] == point) & (table["chain"] == chain) & (table["series"] == "collaboration")]
        return dict(zip(rows["seed"], rows[metric]))

    def paired(self, first, second):
        """The difference of two dicts by seed, over the seeds that both have."""
        return mean_over_seeds([first[seed] - second[seed] for seed in sorted(first.keys() & second.keys())])

    def personal(self, point, chain, method, metric):
        return self._one(self.study.personal_statistics, point=point, chain=chain, method=method, metric=metric)

    def methods(self, chain):
        return list(dict.fromkeys(self.study.personal_statistics.query("chain == @chain")["method"]))

    def points(self):
        return list(dict.fromkeys(self.study.runs["point"]))

    def arms(self, axis):
        """Arms in order, and the values of `axis`: points are called ARM_axis=VALUE."""
        ending = f"_{axis}="
        names = [point for point in self.points() if ending in point]
        return (list(dict.fromkeys(name.rsplit(ending, 1)[0] for name in names)),
                list(dict.fromkeys(name.rsplit(ending, 1)[1] for name in names)))


def evidence_of(folder):
    """None where the study was not carried out, or has no complete run."""
    try:
        found = Evidence(folder)
    except (FileNotFoundError, ResultError):
        return None
    return found if found.runs[0] > 0 else None
