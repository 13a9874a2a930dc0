// Expected weights: torch.optim 1.13 in Python, float32, three steps from (1, -2, 3) with the gradients below, lr 0.1.
#include "core/learning/optimizer.hpp"

#include <ATen/ops/tensor.h>

#include <vector>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

void check_three_steps(const TrainingConfig& config, const std::vector<float>& expected) {
  const auto optimizer = make_optimizer(config);
  at::Tensor weights = at::tensor({1.0F, -2.0F, 3.0F});
  OptimizerState state;
  for (const std::vector<float>& step : {std::vector<float>{0.5F, -1.0F, 0.25F}, {-0.125F, 0.75F, 1.5F}, {0.3F, 0.1F, -0.6F}}) {
    at::Tensor gradient = at::tensor(step);
    optimizer->step(weights, gradient, state, 0.1);
  }
  CHECK(state.steps == 3);
  for (std::int64_t i = 0; i < 3; ++i) {
    CHECK(weights[i].item<double>() == doctest::Approx(expected[static_cast<std::size_t>(i)]).epsilon(3e-7));
  }
}

}  // namespace

TEST_CASE("plain SGD") { check_three_steps({.optimizer = "sgd"}, {0.932499945F, -1.98500001F, 2.88499975F}); }

TEST_CASE("SGD with weight decay") {
  check_three_steps({.optimizer = "sgd", .weight_decay = 0.01}, {0.929590464F, -1.97913086F, 2.87620878F});
}

TEST_CASE("SGD with momentum") {
  check_three_steps({.optimizer = "sgd", .momentum = 0.9, .weight_decay = 0.01}, {0.852822244F, -1.8705945F, 2.69067907F});
}

TEST_CASE("SGD with Nesterov momentum") {
  check_three_steps({.optimizer = "sgd", .momentum = 0.9, .nesterov = true, .weight_decay = 0.01},
                    {0.797359347F, -1.86303818F, 2.59821844F});
}

TEST_CASE("Adam") {
  check_three_steps({.optimizer = "adam", .weight_decay = 0.01}, {0.786198556F, -1.88447464F, 2.7749536F});
}

TEST_CASE("AdamW") {
  check_three_steps({.optimizer = "adamw", .weight_decay = 0.01}, {0.786787331F, -1.88349795F, 2.76964378F});
}

TEST_CASE("schedules, from their formulas") {
  const TrainingConfig step{.lr = 0.8, .schedule = "step", .step_rounds = 10, .step_factor = 0.5};
  CHECK(scheduled_lr(step, 9, 100) == doctest::Approx(0.8));
  CHECK(scheduled_lr(step, 10, 100) == doctest::Approx(0.4));
  CHECK(scheduled_lr(step, 39, 100) == doctest::Approx(0.1));
  const TrainingConfig cosine{.lr = 0.8, .schedule = "cosine"};
  CHECK(scheduled_lr(cosine, 0, 4) == doctest::Approx(0.8));
  CHECK(scheduled_lr(cosine, 2, 4) == doctest::Approx(0.4));
  CHECK(scheduled_lr({.lr = 0.8}, 3, 4) == 0.8);
}

TEST_CASE("unknown names say what is allowed") {
  CHECK_THROWS_WITH_AS((void)make_optimizer({.optimizer = "lbfgs"}),
                       "training.optimizer is \"lbfgs\"; allowed: sgd, adam, adamw", UsageError);
  CHECK_THROWS_WITH_AS((void)scheduled_lr({.schedule = "linear"}, 0, 1),
                       "training.schedule is \"linear\"; allowed: constant, step, cosine", UsageError);
}
