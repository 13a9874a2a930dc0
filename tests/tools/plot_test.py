"""plot_test.py PLOT WRITE_SAMPLE: draws made-up results with tools/plot.py and looks at what comes out."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import matplotlib.image
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PLOT, WRITE_SAMPLE = sys.argv[1:3]
EVERY_PICTURE = {f"{chain}-{what}.png" for chain in ("north", "south")
                 for what in ("rounds", "time", "institutions", "bytes", "timeline", "blocks", "latency")}


class Plot(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def sample(self, name, *words):
        file = self.folder / name
        subprocess.run([WRITE_SAMPLE, file, *words], check=not words[-1] == "killed")
        return file

    def plot(self, *files):
        done = subprocess.run([sys.executable, "-B", PLOT, *files, "--out", self.folder / "out"], capture_output=True, text=True)
        drawn = {path.name: matplotlib.image.imread(path) for path in (self.folder / "out").glob("*.png")}
        return done, drawn

    def check_pictures(self, drawn):
        for name, pixels in drawn.items():
            self.assertGreaterEqual(pixels.shape[1], 1200, name)  # 6 inches at 200 dots
            ink = (pixels[..., :3].min(axis=2) < 0.9).mean()
            self.assertGreater(ink, 0.01, f"{name} is nearly empty")

    def test_finished_run(self):
        done, drawn = self.plot(self.sample("a.h5", "5", "6"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(set(drawn), EVERY_PICTURE)
        self.check_pictures(drawn)

    def test_interrupted_run_has_no_baselines(self):
        done, drawn = self.plot(self.sample("a.h5", "5", "6", "interrupted"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(set(drawn), {name for name in EVERY_PICTURE if "institutions" not in name})
        self.check_pictures(drawn)

    def test_killed_run_says_how_to_get_the_rest(self):
        done, _ = self.plot(self.sample("a.h5", "3", "3", "killed"))
        self.assertEqual(done.returncode, 0)
        self.assertIn("polyclinic show", done.stderr)

    def test_several_files_with_one_name_and_many_institutions(self):
        (self.folder / "other").mkdir()
        done, drawn = self.plot(self.sample("a.h5", "45", "2"), self.sample("other/a.h5", "1", "1"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("north-timeline-other-a.png", drawn)
        self.check_pictures(drawn)

    def test_scores_that_are_not_known(self):
        file = self.sample("a.h5", "3", "4")
        with h5py.File(file, "r+") as result:
            for table in ("chains/north/rounds", "baselines/local/north"):
                rows = result[table][:]
                rows["test_auc"] = rows["test_accuracy"] = float("nan")
                result[table][:] = rows
        done, _ = self.plot(file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_files_that_are_no_results(self):
        torn = self.sample("torn.h5", "3", "3")
        torn.write_bytes(torn.read_bytes()[:2000])
        foreign = self.folder / "foreign.h5"
        h5py.File(foreign, "w").close()
        for file in (torn, foreign, self.folder / "missing.h5"):
            done, drawn = self.plot(file)
            self.assertEqual((done.returncode, drawn), (1, {}), file)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn(str(file), done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
