"""manifest_test.py POLYCLINIC: study.h5 holds what docs/studies.md says, and its statistics are those that SciPy computes."""
import pathlib
import re
import shutil
import tempfile

import h5py
import numpy as np

from support import main
from sweeping import RUNS, SweepTest

try:
    from scipy import stats
except ImportError:
    stats = None

FILE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "studies.md"
TEXT = re.sub(r"```.*?```", "", FILE.read_text(), flags=re.DOTALL)
CODE = re.compile(r"`([^`]+)`")


def documented_tables():
    """Path: columns, in the order of the text; what stands in brackets explains."""
    rows = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| `/")]
    return {CODE.match(row[0]).group(1): CODE.findall(re.sub(r"\([^()]*\)", "", row[2])) for row in rows}


class Manifest(SweepTest):
    """One sweep of two fractions and two seeds; every test looks at a copy of what it left."""
    swept = tempfile.TemporaryDirectory()

    def setUp(self):
        super().setUp()
        kept = pathlib.Path(self.swept.name) / "out"
        if not kept.exists():
            self.sweep("--quiet")
            shutil.copytree(self.out, kept)
        shutil.copytree(kept, self.out, dirs_exist_ok=True)
        self.file = h5py.File(self.out / "study.h5")
        self.addCleanup(self.file.close)

    def auc(self, fraction, series):
        rows = self.file["figures"][:]
        return rows[(rows["sharing.fraction"] == fraction) & (rows["series"] == series)]["test_auc"]

    def test_tables_and_columns_are_the_documented_ones(self):
        tables = {"/" + name: ["AXES" if column == "sharing.fraction" else column for column in item.dtype.names]
                  for name, item in self.file.items() if isinstance(item, h5py.Dataset) and item.dtype.names}
        self.assertEqual(tables, documented_tables())
        words = set(CODE.findall(TEXT))
        self.assertEqual(set(self.file.attrs) - words, set())
        self.assertEqual({"/" + name for name in self.file} - set(tables) - words, {"/files"})
        self.assertIn("/files/RUN", words)

    def test_links_lead_to_the_runs(self):
        self.assertEqual(sorted(self.file["files"]), sorted(RUNS))
        for row in self.file["runs"][:]:
            run = self.file["files"][row["run"].decode()]
            self.assertEqual(run.attrs["fingerprint"], row["fingerprint"].decode())
            figures = self.file["figures"][:]
            final = figures[(figures["run"] == row["run"]) & (figures["series"] == b"collaboration")]["test_auc"]
            self.assertEqual(final.tolist(), [run["chains/scans/rounds"]["test_auc"][-1]])

    def test_the_target_is_first_met_in_that_round(self):
        for row in self.file["figures"][:]:
            if row["series"] != b"collaboration":
                continue
            rounds = self.file["files"][row["run"].decode()]["chains/scans/rounds"][:]
            met = rounds["round"][rounds["test_auc"] >= 0.6]
            expected = float(met[0]) if len(met) else float("nan")
            np.testing.assert_equal(row["rounds_to_target"], expected)

    def check_interval(self, row, values):
        low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
        np.testing.assert_allclose([row["count"], row["low"], row["high"]], [len(values), low, high], rtol=1e-9, atol=1e-12)

    def test_statistics_are_those_of_scipy(self):
        if stats is None:
            self.skipTest("no scipy")
        rows = self.file["statistics"][:]
        for row in rows[(rows["metric"] == b"test_auc")]:
            self.check_interval(row, self.auc(row["sharing.fraction"], row["series"]))
        rows = self.file["comparisons"][:]
        for row in rows[rows["metric"] == b"test_auc"]:
            other = self.auc(1, b"collaboration") if row["kind"] == b"point" else self.auc(row["sharing.fraction"], row["against"])
            differences = self.auc(row["sharing.fraction"], b"collaboration") - other
            if differences.std() > 0:
                self.check_interval(row, differences)
                self.assertAlmostEqual(row["effect_size"], differences.mean() / differences.std(ddof=1), places=9)
            else:
                self.assertTrue(np.isnan(row["effect_size"]))

    def test_show_prints_the_study_also_beside_files(self):
        for path in (self.out, self.out / "study.h5"):
            text = self.program("show", path)
            self.assertIn("study fractions: 2 points with 2 seeds; of 4 runs, 4 complete\n", text)
            self.assertIn("to a test AUC of 0.6", text)
        run = self.run_file(RUNS[0])
        mixed = self.program("show", self.out, run)
        self.assertTrue(mixed.startswith("tiny, seed 1: complete"), mixed)
        self.assertIn("\nstudy fractions: ", mixed)
        self.assertIn("holds no study", self.program("show", self.out / "runs", status=1))


main()
