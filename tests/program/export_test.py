"""An exported model, loaded into PyTorch under its state_dict names, gives the predictions that the result file holds."""
import sys
from collections import OrderedDict

import h5py
import numpy

from support import ProgramTest, main

try:
    import torch
    from torch import nn
except ImportError:
    print("skipped: the system's python3 has no torch")
    sys.exit(77)


def mlp():
    """The Python equivalent that core/learning/models/mlp.cpp states, for 12 x 12 pixels and three classes."""
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), hidden1=nn.Linear(144, 8), relu1=nn.ReLU(),
                                     head=nn.Linear(8, 3)))


class Export(ProgramTest):
    def state_of(self, group):
        return {name: torch.from_numpy(numpy.asarray(value)) for name, value in group.items()}

    def test_every_model_of_the_file_scores_as_well_as_its_predictions_say(self):
        self.run_small()
        with h5py.File(self.result) as file:
            labels = file["predictions/scans/labels"][:]
            scores = file["predictions/scans/global"][:]
            accuracy = file["chains/scans/rounds"]["test_accuracy"][-1]
            self.assertAlmostEqual((scores.argmax(axis=1) == labels).mean(), accuracy, places=12)
            numpy.testing.assert_allclose(scores.sum(axis=1), 1.0, rtol=1e-5)
            self.assertEqual(set(file["models/scans"]), {"global", "centralized"})
            self.assertEqual(len(file["models/second/personal"]), 3)

    def test_torch_computes_the_same_predictions(self):
        self.run_small("--set", "chain.1.data.dataset=npz", "--set", f"chain.1.data.path={self.images()}")
        with numpy.load(self.images()) as data, h5py.File(self.result) as file:
            images = torch.from_numpy(data["test_images"]).float()[:, None]
            for who in ["global", "centralized", "personal/0"]:
                model = mlp()
                model.load_state_dict(self.state_of(file[f"models/second/{who}"]))
                with torch.no_grad():
                    expected = torch.softmax(model((images - 127.5) / 127.5), 1).numpy()
                numpy.testing.assert_allclose(file[f"predictions/second/{who}"][:], expected, rtol=1e-4, atol=1e-6)

    def images(self):
        path = self.folder / "images.npz"
        if not path.exists():
            draws = numpy.random.default_rng(3)
            arrays = {}
            for split, rows in (("train", 120), ("val", 30), ("test", 50)):
                arrays[f"{split}_images"] = draws.integers(0, 256, (rows, 12, 12), dtype=numpy.uint8)
                arrays[f"{split}_labels"] = (numpy.arange(rows) % 3).astype(numpy.uint8)[:, None]
            numpy.savez(path, **arrays)
        return path


main()
