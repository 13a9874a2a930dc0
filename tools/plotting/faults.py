"""Faults as bars over a timeline: each from the event that begins it to the one that ends it."""
from matplotlib.patches import Patch

from .result import text
from .style import BLACK, ORANGE, PURPLE

COLOURS = {"crash": "#7A4B00", "churn": ORANGE, "slow": PURPLE, "degrade": PURPLE, "partition": BLACK, "loss": BLACK}
MOST_BARS = 12


def fault_spans(events, until_s):
    """(kind, who, start_s, end_s) of each fault, in order of its beginning; one without an end lasts `until_s`."""
    begun, spans = {}, []
    for row in events if events is not None else []:
        kind, _, what = text(row["kind"]).partition(" ")
        key = (kind, text(row["detail"]))
        if kind not in COLOURS or what not in ("begins", "ends"):
            continue
        if what == "begins":
            begun.setdefault(key, []).append(row["sim_time_s"])
        elif begun.get(key):
            spans.append((*key, begun[key].pop(0), row["sim_time_s"]))
    spans += [(*key, start_s, until_s) for key, starts in begun.items() for start_s in starts]
    return sorted((span for span in spans if span[2] < until_s), key=lambda span: span[2])


def draw_faults(axes, spans, size, above):
    """One line for each target, from `above` upwards; the labels of the lines, with their places."""
    lines = {}
    for kind, who, start_s, end_s in spans:
        label = f"{kind}: {who}" if len(who) < 34 else f"{kind}: {who[:31]}..."
        place = lines.setdefault(label, above + len(lines))
        if place >= above + MOST_BARS:
            continue
        axes.broken_barh([(start_s / size, (end_s - start_s) / size)], (place - 0.38, 0.76), facecolor=COLOURS[kind])
    return {label: place for label, place in lines.items() if place < above + MOST_BARS}


def handles(spans):
    kinds = sorted({span[0] for span in spans})
    return [Patch(facecolor=COLOURS[kind], label=kind) for kind in kinds]
