"""Faults over a timeline: each from the event that begins it to the one that ends it."""
from matplotlib.patches import Patch

from .result import text
from .style import BLACK, ORANGE, PURPLE

BROWN = "#7A4B00"
COLOURS = {"crash": BROWN, "churn": ORANGE, "slow": PURPLE, "degrade": PURPLE, "partition": BLACK, "loss": BLACK}
HATCHES = {"degrade": "////", "loss": "////"}
DOWN = ("crash", "churn")
MOST_LINES = 12
LONGEST_LABEL = 30
THINNEST = 0.003  # of the axis: a fault of a moment can still be seen


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


def label_of(kind, who):
    who = who.split(" of chain ")[0]
    who = who if len(who) <= LONGEST_LABEL else who[:LONGEST_LABEL - 3] + "..."
    return f"{kind}: {who}"


def lines_of(spans, rows):
    """Labels of the lines that faults need above `rows` (place by institution's name): those of one institution alone are
    drawn in its own row."""
    labels = list(dict.fromkeys(label_of(kind, who) for kind, who, _, _ in spans if who not in rows))
    return labels[:MOST_LINES]


def draw_faults(axes, spans, size, rows, until_s):
    """Institutions that are down hide what is in their row; other faults of theirs are a strip below it. Returns the lines
    above the rows, with their places."""
    lines = {label: len(rows) + place for place, label in enumerate(lines_of(spans, rows))}
    for kind, who, start_s, end_s in spans:
        place = rows.get(who, lines.get(label_of(kind, who)))
        if place is None:
            continue
        length_s = max(min(end_s, until_s) - start_s, THINNEST * until_s)
        is_strip = who in rows and kind not in DOWN
        axes.broken_barh([(start_s / size, length_s / size)], (place - 0.46, 0.2) if is_strip else (place - 0.42, 0.84),
                         facecolor=COLOURS[kind], hatch=HATCHES.get(kind), edgecolor="white", linewidth=0.2, zorder=3)
    return lines


def handles(spans):
    kinds = [kind for kind in COLOURS if any(span[0] == kind for span in spans)]
    return [Patch(facecolor=COLOURS[kind], hatch=HATCHES.get(kind), edgecolor="white",
                  label=f"down ({kind})" if kind in DOWN else kind) for kind in kinds]
