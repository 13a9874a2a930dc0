"""What the studies of the claims measured, read from their manifests."""
import dataclasses
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from polyclinic_results import ResultError, open_study  # noqa: E402

# Student's t, 97.5 %, for 1 to 30 degrees of freedom (Fisher and Yates, table III); beyond, the last one is a little too wide.
T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
        2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


@dataclasses.dataclass
class Estimate:
    """A mean over n seeds and its 95 % confidence interval; NaN where there is none."""
    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: int = 0

    @property
    def above(self):
        return self.low > 0

    @property
    def below(self):
        return self.high < 0


def estimate(values):
    values = [float(value) for value in values if not math.isnan(value)]
    n = len(values)
    if n == 0:
        return Estimate()
    mean = sum(values) / n
    if n == 1:
        return Estimate(mean, n=1)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    half = T975[min(n - 1, len(T975)) - 1] * deviation / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def of_row(row, mean="mean"):
    return Estimate(float(row[mean]), float(row["low"]), float(row["high"]), int(row["count"]))


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
        return of_row(table.iloc[0], mean) if len(table) else Estimate()

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
        return estimate([first[seed] - second[seed] for seed in sorted(first.keys() & second.keys())])

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
