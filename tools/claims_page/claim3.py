"""Claim 3: personal models beside the common one."""
from pictures import dots
from text import change, listed, mean, percent, said, seeds, table

PUBLISHED = {"alone": 0.730, "averaged": 0.685, "fine-tuned": 0.735, "pooled": 0.735}


def method_rows(evidence, point, chain, score):
    rows, found = [], []
    for method in evidence.methods(chain):
        of = lambda metric: evidence.personal(point, chain, method, metric)
        found.append(of(f"gain_{score}"))
        rows.append([method, mean(of(f"local_{score}")), mean(of(f"collaborative_{score}")), mean(of(f"personal_{score}")),
                     change(of(f"gain_{score}")), change(of(f"local_gain_{score}")), percent(of("share_gained")), percent(of("share_hurt")),
                     mean(of(f"worst_gain_{score}")), mean(of(f"worst_{score}"))])
    return rows, found


HEADER = ["method", "alone", "common", "personal", "personal minus common", "personal minus alone", "gained", "hurt", "worst gain", "lowest"]


def personal(evidence, folder):
    chain, rows, found, lines, lines_of_picture = "pneumonia", [], [], [], []
    for point in evidence.points():
        of_point, gains = method_rows(evidence, point, chain, "auc")
        rows += [[point.replace("alpha=", ""), *row] for row in of_point]
        found += gains
        methods = evidence.methods(chain)
        better = [method for method, gain in zip(methods, gains) if gain.above]
        worse = [method for method, gain in zip(methods, gains) if gain.below]
        best = max(zip(gains, methods), key=lambda pair: (pair[0].mean == pair[0].mean, pair[0].mean))
        hurt = evidence.personal(point, chain, best[1], "share_hurt")
        lines.append(f"- **Dirichlet {point.replace('alpha=', '')}**: the mean institution is sure to gain with {listed(better)}, and to lose "
                     f"with {listed(worse)}. Most: `{best[1]}`, {said(best[0])}; it hurts {percent(hurt)} of the institutions.")
        lines_of_picture += [(f"{method}, {point.replace('alpha=', '')}", gain) for method, gain in zip(methods, gains)]
    dots(folder / "claim3-gains.png", "AUC of the personal model minus the common one's", lines_of_picture, zero=True)
    return {"claim3_verdict": "\n".join(lines), "claim3_table": table(["Dirichlet", *HEADER], rows), "claim3_n": seeds(found)}


def heart(evidence, _folder):
    chain, point = "heart", evidence.points()[0]
    rows, found = method_rows(evidence, point, chain, "accuracy")
    pooled = evidence.value(point, chain, "test_accuracy", "centralized")
    first = evidence.methods(chain)[:1]
    of = lambda metric: evidence.personal(point, chain, first[0], metric) if first else pooled
    beside = table(["", "published", "measured"], [
        ["each hospital alone", f"{PUBLISHED['alone']:.3f}", mean(of("local_accuracy"))],
        ["averaged", f"{PUBLISHED['averaged']:.3f}", mean(of("collaborative_accuracy"))],
        ["fine-tuned after averaging", f"{PUBLISHED['fine-tuned']:.3f}", mean(evidence.personal(point, chain, "fine_tune", "personal_accuracy"))],
        ["pooled (all test rows together)", f"{PUBLISHED['pooled']:.3f}", mean(pooled)]])
    return {"heart_table": table(HEADER, rows), "heart_beside": beside, "heart_n": seeds(found)}
