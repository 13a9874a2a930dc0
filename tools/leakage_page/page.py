#!/usr/bin/python3
"""The page about leakage: page.py RESULTS --out FILE.md

Reads the studies in RESULTS (one folder each, as tools/leakage fills it), and writes FILE.md from leakage.md.in, with its pictures in a
folder of FILE's name beside it. Every number and every verdict is computed here; the template holds prose alone.
"""
import contextlib
import io
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import pages  # noqa: E402
from evidence import study_of  # noqa: E402
from sections import section  # noqa: E402
from short import short  # noqa: E402

STUDIES = ("fraction", "fraction-full", "heads", "local-steps", "membership", "dp", "coalition", "secure-aggregation")


def runs_table(found):
    return pages.runs_table({name: study and (len(study.runs), study.every, len(study.seeds), study.cpu_s) for name, study in found.items()})


def page(results, out):
    folder = out.with_suffix("")
    found = {name: study_of(results / name) for name in STUDIES}
    values = {"runs": runs_table(found)}
    for name, study in found.items():
        if study is not None:
            with contextlib.redirect_stdout(io.StringIO()):
                values.update({f"{name}.{key}": said for key, said in section(study, folder / name, f"{folder.name}/{name}").items()})
            values.update({f"{name}.short.{key}": said for key, said in short(study).items()})
    template = (pathlib.Path(__file__).parent / "leakage.md.in").read_text()
    told = set()

    def said(match):
        name = match.group(1).partition(".")[0]
        if found.get(name, values) is not None:
            return values[match.group(1)]
        first = name not in told
        told.add(name)
        return f"*The study `{name}` was not carried out yet.*" if first else ""
    shown = re.sub(r"\n{3,}", "\n\n", re.sub(r"\{\{([\w.-]+)\}\}", said, template))
    for picture in folder.rglob("*.png"):
        if f"({folder.name}/{picture.relative_to(folder)})" not in shown:
            picture.unlink()
    return shown


if __name__ == "__main__":
    pages.write(__doc__, page)
