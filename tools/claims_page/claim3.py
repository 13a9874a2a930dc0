"""Claim 3: personal models beside the common one."""
from pages import table
from pictures import dots
from text import change, mean, percent, quoted, said, seeds

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


def sure(evidence, point, chain, metric):
    """Methods whose mean institution is sure to gain, and to lose."""
    gains = {method: evidence.personal(point, chain, method, metric) for method in evidence.methods(chain)}
    return [method for method, gain in gains.items() if gain.above], [method for method, gain in gains.items() if gain.below]


def verdict(evidence, point, chain):
    gains = {method: evidence.personal(point, chain, method, "gain_accuracy") for method in evidence.methods(chain)}
    best = max(gains, key=lambda method: gains[method].value)
    worst = evidence.personal(point, chain, best, "worst_gain_accuracy")
    lines = [f"- **{point.replace('alpha=', 'Dirichlet ')}**: most in accuracy `{best}`, {said(gains[best])}; it hurts "
             f"{percent(evidence.personal(point, chain, best, 'share_hurt'))} of the institutions, and changes the worst one by {mean(worst)}."]
    for metric, name in (("gain_accuracy", "accuracy"), ("gain_auc", "AUC"), ("local_gain_accuracy", "accuracy beside training alone")):
        better, worse = sure(evidence, point, chain, metric)
        lines.append(f"  In {name} the mean institution is sure to gain with {quoted(better)}, and to lose with {quoted(worse)}.")
    return "\n".join(lines)


def personal(evidence, folder):
    chain, rows, found, lines = "pneumonia", [], [], []
    for point in evidence.points():
        alpha = point.replace("alpha=", "")
        for score, title in (("accuracy", "accuracy"), ("auc", "AUC")):
            of_point, gains = method_rows(evidence, point, chain, score)
            rows += [[alpha, title, *row] for row in of_point]
            found += gains
        lines += [(f"{method}, {alpha}", evidence.personal(point, chain, method, "gain_accuracy")) for method in evidence.methods(chain)]
    dots(folder / "claim3-gains.png", "accuracy of the personal model minus the common one's", lines, zero=True)
    return {"claim3_verdict": "\n".join(verdict(evidence, point, chain) for point in evidence.points()),
            "claim3_table": table(["Dirichlet", "of", *HEADER], rows), "claim3_n": seeds(found)}


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
