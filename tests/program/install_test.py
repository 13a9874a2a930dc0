"""install_test.py POLYCLINIC BUILD VERSION: what `cmake --install` puts into a folder works from there."""
import gzip
import os
import pathlib
import subprocess
import sys
import tempfile

from support import ProgramTest, main

BUILD, VERSION = sys.argv[2:4]
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"


class Installed(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = cls.enterClassContext(tempfile.TemporaryDirectory())
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix], check=True, capture_output=True)

    def path(self, *parts):
        return os.path.join(self.prefix, *parts)

    def shell(self, command, **keywords):
        environment = {**os.environ, "PATH": f"{self.path('bin')}:{os.environ['PATH']}"}
        result = subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment, text=True, capture_output=True)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def test_the_installed_program_runs_an_installed_scenario(self):
        self.assertEqual(self.shell("polyclinic --version").strip(), f"polyclinic {VERSION}")
        self.shell(f"polyclinic run {self.path('share/polyclinic/scenarios/quickstart.toml')} --quiet --set name=tiny"
                   " --set chain.0.rounds=1 --set chain.1.rounds=1 --set baseline.centralized=false --set baseline.local=false"
                   " --set baseline.full_sharing=false")
        self.assertIn("tiny", self.shell("polyclinic show results/tiny.h5"))
        self.assertIn("verified", self.shell("polyclinic verify results/tiny.h5"))

    def test_the_scenarios_are_all_there_studies_and_calibration_too(self):
        def scenarios(folder):
            return sorted(path.relative_to(folder) for path in pathlib.Path(folder).rglob("*.toml"))
        self.assertEqual(scenarios(self.path("share/polyclinic/scenarios")), scenarios(SCENARIOS))

    def test_the_installed_completion_and_manual_page_are_those_of_the_program(self):
        with open(self.path("share/bash-completion/completions/polyclinic")) as file:
            self.assertEqual(file.read(), self.shell("polyclinic completion bash"))
        with gzip.open(self.path("share/man/man1/polyclinic.1.gz"), "rt") as file:
            self.assertEqual(file.read(), self.shell("polyclinic man"))

    def test_documents_and_tools_are_there(self):
        for name in ("doc/polyclinic/README.md", "doc/polyclinic/copyright", "doc/polyclinic/docs/results.md",
                     "polyclinic/datasets/index.toml", "polyclinic/datasets/README.md"):
            self.assertTrue(os.path.exists(self.path("share", name)), name)
        self.assertIn("--out", self.shell(f"{self.path('share/polyclinic/tools/plot.py')} --help"))


main()
