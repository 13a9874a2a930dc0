"""Killed at any moment and resumed with its store, a run gives the file that an undisturbed one gives, computing nothing twice."""
import os
import random
import signal
import time

import h5py
import numpy

from support import ProgramTest, main


def contents(path):
    """Everything in the file but /run, which says what the run took."""
    found = {}

    def visit(name, item):
        if name == "run" or name.startswith("run/"):
            return
        found[name, "attributes"] = sorted((key, str(value)) for key, value in item.attrs.items())
        if isinstance(item, h5py.Dataset):
            values = item[()]
            found[name] = (str(item.dtype), values.tobytes() if isinstance(values, (numpy.ndarray, numpy.void)) else values)
    with h5py.File(path) as file:
        found["/"] = sorted((key, str(value)) for key, value in file.attrs.items())
        file.visititems(visit)
    return found


class Resume(ProgramTest):
    def arguments(self, *options, result="small.h5", store="store"):
        return ["run", self.scenario, "--out", result, "--store", store, "--resume", "--quiet", *options]

    def figures(self, result="small.h5"):
        with h5py.File(self.folder / result) as file:
            return dict(file["run"].attrs)

    def kill_when_kept(self, results):
        """Starts the run and kills it once its store holds so many results, or more."""
        process = self.start(*self.arguments("--set", "chain.0.rounds=12"))
        entries = self.folder / "store/entries"
        while process.poll() is None and sum(len(files) for _, _, files in os.walk(entries)) < results:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode

    def test_killed_at_several_moments_and_resumed_it_is_the_undisturbed_run(self):
        self.program("run", self.scenario, "--out", "whole.h5", "--quiet", "--set", "chain.0.rounds=12")
        kept = 0
        for _ in range(4):
            kept += random.Random(kept).randint(5, 30)
            self.assertEqual(self.kill_when_kept(kept), -signal.SIGKILL, "the run ended before it was killed")
        self.program(*self.arguments("--set", "chain.0.rounds=12"))
        self.assertEqual(contents(self.result), contents(self.folder / "whole.h5"))
        self.assertGreaterEqual(self.figures()["store_hits"], kept - 2)  # but for those that the last kills caught half-written

    def test_a_second_run_with_the_same_store_computes_nothing_however_many_threads_there_are(self):
        self.program("run", self.scenario, "--out", "none.h5", "--quiet")
        self.program(*self.arguments("--threads", 1))
        self.program(*self.arguments("--threads", 2, "--contexts", "thread", result="again.h5"))
        self.assertGreater(self.figures()["store_misses"], 0)
        self.assertEqual(self.figures("again.h5")["store_misses"], 0)
        for file in ("small.h5", "again.h5"):
            self.assertEqual(contents(self.folder / file), contents(self.folder / "none.h5"))

    def test_runs_that_share_baselines_compute_them_once(self):
        self.program(*self.arguments())
        self.program(*self.arguments("--set", "chain.0.sharing.fraction=0.5", result="other.h5"))
        self.assertGreater(self.figures("other.h5")["store_hits"], 0)
        self.assertGreater(self.figures("other.h5")["store_misses"], 0)

    def test_two_runs_at_once_share_a_small_store(self):
        both = [self.start(*self.arguments("--store-limit", "40kB", result=f"{name}.h5")) for name in ("one", "two")]
        for process in both:
            self.assertEqual(process.wait(), 0)
            process.communicate()
        self.assertEqual(contents(self.folder / "one.h5"), contents(self.folder / "two.h5"))
        sizes = [entry.stat().st_size for entry in (self.folder / "store/entries").glob("*/*")]
        self.assertLessEqual(sum(-(-size // 4096) * 4096 for size in sizes), 40_000)

    def test_a_limit_that_is_no_size_is_refused(self):
        for limit in ("-1", "0", "18446744073709551616", "much"):
            self.assertIn("--store-limit", self.program(*self.arguments(f"--store-limit={limit}"), status=2))
        self.assertFalse((self.folder / "store").exists())

    def test_another_seed_shares_no_result(self):
        self.program(*self.arguments())
        for store in ("store", "alone"):
            self.program(*self.arguments("--seed", 8, store=store, result=f"{store}.h5"))
        self.assertEqual(self.figures("store.h5")["store_hits"], self.figures("alone.h5")["store_hits"])

    def test_a_complete_result_is_left_alone(self):
        self.program(*self.arguments())
        before = self.result.stat().st_mtime_ns
        self.program(*self.arguments())
        self.assertEqual(self.result.stat().st_mtime_ns, before)

    def test_a_result_of_another_scenario_or_no_result_is_refused_and_untouched(self):
        self.program(*self.arguments())
        before = self.result.read_bytes()
        message = self.program(*self.arguments("--seed", 8), status=2)
        self.assertIn("small.h5", message)
        self.assertEqual(self.result.read_bytes(), before)
        (self.folder / "mine.h5").write_text("mine")
        self.assertIn("mine.h5", self.program(*self.arguments(result="mine.h5"), status=2))
        self.assertEqual((self.folder / "mine.h5").read_text(), "mine")

    def test_a_folder_that_is_no_store_is_refused_before_anything_is_written(self):
        (self.folder / "store").mkdir()
        (self.folder / "store/mine.txt").write_text("mine")
        self.assertIn("store", self.program(*self.arguments(), status=2))
        self.assertFalse(self.result.exists())

    def test_a_store_that_cannot_be_made_is_said_once_and_stops_nothing(self):
        message = self.program("run", self.scenario, "--out", self.result, "--quiet", "--store", "/proc/absent/store")
        self.assertEqual(message.count("/proc/absent/store"), 1)
        self.assertEqual(self.figures()["store_misses"], 0)


main()
