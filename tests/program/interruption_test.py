"""Killed at any moment, a run leaves a file that plain h5py opens, and `show` completes it from the journal."""
import random
import signal
import time

import h5py

from support import ProgramTest, main


class Interruption(ProgramTest):
    def start_run(self):
        self.result.unlink(missing_ok=True)  # the file that wait_for_file() waits for is this run's
        return self.start("run", self.scenario, "--out", self.result, "--force", "--set", "chain.0.rounds=4000",
                          "--set", "baseline.full_sharing=false")

    def wait_for_file(self, process):
        while not self.result.exists() and process.poll() is None:
            time.sleep(0.01)
        self.assertIsNone(process.poll(), "the run ended before its file appeared")

    def test_twenty_kills(self):
        moments = random.Random(4)
        for _ in range(20):
            process = self.start_run()
            self.wait_for_file(process)
            time.sleep(moments.uniform(0.0, 1.5))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            with h5py.File(self.result) as file:
                self.assertEqual(file.attrs["complete"], 0)
                written = len(file["chains/scans/rounds"]) if "chains/scans/rounds" in file else 0
            shown = self.program("show", self.result)
            self.assertIn("scans", shown)
            rounds = int(shown.split("chain scans: ")[1].split(" rounds")[0].split()[-1].split("/")[0])
            self.assertGreaterEqual(rounds + 1, written)

    def test_ctrl_c_ends_cleanly(self):
        for sent in (signal.SIGINT, signal.SIGTERM):
            process = self.start_run()
            self.wait_for_file(process)
            time.sleep(0.7)
            process.send_signal(sent)
            process.communicate(timeout=30)
            self.assertEqual(process.returncode, 130)
            with h5py.File(self.result) as file:
                self.assertEqual(file.attrs["complete"], 0)
            self.program("show", self.result)


main()
