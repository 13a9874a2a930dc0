"""What the pages about studies have in common: how numbers and tables are written, and the command that writes a page."""
import argparse
import math
import pathlib


def number(value, digits):
    if not math.isfinite(value):
        return "–"
    shown = f"{value:.{digits}f}"
    return shown.replace("-", "−") if float(shown) != 0 else shown.replace("-", "")


def signed(value, digits):
    shown = number(value, digits)
    return shown if shown.startswith("−") or shown == "–" or float(shown) == 0 else "+" + shown


def listed(names):
    names = list(names)
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def table(header, rows):
    if not rows:
        return "*None was measured.*"
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def folded(summary, content):
    """Opens on a click where Markdown is shown as a page."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def runs_table(carried_out):
    """By study: complete runs, all runs, seeds and CPU seconds; None where it was not carried out."""
    rows = []
    for name, numbers in carried_out.items():
        if numbers is None:
            rows.append([f"`{name}`", "not carried out", "", ""])
        else:
            complete, every, seeds, cpu_s = numbers
            rows.append([f"`{name}`", f"{complete} of {every}", str(seeds), f"{cpu_s / 60:.1f} min"])
    return table(["study", "runs", "seeds", "CPU time"], rows)


def write(description, page):
    """The command `page.py RESULTS --out FILE.md`: what page(results, out) returns becomes the file."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", metavar="RESULTS", type=pathlib.Path)
    parser.add_argument("--out", required=True, metavar="FILE.md", type=pathlib.Path)
    options = parser.parse_args()
    options.out.write_text(page(options.results, options.out))
    print(options.out)
