"""plot_test.py PLOT WRITE_SAMPLE: draws made-up results with tools/plot.py and looks at what comes out."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import matplotlib.image
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PLOT, WRITE_SAMPLE = sys.argv[1:3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(PLOT).parent))
from plotting import chain, faults  # noqa: E402
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

    def test_a_thousand_blocks_and_three(self):
        for rounds, chain_name, least, most in (("300", "north", 1000, 2000), ("1", "south", 3, 3)):
            file = self.sample(f"{rounds}.h5", "4", rounds)
            with h5py.File(file) as result:
                self.assertTrue(least <= len(result[f"chains/{chain_name}/blocks"]) <= most)
            done, drawn = self.plot(file)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.check_pictures({name: pixels for name, pixels in drawn.items() if "blocks" in name or "latency" in name})

    def test_blocks_that_never_arrived_or_became_final(self):
        file = self.sample("a.h5", "3", "2")
        with h5py.File(file, "r+") as result:
            rows = result["chains/south/blocks"][:]
            for column in ("final_s", "commit_first_s", "commit_median_s", "propagation_median_s", "propagation_p90_s"):
                rows[column] = float("nan")
            rows["status"] = b"pending"
            result["chains/south/blocks"][:] = rows
        done, drawn = self.plot(file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotIn("south-latency.png", drawn)
        self.assertIn("south-blocks.png", drawn)

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


def events(*rows):
    return np.array([(at_s, kind.encode(), who.encode()) for at_s, kind, who in rows],
                    dtype=[("sim_time_s", "f8"), ("kind", "S20"), ("detail", "S20")])


def blocks(*rows):
    return np.array(list(rows), dtype=[("height", "i8"), ("status", "S8"), ("proposer", "i8")])


class Faults(unittest.TestCase):
    def test_each_end_belongs_to_the_first_beginning_of_its_kind_and_target(self):
        spans = faults.fault_spans(events((1, "crash begins", "a"), (2, "slow begins", "a"), (3, "crash ends", "a"),
                                          (4, "crash begins", "a"), (5, "reorganisation", "a"), (6, "slow ends", "b")), 10)
        self.assertEqual(spans, [("crash", "a", 1, 3), ("slow", "a", 2, 10), ("crash", "a", 4, 10)])

    def test_no_events(self):
        self.assertEqual(faults.fault_spans(None, 10), [])

    def test_institutions_alone_need_no_line_of_their_own(self):
        spans = [("crash", "a", 0, 1), ("crash", "a, b", 0, 1), ("loss", "messages of chain c", 0, 1), ("crash", "a, b", 2, 3)]
        self.assertEqual(faults.lines_of(spans, {"a": 0}), ["crash: a, b", "loss: messages"])


class Blocks(unittest.TestCase):
    def test_the_window_is_where_most_branches_lost(self):
        rows = blocks(*[(height, b"final", 0) for height in range(1, 1001)], (500, b"stale", 1), (510, b"reversed", 1),
                      (900, b"stale", 1))
        heights = chain.window(rows)["height"]
        self.assertTrue(heights.min() <= 500 and heights.max() >= 510)
        self.assertEqual(len(np.unique(heights)), chain.MOST_HEIGHTS)

    def test_a_short_chain_is_shown_whole(self):
        rows = blocks((1, b"final", 0), (2, b"stale", 0), (2, b"final", 1))
        self.assertEqual(len(chain.window(rows)), 3)

    def test_rare_proposers_share_a_line(self):
        rows = blocks(*[(height, b"final", height % 100) for height in range(50, 300)])
        places, names = chain.proposers_of(rows)
        self.assertEqual(len(names), chain.MOST_PROPOSERS)
        self.assertEqual(names[0], "71 others")  # 100 proposers, 29 by name
        self.assertEqual(sorted(set(places.values())), list(range(chain.MOST_PROPOSERS)))
        self.assertTrue(all(names[place] == str(i) for i, place in places.items() if place > 0))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
