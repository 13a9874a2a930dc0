// Expected values: torch.nn.functional 1.13 in Python, with autograd, on the logits below.
#include "core/learning/loss.hpp"

#include <ATen/ops/tensor.h>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const Task three_classes{TaskKind::multi_class, 3, {}};
const Task three_labels{TaskKind::multi_label, 3, {}};

at::Tensor logits() {
  return at::tensor({1.0F, 2.0F, -1.0F, 0.5F, 0.0F, 0.25F, -2.0F, 1.0F, 3.0F, 0.0F, 0.0F, 0.0F}).view({4, 3});
}

at::Tensor classes() { return at::tensor(std::vector<std::int64_t>{1, 0, 2, 1}, at::kLong); }

void check(const LossValue& value, double mean, const std::vector<double>& gradient) {
  CHECK(value.mean.item<double>() == doctest::Approx(mean).epsilon(1e-6));
  const at::Tensor flat = value.gradient.flatten();
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    CHECK(flat[static_cast<std::int64_t>(i)].item<double>() == doctest::Approx(gradient[i]).epsilon(1e-5));
  }
}

}  // namespace

TEST_CASE("cross-entropy") {
  check((*make_loss("cross_entropy", three_classes, classes()))(logits(), classes()), 0.612451971,
        {0.06487412, -0.07365386, 0.008779758, -0.1451928, 0.06356881, 0.08162396, 0.001474937, 0.02962492, -0.03109986,
         0.08333333, -0.1666667, 0.08333333});
}

TEST_CASE("weighted cross-entropy: classes of 1, 2 and 1 rows weigh 4/3, 2/3 and 4/3") {
  check((*make_loss("weighted_cross_entropy", three_classes, classes()))(logits(), classes()), 0.575331867,
        {0.04324941, -0.04910257, 0.005853172, -0.1935903, 0.08475842, 0.108832, 0.001966583, 0.03949989, -0.04146647,
         0.05555555, -0.1111111, 0.05555555});
}

TEST_CASE("a class that the job's rows lack has no weight and does no harm") {
  const at::Tensor ones = at::tensor(std::vector<std::int64_t>{1, 1, 1, 1}, at::kLong);
  const LossValue weighted = (*make_loss("weighted_cross_entropy", three_classes, ones))(logits(), ones);
  const LossValue plain = (*make_loss("cross_entropy", three_classes, ones))(logits(), ones);
  CHECK(weighted.mean.item<double>() == doctest::Approx(plain.mean.item<double>()));
}

TEST_CASE("binary cross-entropy of labels") {
  const at::Tensor labels = at::tensor({1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 1.0F, 1.0F, 1.0F, 0.0F, 0.0F, 1.0F, 0.0F}).view({4, 3});
  check((*make_loss("bce", three_labels, labels))(logits(), labels), 1.1304028,
        {-0.02241178, 0.07339975, -0.06092155, 0.05187161, 0.04166667, -0.03648529, -0.07339976, -0.02241178, 0.07938118,
         0.04166667, -0.04166667, 0.04166667});
}

TEST_CASE("a loss that does not fit the task says which do") {
  CHECK_THROWS_WITH_AS(check_loss("cross_entropy", three_labels),
                       "training.loss is \"cross_entropy\"; allowed for a multi-label task: bce", UsageError);
  CHECK_THROWS_AS(check_loss("bce", three_classes), UsageError);
  CHECK_THROWS_AS(check_loss("hinge", three_classes), UsageError);
}
