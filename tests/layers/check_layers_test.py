"""check_layers_test.py CHECK: each rule finds its violation in a small made-up tree, and a clean tree passes."""
import pathlib
import subprocess
import sys
import tempfile

# File, its text, and what the check must say about it.
VIOLATIONS = [
    ("core/low/a.cpp", "#include <simgrid/s4u.hpp>\n", "core/low/a.cpp:1: includes simgrid/s4u.hpp"),
    ("core/low/a.cpp", "\n#include <xbt/log.h>\n", "core/low/a.cpp:2: includes xbt/log.h"),
    ("core/low/a.cpp", '#include "sim/clock.hpp"\n', "includes sim/clock.hpp"),
    ("core/low/a.cpp", '#include "core/high/b.hpp"\n', "low comes before high"),
    ("core/low/a.cpp", '#include "core/nowhere/b.hpp"\n', "includes core/nowhere/b.hpp"),
    ("core/low/a.hpp", "#include <torch/torch.h>\n", "includes torch/torch.h"),
    ("sim/a.cpp", "#  include <ATen/ATen.h>\n", "includes ATen/ATen.h"),
    ("sim/a.cpp", "#include <c10/util/Half.h>\n", "includes c10/util/Half.h"),
    ("sim/cli/a.cpp", "#include <hdf5.h>\n", "includes hdf5.h"),
    ("sim/a.cpp", "#include <H5Cpp.h>\n", "includes H5Cpp.h"),
    ("tests/a.cpp", 'TEST_CASE("one; two") {\n', 'tests/a.cpp:1: test "one; two"'),
    ("tests/a.cpp", "\n" * 401, "tests/a.cpp: 401 lines"),
    ("tools/a", "\n" * 401, "tools/a: 401 lines"),
]

ALLOWED = [
    ("core/high/a.cpp", '#include <torch/torch.h>\n#include "core/low/a.hpp"\n#include "core/high/b.hpp"\n'),
    ("sim/a.cpp", "#include <simgrid/s4u.hpp>\n// #include <torch/torch.h> would be wrong\n"),
    ("tests/a.cpp", "\n" * 400),
]


def check(command, files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in [("core/CMakeLists.txt", "foreach(room low high)\n")] + files:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        result = subprocess.run([command, folder], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr


def main():
    command = sys.argv[1]
    status, text = check(command, ALLOWED)
    assert status == 0, text
    for name, content, message in VIOLATIONS:
        status, text = check(command, [(name, content)])
        assert status == 1 and message in text and len(text.splitlines()) == 1, (name, content, text)


main()
