"""Sweeps on a real Slurm, which tools/slurm starts for them: the same results as without it, and what becomes of kills.

The test skips (exit status 77) where there can be no Slurm; its unit tests (tests/sim/batch) play one.
"""
import atexit
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from support import main
from sweeping import RUNS, SweepTest

TOOL = pathlib.Path(__file__).parents[2] / "tools/slurm"
LARGEST_ARRAY = 3  # of tasks: the four runs of the study need two arrays
SKIPPED = 77
PATIENCE_S = 60  # for what takes a second or two
ON_SLURM = ["--engine", "slurm", "--threads", 1]


def start_slurm():
    folder = pathlib.Path(tempfile.mkdtemp()) / "slurm"
    started = subprocess.run([TOOL, "start", folder, f"MaxArraySize={LARGEST_ARRAY}"], text=True, capture_output=True)
    if started.returncode == SKIPPED:
        print(started.stderr)
        sys.exit(SKIPPED)
    if started.returncode != 0:
        sys.exit(started.stderr)
    os.environ["SLURM_CONF"] = started.stdout.split("=", 1)[1].strip()
    atexit.register(subprocess.run, [TOOL, "stop", folder])


def ask(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True).stdout


def wait_until(happened):
    end = time.monotonic() + PATIENCE_S
    while not (found := happened()):
        if time.monotonic() > end:
            raise AssertionError("what was waited for did not happen")
        time.sleep(0.05)
    return found


class SlurmSweeps(SweepTest):
    def setUp(self):
        super().setUp()
        self.node("RESUME")
        self.addCleanup(self.end_all)

    def node(self, state):
        """DRAIN: tasks wait; RESUME: they begin."""
        name = ask("sinfo", "--noheader", "--format=%n").strip()
        subprocess.run(["scontrol", "update", f"NodeName={name}", f"State={state}", "Reason=test"], capture_output=True)

    def end_all(self):
        ask("scancel", "--user=root")
        wait_until(lambda: not ask("squeue", "--noheader"))

    def tasks(self):
        """Of this test's arrays: (job, index, state)."""
        names = ",".join(path.name for path in (self.out / "slurm").iterdir())
        lines = ask("squeue", "--noheader", "--array", "--states=all", f"--name={names}", "--format=%F %K %T").splitlines()
        return sorted(tuple(line.split()) for line in lines)

    def jobs(self):
        return sorted({job for job, _, _ in self.tasks()}, key=int)

    def start_held(self):
        """A sweep whose tasks all wait, and its job numbers."""
        self.node("DRAIN")
        process = self.start_sweep(*ON_SLURM)
        wait_until(lambda: len(list(self.out.glob("slurm/*/job"))) == 2 and len(self.tasks()) == 4)
        return process, self.jobs()

    def prolong(self, rounds):
        self.study.write_text(self.study.read_text().replace("[axes]", f"set.rounds = {rounds}\n[axes]"))

    def finished(self, process, status):
        output, errors = process.communicate(timeout=200)
        self.assertEqual(process.returncode, status, output + errors)
        return errors

    def begun(self, name):
        return list(self.out.glob(f"slurm/*/{name}.begun"))

    def test_the_same_manifest_as_on_this_machine(self):
        shown = self.sweep(*ON_SLURM)
        for line in ["submitted 3 runs as Slurm job", "submitted 1 runs as Slurm job", "4/4 runs done"]:
            self.assertIn(line, shown)
        self.assertEqual({self.run_file(name, ".status").read_text() for name in RUNS}, {"0\n"})
        local = self.folder / "local"
        self.sweep(out=local)
        self.assertEqual(self.manifest(), self.manifest(local))

    def test_several_runs_in_a_task_with_a_limit(self):
        self.study.write_text(self.study.read_text() + "[resources]\nruns_per_task = 3\n")
        self.sweep("--jobs", 1, *ON_SLURM)
        self.assertEqual(self.complete_runs(), RUNS)
        self.assertEqual([(index, state) for _, index, state in self.tasks()], [("0", "COMPLETED"), ("1", "COMPLETED")])

    def test_a_killed_sweep_is_resumed_by_attaching_to_what_waits_and_what_runs(self):
        process, jobs = self.start_held()
        process.kill()
        process.communicate()
        process = self.start_sweep("--resume", *ON_SLURM)
        self.assertIn("attached to", process.stderr.readline())
        self.node("RESUME")
        wait_until(lambda: self.begun(RUNS[0]))
        process.kill()
        process.communicate()
        self.sweep("--resume", *ON_SLURM)
        self.assertEqual(self.complete_runs(), RUNS)
        for name in RUNS:
            self.assertLessEqual(len(self.begun(name)), 1)  # none where its array had ended by then: its folder goes
        self.assertLessEqual(set(self.jobs()), set(jobs))

    def test_a_task_that_is_killed_is_told_leaves_no_status_and_is_done_again(self):
        self.prolong(2000)
        process = self.start_sweep(*ON_SLURM)
        wait_until(self.run_file(RUNS[1]).exists)
        task = f"{self.jobs()[0]}_1"
        ask("scancel", task)
        errors = self.finished(process, 1)
        said = f"Slurm ended it while it ran: task {task} is CANCELLED"
        self.assertIn(f"{RUNS[1]} failed: {said}", errors)
        self.assertIn(said, self.run_file(RUNS[1], ".log").read_text())
        self.assertFalse(self.run_file(RUNS[1], ".status").exists())
        self.assertEqual(self.complete_runs(), [RUNS[0], RUNS[2], RUNS[3]])
        self.assertIn("submitted 1 runs", self.sweep("--resume", *ON_SLURM))
        self.assertEqual(self.states(), ["complete"] * 4)

    def test_ctrl_c_cancels_the_tasks(self):
        self.prolong(100000)
        process = self.start_sweep(*ON_SLURM)
        wait_until(self.run_file(RUNS[0]).exists)
        process.send_signal(signal.SIGINT)
        self.assertIn("cancelled Slurm job", self.finished(process, 130))
        wait_until(lambda: {state for _, _, state in self.tasks()} == {"CANCELLED"})
        self.assertFalse(self.run_file(RUNS[0], ".status").exists())

    def test_submitted_and_left_alone_the_study_is_nobody_elses(self):
        self.node("DRAIN")
        self.assertIn("submitted 3 runs", self.sweep("--no-wait", *ON_SLURM))
        self.assertIn(f"runs of this study are with Slurm, as job {', '.join(self.jobs())}", self.sweep("--resume", status=2))
        # On a busy machine the tasks could end before anybody has attached to them.
        threading.Timer(5.0, self.node, ["RESUME"]).start()
        self.assertIn("attached to 3 tasks", self.sweep("--resume", *ON_SLURM))
        self.assertEqual(self.states(), ["complete"] * 4)

    def test_a_refusal_is_passed_on(self):
        self.study.write_text(self.study.read_text() + '[resources]\npartition = "nowhere"\n')
        self.assertIn("sbatch failed (exit status 1): sbatch: error: invalid partition specified: nowhere",
                      self.sweep(*ON_SLURM, status=1))


start_slurm()
main()
