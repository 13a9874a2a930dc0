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


def beside_published(evidence, point, chain):
    """Measured accuracies in the order of PUBLISHED: alone, averaged, fine-tuned, pooled."""
    of = lambda method, metric: evidence.personal(point, chain, method, metric)
    return [mean(of("fine_tune", "local_accuracy")), mean(of("fine_tune", "collaborative_accuracy")),
            mean(of("fine_tune", "personal_accuracy")), mean(evidence.value(point, chain, "test_accuracy", "centralized"))]


def heart(evidence, _folder):
    chain, points, rows, found = "heart", evidence.points(), [], []
    for point in points:
        of_point, gains = method_rows(evidence, point, chain, "accuracy")
        rows += [[point, *row] for row in of_point]
        found += gains
    measured = [beside_published(evidence, point, chain) for point in points]
    titles = ["each hospital alone", "averaged", "fine-tuned after averaging", "pooled (on all test rows together)"]
    beside = table(["", "published", *points], [[title, f"{published:.3f}", *(column[i] for column in measured)]
                                              for i, (title, published) in enumerate(zip(titles, PUBLISHED.values()))])
    return {"heart_table": table(["columns", *HEADER], rows), "heart_beside": beside, "heart_n": seeds(found)}
