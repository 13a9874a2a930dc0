"""What became of the chain's blocks: who proposed them and when, which branches lost, when they were final."""
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .faults import fault_spans
from .result import text
from .style import BLACK, BLUE, ORANGE, RED, TICK_STEPS, legend_below, plt, save, time_scale, title

STATUSES = [("final", BLUE, "o"), ("stale", RED, "X"), ("reversed", ORANGE, "D"), ("pending", "#777777", "s")]
COLOURS = {status.encode(): colour for status, colour, _ in STATUSES}
SPLIT = {"facecolor": "#EFE3C8", "edgecolor": "none", "zorder": 0}
LOST = (b"stale", b"reversed")
MOST_HEIGHTS = 60
MOST_PROPOSERS = 30


def window(rows):
    """The blocks of as many heights as can be told apart: those with most branches that lost."""
    first, last = rows["height"].min(), rows["height"].max()
    if last - first < MOST_HEIGHTS:
        return rows
    lost = np.bincount(rows["height"][np.isin(rows["status"], LOST)] - first, minlength=last - first + 1)
    within = np.convolve(lost, np.ones(MOST_HEIGHTS, int), mode="valid")
    low = first + int(np.argmax(within))
    return rows[(rows["height"] >= low) & (rows["height"] < low + MOST_HEIGHTS)]


def proposers_of(rows):
    """Where each proposer is drawn; the most frequent ones where they are too many, the others together at the bottom."""
    ids, counts = np.unique(rows["proposer"], return_counts=True)
    if len(ids) <= MOST_PROPOSERS:
        return {int(i): place for place, i in enumerate(ids)}, [str(i) for i in ids]
    often = sorted(ids[np.argsort(-counts, kind="stable")][:MOST_PROPOSERS - 1].tolist())
    places = {int(i): 0 for i in ids} | {i: place for place, i in enumerate(often, 1)}
    return places, [f"{len(ids) - len(often)} others", *map(str, often)]


def draw_links(axes, rows, places, size):
    """From each block to the one it stands on; branches that lost stand out."""
    at = {row["hash"]: (row["proposed_s"] / size, places[int(row["proposer"])]) for row in rows}
    for row in rows:
        if row["parent"] in at:
            (before_s, before), (at_s, place) = at[row["parent"]], at[row["hash"]]
            lost = row["status"] in LOST
            axes.plot([before_s, at_s], [before, place], color=COLOURS[row["status"]] if lost else "#C4C4C4",
                      linewidth=1.5 if lost else 0.9, zorder=2 if lost else 1)


def draw_blocks(axes, rows, size):
    places, names = proposers_of(rows)
    draw_links(axes, rows, places, size)
    for status, colour, marker in STATUSES:
        those = rows[rows["status"] == status.encode()]
        axes.scatter(those["proposed_s"] / size, [places[int(i)] for i in those["proposer"]], s=26, color=colour,
                     marker=marker, zorder=3)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.set_ylabel("proposing validator")


def draw_growth(axes, rows, size):
    """Heights as they were proposed and as they became final; blocks that lost, at their height."""
    kept = rows[rows["status"] == b"final"]
    kept = kept[np.argsort(kept["height"], kind="stable")]
    for column, style in (("proposed_s", {"color": BLUE}), ("final_s", {"color": BLACK, "linestyle": "--"})):
        axes.step(np.append(0, kept[column] / size), np.append(0, kept["height"]), where="post", **style)
    area = 16 if len(rows) < 300 else 4
    for status, colour, marker in STATUSES[1:]:
        those = rows[rows["status"] == status.encode()]
        axes.scatter(those["proposed_s"] / size, those["height"], s=area, color=colour, marker=marker, zorder=3)
    axes.set_ylabel("height")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=TICK_STEPS, integer=True))


def shade_partitions(axes, run, chain, rows, size):
    """The times in which a network was split; whether there were any."""
    first_s, last_s = rows["proposed_s"].min(), rows["proposed_s"].max()
    spans = [(start_s, end_s) for kind, _, start_s, end_s in fault_spans(run.of_chain("events", chain), last_s)
             if kind == "partition" and end_s > first_s]
    for start_s, end_s in spans:
        axes.axvspan(max(start_s, first_s) / size, min(end_s, last_s) / size, **SPLIT)
    return bool(spans)


def handles(rows, split):
    present = {text(status) for status in np.unique(rows["status"])}
    found = [Line2D([], [], color=colour, marker=marker, linestyle="", label=status)
             for status, colour, marker in STATUSES if status in present]
    found.append(Line2D([], [], color="#C4C4C4", label="stands on"))
    if "final" in present:
        found.append(Line2D([], [], color=BLUE, label="proposed"))
        found.append(Line2D([], [], color=BLACK, linestyle="--", label="final at the first validator"))
    if split:
        found.append(Patch(**SPLIT, label="partition"))
    return found


def plot_blocks(run, chain, folder, name):
    rows = run.table(f"chains/{chain}/blocks")
    if rows is None:
        return
    shown = window(rows)
    unit, size = time_scale(rows["proposed_s"].max())
    lines = min(len(np.unique(shown["proposer"])), MOST_PROPOSERS)
    height = 1.2 + 0.24 * lines
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(9.6, height + 3.6), height_ratios=[height, 2.2],
                                          constrained_layout=True)
    draw_blocks(upper, shown, size)
    draw_growth(lower, rows, size)
    for axes in (upper, lower):
        axes.set_xlabel(f"simulated time ({unit})")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=TICK_STEPS))
        axes.margins(x=0.01)
    split = [shade_partitions(axes, run, chain, part, size) for axes, part in ((upper, shown), (lower, rows))]
    if len(shown) < len(rows):
        reason = ", where most branches lost" if np.isin(rows["status"], LOST).any() else ""
        upper.set_title(f"heights {shown['height'].min()} to {shown['height'].max()}{reason}", fontsize=10)
        lower.set_title(f"all {len(rows)} blocks", fontsize=10)
    figure.suptitle(f"Blocks by proposer, {title([run], chain)}")
    legend_below(figure, handles(rows, any(split)), columns=4)
    save(figure, folder, name)


def draw_distribution(axes, values, style, label):
    """The share of blocks that took at most so long; median and 90th percentile are marked and in the legend."""
    values = np.sort(values[np.isfinite(values)])
    if not len(values):
        return
    colour, line = style
    median, most = (values[int(np.ceil(share * len(values))) - 1] for share in (0.5, 0.9))
    axes.step(np.concatenate([[values[0]], values]), np.linspace(0, 1, len(values) + 1), where="post", color=colour,
              linestyle=line, label=f"{label}: {median:.3g} s, {most:.3g} s")
    axes.plot([median, most], [0.5, 0.9], marker="o", linestyle="", color=colour, markersize=5)


def scale_times(axes):
    """A logarithmic axis where a few blocks took a hundred times as long as most (they waited for a network to heal)."""
    drawn = [curve.get_xdata() for curve in axes.get_lines()]
    values = np.concatenate(drawn) if drawn else np.array([])
    positive = values[values > 0]
    if len(positive) and positive.max() > 30 * np.median(positive):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        axes.set_xlim(left=0)


def plot_latencies(run, chain, folder, name):
    rows = run.table(f"chains/{chain}/blocks")
    if rows is None or not (np.isfinite(rows["propagation_median_s"]) | np.isfinite(rows["commit_first_s"])).any():
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.3), sharey=True, constrained_layout=True)
    draw_distribution(left, rows["propagation_median_s"], (BLUE, "-"), "at half of the others")
    draw_distribution(left, rows["propagation_p90_s"], (RED, "--"), "at nine tenths")
    kept = rows[rows["status"] == b"final"]
    draw_distribution(right, kept["commit_first_s"], (BLUE, "-"), "at the first validator")
    draw_distribution(right, kept["commit_median_s"], (RED, "--"), "at half of them")
    left.set(xlabel="from proposal to arrival (s)", ylabel="share of blocks", ylim=(0, 1.03), title="Propagation")
    right.set(xlabel="from proposal to finality (s)", title="Commit latency")
    for axes in (left, right):
        scale_times(axes)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=9)
    figure.suptitle(f"How long blocks took, {title([run], chain)}: median, 90th percentile")
    save(figure, folder, name)


def plot_chain(runs, chain, folder):
    for run in runs:
        suffix = "" if len(runs) == 1 else f"-{run.name}"
        plot_blocks(run, chain, folder, f"{chain}-blocks{suffix}")
        plot_latencies(run, chain, folder, f"{chain}-latency{suffix}")
