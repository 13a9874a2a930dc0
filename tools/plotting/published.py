"""Bytes published: over rounds, and what accuracy they bought."""
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from .style import GREEN, RUN_STYLES, TICK_STEPS, bytes_text, legend_below, markers_every, plt, save, title


def curves(runs, chain):
    """Label, style and rounds of what is drawn: each run, and full sharing of the first."""
    found = [("collaborative" if len(runs) == 1 else run.label(), style, run.table(f"chains/{chain}/rounds"))
             for run, style in zip(runs, RUN_STYLES)]
    full = runs[0].table(f"baselines/full_sharing/{chain}")
    label = "full sharing" if len(runs) == 1 else f"full sharing of {runs[0].label()}"
    found.append((label, (GREEN, None, "--"), full))
    return [curve for curve in found if curve[2] is not None and curve[2]["published_bytes"].any()]


def draw_over_rounds(axes, label, style, rows):
    colour, marker, line = style
    return axes.plot(rows["round"], np.cumsum(rows["published_bytes"]), color=colour, marker=marker, linestyle=line,
                     markersize=4, markevery=markers_every(len(rows)), label=label)[0]


def draw_against_accuracy(axes, style, rows):
    colour, marker, line = style
    published = np.cumsum(rows["published_bytes"])
    known = np.isfinite(rows["test_accuracy"]) & (published > 0)
    axes.plot(published[known], rows["test_accuracy"][known], color=colour, marker=marker, linestyle=line, markersize=4,
              markevery=markers_every(known.sum()))


def scale_bytes(axes, drawn):
    """A logarithmic axis where one curve would otherwise be squeezed against the other's side."""
    totals = [rows["published_bytes"].sum() for _, _, rows in drawn]
    if max(totals) > 4 * min(totals):
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=TICK_STEPS))
    axes.xaxis.set_major_formatter(FuncFormatter(bytes_text))


def plot_bytes(runs, chain, folder):
    drawn = curves(runs, chain)
    if not drawn:
        return
    figure, (per_round, against) = plt.subplots(1, 2, figsize=(9.6, 4.1), constrained_layout=True)
    handles = [draw_over_rounds(per_round, *curve) for curve in drawn]
    for _, style, rows in drawn:
        draw_against_accuracy(against, style, rows)
    per_round.set(xlabel="round", ylabel="published by all members so far")
    per_round.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=TICK_STEPS, integer=True))
    per_round.yaxis.set_major_formatter(FuncFormatter(bytes_text))
    against.set(xlabel="published by all members so far", ylabel="test accuracy")
    scale_bytes(against, drawn)
    figure.suptitle(f"Bytes published, {title(runs, chain)}")
    legend_below(figure, handles)
    save(figure, folder, f"{chain}-bytes")
