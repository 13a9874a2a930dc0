"""A sweep whose disk fills up says so, damages nothing, and is resumed where there is room again."""
import subprocess
import sys
import tempfile

from support import main
from sweeping import RUNS, SweepTest

ROOM_BYTES = 160_000   # for two of the four runs, of 70 kB each, and little more
MORE_BYTES = 20_000_000
SKIPPED = 77


def mount(folder):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM_BYTES}", "tmpfs", folder], check=False,
                          capture_output=True, text=True)


def unmount(folder):
    subprocess.run(["umount", folder], check=True)


def skip_where_nothing_can_be_mounted():
    with tempfile.TemporaryDirectory() as folder:
        mounted = mount(folder)
        if mounted.returncode != 0:
            print(f"skipped: no file system can be mounted here ({mounted.stderr.strip()})")
            sys.exit(SKIPPED)
        unmount(folder)


class FullDisk(SweepTest):
    def setUp(self):
        super().setUp()
        self.out.mkdir()
        self.assertEqual(mount(self.out).returncode, 0)
        self.addCleanup(unmount, self.out)

    def test_it_ends_with_a_message_and_goes_on_with_more_room(self):
        shown = self.sweep("--store", "none", status=1)
        self.assertIn("No space left on device", shown)
        complete = self.complete_runs()
        self.assertLess(len(complete), len(RUNS))
        before = {name: self.run_file(name).read_bytes() for name in complete}
        subprocess.run(["mount", "-o", f"remount,size={MORE_BYTES}", self.out], check=True)
        self.sweep("--resume", "--store", "none")
        self.assertEqual(self.complete_runs(), RUNS)
        for name, content in before.items():
            self.assertEqual(self.run_file(name).read_bytes(), content)
        whole = self.folder / "whole"
        self.sweep(out=whole)
        self.assertEqual(self.manifest(), self.manifest(whole))


skip_where_nothing_can_be_mounted()
main()
