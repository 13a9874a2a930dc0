"""Numbers and tables as the page writes them."""
import math


def number(value, digits=3):
    if math.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) != 0 else text.replace("-", "")


def signed(value, digits=3):
    text = number(value, digits)
    return text if text.startswith("−") or text == "–" or float(text) == 0 else "+" + text


def mean(estimate, digits=3):
    """"0.931 ± 0.004"."""
    if math.isnan(estimate.low):
        return number(estimate.mean, digits)
    return f"{number(estimate.mean, digits)} ± {number((estimate.high - estimate.low) / 2, digits)}"


def change(estimate, digits=3):
    """"**+0.012** [0.003, 0.021]"; bold where the interval leaves zero out."""
    if math.isnan(estimate.mean):
        return "–"
    text = signed(estimate.mean, digits)
    if math.isnan(estimate.low):
        return text
    if estimate.low == estimate.high == 0:
        return "0"
    sure = estimate.above or estimate.below
    return f"{'**' + text + '**' if sure else text} [{signed(estimate.low, digits)}, {signed(estimate.high, digits)}]"


def said(estimate, digits=3):
    """The same in a sentence, with a word where the interval includes zero."""
    if math.isnan(estimate.low):
        return change(estimate, digits)
    if estimate.low == estimate.high == 0:
        return "0, the same model with every seed"
    doubt = "" if estimate.above or estimate.below else ", an interval that includes 0"
    return f"{signed(estimate.mean, digits)} [{signed(estimate.low, digits)}, {signed(estimate.high, digits)}]{doubt}"


def ratio(row):
    """A row of /ratios: "3.0 x", ">= 2.1 x", with how many runs reached the target: the arm's, then the other's."""
    if row is None:
        return "–"
    reached = f" ({row['reached']} and {row['against_reached']} of {row['runs']})"
    if row["bound"] == "none":
        return "unknown" + reached
    if math.isinf(row["ratio"]):
        return "at once" + reached
    sign = {"exact": "", "at least": "≥ ", "at most": "≤ "}[row["bound"]]
    return f"{sign}{row['ratio']:.2g} ×{reached}"


def percent(estimate):
    return "–" if math.isnan(estimate.mean) else f"{100 * estimate.mean:.0f} %"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def seeds(estimates):
    """"n = 3 seeds", of what a table holds."""
    counts = sorted({one.n for one in estimates if one.n > 0})
    if not counts:
        return "no complete runs"
    spread = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"n = {spread} seed{'' if counts == [1] else 's'}"


def listed(names):
    names = [f"`{name}`" for name in names]
    if len(names) < 2:
        return "".join(names) or "none"
    return ", ".join(names[:-1]) + " and " + names[-1]
