"""Studies carried out: what a sweep leaves, refuses, and makes of failures, interrupts and kills.

    sweep_test.py PROGRAM [KILLS]

KILLS sweeps are killed at random moments: 3 unless told otherwise.
"""
import random
import signal
import sys
import time

import h5py
import numpy

from support import main
from sweeping import RUNS, SweepTest, contents

KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
SEED_OF_KILLS = 4

POINTS = """
[[point]]
name = "given"
set.data.dataset = "npz"
set.data.path = "images.npz"
[[point]]
name = "generated"
"""


class Sweeps(SweepTest):
    def wait_until(self, process, happened):
        while not happened() and process.poll() is None:
            time.sleep(0.01)
        self.assertIsNone(process.poll(), "the sweep ended before what was waited for")

    def prolong(self):
        """Runs of many minutes: whatever they are stopped by, it is not their end."""
        self.study.write_text(self.study.read_text().replace("[axes]", "set.rounds = 100000\n[axes]"))

    def test_a_dry_run_writes_nothing(self):
        shown = self.sweep("--dry-run", "--jobs", 2, "--threads", 1)
        self.assertFalse(self.out.exists())
        for word in ["sharing.fraction = 0.1", "4 runs: 0 complete, 4 to do, 2 at once, 1 thread each"] + RUNS:
            self.assertIn(word, shown)

    def test_every_run_has_its_files(self):
        shown = self.sweep()
        self.assertEqual(self.complete_runs(), RUNS)
        self.assertEqual(self.states(), ["complete"] * 4)
        self.assertEqual({self.run_file(name, ".status").read_text() for name in RUNS}, {"0\n"})
        self.assertEqual({self.run_file(name, ".log").read_text() for name in RUNS}, {""})
        self.assertIn("fraction=0.1_seed=2 took", shown)
        self.assertIn(f"manifest: {self.out}/study.h5", shown)
        self.assertIn("4 runs: 4 complete, 0 to do", self.sweep("--dry-run"))

    def test_what_is_complete_is_left_alone(self):
        self.sweep()
        before = contents(self.out / "runs")
        self.assertIn("4 of 4 runs of this study have been begun there; --resume", self.sweep(status=2))
        self.assertEqual(self.sweep("--resume", "--quiet"), "")
        self.assertEqual(contents(self.out / "runs"), before)

    def test_the_quick_part_comes_first_and_the_rest_in_the_same_folder(self):
        self.study.write_text(self.study.read_text() + "[quick]\nseeds = [2]\naxes.sharing.fraction = [0.1]\n")
        self.sweep("--quick")
        self.assertEqual(self.complete_runs(), ["fraction=0.1_seed=2"])
        done = self.run_file("fraction=0.1_seed=2").stat().st_mtime_ns
        self.sweep("--resume")
        self.assertEqual(self.complete_runs(), RUNS)
        self.assertEqual(self.run_file("fraction=0.1_seed=2").stat().st_mtime_ns, done)

    def test_jobs_threads_and_the_store_change_no_result(self):
        self.sweep("--jobs", 1, "--threads", 2)
        other = self.folder / "other"
        self.sweep("--jobs", 4, "--store", "none", out=other)
        self.assertEqual(self.manifest(), self.manifest(other))
        self.assertFalse((other / "store").exists())

    def test_runs_of_a_seed_share_what_they_have_in_common(self):
        """Both points of a seed train the same centralized and local baselines, and the same full-sharing one."""
        self.sweep("--jobs", 1)
        found = {name: self.hits(name) for name in RUNS}
        self.assertGreater(min(found["fraction=0.1_seed=1"], found["fraction=0.1_seed=2"]),
                           max(found["fraction=1_seed=1"], found["fraction=1_seed=2"]))

    def hits(self, name):
        with h5py.File(self.run_file(name, ".h5")) as result:
            return result["run"].attrs["store_hits"]

    def test_failing_runs_stop_no_others_and_are_done_again(self):
        """Those of one point lack their images, until somebody puts them there."""
        self.study.write_text(self.study.read_text().split("[axes]")[0] + POINTS)
        shown = self.sweep("--jobs", 1, status=1)
        for failing in ("given_seed=1", "given_seed=2"):
            self.assertIn(f"{failing} failed: ", shown)
            self.assertIn("images.npz", self.run_file(failing, ".log").read_text())
            self.assertEqual(self.run_file(failing, ".status").read_text(), "1\n")
        self.assertIn("2 of 4 runs are not complete, 2 failed", shown)
        self.assertEqual(self.states(), ["failed", "failed", "complete", "complete"])
        before = contents(self.out / "runs")
        self.put_images()
        self.sweep("--resume")
        self.assertEqual(self.states(), ["complete"] * 4)
        after = contents(self.out / "runs")
        self.assertEqual({path.stem for path in after if before.get(path) != after[path]}, {"given_seed=1", "given_seed=2"})

    def put_images(self):
        draws = numpy.random.default_rng(1)
        parts = {}
        for part, rows in (("train", 40), ("test", 20)):
            parts[f"{part}_images"] = draws.integers(0, 256, (rows, 8, 8), dtype=numpy.uint8)
            parts[f"{part}_labels"] = numpy.arange(rows).reshape(-1, 1) % 2
        numpy.savez(self.folder / "images.npz", **parts)

    def test_another_study_is_refused(self):
        self.sweep()
        before = contents(self.out)
        written = self.study.read_text()
        for other in (written.replace('"fractions"', '"others"'), written.replace("[axes]", "set.rounds = 7\n[axes]"),
                      written.replace("[1, 0.1]", "[0.5, 0.3]")):
            self.study.write_text(other)
            self.assertIn("this folder holds another study", self.sweep("--resume", status=2))
            self.assertEqual(contents(self.out), before)

    def test_a_study_grows_and_shrinks_in_its_folder(self):
        self.sweep()
        before = contents(self.out / "runs")
        grown = self.study.read_text().replace("[1, 2]", "[1, 3]").replace("[1, 0.1]", "[0.5, 0.1]").replace("0.6", "0.55")
        self.study.write_text(grown)
        self.assertIn("had other points, seeds", self.sweep(status=2))
        self.assertIn("3 result files in", self.sweep("--resume", "--dry-run"))
        self.assertIn("3 result files in", self.sweep("--resume"))
        after = contents(self.out / "runs")
        self.assertEqual({path: after[path] for path in before}, before)
        whole = self.folder / "whole"
        self.sweep(out=whole)
        self.assertEqual(self.manifest(), self.manifest(whole))

    def test_damaged_results_are_done_again_and_kept_and_those_of_others_are_not_touched(self):
        self.sweep()
        whole = self.manifest()
        cut, foreign = (self.run_file(name) for name in RUNS[:2])
        cut.write_bytes(cut.read_bytes()[:5000])
        rest = cut.read_bytes()
        self.program("run", self.folder / "tiny.toml", "--set", "chain.0.rounds=2", "--out", foreign, "--force", "--quiet")
        other = foreign.read_bytes()
        shown = self.sweep("--resume", status=1)
        self.assertIn(f"{RUNS[0]} is damaged and done again", shown)
        self.assertIn("holds a run of another scenario", shown)
        self.assertEqual(self.states(), ["complete", "failed", "complete", "complete"])
        self.assertEqual(cut.with_name(cut.name + ".damaged").read_bytes(), rest)
        self.assertEqual(foreign.read_bytes(), other)
        foreign.unlink()
        self.sweep("--resume")
        self.assertEqual(self.manifest(), whole)

    def test_a_folder_of_something_else_is_refused(self):
        before = contents(self.folder)
        self.assertIn("no sweep has written the study.toml in this folder", self.sweep(out=self.folder, status=2))
        self.assertEqual(contents(self.folder), before)
        self.out.mkdir()
        (self.out / "thesis.tex").write_text("years")
        self.assertIn("is not empty and holds no study", self.sweep("--resume", status=2))
        self.assertEqual([path.name for path in self.out.iterdir()], ["thesis.tex"])

    def test_two_sweeps_at_once_are_refused(self):
        self.prolong()
        process = self.start_sweep("--jobs", 1)
        self.wait_until(process, lambda: self.run_file(RUNS[0]).exists())
        self.assertIn(f"another sweep (process {process.pid}) is at work", self.sweep("--resume", status=2))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)

    def test_ctrl_c_leaves_finished_runs_whole(self):
        process = self.start_sweep("--jobs", 1)
        self.wait_until(process, lambda: self.run_file(RUNS[0], ".status").exists())
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, output + errors)
        self.assertIn("--resume does the others", errors)
        complete = self.complete_runs()
        self.assertIn(RUNS[0], complete)
        self.assertEqual([name for name, state in zip(RUNS, self.states()) if state == "complete"], complete)
        self.assertNotIn("failed", self.states())
        before = contents(self.out / "runs")
        self.sweep("--resume")
        after = contents(self.out / "runs")
        for name in complete:
            self.assertEqual(after[self.run_file(name)], before[self.run_file(name)])
        self.assertEqual(self.complete_runs(), RUNS)

    def test_killed_at_any_moment_it_is_resumed_to_the_same_manifest(self):
        whole = self.folder / "whole"
        begin = time.monotonic()
        self.sweep(out=whole)
        longest_s = time.monotonic() - begin
        moments = random.Random(SEED_OF_KILLS)
        for kill in range(KILLS):
            out = self.folder / f"killed-{kill}"
            process = self.start_sweep(out=out)
            time.sleep(moments.uniform(0.0, longest_s))
            process.kill()
            process.communicate()
            complete = {name: self.run_file(name, out=out).read_bytes() for name in self.complete_runs(out)}
            self.sweep("--resume", out=out)
            for name, content in complete.items():
                self.assertEqual(self.run_file(name, out=out).read_bytes(), content)
            self.assertEqual(self.manifest(out), self.manifest(whole), f"kill {kill} of seed {SEED_OF_KILLS}")


main()
