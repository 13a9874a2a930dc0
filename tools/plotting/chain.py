"""What became of the chain's blocks: who proposed them and when, which branches lost, how long finality took."""
import numpy as np
from matplotlib.lines import Line2D

from .result import text
from .style import BLACK, BLUE, GREEN, ORANGE, RED, legend_below, plt, save, time_scale, title

STATUSES = [("final", BLUE, "o"), ("stale", RED, "X"), ("reversed", ORANGE, "D"), ("pending", "#999999", "s")]
MOST_BLOCKS = 150
MOST_PROPOSERS = 30


def first_blocks(rows):
    """The blocks of as many heights as can be told apart, and whether that is all of them."""
    shown = rows[np.argsort(rows["height"], kind="stable")][:MOST_BLOCKS]
    return rows[rows["height"] <= shown["height"][-1]], shown["height"][-1] == rows["height"].max()


def links(rows, size):
    """Lines from each block's parent to the block, as (time, proposer) pairs."""
    places = {row["hash"]: (row["proposed_s"] / size, row["proposer"]) for row in rows}
    return [(places[row["parent"]], places[row["hash"]]) for row in rows if row["parent"] in places]


def draw_blocks(axes, rows, size):
    for (before_s, before), (at_s, proposer) in links(rows, size):
        axes.plot([before_s, at_s], [before, proposer], color="#BBBBBB", linewidth=0.8, zorder=1)
    for status, colour, marker in STATUSES:
        those = rows[rows["status"] == status.encode()]
        axes.scatter(those["proposed_s"] / size, those["proposer"], s=26, color=colour, marker=marker, zorder=2)
    axes.set_ylabel("proposing validator")
    axes.yaxis.get_major_locator().set_params(integer=True)


def plot_blocks(run, chain, folder, name):
    rows = run.table(f"chains/{chain}/blocks")
    if rows is None:
        return
    shown, is_all = first_blocks(rows)
    unit, size = time_scale(shown["proposed_s"].max())
    proposers = min(int(shown["proposer"].max()) + 1, MOST_PROPOSERS)
    figure, axes = plt.subplots(figsize=(9.6, 2.6 + 0.22 * proposers), constrained_layout=True)
    draw_blocks(axes, shown, size)
    axes.set_xlabel(f"simulated time of proposal ({unit})")
    note = "" if is_all else f": the first {len(shown)} of {len(rows)} blocks"
    figure.suptitle(f"Blocks by proposer, {title([run], chain)}{note}")
    present = {text(status) for status in np.unique(shown["status"])}
    handles = [Line2D([], [], color=colour, marker=marker, linestyle="", label=status)
               for status, colour, marker in STATUSES if status in present]
    handles.append(Line2D([], [], color="#BBBBBB", label="stands on"))
    legend_below(figure, handles, columns=5)
    save(figure, folder, name)


def draw_distribution(axes, values, colour, label, label_left=False):
    """The share of blocks that took at most so long, with median and 90th percentile marked."""
    values = np.sort(values[np.isfinite(values)])
    if not len(values):
        return
    axes.step(np.concatenate([[values[0]], values]), np.linspace(0, 1, len(values) + 1), where="post", color=colour, label=label)
    for share, marker in ((0.5, "o"), (0.9, "^")):
        at = values[int(np.ceil(share * len(values))) - 1]
        axes.plot(at, share, marker=marker, color=colour, markersize=6)
        axes.annotate(f"{at:.3g} s", (at, share), textcoords="offset points", fontsize=8, color=colour,
                      xytext=(-6, 6) if label_left else (6, -10), ha="right" if label_left else "left")


def plot_latencies(run, chain, folder, name):
    rows = run.table(f"chains/{chain}/blocks")
    if rows is None:
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.8), sharey=True, constrained_layout=True)
    draw_distribution(left, rows["propagation_median_s"], GREEN, "half of the validators", label_left=True)
    draw_distribution(left, rows["propagation_p90_s"], BLACK, "nine tenths of them")
    draw_distribution(right, rows["commit_first_s"], GREEN, "at the first validator", label_left=True)
    draw_distribution(right, rows["commit_median_s"], BLACK, "at half of them")
    left.set(xlabel="from proposal to arrival at ... (s)", ylabel="share of blocks", ylim=(0, 1.03), title="Propagation")
    right.set(xlabel="from proposal to finality (s)", title="Commit latency")
    for axes in (left, right):
        axes.set_xlim(left=0)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="lower right")
    figure.suptitle(f"How long blocks took, {title([run], chain)} (circle: median, triangle: 90th percentile)")
    save(figure, folder, name)


def plot_chain(runs, chain, folder):
    for run in runs:
        suffix = "" if len(runs) == 1 else f"-{run.name}"
        plot_blocks(run, chain, folder, f"{chain}-blocks{suffix}")
        plot_latencies(run, chain, folder, f"{chain}-latency{suffix}")
