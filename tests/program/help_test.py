"""help_test.py POLYCLINIC: help, the man page and what is said of a wrong command line."""
import re
import subprocess
import unittest

from support import ProgramTest, main


class Help(ProgramTest):
    texts = {}

    def help(self, *command):
        if command not in self.texts:
            self.texts[command] = self.program(*command, "--help")
        return self.texts[command]

    def commands(self):
        text = self.help().split("Commands:\n")[1].split("\n\n")[0]
        return re.findall(r"^  (\w+)", text, re.MULTILINE)

    def test_every_command_is_explained_with_examples_that_it_understands(self):
        self.assertTrue({"new", "check", "run", "sweep", "show", "report", "verify", "list", "completion"} <= set(self.commands()))
        for command in self.commands():
            text = self.help(command)
            self.assertIn(f"Usage: polyclinic {command}", text)
            examples = re.findall(r"polyclinic .*", text.split("Examples:\n")[1])
            self.assertTrue([line for line in examples if line.split()[1] == command], command)
            for example in examples:
                self.assertIn(example.split()[1], self.commands())
                for option in re.findall(r"(?<=\s)--[\w-]+", example.split("&&")[0]):
                    self.assertIn(option, text, command)

    def test_lines_fit_a_terminal(self):
        for command in ["", *self.commands()]:
            for line in self.help(*command.split()).split("Examples:")[0].splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_main_help_tells_environment_and_exit_statuses(self):
        text = self.help()
        for word in ("POLYCLINIC_DATA", "OPENBLAS_NUM_THREADS", "Exit status:", "130"):
            self.assertIn(word, text)

    def test_without_arguments_the_commands_are_named(self):
        text = self.program(status=2)
        for command in self.commands():
            self.assertRegex(text, rf"(?m)^  {command} ")

    def test_a_misspelt_name_gets_the_nearest_known_one(self):
        for arguments, meant in ((["rnu", self.scenario], '"run"'), (["run", self.scenario, "--tread=4"], '"--threads"'),
                                 (["check", self.scenario, "--sseed", "3"], '"--seed"'), (["--verison"], '"--version"')):
            message = self.program(*arguments, status=2)
            self.assertIn(f"did you mean {meant}?", message)
            self.assertEqual(len(message.splitlines()), 1, message)

    def test_what_is_missing_or_too_much_is_said_with_where_help_is(self):
        for arguments, part in ((["run"], "scenario is required"), (["verify", "a.h5", "b.h5"], '"b.h5" is one too many'),
                                (["run", self.scenario, "--device", "tpu"], "--device")):
            message = self.program(*arguments, status=2)
            self.assertIn(part, message)
            self.assertIn(f"polyclinic {arguments[0]} --help", message)

    def page(self):
        page = self.folder / "polyclinic.1"
        page.write_text(self.program("man"))
        return page

    def test_the_man_page_tells_every_command_with_its_options(self):
        text = self.page().read_text().replace("\\-", "-")
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "FILES", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO"):
            self.assertRegex(text, rf'(?m)^\.SH "?{section}"?$')
        for command in self.commands():
            part = text.split(f'.SS "polyclinic {command} ')[1].split("\n.S")[0]
            self.assertIn("Examples:", part)
            for option in re.findall(r"(?m)^  (--[\w-]+)", self.help(command)):
                self.assertIn(option, part, command)

    def test_the_man_page_renders_without_a_warning(self):
        try:
            rendered = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", self.page()], text=True,
                                      capture_output=True, env={"PATH": "/usr/bin:/bin", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
        except FileNotFoundError:
            raise unittest.SkipTest("no man here") from None
        self.assertEqual((rendered.returncode, rendered.stderr), (0, ""))
        self.assertIn("POLYCLINIC(1)", rendered.stdout)


main()
