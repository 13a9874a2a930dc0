"""Claim 2: what another chain learned, used where rows are few."""
from pages import number, table
from pictures import columns
from plotting.measures import Interval
from text import change, mean, quoted, ratio, said, seeds

MARGIN = 0.01
REAL = ["warm_start", "anchor", "blend", "prototypes", "distill", "all", "gated"]


def arm_row(evidence, point, chain):
    return [change(evidence.difference(point, chain, "start_auc")), change(evidence.difference(point, chain, "area_auc")),
            change(evidence.difference(point, chain, "test_auc")), ratio(evidence.ratio(point, chain, "rounds")),
            ratio(evidence.ratio(point, chain, "sim_time_s")), mean(evidence.value(point, chain, "auxiliary_weight"), 2)]


def transfer_table(evidence, arms, values, chain):
    rows, found = [], []
    for value in values:
        control = evidence.value(f"none_keep={value}", chain, "test_auc")
        rows.append([value, "none", mean(control), "", "", "", "", "", ""])
        for arm in arms:
            if arm == "none":
                continue
            point = f"{arm}_keep={value}"
            found.append(evidence.difference(point, chain, "test_auc"))
            rows.append([value, arm, mean(evidence.value(point, chain, "test_auc")), *arm_row(evidence, point, chain)])
    header = ["rows a clinic", "arm", "test AUC", "jump-start", "area", "final AUC", "rounds to target", "seconds to target", "weight"]
    return table(header, rows), seeds(found)


def sure(evidence, arms, value, metric, chain):
    better, worse = [], []
    for arm in arms:
        difference = evidence.difference(f"{arm}_keep={value}", chain, metric)
        if difference.above:
            better.append(arm)
        if difference.below:
            worse.append(arm)
    return better, worse


def gain(evidence, arm, value, metric, chain):
    """By seed: the arm minus none, with as many rows."""
    first, control = (evidence.figures(f"{name}_keep={value}", chain, metric) for name in (arm, "none"))
    return {seed: first[seed] - control[seed] for seed in first.keys() & control.keys()}


def scarcity(evidence, arms, values, chain):
    """Whether `all` is worth more with the fewest rows than with the most."""
    if "all" not in arms or len(values) < 2:
        return "not measured"
    few, many = values[0], values[-1]
    more = evidence.paired(gain(evidence, "all", few, "area_auc", chain), gain(evidence, "all", many, "area_auc", chain))
    word = "holds" if more.above else "the reverse is true" if more.below else "not decided"
    return f"{word}: with {few} rows the area gains {said(more)} more than with {many}"


def sham_text(evidence, arms, values, chain):
    lines = []
    for value in values:
        if not {"all", "sham"} <= set(arms):
            break
        more, area = (evidence.paired(*(gain(evidence, arm, value, metric, chain) for arm in ("all", "sham")))
                      for metric in ("test_auc", "area_auc"))
        lines.append(f"- {value} rows: final AUC {said(more)}, area {said(area)}")
    return "\n".join(lines) or "not measured"


def harm(difference):
    if difference.low > -MARGIN:
        return "within a point"
    if difference.high < -MARGIN:
        return "more than a point lost"
    return "a loss, of a point or more not decided" if difference.below else "not decided"


def gate_text(evidence, arms, values, chain):
    lines = []
    for arm in ("unrelated", "unrelated-gated", "sham", "sham-gated"):
        for value in values if arm in arms else []:
            difference = evidence.difference(f"{arm}_keep={value}", chain, "test_auc")
            if difference.n == 0:
                continue
            word = harm(difference)
            similarity = evidence.value(f"{arm}_keep={value}", chain, "auxiliary_similarity")
            told = "" if similarity.n == 0 else f"; similarity {number(similarity.value, 2)}"
            lines.append(f"- `{arm}`, {value} rows: {said(difference)}: **{word}**{told}")
    return "\n".join(lines) or "not measured"


def transfer(evidence, folder):
    chain = "scarce"
    arms, values = evidence.arms("keep")
    real = [arm for arm in REAL if arm in arms]
    shown, n = transfer_table(evidence, arms, values, chain)
    lines = []
    for value in values:
        faster, slower = sure(evidence, real, value, "area_auc", chain)
        better, worse = sure(evidence, real, value, "test_auc", chain)
        lines.append(f"- **{value} rows a clinic**: sure to learn faster (area) with {quoted(faster)}, slower with {quoted(slower)}; "
                     f"sure to end higher with {quoted(better)}, lower with {quoted(worse)}. With the others the intervals include 0.")
    for name, metric, label in (("area", "area_auc", "area under the curve minus none"), ("final", "test_auc", "final AUC minus none")):
        def lines_of(names):
            return {arm: [evidence.difference(f"{arm}_keep={value}", chain, metric) for value in values] for arm in names}
        controls = [arm for arm in arms if arm not in real and arm != "none"]
        columns(folder / f"claim2-{name}.png", "training rows of each clinic", label, values,
                [("a source of the same task", lines_of(real)), ("sources that ought not to help", lines_of(controls))])
    return {"claim2_verdict": "\n".join(lines), "claim2_scarcity": scarcity(evidence, arms, values, chain), "claim2_table": shown,
            "claim2_n": n, "claim2_sham": sham_text(evidence, arms, values, chain), "claim2_gate": gate_text(evidence, arms, values, chain)}


def absent(evidence, _folder):
    chain, rows, found = "scarce", [], []
    for point in evidence.points():
        value = evidence.value(point, chain, "test_auc")
        found.append(value)
        cells = ["", "", "", "", "", ""] if point == "none" else arm_row(evidence, point, chain)
        rows.append([point, mean(value), mean(evidence.value(point, chain, "test_accuracy")), *cells])
    header = ["arm", "test AUC", "accuracy", "jump-start", "area", "final AUC", "rounds to target", "seconds to target", "weight"]
    best = [point for point in evidence.points() if evidence.difference(point, chain, "test_auc").above]
    return {"absent_table": table(header, rows), "absent_n": seeds(found), "absent_verdict": f"Sure to end higher than `none`: {quoted(best)}."}


def likeness(evidence, values, chain):
    """What is worth more with the most alike source than with the least, by seed: the help, and the measured similarity."""
    def at(arm, value, metric):
        return evidence.figures(f"{arm}_lesion_shift={value}", chain, metric)
    lines = []
    for arm in ("fixed", "gated"):
        more = evidence.paired(at(arm, values[0], "test_auc"), at(arm, values[-1], "test_auc"))
        lines.append(f"- `{arm}`: with the most alike source the final AUC is {said(more)} above that with the least alike.")
    fell = evidence.paired(at("gated", values[0], "auxiliary_similarity"), at("gated", values[-1], "auxiliary_similarity"))
    return "\n".join([*lines, f"- The measured similarity is {said(fell)} higher with the most alike source."])


def similarity(evidence, folder):
    chain = "target"
    arms, values = evidence.arms("lesion_shift")
    rows, found = [], []
    for value in values:
        for arm in arms:
            point = f"{arm}_lesion_shift={value}"
            difference = evidence.difference(point, chain, "test_auc") if arm != "none" else Interval()
            found.append(evidence.value(point, chain, "test_auc"))
            rows.append([value, arm, mean(found[-1]), change(difference), change(evidence.difference(point, chain, "area_auc")),
                         mean(evidence.value(point, chain, "auxiliary_similarity"), 2), mean(evidence.value(point, chain, "auxiliary_weight"), 2)])
    columns(folder / "claim2-similarity.png", "shift of the source's lesions", "final AUC minus none", values,
            [("", {arm: [evidence.difference(f"{arm}_lesion_shift={value}", chain, "test_auc") for value in values]
                   for arm in arms if arm != "none"})])
    header = ["shift", "arm", "test AUC", "final AUC minus none", "area minus none", "similarity", "weight"]
    return {"similarity_table": table(header, rows), "similarity_n": seeds(found),
            "similarity_verdict": likeness(evidence, values, chain)}
