"""What all pictures have in common: colours, legends, units, titles."""
import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

# Okabe and Ito's palette, which colour-blind readers can tell apart (jfly.uni-koeln.de/color).
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, RED, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
# Green, black and orange without markers are the baselines'.
RUN_STYLES = [(BLUE, "o", "-"), (RED, "s", "--"), (PURPLE, "^", "-."), (SKY, "D", ":"), (BLUE, "v", "--"), (RED, "P", "-")]
LINES = [(BLUE, "o", "-"), (RED, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (SKY, "v", "-"), (ORANGE, "P", "--")]
FLOOR = {"color": BLACK, "linestyle": "--", "linewidth": 1.2}
TICK_STEPS = [1, 2, 2.5, 5, 10]
LEGEND_LINE = 0.27  # inches

plt.rcParams.update({"figure.dpi": 100, "savefig.dpi": 200, "font.size": 10, "axes.spines.top": False,
                     "axes.spines.right": False, "axes.grid": True, "grid.color": "#DDDDDD", "grid.linewidth": 0.6,
                     "axes.axisbelow": True, "legend.frameon": False, "hatch.linewidth": 0.6, "figure.constrained_layout.h_pad": 0.08, "lines.linewidth": 1.6})


def bytes_text(value, _position=None):
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(value) < 1000 or unit == "TB":
            return f"{value:.3g} {unit}"
        value /= 1000


def time_scale(seconds):
    """The unit in which `seconds` reads well: its name and how many seconds it has."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds > 2 * size and unit != "min" or seconds > 10 * size:
            return unit, size
    return "s", 1


def markers_every(count):
    return max(1, count // 12)


def title(runs, chain):
    suffix = "" if len(runs) > 1 or runs[0].complete else " (incomplete run)"
    return f"chain {chain}{suffix}"


def styles_of(names):
    return {name: LINES[i % len(LINES)] for i, name in enumerate(names)}


def arms_of_bar(found):
    """How far an interval reaches below and above its value; nothing where there is none."""
    if not math.isfinite(found.low):
        return [[0], [0]]
    return [[max(0.0, found.value - found.low)], [max(0.0, found.high - found.value)]]


def draw_dot(axes, x, found, style, hollow=False):
    colour, marker, _ = style
    axes.errorbar([x], [found.value], yerr=arms_of_bar(found), color=colour, marker=marker, markersize=6, capsize=3,
                  markerfacecolor="white" if hollow else colour, zorder=3)


def grid_of(count, height, rows=1):
    columns = min(3, count)
    lines = rows * math.ceil(count / columns)
    figure, axes = plt.subplots(lines, columns, figsize=(max(6.4, 1.2 + 3.6 * columns), 0.9 + height * lines), squeeze=False,
                                constrained_layout=True, sharey="row" if rows > 1 else True)
    for unused in axes.flat[rows * count:]:
        unused.set_visible(False)
    return figure, axes


def line_handles(styles):
    return [Line2D([], [], color=colour, marker=marker, linestyle=line, label=name) for name, (colour, marker, line) in styles.items()]


def legend_below(figure, handles, columns=4):
    """The legend has a strip of its own under the axes, so that it never covers data."""
    columns = min(columns, len(handles))
    strip = (0.12 + LEGEND_LINE * math.ceil(len(handles) / columns)) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, strip, 1, 1 - strip))
    figure.legend(handles=handles, loc="lower center", ncol=columns, handlelength=2.8)


def save(figure, folder, name):
    path = folder / (name + ".png")
    figure.savefig(path)
    plt.close(figure)
    print(path)
