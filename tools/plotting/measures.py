"""What rows of /leakage amount to: medians, success rates and gains over no attack at all, each with its interval.

Attacks are compared as whole groups (all victims and seeds of one arm, round and observer), never image by image: the best of several for
each image would be above the floor by chance alone.
"""
import collections
import dataclasses
import functools
import math
import re

import numpy as np

from .result import text

LEVEL = 0.95
FEWEST_GROUPS = 6  # fewer are too few to say how they vary
RESAMPLES = 2000
SUCCESSES = {"mse < 1e-3": lambda rows: rows["mse"] < 1e-3, "PSNR > 20 dB": lambda rows: rows["psnr_db"] > 20,
             "SSIM > 0.6 and above the nearest other image's":
                 lambda rows: (rows["ssim"] > 0.6) & (rows["ssim"] > rows["nearest_ssim"])}


@dataclasses.dataclass(frozen=True)
class Interval:
    """An estimate, between which bounds it lies at the level asked for, and of how many; NaN where there is none."""
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: int = 0

    @property
    def above(self):
        return self.low > 0

    @property
    def below(self):
        return self.high < 0

    def within(self, least, most):
        """Cut to what the estimated number can be."""
        return dataclasses.replace(self, low=max(self.low, least), high=min(self.high, most)) if math.isfinite(self.low) else self


def binomial_tail(n, least, p):
    """Probability of `least` or more successes of `n`."""
    if p <= 0 or p >= 1:
        return float(p >= 1 or least == 0)
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
            for k in range(least, n + 1)]
    return math.fsum(math.exp(one) for one in logs)


def rising_root(function):
    """Where a function that rises from below to above zero in 0 .. 1 is zero."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def clopper_pearson(successes, n, level=LEVEL):
    """The exact interval of a success rate (Clopper and Pearson 1934)."""
    if n == 0:
        return Interval()
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else rising_root(lambda p: binomial_tail(n, successes, p) - tail)
    high = 1.0 if successes == n else rising_root(lambda p: binomial_tail(n, successes + 1, p) - (1 - tail))
    return Interval(successes / n, low, high, n)


@functools.lru_cache(maxsize=256)
def draws(seeds, victims):
    """RESAMPLES times the places of rows: as many seeds as there are, drawn with replacement, and within each its victims likewise. The
    same for the same rows, so that a picture is the same each time."""
    groups = {}
    for place, (seed, victim) in enumerate(zip(np.frombuffer(seeds, "i8"), np.frombuffer(victims, "i8"))):
        groups.setdefault(int(seed), {}).setdefault(int(victim), []).append(place)
    by_seed = [[np.array(places) for places in of_seed.values()] for of_seed in groups.values()]
    rng = np.random.default_rng(20231)
    return [np.concatenate([by_seed[seed][victim] for seed in rng.integers(len(by_seed), size=len(by_seed))
                            for victim in rng.integers(len(by_seed[seed]), size=len(by_seed[seed]))]) for _ in range(RESAMPLES)]


def groups_of(rows):
    """Victims of all seeds (a sum's together count as one): images of one update are not independent of one another."""
    return len(np.unique(rows["institution"].astype("i8") * 1_000_003 + rows["seed"].astype("i8")))


def bootstrap(values, rows, level=LEVEL, statistic=np.median):
    """The statistic over victims and seeds, with its percentile interval over resampled seeds and, within them, victims (Davison and
    Hinkley 1997, section 3.8): images of one victim, and victims of one seed's model, are not independent of one another."""
    known = np.isfinite(values)
    values, rows = values[known], rows[known]
    if not len(values):
        return Interval()
    seeds, victims = rows["seed"].astype("i8"), rows["institution"].astype("i8")
    if groups_of(rows) < FEWEST_GROUPS:
        return Interval(float(statistic(values)), n=len(values))
    found = [statistic(values[places]) for places in draws(seeds.tobytes(), victims.tobytes())]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(statistic(values)), float(low), float(high), len(values))


def mean_skill(errors, chance_errors, rows):
    """1 - mean error / mean error by chance: 1 where nothing is wrong, 0 where it is no better than chance. A mean of ratios would weigh
    each row by how easy it is to guess."""
    known = np.isfinite(errors) & np.isfinite(chance_errors)
    errors, chance_errors, rows = errors[known], chance_errors[known], rows[known]
    found = bootstrap(np.arange(len(errors)), rows,
                      statistic=lambda places: 1 - np.sum(errors[places]) / max(np.sum(chance_errors[places]), 1e-12))
    if len(errors) and not errors.any() and math.isfinite(found.low):
        # Resampling knows no other outcome. At 97.5 % an error, which is at most 1, is rarer than what would give none in so many.
        rarest = 1 - (0.5 - LEVEL / 2) ** (1 / groups_of(rows))
        return dataclasses.replace(found, low=1 - rarest / max(float(np.mean(chance_errors)), 1e-12))
    return found


def label_skill(rows):
    """Of rows of /leakage/labels."""
    return mean_skill(1 - rows["count_accuracy"], 1 - rows["count_chance"], rows)


# Student's t, 97.5 %, for 1 to 30 degrees of freedom (Fisher and Yates, table III); beyond, the last one is a little too wide.
T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
        2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def mean_over_seeds(values):
    """Mean with its 95 % interval by Student's t; none of a single value."""
    values = [float(value) for value in values if math.isfinite(value)]
    if len(values) < 2:
        return Interval(values[0] if values else math.nan, n=len(values))
    mean = math.fsum(values) / len(values)
    half = T975[min(len(values) - 1, len(T975)) - 1] * np.std(values, ddof=1) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half, len(values))


def over_seeds(rows, column):
    """Mean over seeds of a column's mean over a seed's rows."""
    return mean_over_seeds([float(np.mean(rows[column][rows["seed"] == seed])) for seed in np.unique(rows["seed"])])


def last_score(run, chain, column):
    """A run's last figure on the global test rows; NaN where there is none."""
    rows = run.table(f"chains/{chain}/rounds")
    known = rows[column][np.isfinite(rows[column])] if rows is not None else []
    return float(known[-1]) if len(known) else math.nan


@dataclasses.dataclass(frozen=True, order=True)
class Place:
    """What is attacked, by whom and when."""
    arm: str
    fraction: float
    policy: str
    round: int
    observer: str
    tier: str


def family(policy):
    """A policy without its fraction: "top_k 0.1" is "top_k"."""
    return re.sub(r" [0-9.]+(e-?[0-9]+)?(?= |$)", "", policy)


def percent(share):
    """Two digits: "29 %", "0.96 %"."""
    return f"{float(f'{100 * share:.2g}'):g} %" if math.isfinite(share) else "–"


class Cell:
    """All attacks of one place: rows of /leakage/inversion by attack."""

    def __init__(self, place, rows):
        self.place = place
        self.attacks = {text(name): rows[rows["attack"] == name] for name in np.unique(rows["attack"])}

    @functools.cached_property
    def best(self):
        """The attack with the highest median PSNR: the strongest of those that were tried, all victims and seeds together."""
        return max(self.attacks, key=lambda name: (np.nanmedian(self.attacks[name]["psnr_db"]), name))

    @property
    def rows(self):
        return self.attacks[self.best]

    @property
    def level(self):
        """Of the best one's intervals: by Bonferroni, 95 % whichever of the attacks it is."""
        return 1 - (1 - LEVEL) / len(self.attacks)

    def median_of(self, column):
        return bootstrap(self.rows[column], self.rows, self.level)

    @functools.cached_property
    def psnr_db(self):
        return self.median_of("psnr_db")

    @functools.cached_property
    def gain_db(self):
        """Median of what an image's reconstruction has above the mean image, which needs no attack."""
        return bootstrap(self.rows["psnr_db"] - self.rows["mean_psnr_db"], self.rows, self.level)

    @functools.cached_property
    def class_gain_db(self):
        """The same above the mean image of its class, which needs its label alone."""
        return bootstrap(self.rows["psnr_db"] - self.rows["class_mean_psnr_db"], self.rows, self.level)

    @property
    def floor_db(self):
        return float(np.nanmedian(self.rows["mean_psnr_db"]))

    @functools.cached_property
    def oracle_gain_db(self):
        """What the nearest other image has above the mean image, median over images."""
        return float(np.nanmedian(self.rows["nearest_psnr_db"] - self.rows["mean_psnr_db"]))

    @property
    def is_floor(self):
        """Whether what is reported is the floor, since the attack is below it."""
        return self.gain_db.value < 0

    def rate(self, name):
        return self._rate(SUCCESSES[name](self.rows))

    @property
    def identified(self):
        return self._rate(self.rows["identified"] == 1)

    @property
    def chance(self):
        """Of being identified by a guess that knows the class alone."""
        return float(np.mean(self.rows["chance"]))

    @property
    def identifies(self):
        """Whatever its error in dB, does the reconstruction tell its image from others?"""
        return self.identified.low > self.chance

    @property
    def independent(self):
        """Trials: images behind one update are not independent."""
        return groups_of(self.rows)

    def _rate(self, successes):
        """Clopper and Pearson's, of as many trials as there are independent groups."""
        value, groups = float(np.mean(successes)), self.independent
        least = clopper_pearson(math.floor(value * groups + 1e-9), groups, self.level)
        most = clopper_pearson(math.ceil(value * groups - 1e-9), groups, self.level)
        return Interval(value, least.low, most.high, len(self.rows))

    @property
    def verdict(self):
        """What may be said; a failed attack is no proof of safety."""
        if self.gain_db.above:
            return "above the floor"
        return "at the floor: these attacks failed" if self.gain_db.below else "not told apart from the floor"


def cells_of(rows):
    """Cells of rows of /leakage/inversion that have an `arm` each (see `collected`), in the order of their places."""
    by_place = collections.defaultdict(list)
    for i, row in enumerate(rows):
        by_place[text(row["arm"]), text(row["policy"]), int(row["round"]), text(row["observer"]), text(row["tier"])].append(i)
    cells = []
    for (arm, policy, round_, observer, tier), places in by_place.items():
        of_place = rows[places]
        fraction = float(np.median(of_place["shared_fraction"]))
        cells.append(Cell(Place(arm, fraction, policy, round_, observer, tier), of_place))
    return sorted(cells, key=lambda cell: (cell.place.arm, -cell.place.fraction, cell.place.policy, cell.place.round,
                                           cell.place.observer, cell.place.tier))


def with_columns(rows, **columns):
    """The rows with further columns, each of one value."""
    kinds = [(name, "O") if isinstance(value, str) else (name, type(value)) for name, value in columns.items()]
    found = np.empty(len(rows), dtype=[(name, "O" if rows.dtype[name].kind == "S" else rows.dtype[name]) for name in rows.dtype.names
                                       if name not in columns] + kinds)
    for name in rows.dtype.names:
        if name not in columns:
            found[name] = [text(value) for value in rows[name]] if rows.dtype[name].kind == "S" else rows[name]
    for name, value in columns.items():
        found[name] = value
    return found


def collected(runs, table, chain):
    """Rows of one chain in a table of /leakage of all runs, with each run's `arm`, `seed` and `run`, and the `chance` of identifying an
    image of the institution's (NaN: not known); None where there are none."""
    parts = []
    for run in runs:
        rows = run.of_chain(f"leakage/{table}", chain)
        if rows is not None:
            chances = run.identification_chance(chain)
            parts.append(with_columns(rows, arm=run.arm, seed=run.seed, run=run.name, chance=math.nan))
            parts[-1]["chance"] = [chances.get(int(institution), math.nan) for institution in rows["institution"]]
    return np.concatenate(parts) if parts else None


def line_name(place):
    """What a line over fractions is called: the arm of a study, else the policy without its fraction."""
    return place.arm or family(place.policy)


def gain_shown(cell):
    """Above the floor in dB, the value at least 0: a failed attack leaves the prior's knowledge. The interval is whole."""
    return Interval(max(0.0, cell.gain_db.value), cell.gain_db.low, cell.gain_db.high, cell.gain_db.n)
