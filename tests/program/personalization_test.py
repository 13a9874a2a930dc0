"""Methods of personalization beside one collaboration: their rows, their cost in simulated time, and that nothing else changes."""
import h5py
import numpy

from support import ProgramTest, main

METHODS = ["fine_tune", "head", "ditto", "apfl", "bn", "interpolate"]
NORM = ["--set", "chain.0.model.norm=group", "--set", "chain.0.partition.validation=0.2", "--set", "record.models=true"]
ALL = ["--set", "chain.0.personalization=[" + ", ".join(f'{{kind = "{kind}"}}' for kind in METHODS) + "]"]
AFTER = ["--set", 'chain.0.personalization=[{kind = "fine_tune"}]']
FOLLOWING = ["--set", 'chain.0.personalization=[{kind = "ditto", lambda = 0.0}]']


class Personalization(ProgramTest):
    def run_with(self, *options):
        self.run_small(*NORM, *options)
        return h5py.File(self.result)

    @staticmethod
    def models(file, name):
        return {tensor: array[()] for tensor, array in file[f"/models/scans/{name}"].items()}

    def assert_same(self, one, other):
        self.assertEqual(one.keys(), other.keys())
        for name in one:
            numpy.testing.assert_array_equal(one[name], other[name], name)

    def test_the_collaboration_learns_the_same_with_every_method_beside_it(self):
        with self.run_with() as file:
            plain, losses = self.models(file, "global"), file["/chains/scans/rounds"]["train_loss"][1:]
            self.assertNotIn("personalization", file)
        with self.run_with(*ALL) as file:
            self.assert_same(self.models(file, "global"), plain)
            numpy.testing.assert_array_equal(file["/chains/scans/rounds"]["train_loss"][1:], losses)
            self.assertEqual(sorted(file["personalization"]), sorted(METHODS))

    def test_every_member_has_a_row_of_each_method_and_a_model_of_its_own(self):
        with self.run_with(*ALL) as file:
            local = file["/baselines/local/scans"]
            last = local[local["round"] == 4]
            for kind in METHODS:
                rows = file[f"/personalization/{kind}"][:]
                self.assertEqual(list(rows["institution"]), [0, 1, 2])
                self.assertEqual({name.decode() for name in rows["chain"]}, {"scans"})
                numpy.testing.assert_array_equal(rows["local_accuracy"], last["local_test_accuracy"])
                members = file["/chains/scans/members"][:]
                numpy.testing.assert_array_equal(rows["collaborative_accuracy"], members["local_test_accuracy"][-3:])
                self.assertEqual(sorted(file[f"/models/scans/personalization/{kind}"]), ["0", "1", "2"])
        summary = self.program("show", self.result)
        for kind in METHODS:
            self.assertIn(kind, summary)

    def test_results_do_not_depend_on_threads(self):
        self.run_small(*NORM, *ALL, "--threads", "1")
        first = self.fingerprint()
        self.run_small(*NORM, *ALL, "--threads", "2")
        self.assertEqual(self.fingerprint(), first)

    def activities(self, file):
        rows = file["/timeline"][:]
        rows = rows[(rows["chain"] == b"scans") & (rows["activity"] == b"personalize")]
        return sorted((int(row["institution"]), int(row["round"]), float(row["end_s"] - row["start_s"])) for row in rows)

    def test_simulated_time_is_charged_where_the_method_works(self):
        with self.run_with(*AFTER, "--set", "chain.1.start_s=1000") as file:  # the machines are free of the other chain
            train = file["/timeline"][:]
            train = train[(train["chain"] == b"scans") & (train["activity"] == b"train") & (train["round"] == 1)]
            round_s = {int(row["institution"]): float(row["end_s"] - row["start_s"]) for row in train}
            institutions = file["/institutions"][:]
            rows = {int(row["institution"]): row for row in institutions if row["chain"] == b"scans"}
            activities = self.activities(file)
        self.assertEqual([entry[:2] for entry in activities], [(0, 4), (1, 4), (2, 4)])
        # 5 epochs of training and 6 looks at validation rows, a row at a third of what training on it takes
        for institution, _, duration_s in activities:
            row = rows[institution]
            validation = 6 * row["validation_samples"] / (3 * row["train_samples"])
            self.assertAlmostEqual(duration_s / (round_s[institution] * (5 + validation)), 1, places=6)
        with self.run_with(*FOLLOWING) as file:
            entries = [entry[:2] for entry in self.activities(file)]
        self.assertEqual(entries, [(institution, number) for institution in range(3) for number in range(1, 5)])

    def test_ditto_without_a_pull_is_the_local_baseline(self):
        with self.run_with(*FOLLOWING) as file:
            rows = file["/personalization/ditto"][:]
        for figure in ("accuracy", "auc", "loss"):
            numpy.testing.assert_array_equal(rows[f"personal_{figure}"], rows[f"local_{figure}"])
        self.assertTrue(numpy.isnan(rows["chosen"]).all())

    def test_without_a_local_baseline_its_columns_are_empty_and_interpolation_works(self):
        with self.run_with("--set", "baseline.local=false", "--set", 'chain.0.personalization=[{kind = "interpolate"}]') as file:
            rows = file["/personalization/interpolate"][:]
        self.assertTrue(numpy.isnan(rows["local_accuracy"]).all())
        self.assertFalse(numpy.isnan(rows["personal_accuracy"]).any())

    def test_check_and_list_name_the_methods(self):
        plan = self.program("check", self.scenario, *NORM, *ALL)
        self.assertIn("personalization ditto: lambda 0.1, in every round; at most", plan)
        self.assertIn("personalization head: the last layer, others frozen, up to 5 epochs; at most", plan)
        listed = self.program("list", "personalizations")
        for kind in METHODS:
            self.assertIn(kind, listed)

    def test_a_method_that_does_not_fit_is_refused_by_its_key(self):
        message = self.program("check", self.scenario, "--set", 'chain.0.personalization=[{kind = "bn"}]', status=2)
        self.assertIn("chain.0.personalization.0.kind is \"bn\", which needs a model with normalisation", message)


main()
