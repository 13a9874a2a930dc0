"""Accuracy and AUC over rounds and over simulated time, with the baselines."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from .result import evaluated
from .style import BLACK, GREEN, ORANGE, RUN_STYLES, TICK_STEPS, legend_below, markers_every, plt, save, time_scale, title

BASELINES = [("full_sharing", "full sharing", GREEN, "--"), ("centralized", "centralized", BLACK, "-.")]
FIGURES = [("test_accuracy", "test accuracy"), ("test_auc", "test AUC")]


def draw_curve(axes, rows, x, y, style, label):
    rows = evaluated(rows, y)
    if not len(rows):
        return None
    colour, marker, line = style
    return axes.plot(x(rows), rows[y], color=colour, marker=marker, linestyle=line, markersize=4,
                     markevery=markers_every(len(rows)), label=label)[0]


def local_mean(rows, y):
    """Round, simulated time, mean, 10th and 90th percentile over institutions, for each evaluated round."""
    rows = evaluated(rows, y)
    per_round = [(r, rows[rows["round"] == r]) for r in np.unique(rows["round"])]
    kind = [("round", "i8"), ("sim_time_s", "f8"), ("mean", "f8"), ("low", "f8"), ("high", "f8")]
    return np.array([(r, part["sim_time_s"].max(), part[y].mean(), np.percentile(part[y], 10), np.percentile(part[y], 90))
                     for r, part in per_round], dtype=kind)


def draw_local(axes, rows, x, y):
    mean = local_mean(rows, y)
    if not len(mean):
        return []
    line = axes.plot(x(mean), mean["mean"], color=ORANGE, linestyle=":", linewidth=2, label="local only, mean")[0]
    band = axes.fill_between(x(mean), mean["low"], mean["high"], color=ORANGE, alpha=0.18, linewidth=0,
                             label="its 10th to 90th percentile")
    return [line, band]


def draw_baselines(axes, run, chain, x, y):
    handles = []
    for kind, label, colour, line in BASELINES:
        rows = run.table(f"baselines/{kind}/{chain}")
        if rows is not None:
            handles.append(draw_curve(axes, rows, x, y, (colour, None, line), label))
    local = run.table(f"baselines/local/{chain}")
    return [handle for handle in handles if handle] + (draw_local(axes, local, x, y) if local is not None else [])


def draw_convergence(axes, runs, chain, x, y):
    handles = []
    for run, style in zip(runs, RUN_STYLES):
        rows = run.table(f"chains/{chain}/rounds")
        label = "collaborative" if len(runs) == 1 else f"collaborative, {run.label()}"
        if rows is not None:
            handles.append(draw_curve(axes, rows, x, y, style, label))
    return [handle for handle in handles if handle] + draw_baselines(axes, run_with_baselines(runs, chain), chain, x, y)


def spread_apart(axes):
    """Where one curve ends long before another, a logarithmic axis (linear below its first step) shows both."""
    ends = [curve.get_xdata().max() for curve in axes.get_lines()]
    first_steps = [curve.get_xdata()[curve.get_xdata() > 0].min() for curve in axes.get_lines() if curve.get_xdata().max() > 0]
    if not first_steps or max(ends) < 10 * min(end for end in ends if end > 0):
        return False
    axes.set_xscale("symlog", linthresh=min(first_steps))
    axes.set_xlim(left=0)
    return True


def convergence(runs, chain, folder, name, x, x_label, integer):
    figure, both = plt.subplots(1, 2, figsize=(9.6, 4.3), constrained_layout=True)
    for axes, (column, label) in zip(both, FIGURES):
        handles = draw_convergence(axes, runs, chain, x, column)
        axes.set(xlabel=x_label, ylabel=label)
        axes.margins(x=0.02)
        if integer or not spread_apart(axes):
            axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=TICK_STEPS, integer=integer))
    if handles:
        figure.suptitle(f"Convergence, {title(runs, chain)}" + baseline_source(runs, chain))
        legend_below(figure, handles, columns=5 if len(runs) == 1 else 3)
        save(figure, folder, f"{chain}-{name}")


def run_with_baselines(runs, chain):
    """Runs that are compared have the same baselines or few: those of the first run that has any are drawn."""
    paths = [f"baselines/{kind}/{chain}" for kind in ("centralized", "full_sharing", "local")]
    return next((run for run in runs if any(run.table(path) is not None for path in paths)), runs[0])


def baseline_source(runs, chain):
    return "" if len(runs) == 1 else f"; baselines of {run_with_baselines(runs, chain).label()}"


def longest_time(runs, chain):
    tables = [run.table(f"chains/{chain}/rounds") for run in runs]
    return max((rows["sim_time_s"].max() for rows in tables if rows is not None), default=0)


def plot_convergence(runs, chain, folder):
    convergence(runs, chain, folder, "rounds", lambda rows: rows["round"], "round", True)
    unit, size = time_scale(longest_time(runs, chain))
    convergence(runs, chain, folder, "time", lambda rows: rows["sim_time_s"] / size, f"simulated time ({unit})", False)
