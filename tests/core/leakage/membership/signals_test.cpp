#include "core/leakage/membership/signals.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

const Task classes{TaskKind::multi_class, 3, {}};
const Task labels{TaskKind::multi_label, 2, {}};

void check_numbers(const at::Tensor& tensor, const std::vector<double>& expected, double tolerance) {
  REQUIRE(tensor.size(0) == static_cast<std::int64_t>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(tensor[static_cast<std::int64_t>(i)].item<double>() == doctest::Approx(expected[i]).epsilon(tolerance));
  }
}

}  // namespace

TEST_CASE("signals of the published example are those of leakage.md, K29") {
  const Confidence found =
      confidence(at::tensor({1.0F, 2.0F, -3.0F, -1.0F, 1.0F, 0.0F}).view({2, 3}), at::tensor({1L, 2L}), classes);
  check_numbers(found.probability, {.72747516, .24472847}, 1e-7);
  check_numbers(found.loss, {.31817543, 1.40760596}, 1e-7);
  check_numbers(found.phi, {.98185009, -1.12692802}, 1e-7);
  check_numbers(found.hinge, {1, -1}, 1e-12);
}

TEST_CASE("certain answers keep their order, where probabilities would all be 1") {
  const Confidence found =
      confidence(at::tensor({900.0F, 0.0F, 0.0F, 901.0F, 0.0F, 0.0F}).view({2, 3}), at::tensor({0L, 0L}), classes);
  check_numbers(found.probability, {1, 1}, 1e-12);
  check_numbers(found.phi, {900 - std::log(2.0), 901 - std::log(2.0)}, 1e-12);
}

TEST_CASE("of several labels at once it is the probability of all of them") {
  // Logits 2 and -1, truth yes and yes: p = s(2) s(-1) with s(x) = 1 / (1 + e^-x), .8807971 x .2689414 = .2368828.
  const Confidence found =
      confidence(at::tensor({2.0F, -1.0F}).view({1, 2}), at::tensor({1.0F, 1.0F}).view({1, 2}), labels);
  check_numbers(found.probability, {.2368828}, 1e-6);
  check_numbers(found.loss, {-std::log(.2368828)}, 1e-6);
  check_numbers(found.phi, {std::log(.2368828 / (1 - .2368828))}, 1e-6);
  check_numbers(found.hinge, {-1}, 1e-12);
}

TEST_CASE("log-odds give loss and probability back") {
  const at::Tensor logits = at::tensor({3.0, -2.0, 0.5, 40.0, 0.0, -40.0}).view({2, 3});
  const Confidence found = confidence(logits, at::tensor({1L, 2L}), classes);
  CHECK(at::allclose(found.loss, at::cross_entropy_loss(logits, at::tensor({1L, 2L}), {}, at::Reduction::None)));
  CHECK(at::allclose(found.probability, at::exp(-found.loss), 1e-9, 0));
}

TEST_CASE("labels that are no class are refused") {
  CHECK_THROWS_AS((void)confidence(at::zeros({1, 3}), at::tensor({3L}), classes), Error);
  CHECK_THROWS_AS((void)confidence(at::zeros({1, 1}), at::tensor({0L}), classes), Error);
}
