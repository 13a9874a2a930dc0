"""completion_test.py POLYCLINIC: what a real bash offers after a Tab."""
import re
import subprocess

from support import ProgramTest, main

# Cuts the line into words as readline does, then asks the completion as the shell would.
ASK = r"""
source polyclinic.bash
COMP_WORDBREAKS=${1-$COMP_WORDBREAKS}
COMP_LINE=$(cat)
read -r -d '' -a COMP_WORDS < <(if [[ $COMP_WORDBREAKS == *=* ]]; then sed 's/=/ = /g' <<<"$COMP_LINE"; else echo "$COMP_LINE"; fi)
[[ $COMP_LINE != *[' ='] ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p polyclinic | sed 's/.*-F \(\S*\).*/\1/')
"$function" polyclinic "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "polyclinic.bash").write_text(self.program("completion", "bash"))
        for name in ("one.h5", "two words.h5", "notes.txt"):
            (self.folder / name).touch()
        (self.folder / "results").mkdir()

    def offers(self, line, *word_breaks):
        bash = subprocess.run(["bash", "--norc", "-c", ASK, "bash", *word_breaks], input=line, text=True, cwd=self.folder,
                              capture_output=True)
        self.assertEqual(bash.stderr, "")
        return set(bash.stdout.splitlines()) - {""}

    def test_commands_and_options(self):
        self.assertTrue({"new", "check", "run", "sweep", "show", "report", "verify", "list", "--help"} <= self.offers("polyclinic "))
        self.assertEqual(self.offers("polyclinic ver"), {"verify"})
        self.assertTrue({"--set", "--out", "--seed", "--threads", "--force", "--help"} <= self.offers("polyclinic run --"))
        self.assertNotIn("--out", self.offers("polyclinic check --"))
        self.assertNotIn("man", self.offers("polyclinic "))

    def test_every_option_of_the_help_is_offered(self):
        for command in self.offers("polyclinic ") - {"--help", "--version"}:
            options = self.offers(f"polyclinic {command} --")
            for option in re.findall(r"(?m)^  (?:-h,)?(--[\w-]+)", self.program(command, "--help")):
                self.assertIn(option, options, command)

    def test_files_by_their_ending_and_folders(self):
        self.assertEqual(self.offers("polyclinic run "), {"small.toml", "results"})
        self.assertEqual(self.offers("polyclinic show "), {"one.h5", "two words.h5", "results"})
        self.assertEqual(self.offers("polyclinic show one.h5 tw"), {"two words.h5"})
        self.assertEqual(self.offers("polyclinic run small.toml --out "), {"one.h5", "two words.h5", "results"})
        for line in ("run --data ", "run --store res", "sweep --out "):
            self.assertEqual(self.offers(f"polyclinic {line}"), {"results"})

    def test_names_of_values(self):
        self.assertEqual(self.offers("polyclinic run small.toml --device "), {"cpu", "cuda"})
        self.assertEqual(self.offers("polyclinic run small.toml --device=cu"), {"cuda"})
        self.assertEqual(self.offers("polyclinic run --seed "), set())
        self.assertEqual(self.offers("polyclinic run --store n"), {"none"})
        self.assertEqual(self.offers("polyclinic sweep small.toml --engine "), {"local", "slurm"})
        topics = self.offers("polyclinic list ")
        self.assertTrue({"models", "keys", "choices", "defences"} <= topics)
        for topic in topics:
            self.program("list", topic)

    def test_keys_of_a_scenario_and_their_names(self):
        self.assertEqual(self.offers("polyclinic run a.toml --set chain.0.sharing.frac"), {"chain.0.sharing.fraction="})
        self.assertIn("chain.scans.sharing.fraction=", self.offers("polyclinic run a.toml --set chain.scans.sharing."))
        self.assertEqual(self.offers("polyclinic run a.toml --set chain.1.model.kind=re"), {"resnet18"})
        self.assertEqual(self.offers("polyclinic run a.toml --set chain.1.auxiliary.0.sc"), {"chain.1.auxiliary.0.scale="})
        self.assertEqual(self.offers("polyclinic run a.toml --set relay.1.fr"), {"relay.1.from="})
        self.assertEqual(self.offers("polyclinic run a.toml --set baseline.local="), {"true", "false"})
        self.assertEqual(self.offers("polyclinic run a.toml --set=record.ledger=f"), {"full"})

    def test_every_key_that_is_offered_is_known(self):
        keys = self.offers("polyclinic run a.toml --set ")
        self.assertGreater(len(keys), 100)
        known = self.program("list", "keys")
        for key in keys:
            segments = key.rstrip("=").split(".")
            name = ".".join(segments)
            if segments[1:2] == ["0"]:
                name = f"[[{segments[0]}]] {'.'.join(segments[2:])}"
            if segments[3:4] == ["0"]:
                name = f"[[{segments[0]}.{segments[2]}]] {'.'.join(segments[4:])}"
            self.assertRegex(known, rf"(?m)^{re.escape(name)}( \[|$)")

    def test_a_shell_that_does_not_cut_at_equals_signs_gets_whole_words(self):
        self.assertEqual(self.offers("polyclinic run a.toml --set chain.1.model.kind=re", " "), {"chain.1.model.kind=resnet18"})
        self.assertEqual(self.offers("polyclinic run a.toml --device=cu", " "), {"--device=cuda"})


main()
