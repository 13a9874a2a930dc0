"""new_test.py POLYCLINIC: starting scenarios that `polyclinic new` writes."""
import re
import struct
import zlib

import numpy

from support import ProgramTest, main


def png(side, grey):
    """A PNG file of one grey level (https://www.w3.org/TR/png/): header, one IDAT chunk, end."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes([grey]) * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class New(ProgramTest):
    def written(self, *arguments):
        self.program("new", "trial", *arguments)
        text = (self.folder / "trial.toml").read_text()
        self.assertLess(text.count("\n"), 60)
        self.assertIn('name = "trial"', text)
        self.assertIsNone(re.search(r'"(NAME|DATASET|LOSS|FOLDER)"', text))
        return text

    def test_the_quickstart_passes_check_and_runs(self):
        self.written()
        self.assertIn("trial: seed 1, 6 institutions", self.program("check", "trial.toml"))
        self.program("run", "trial.toml", "--quiet", "--out", self.result, "--set", "chain.0.rounds=1")

    def test_medmnist_passes_check_on_a_file_laid_out_like_it(self):
        text = self.written("--kind", "medmnist", "--dataset", "breastmnist")
        self.assertIn('dataset = "breastmnist"', text)
        self.assertIn('loss = "cross_entropy"', text)
        images = numpy.zeros((200, 28, 28), numpy.uint8)
        labels = (numpy.arange(200) % 2).astype(numpy.uint8).reshape(-1, 1)
        parts = {f"{part}_{kind}": values[:rows] for part, rows in (("train", 200), ("val", 40), ("test", 40))
                 for kind, values in (("images", images), ("labels", labels))}
        numpy.savez(self.folder / "mine.npz", **parts)
        self.program("check", "trial.toml", "--set", "chain.0.data.dataset=npz", "--set", "chain.0.data.path=mine.npz")

    def test_a_task_of_several_labels_gets_a_loss_for_it(self):
        self.assertIn('loss = "bce"', self.written("--kind", "medmnist", "--dataset", "chestmnist"))

    def test_own_images_pass_check_wherever_the_scenario_lies(self):
        images = self.folder / 'scans "a"'
        for grey, name in ((20, "healthy"), (200, "ill")):
            (images / name).mkdir(parents=True)
            for i in range(40):
                (images / name / f"{i}.png").write_bytes(png(8, grey))
        (self.folder / "elsewhere").mkdir()
        self.program("new", "ours", "--kind", "images", "--images", images, "--out", "elsewhere/ours.toml")
        self.assertIn("2 classes", self.program("check", "elsewhere/ours.toml"))

    def test_nothing_is_overwritten_without_force(self):
        file = self.folder / "trial.toml"
        file.write_text("mine")
        self.assertIn("trial.toml exists: --force replaces it", self.program("new", "trial", status=2))
        self.assertEqual(file.read_text(), "mine")
        self.program("new", "trial", "--force")
        self.assertIn("schema = 1", file.read_text())

    def test_unfit_names_and_choices_are_refused_and_nothing_is_written(self):
        before = sorted(self.folder.iterdir())
        for arguments, part in ((["a b"], "NAME is \"a b\", but must be"), (["../x"], "must be"), (["x" * 64], "must be"),
                                (["x", "--kind", "medmnist", "--dataset", "pneumonia"], 'did you mean "pneumoniamnist"?'),
                                (["x", "--dataset", "breastmnist"], "needs --kind medmnist"),
                                (["x", "--images", "."], "needs --kind images"),
                                (["x", "--kind", "images"], "needs --images DIR"),
                                (["x", "--kind", "images", "--images", "absent"], "is no folder"),
                                (["x", "--kind", "nonsense"], "nonsense")):
            self.assertIn(part, self.program("new", *arguments, status=2))
        self.program("new", "x", "--out", "absent/x.toml", status=1)
        self.assertEqual(sorted(self.folder.iterdir()), before)


main()
