#include "core/auxiliary/publication.hpp"

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>

#include "core/base/error.hpp"
#include "tests/core/auxiliary/small_pupil.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

ChainConfig pupil(const std::string& name, AuxiliaryConfig config) {
  ChainConfig chain;
  chain.name = name;
  chain.auxiliary = {std::move(config)};
  return chain;
}

Rows some_rows() {
  auto dataset = std::make_shared<Dataset>();
  dataset->inputs = at::ones({6, 3});
  dataset->labels = at::tensor({0, 0, 0, 1, 1, 1}, at::kLong);
  return all_rows(dataset);
}

}  // namespace

TEST_CASE("exports: what any destination needs, as often as the most eager one wants it") {
  Scenario scenario;
  AuxiliaryConfig eager = config_of({"anchor"}), slow = config_of({"distill"});
  slow.every = 4;
  slow.reference = "public";
  eager.every = 3;
  scenario.chains = {pupil("one", eager), pupil("two", slow)};
  const ExportPlan plan = exports_of(scenario, "source");
  CHECK(plan.content == Content{.body = true, .predictions = true});
  CHECK(plan.reference == "public");
  CHECK(plan.destinations == std::vector<std::string>{"one", "two"});
  const auto due = [&](std::int64_t round) { return plan.is_due_since(round - 1, round, 10); };
  CHECK_FALSE(due(0));
  CHECK_FALSE(due(1));
  CHECK(due(3));
  CHECK(due(4));
  CHECK_FALSE(due(5));
  CHECK(due(10));  // the last model always
  CHECK(plan.is_due_since(2, 5, 10));  // what was missed is made up for
  CHECK_FALSE(exports_of(scenario, "other").content.any());
}

TEST_CASE("exports: predictions of two reference sets are refused") {
  Scenario scenario;
  AuxiliaryConfig first = config_of({"distill"}), second = first;
  first.reference = "a";
  second.reference = "b";
  scenario.chains = {pupil("one", first), pupil("two", second)};
  CHECK_THROWS_AS((void)exports_of(scenario, "source"), UsageError);
}

TEST_CASE("publication: a model's object holds what was asked for, and says what left") {
  const auto model = small_model();
  Pool pool(1, Device::cpu, configure_thread);
  const Collection collection = small_collection();
  const Rows rows = some_rows();
  const auto policy = full_policy(*model);
  const SharingConfig sharing;
  const ParameterSet parameters = filled(*model, 0.5F);
  const Publication publication =
      publish_model({.body = true, .predictions = true}, {*model, parameters, collection, rows, *policy, sharing}, pool);
  CHECK(publication.content == "body+predictions");
  CHECK(publication.egress.tensors == 2);
  CHECK(publication.egress.coordinates == 8);
  CHECK(publication.egress.bytes == publication.object->bytes());
  const AuxiliaryObject object = decode_object(publication.object->payload());
  CHECK(object.predictions.sizes() == at::IntArrayRef({6, 2}));
  CHECK(object.predictions[0][0].item<float>() == 0.5F);  // both logits are alike
}

// All inputs 1, weights and biases 0.5: each hidden unit is 3 x 0.5 + 0.5 = 2 for every row.
TEST_CASE("publication: prototypes are class means of the features, and none where no class has enough rows") {
  const auto model = small_model();
  Pool pool(1, Device::cpu, configure_thread);
  const Collection collection = small_collection();
  const Rows rows = some_rows();
  const SharingConfig sharing;
  const ParameterSet parameters = filled(*model, 0.5F);
  const Publication published = publish_prototypes({*model, parameters, collection, rows, sharing, 3, Seed(1)}, pool);
  REQUIRE(published.object != nullptr);
  const AuxiliaryObject object = decode_object(published.object->payload());
  const MergedPrototypes merged = merge({{&object.prototypes, 6}}, sharing);
  CHECK(at::equal(merged.means, at::full({2, 2}, 2.0F)));
  CHECK(publish_prototypes({*model, parameters, collection, rows, sharing, 4, Seed(1)}, pool).object == nullptr);
}
