"""Probes beside a run: they change nothing of it, their figures do not depend on threads, and each is about what was published."""
import h5py
import numpy

from support import ProgramTest, main

# Small clinics whose update is one step on one image, beside two that carry the learning: what leaves them can be inverted.
CLINICS = """
schema = 1
name = "clinics"
seed = 3
[[institution]]
name = "hospital"
count = 2
[[institution]]
name = "clinic"
count = 3
[[chain]]
name = "scans"
rounds = 2
data.dataset = "phantom"
data.phantom = { train_rows = 300, test_rows = 80, size_pixels = 12 }
partition = { scarce = ["clinic"], keep = 0.001, validation = 0.2, test = 0.2 }
model = { kind = "mlp", widths = [32] }
training = { lr = 0.1, batch_size = 128 }
consensus = { validators = 2, block_interval_s = 1.0 }
"""
PROBE = """
[[probe]]
observers = ["peer", "chain"]
institutions = ["clinic"]
attacks = [{attacks}]
iterations = 40
shadows = 4
"""


def with_attacks(*attacks):
    return CLINICS + PROBE.replace("{attacks}", ", ".join(f'"{attack}"' for attack in attacks))


class Leakage(ProgramTest):
    def run_text(self, text, *options, **keywords):
        self.scenario.write_text(text)
        return self.run_small(*options, **keywords)

    def attribute(self, name):
        with h5py.File(self.result) as file:
            return file.attrs[name]

    def test_a_run_with_probes_learns_the_same_as_one_without(self):
        self.run_text(CLINICS)
        plain, leakage = self.attribute("fingerprint"), self.attribute("leakage_fingerprint")
        self.run_text(with_attacks("analytic", "loss"))
        self.assertEqual(self.attribute("fingerprint"), plain)
        self.assertNotEqual(self.attribute("leakage_fingerprint"), leakage)

    def test_probes_find_the_same_with_one_thread_and_with_two(self):
        text = with_attacks("inverting_gradients", "bias_sign", "lira_online", "label_histogram")
        self.run_text(text, "--threads", "1")
        first = self.attribute("leakage_fingerprint")
        self.run_text(text, "--threads", "2")
        self.assertEqual(self.attribute("leakage_fingerprint"), first)

    def test_one_image_behind_one_step_of_an_mlp_is_recovered_exactly(self):
        # Phong et al. 2018: the first layer's weight gradient over its bias gradient is the input.
        self.run_text(with_attacks("analytic"))
        with h5py.File(self.result) as file:
            rows = file["/leakage/inversion"][:]
            self.assertEqual(set(rows["institution"]), {2, 3, 4})
            self.assertEqual(len(rows), 3 * 2 + 3)
            self.assertGreater(rows["psnr_db"].min(), 40)
            self.assertTrue((rows["identified"] == 1).all())
            self.assertLess(rows["mean_psnr_db"].max(), 40)
            folder = file["/leakage/images/scans/analytic-peer-round-1"]
            numpy.testing.assert_allclose(folder["original"][()], folder["reconstruction"][()], atol=0.02)

    def test_what_could_not_be_tried_is_said(self):
        text = with_attacks("analytic").replace('observers = ["peer", "chain"]\ninstitutions = ["clinic"]', 'observers = ["peer"]')
        self.run_text(text.replace("train_rows = 300", "train_rows = 800"))  # 96 of them at each hospital to train on
        with h5py.File(self.result) as file:
            skipped = file["/leakage/skipped"][:]
            self.assertEqual(set(skipped["institution"]), {0, 1})
            self.assertIn("more than 64", skipped["reason"][0].decode())

    def test_membership_is_asked_of_a_model_whose_head_is_private(self):
        text = with_attacks("loss", "lira_offline", "update_alignment").replace('institutions = ["clinic"]', 'institutions = ["hospital"]')
        # The tier is that of attacks on images: nobody tells those on membership what is private.
        self.run_text(text + "tier = 'T3'\n[chain.sharing]\nsteps = ['layers']\nprivate = ['head.*']\n")
        with h5py.File(self.result) as file:
            rows = file["/leakage/membership"][:]
            targets = {(row["target"].decode(), row["attack"].decode()) for row in rows}
            self.assertLessEqual({("completed", "loss"), ("completed", "lira_offline"), ("updates", "update_alignment")}, targets)
            self.assertNotIn("model", {target for target, _ in targets})
            self.assertTrue((rows["tier"] == b"T2").all())
            self.assertNotIn("skipped", file["/leakage"])

    def test_simple_measures_are_there_without_a_probe(self):
        self.run_text(CLINICS + "[chain.sharing]\nsteps = ['random']\nfraction = 0.25\n")
        with h5py.File(self.result) as file:
            rows = file["/leakage/simple"][:]
            of_clinic = rows[rows["institution"] == 2]
            numpy.testing.assert_allclose(of_clinic["shared_fraction"], 0.25, atol=1e-3)
            # Two independent masks of a quarter: 1 - (3/4)^2 of the coordinates.
            self.assertAlmostEqual(of_clinic["exposed_fraction"][-1], 0.4375, delta=0.02)
            self.assertTrue((of_clinic["unknowns"] == 144).all())
            numpy.testing.assert_array_equal(of_clinic["equations_so_far"], of_clinic["equations"].cumsum())
            self.assertGreater(of_clinic["equations_so_far"][-1], of_clinic["coordinates_so_far"][-1])
            self.assertTrue((rows["energy_kept"] < 1).all())

    def test_bad_probes_are_refused_with_what_is_allowed(self):
        self.assertIn("dlg", self.run_text(with_attacks("dgl"), status=2))
        self.assertIn("no [[reference]]", self.run_text(with_attacks("dlg") + "reference = 'none'\n", status=2))
        self.assertIn("T0", self.run_text(with_attacks("dlg") + "tier = 'T4'\n", status=2))
        gossip = with_attacks("dlg").replace("[[probe]]", "[chain.collaboration]\nmode = 'gossip'\n[[probe]]")
        self.assertIn("gossip", self.run_text(gossip, status=2))

    def test_every_attack_and_observer_is_listed(self):
        listed = self.program("list", "attacks") + self.program("list", "observers")
        for name in ["idlg", "head_agnostic", "lira_online", "label_histogram", "coalition"]:
            self.assertIn(name, listed)


main()
