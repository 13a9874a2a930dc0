"""results_test.py TOOLS WRITE_SAMPLE POLYCLINIC: what tools/polyclinic_results.py makes of runs, of a study, and of bad input."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import pandas
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOOLS, WRITE_SAMPLE, POLYCLINIC = sys.argv[1:4]
sys.dont_write_bytecode = True
sys.path[:0] = [TOOLS, str(pathlib.Path(__file__).parent)]
import leakage_sample  # noqa: E402
from polyclinic_results import ResultError, open_run, open_study  # noqa: E402

SCENARIO = """
schema = 1
name = "tiny"
[[institution]]
name = "clinic"
count = 2
[[chain]]
name = "scans"
rounds = 2
data.dataset = "phantom"
data.phantom = { train_rows = 60, test_rows = 30, size_pixels = 8 }
model = { kind = "mlp", widths = [4] }
"""
STUDY = """
schema = 1
name = "lengths"
scenario = "tiny.toml"
seeds = [1, 2]
[axes]
rounds = [1, 2]
"""


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(held.cleanup)
        cls.folder = pathlib.Path(held.name)

    @classmethod
    def sample(cls, name, *words):
        file = cls.folder / name
        subprocess.run([WRITE_SAMPLE, file, *words], check=words[-1] != "killed")
        return file


class Runs(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.sample("a.h5", "4", "6")
        cls.run_ = open_run(cls.file)

    def test_rounds_are_those_of_all_chains(self):
        rounds = self.run_.rounds
        self.assertEqual(rounds.groupby("chain").size().to_dict(), {"north": 7, "south": 7})
        with h5py.File(self.file) as file:
            expected = file["chains/south/rounds"]["test_auc"]
        self.assertEqual(rounds[rounds["chain"] == "south"]["test_auc"].tolist(), expected.tolist())

    def test_units_are_those_of_the_file_in_the_order_of_the_columns(self):
        units = self.run_.rounds.attrs["units"]
        self.assertEqual(list(units), list(self.run_.rounds.columns))
        self.assertEqual((units["sim_time_s"], units["published_bytes"], units["test_auc"], units["chain"]), ("s", "B", "1", ""))
        self.assertEqual(self.run_.institutions.attrs["units"]["flops_per_s"], "FLOP/s")

    def test_texts_are_text_and_numbers_are_numbers(self):
        institutions = self.run_.institutions
        self.assertEqual(institutions["name"].iloc[0], "hospital-0")
        self.assertEqual(institutions["train_samples"].dtype.kind, "i")
        self.assertEqual(set(self.run_.blocks["status"]) - {"final", "stale", "reversed", "pending"}, set())

    def test_baselines_say_which_they_are(self):
        baselines = self.run_.baselines
        self.assertEqual(set(baselines["kind"]), {"centralized", "full_sharing"})
        self.assertEqual(len(baselines), 2 * 2 * 7)  # kinds, chains, rounds
        self.assertEqual(list(self.run_.local.columns[:3]), ["chain", "round", "institution"])
        self.assertEqual(len(self.run_.local), (4 + 2) * 7)
        self.assertNotIn("kind", self.run_.local.attrs["units"])

    def test_what_came_from_other_chains_and_what_each_method_made_of_the_common_model(self):
        auxiliary = self.run_.auxiliary
        self.assertEqual(auxiliary.groupby(["chain", "source"]).size().to_dict(), {("south", "north"): 6})
        self.assertEqual(auxiliary["weight"].tolist(), [2 ** (-round_ / 10) for round_ in range(1, 7)])  # as the sample has it
        self.assertEqual(auxiliary.attrs["units"]["proof_bytes"], "B")
        personal = self.run_.personalization
        self.assertEqual(list(personal.columns[:3]), ["method", "chain", "institution"])
        self.assertEqual(personal.groupby(["method", "chain"]).size().to_dict(),
                         {("ditto", "north"): 4, ("ditto", "south"): 2, ("fine_tune", "north"): 4, ("fine_tune", "south"): 2})

    def test_every_table_that_the_documentation_names_is_there(self):
        for name in ("members", "egress", "events", "timeline", "summary"):
            self.assertGreater(len(getattr(self.run_, name)), 0, name)

    def test_what_attacks_found_is_there_too(self):
        file = self.folder / "attacked.h5"
        leakage_sample.write_run(file, inversion_rows=leakage_sample.inversion(5), membership_rows=[leakage_sample.membership()])
        run = open_run(file)
        self.assertEqual((len(run.inversion), run.inversion.attrs["units"]["psnr_db"]), (20, "dB"))
        self.assertEqual(run.roc["membership"].unique().tolist(), [0])
        self.assertTrue(run.skipped_attacks.empty)

    def test_a_run_without_baselines_has_empty_tables_of_them(self):
        run = open_run(self.sample("interrupted.h5", "3", "3", "interrupted"))
        self.assertFalse(run.complete)
        self.assertEqual((len(run.baselines), len(run.local), len(run.rounds)), (0, 0, 8))
        self.assertEqual(run.local.attrs["units"], {})
        self.assertTrue(run.personalization.empty)


class BadInput(Folder):
    def refused(self, opener, path, *parts):
        with self.assertRaises((ResultError, FileNotFoundError)) as caught:
            opener(path)
        for part in (str(path), *parts):
            self.assertIn(part, str(caught.exception))

    def test_files_that_cannot_be_used_are_refused_with_a_reason(self):
        torn = self.sample("torn.h5", "3", "3")
        torn.write_bytes(torn.read_bytes()[:2000])
        h5py.File(self.folder / "foreign.h5", "w").close()
        self.refused(open_run, self.folder / "none.h5", "there is no such file")
        self.refused(open_run, torn, "cannot be opened as HDF5")
        self.refused(open_run, self.folder / "foreign.h5", "not a result of polyclinic")
        self.refused(open_run, self.sample("killed.h5", "3", "3", "killed"), "polyclinic show", "completes")
        self.refused(open_study, self.folder, "no study.h5", "--resume")
        self.refused(open_study, self.sample("run.h5", "3", "3"), "open_run()")

    def test_a_later_schema_is_refused(self):
        file = self.sample("later.h5", "3", "3")
        with h5py.File(file, "r+") as result:
            result.attrs["schema_version"] = 2
        self.refused(open_run, file, "schema version is 2, this program reads 1")


class Studies(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "tiny.toml").write_text(SCENARIO)
        (cls.folder / "study.toml").write_text(STUDY)
        subprocess.run([POLYCLINIC, "sweep", cls.folder / "study.toml", "--out", cls.folder / "out", "--quiet"], check=True,
                       timeout=200)
        cls.study = open_study(cls.folder / "out")

    def test_runs_and_figures(self):
        self.assertTrue(self.study.complete)
        self.assertEqual(self.study.runs["run"].tolist(), [f"rounds={rounds}_seed={seed}" for rounds in (1, 2) for seed in (1, 2)])
        self.assertEqual(self.study.axes, ["set.rounds"])
        figures = self.study.figures.query("series == 'collaboration'")
        self.assertEqual(figures["rounds"].tolist(), figures["set.rounds"].tolist())
        self.assertEqual(self.study.figures.attrs["units"]["published_bytes"], "B")
        for name in ("ratios", "personal", "personal_statistics"):  # columns without rows: no target, no personalization
            self.assertEqual((len(getattr(self.study, name)), "chain" in getattr(self.study, name)), (0, True), name)

    def test_rounds_of_all_runs_with_what_sets_them_apart(self):
        rounds = self.study.rounds
        self.assertEqual(list(rounds.columns[:6]), ["run", "point", "seed", "set.rounds", "chain", "round"])
        self.assertEqual(rounds.groupby("point").size().to_dict(), {"rounds=1": 4, "rounds=2": 6})
        last = rounds.groupby("run").last()["test_auc"]
        figures = self.study.figures.query("series == 'collaboration'").set_index("run")["test_auc"]
        pandas.testing.assert_series_equal(last.sort_index(), figures.sort_index())
        self.assertEqual(list(rounds.attrs["units"]), list(rounds.columns))

    def test_other_tables_over_runs_and_single_runs(self):
        self.assertEqual(len(self.study.over_runs("institutions")), 4 * 2)
        self.assertEqual(self.study.run("rounds=2_seed=1").seed, 1)
        with self.assertRaisesRegex(ResultError, r"did you mean rounds=2_seed=1\?"):
            self.study.run("rounds=2_seed=11")

    def test_the_manifest_itself_opens_too(self):
        self.assertEqual(open_study(self.folder / "out" / "study.h5").fingerprint, self.study.fingerprint)
        with self.assertRaisesRegex(ResultError, r"open_study\(\)"):
            open_run(self.folder / "out" / "study.h5")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
