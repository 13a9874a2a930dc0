"""Claim 1: collaboration with partial updates beside everybody's rows in one place."""
from pages import table
from pictures import dots
from text import change, mean, said, seeds

CHAIN, MARGIN = "pneumonia", 0.01
ARMS = {"everything": "100 %", "tenth": "10 %", "hundredth": "1 %", "body": "body alone"}
PATIENTS = {"iid": "alike", "dirichlet": "unlike (Dirichlet 0.5)"}


def verdict(difference):
    """Of `arm minus centralized`: within MARGIN below it?"""
    if difference.n < 2:
        return "one seed: no verdict"
    if difference.low > -MARGIN:
        return "holds"
    return "does not hold" if difference.high < -MARGIN else "not decided"


def section(evidence, folder):
    rows, all_values, verdicts = [], [], {}
    for kind, patients in PATIENTS.items():
        first = f"everything_kind={kind}"
        for series, title in (("centralized", "centralized"), ("local", "alone")):
            value = evidence.value(first, CHAIN, "test_auc", series)
            rows.append([patients, title, mean(value), "", "", ""])
        for arm, title in ARMS.items():
            point = f"{arm}_kind={kind}"
            value = evidence.value(point, CHAIN, "test_auc")
            central = evidence.difference(point, CHAIN, "test_auc", "baseline", "centralized")
            local = evidence.difference(point, CHAIN, "test_auc", "baseline", "local")
            published = evidence.value(point, CHAIN, "published_bytes")
            verdicts[arm, kind] = verdict(central)
            all_values.append(value)
            in_all = "–" if published.n == 0 else f"{published.value / 1e6:.2f} MB"
            rows.append([patients, title, mean(value), change(central), change(local), in_all])
    lines = []
    for kind, patients in PATIENTS.items():
        lines += [(f"{series}, {patients}", evidence.value(f"everything_kind={kind}", CHAIN, "test_auc", series))
                  for series in ("centralized", "local")]
        lines += [(f"{title}, {patients}", evidence.value(f"{arm}_kind={kind}", CHAIN, "test_auc")) for arm, title in ARMS.items()]
    dots(folder / "claim1.png", "test AUC", lines)
    expected = evidence.difference("tenth_kind=iid", CHAIN, "test_auc", "baseline", "centralized")
    text = [f"Expected beforehand: at 10 %, with patients alike, within one point of AUC of centralized training. Measured: "
            f"{said(expected)}. **Within a point: {verdicts['tenth', 'iid']}.**", ""]
    for kind, patients in PATIENTS.items():
        told = ", ".join(f"{title}: {verdicts[arm, kind]}" for arm, title in ARMS.items())
        text.append(f"- Patients {patients}, within a point of centralized training: {told}.")
    header = ["patients", "published", "test AUC", "minus centralized", "minus alone", "in all"]
    return {"claim1_verdict": "\n".join(text), "claim1_table": table(header, rows), "claim1_n": seeds(all_values)}
