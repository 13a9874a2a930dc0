"""claims_page_test.py TOOLS: what the page about the claims says of made-up studies, and of none."""
import math
import pathlib
import sys
import tempfile
import unittest

try:
    import h5py
    import matplotlib.image
    import numpy as np
    import pandas  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

sys.dont_write_bytecode = True
TOOLS = pathlib.Path(sys.argv[1])
sys.path[:0] = [str(TOOLS / "claims_page"), str(TOOLS)]
import claim1  # noqa: E402
import claim2  # noqa: E402
import page  # noqa: E402
import text  # noqa: E402
from plotting.measures import Interval, mean_over_seeds  # noqa: E402

NAN = math.nan


def write_table(file, name, columns, rows):
    kinds = [(column, "S40" if isinstance(rows[0][i], str) else type(rows[0][i])) for i, column in enumerate(columns)]
    dataset = file.create_dataset(name, data=np.array([tuple(row) for row in rows], dtype=kinds))
    dataset.attrs["units"] = [""] * len(columns)


def statistic(point, series, metric, mean, half):
    return (point, "pneumonia", series, metric, 3, mean, mean - half, mean + half)


def comparison(point, against, mean, half):
    return (point, "pneumonia", "test_auc", "baseline", against, 3, mean, mean - half, mean + half)


def write_claim1(folder):
    """A tenth, with patients alike: 0.004 below centralized training and sure to be within a point; a hundredth sure not to be."""
    folder.mkdir(parents=True)
    with h5py.File(folder / "study.h5", "w") as file:
        file.attrs.update({"format": "polyclinic-study", "schema_version": 1, "name": "claim1-collaborative", "complete": 1})
        write_table(file, "runs", ["run", "point", "seed", "state", "fingerprint", "file"],
                    [(f"tenth_kind=iid_seed={seed}", "tenth_kind=iid", seed, "complete", "f", "x.h5") for seed in (1, 2, 3)])
        write_table(file, "wall", ["run", "cpu_s"], [("r", 120.0)])
        write_table(file, "statistics", ["point", "chain", "series", "metric", "count", "mean", "low", "high"], [
            statistic("everything_kind=iid", "centralized", "test_auc", 0.935, 0.002),
            statistic("tenth_kind=iid", "collaboration", "test_auc", 0.931, 0.003),
            statistic("tenth_kind=iid", "collaboration", "published_bytes", 1.5e6, 0)])
        write_table(file, "comparisons", ["point", "chain", "metric", "kind", "against", "count", "difference", "low", "high"], [
            comparison("tenth_kind=iid", "centralized", -0.004, 0.005), comparison("tenth_kind=iid", "local", 0.02, 0.01),
            comparison("hundredth_kind=iid", "centralized", -0.05, 0.02)])


class Numbers(unittest.TestCase):
    def test_intervals_are_student_s(self):
        found = mean_over_seeds([1.0, 2.0, 3.0, NAN])
        self.assertEqual((found.value, found.n), (2.0, 3))
        self.assertAlmostEqual(found.high, 2 + 4.303 / math.sqrt(3), places=6)  # t(0.975, 2), and a deviation of 1
        self.assertTrue(math.isnan(mean_over_seeds([0.5]).low))
        self.assertEqual(mean_over_seeds([]).n, 0)

    def test_what_is_not_shown_is_said_not_to_be(self):
        self.assertEqual(text.said(Interval(0.01, -0.02, 0.04, 3)), "+0.010 [−0.020, +0.040], an interval that includes 0")
        self.assertEqual(text.said(Interval(0.03, 0.02, 0.04, 3)), "+0.030 [+0.020, +0.040]")
        self.assertEqual(text.change(Interval(0.03, 0.02, 0.04, 3)), "**+0.030** [+0.020, +0.040]")
        self.assertEqual(text.change(Interval(-0.01, -0.02, 0.0, 3)), "−0.010 [−0.020, 0.000]")
        self.assertEqual(text.change(Interval()), "–")
        self.assertEqual(text.said(Interval(0.0, 0.0, 0.0, 3)), "0, the same model with every seed")

    def test_ratios_keep_the_runs_that_never_arrive(self):
        row = {"runs": 3, "reached": 3, "against_reached": 1, "ratio": 4.25, "bound": "at least"}
        self.assertEqual(text.ratio(row), "≥ 4.2 × (3 and 1 of 3)")
        self.assertEqual(text.ratio({**row, "bound": "none", "ratio": NAN}), "unknown (3 and 1 of 3)")
        self.assertEqual(text.ratio({**row, "bound": "exact", "ratio": math.inf}), "at once (3 and 1 of 3)")

    def test_harm_is_told_as_far_as_it_is_sure(self):
        self.assertEqual(claim2.harm(Interval(0.0, -0.009, 0.009, 3)), "within a point")
        self.assertEqual(claim2.harm(Interval(-0.16, -0.30, -0.02, 3)), "more than a point lost")
        self.assertEqual(claim2.harm(Interval(-0.25, -0.49, -0.009, 3)), "a loss, of a point or more not decided")
        self.assertEqual(claim2.harm(Interval(-0.01, -0.19, 0.17, 3)), "not decided")

    def test_within_a_point_needs_the_whole_interval(self):
        self.assertEqual(claim1.verdict(Interval(-0.004, -0.009, 0.001, 3)), "holds")
        self.assertEqual(claim1.verdict(Interval(-0.004, -0.014, 0.006, 3)), "not decided")
        self.assertEqual(claim1.verdict(Interval(-0.050, -0.070, -0.030, 3)), "does not hold")
        self.assertEqual(claim1.verdict(Interval(-0.050, NAN, NAN, 1)), "one seed: no verdict")


class Page(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def test_the_verdict_follows_from_the_numbers(self):
        write_claim1(self.folder / "results" / "claim1-collaborative")
        said = page.page(self.folder / "results", self.folder / "claims.md")
        self.assertIn("Measured: −0.004 [−0.009, +0.001], an interval that includes 0. **Within a point: holds.**", said)
        self.assertIn("1 %: does not hold", said)
        self.assertIn("| alike | 10 % | 0.931 ± 0.003 | −0.004 [−0.009, +0.001] | **+0.020** [+0.010, +0.030] | 1.50 MB |", said)
        self.assertIn("| `claim1-collaborative` | 3 of 3 | 3 | 2.0 min |", said)
        self.assertIn("n = 3 seeds", said)
        picture = matplotlib.image.imread(self.folder / "claims" / "claim1.png")
        self.assertGreater(picture.shape[1], 600)

    def test_studies_that_were_not_carried_out_are_said_to_be_missing(self):
        said = page.page(self.folder, self.folder / "claims.md")
        self.assertIn("| `claim2-transfer` | not carried out |  |  |", said)
        self.assertIn("*not carried out yet*", said)
        self.assertNotIn("{{", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
