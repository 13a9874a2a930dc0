#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include "core/leakage/inversion/inversion.hpp"
#include "tests/support/check.hpp"
#include "tools/known_answers/victim.hpp"

using namespace polyclinic;
using namespace polyclinic::known_answers;

namespace {

const Gallery& gallery() {
  static const Gallery images = phantom_gallery();
  return images;
}

const ModelConfig linear{.kind = "logistic"};
const ModelConfig perceptron{.kind = "mlp", .widths = {64}};

Reconstruction solve(const Victim& victim) {
  return make_inversion_attack("analytic", {})->reconstruct(victim.evidence, gallery().prior, Seed(1));
}

double largest_error(const Staging& staging) {
  const Victim victim = stage(gallery(), staging, 0);
  return (solve(victim).images - victim.images).abs().max().item<double>();
}

}  // namespace

// Closed form: the gradient of a weight's row is that of its bias times the input.
TEST_CASE("a published linear first layer gives its only input away, after several steps too") {
  CHECK(largest_error({.model = linear}) < 1e-4);
  CHECK(largest_error({.model = perceptron}) < 1e-4);
  CHECK(largest_error({.model = perceptron, .steps = 5, .lr = 0.05}) < 1e-4);
}

TEST_CASE("pixels of which no unit published anything are the mean image's, the others are exact") {
  SharingConfig sharing;
  sharing.steps = {"top_k"};
  sharing.fraction = 0.05;
  const Victim victim = stage(gallery(), {.model = perceptron, .sharing = sharing}, 0);
  const at::Tensor images = solve(victim).images;
  const at::Tensor exact = (images - victim.images).abs().lt(1e-3), mean = (images[0] - gallery().prior.mean()).abs().lt(1e-6);
  CHECK(exact[0].logical_or(mean).all().item<bool>());
  CHECK(exact.to(at::kFloat).mean().item<double>() > 0.3);
}

TEST_CASE("units that a single record of a batch activates give that record") {
  const Outcome outcome = attack(gallery(), {.model = {.kind = "mlp", .widths = {512}}, .records = 2}, 0, "analytic", {});
  const Outcome chance = attack(gallery(), {.model = {.kind = "mlp", .widths = {512}}, .records = 2, .noise = 1.0}, 0, "analytic", {});
  CHECK(outcome.score.psnr_db > 40.0);
  CHECK(chance.score.psnr_db < 15.0);
}

TEST_CASE("a convolution is nothing to solve") {
  const auto analytic = make_inversion_attack("analytic", {});
  CHECK(analytic->obstacle(stage(gallery(), {}, 0).evidence) == "the first layer is not linear");
  CHECK(analytic->obstacle(stage(gallery(), {.model = linear}, 0).evidence).empty());
}
