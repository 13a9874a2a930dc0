"""Estimates, each with its interval, as the page writes them."""
import math

from pages import listed, number, signed


def mean(estimate, digits=3):
    """"0.931 ± 0.004"."""
    if math.isnan(estimate.low):
        return number(estimate.value, digits)
    return f"{number(estimate.value, digits)} ± {number((estimate.high - estimate.low) / 2, digits)}"


def change(estimate, digits=3):
    """"**+0.012** [0.003, 0.021]"; bold where the interval leaves zero out."""
    if math.isnan(estimate.value):
        return "–"
    text = signed(estimate.value, digits)
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
    return f"{signed(estimate.value, digits)} [{signed(estimate.low, digits)}, {signed(estimate.high, digits)}]{doubt}"


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
    return "–" if math.isnan(estimate.value) else f"{100 * estimate.value:.0f} %"


def seeds(estimates):
    """"n = 3 seeds", of what a table holds."""
    counts = sorted({one.n for one in estimates if one.n > 0})
    if not counts:
        return "no complete runs"
    spread = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"n = {spread} seed{'' if counts == [1] else 's'}"


def quoted(names):
    return listed(f"`{name}`" for name in names) or "none"
