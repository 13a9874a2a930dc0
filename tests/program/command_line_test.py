import pathlib
import re

from support import ProgramTest, main

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


class CommandLine(ProgramTest):
    def test_wrong_usage_exits_with_2(self):
        for arguments in (["nonsense"], [], ["run"], ["run", "absent.toml"], ["run", self.scenario, "--threads", "0"],
                          ["list", "nonsense"]):
            self.program(*arguments, status=2)

    def test_a_wrong_key_is_named_with_its_line_and_the_nearest_name(self):
        self.scenario.write_text(self.scenario.read_text().replace("rounds = 4", "ruonds = 4"))
        message = self.program("check", self.scenario, status=2)
        for part in ("small.toml:10", "ruonds", "rounds"):
            self.assertIn(part, message)

    def test_a_wrong_override_is_named(self):
        self.assertIn("--set", self.program("check", self.scenario, "--set", "chain.0.sharing.fraction=2", status=2))

    def test_a_pattern_that_matches_no_tensor_is_an_error_with_its_line(self):
        self.scenario.write_text(self.scenario.read_text().replace("head.*", "haed.*"))
        message = self.program("check", self.scenario, status=2)
        self.assertIn("haed.*", message)
        self.assertIn("small.toml:", message)

    def test_more_institutions_than_rows_is_an_error_with_numbers(self):
        message = self.program("check", self.scenario, "--set", "institution.0.count=1000", status=2)
        self.assertIn("150 rows", message)
        self.assertIn("1000 institutions", message)

    def test_cuda_without_a_device_is_a_clear_error(self):
        message = self.run_small("--device", "cuda", status=2)
        self.assertIn("cuda", message.lower())
        self.assertFalse(self.result.exists())

    def test_nothing_is_overwritten_without_force(self):
        self.result.write_text("mine")
        message = self.program("run", self.scenario, "--out", self.result, status=2)
        self.assertIn("--force", message)
        self.assertEqual(self.result.read_text(), "mine")

    def test_an_unwritable_folder_is_a_clear_error(self):
        message = self.program("run", self.scenario, "--out", "/proc/absent/x.h5", status=1)
        self.assertIn("/proc/absent", message)

    def test_check_trains_nothing_and_says_what_would_happen(self):
        output = self.program("check", self.scenario)
        for part in ("chain scans", "chain second", "3 institutions", "parameters"):
            self.assertIn(part, output)
        self.assertEqual(list(self.folder.iterdir()), [self.scenario])

    def test_the_scenario_of_the_readme_is_valid(self):
        self.scenario.write_text(README.read_text().split("```toml")[1].split("```")[0])
        self.assertIn("chain example: 6 institutions", self.program("check", self.scenario))

    def test_show_and_verify(self):
        self.run_small("--set", "record.ledger=full")
        self.assertIn("scans", self.program("show", self.result))
        self.assertIn("scans", self.program("show", self.result, self.result))
        self.assertEqual(self.program("verify", self.result).count(": verified"), 4)  # ledger and models of two chains

    def test_verify_without_a_ledger_says_so(self):
        self.run_small("--set", "record.ledger=none")
        self.assertIn("record.ledger", self.program("verify", self.result, status=1))

    def test_check_says_what_goes_wrong_and_how_institutions_collaborate(self):
        self.scenario.write_text(self.scenario.read_text() + """
[chain.collaboration]
mode = "buffered"
buffer = 2
staleness = "hinge"
max_staleness = 5
[[fault]]
kind = "slow"
institutions = ["hospital-1"]
at_s = 5
for_s = 2
factor = 0.5
[[fault]]
kind = "crash"
chain = "second"
validators = [0, 1]
draws = 3
within_s = 10
[[behaviour]]
kind = "scaled"
institutions = ["hospital-0", "hospital-2"]
factor = 4
from_round = 2
""")
        output = self.program("check", self.scenario, "--set", "chain.0.collaboration.defence=median",
                              "--set", "chain.0.gossip.fan_out=2")
        for line in ("  fault: slow to 0.5 of the speed: hospital-1, at 5 s for 2 s",
                     "  fault: crash: validators 0, 1 of chain second, 3 drawn from 0 s to 10 s, each for good",
                     "  hostile: scaled (factor 4): hospital-0, hospital-2, from round 2",
                     "  collaboration fedavg, synchronous, defence median",
                     "  collaboration fedavg, buffered: 2 updates a version, staleness hinge up to 5, defence none"):
            self.assertIn(line, output.splitlines())
        self.assertIn("gossip to 2 neighbours", output)

    def test_check_tells_what_a_chain_makes_of_its_data(self):
        adapted = self.program("check", self.scenario, "--set", "chain.0.data.to=0.8", "--set", "chain.0.data.labels=permuted",
                               "--set", "chain.0.data.phantom.lesion_shift=0.5", "--set", "chain.0.data.acquisition.gain=0.5",
                               "--set", "chain.0.data.acquisition.noise=0.1", "--set", "chain.0.partition.absent=[1]",
                               "--set", "chain.0.partition.scarce=['hospital-0']")
        self.assertIn("  adapted: the share from 0 to 0.8 of training and validation rows; lesions shifted by 0.5; "
                      "training and validation labels permuted; seen with gain 0.5, noise 0.1", adapted.splitlines())
        self.assertIn("without class 1 at hospital-0", adapted)
        self.assertNotIn("adapted", self.program("check", self.scenario))

    def topics(self):
        return re.search(r"topics are (.*)", self.program("list", "nonsense", status=2)).group(1).split(", ")

    def test_every_topic_of_list_has_names_and_a_key(self):
        everything, reference, usage = self.program("list"), self.program("list", "keys"), self.program("list", "--help")
        for topic in self.topics():
            title, *lines = self.program("list", topic).splitlines()
            self.assertTrue([line for line in lines if line.startswith("  ")], topic)
            if topic not in ("choices", "keys"):
                self.assertIn(f"\n{title.split('(')[1].rstrip(')')}\n", reference)
            if topic != "keys":
                self.assertIn("\n".join([title, *lines]), everything)
            self.assertIn(topic, usage)

    def test_list_tells_every_name_that_a_key_allows(self):
        told = set(re.findall(r'^  (\w+)  |"(\w*)"', self.program("list"), re.MULTILINE))
        told = {name for pair in told for name in pair}
        allowed = {name for names in re.findall(r"one of (.*); default", self.program("list", "keys"))
                   for name in re.findall(r'"(\w*)"', names)}
        self.assertGreater(len(allowed), 80)
        self.assertEqual(allowed - told, set())

    def test_list_knows_every_default(self):
        output = self.program("list") + self.program("list", "keys")
        for name in ("phantom", "cnn", "top_k", "proof_of_authority", "sharing.fraction", "consensus.block_interval_s"):
            self.assertIn(name, output)


main()
