#include "core/sharing/behaviours/conduct.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;

BehaviourConfig does(const std::string& kind, double factor = 1.0, std::int64_t from_round = 0) {
  BehaviourConfig config;
  config.kind = kind;
  config.factor = factor;
  config.from_round = from_round;
  return config;
}

List altered(const Conduct& conduct, std::int64_t round, Seed seed = Seed(3)) {
  return list(conduct.alter(update(flat_layout(2), tensor({1, -2})), round, seed).delta);
}

}  // namespace

TEST_CASE("an institution that the scenario says nothing of is honest") {
  const Conduct honest;
  CHECK(honest.honest());
  CHECK(honest.name() == "honest");
  CHECK(honest.trains(0));
  CHECK(altered(honest, 0) == List{1, -2});
}

TEST_CASE("behaviours apply in the order written") {
  const Conduct conduct({does("scaled", 3.0), does("sign_flip", 2.0)});
  CHECK(conduct.name() == "scaled, sign_flip");
  CHECK(altered(conduct, 0) == List{-6, 12});
  // noise and then its opposite: the order shows
  const List noise = altered(Conduct({does("gaussian")}), 0);
  const List reversed = altered(Conduct({does("gaussian"), does("sign_flip")}), 0);
  CHECK(reversed == List{-noise[0], -noise[1]});
  const Conduct overwritten({does("sign_flip"), does("gaussian")});
  CHECK_FALSE(altered(overwritten, 0) == reversed);
}

TEST_CASE("each is honest before its round") {
  const Conduct conduct({does("scaled", 3.0, 2), does("free_rider", 1.0, 4)});
  CHECK_FALSE(conduct.honest());
  CHECK(altered(conduct, 1) == List{1, -2});
  CHECK(altered(conduct, 2) == List{3, -6});
  CHECK(conduct.trains(3));
  CHECK_FALSE(conduct.trains(4));
  auto dataset = std::make_shared<Dataset>();
  dataset->labels = at::tensor({0, 1}, at::kLong);
  const Rows rows = all_rows(dataset);
  const Conduct flips({does("label_flip", 1.0, 5)});
  CHECK(flips.training_rows(rows, {}, 4).dataset == rows.dataset);
  CHECK(at::equal(flips.training_rows(rows, {}, 5).dataset->labels, at::tensor({1, 0}, at::kLong)));
}

TEST_CASE("two flips of the labels are none") {
  auto dataset = std::make_shared<Dataset>();
  dataset->labels = at::tensor({0, 1, 1}, at::kLong);
  const Conduct twice({does("label_flip"), does("label_flip")});
  CHECK(at::equal(twice.training_rows(all_rows(dataset), {}, 0).dataset->labels, dataset->labels));
}

TEST_CASE("what a behaviour draws depends on its place in the list") {
  CHECK_FALSE(altered(Conduct({does("gaussian")}), 0) == altered(Conduct({does("scaled"), does("gaussian")}), 0));
}

}  // namespace polyclinic
