#include "core/sharing/aggregator.hpp"

#include <cstring>
#include <limits>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;

// Institutions of one chain with one policy.
struct Chain {
  std::shared_ptr<const Layout> layout;
  std::shared_ptr<const SharePolicy> policy;
  std::shared_ptr<const Aggregator> aggregator;

  Chain(std::shared_ptr<const Layout> model, const SharingConfig& sharing, const CollaborationConfig& rules = {})
      : layout(std::move(model)), policy(make_share_policy(sharing, layout)), aggregator(make_aggregator(rules, policy)) {}

  [[nodiscard]] Contribution from(int author, std::int64_t samples, const at::Tensor& delta) const {
    return contribution(author, samples, policy->share(update(layout, delta), {}, Seed(77) / author).update);
  }
  [[nodiscard]] List next(const List& global, std::vector<Contribution> contributions) const {
    return list(aggregator->aggregate({layout, tensor(global)}, {}, std::move(contributions), 100).parameters.flat());
  }
};

// sum(n v) / sum(n) in double precision, added to the global number in single precision: the definition, one coordinate
// at a time.
List plain_average(const List& global, const std::vector<std::pair<double, List>>& updates) {
  List result = global;
  for (std::size_t i = 0; i < result.size(); ++i) {
    double sum = 0.0;
    double weights = 0.0;
    for (const auto& [weight, values] : updates) {
      sum += weight * static_cast<double>(values[i]);
      weights += weight;
    }
    result[i] += static_cast<float>(sum / weights);
  }
  return result;
}

}  // namespace

TEST_CASE("the average is weighted by samples") {
  const Chain chain(flat_layout(2), steps({"full"}));
  // (1 * 4 + 3 * 8) / 4 = 7, (1 * 0 - 3 * 4) / 4 = -3
  CHECK(chain.next({10, 20}, {chain.from(0, 1, tensor({4, 0})), chain.from(1, 3, tensor({8, -4}))}) == List{17, 17});
}

TEST_CASE("a scale shrinks an update and not the weight it is divided by, versions and nonces tell an author's updates apart") {
  const Chain chain(flat_layout(2), steps({"full"}));
  Contribution stale = chain.from(1, 3, tensor({8, -4}));
  stale.scale = 0.5;
  // (1 * 4 + 3 * 0.5 * 8) / 4 = 4, (1 * 0 - 3 * 0.5 * 4) / 4 = -1.5
  CHECK(chain.next({10, 20}, {chain.from(0, 1, tensor({4, 0})), stale}) == List{14, 18.5});
  Contribution second = chain.from(0, 1, tensor({2, 6}));
  second.nonce = 1;
  CHECK(chain.next({0, 0}, {second, chain.from(0, 1, tensor({4, 0}))}) == List{3, 3});
  second.nonce = 0;
  second.version = 7;
  CHECK(chain.next({0, 0}, {chain.from(0, 1, tensor({4, 0})), second}) == List{3, 3});
}

TEST_CASE("each coordinate is averaged over its uploaders, and keeps its value without any") {
  const Chain chain(flat_layout(4), steps({"top_k"}, 0.5));
  // 0 publishes places 0 and 1, 1 publishes 1 and 2; nobody publishes 3
  const auto a = chain.from(0, 2, tensor({6, 9, 1, 1}));
  const auto b = chain.from(1, 1, tensor({1, 3, 5, 1}));
  // place 1: (2 * 9 + 1 * 3) / 3 = 7; never divided by all 100 members
  CHECK(chain.next({100, 100, 100, 100}, {a, b}) == List{106, 107, 105, 100});
}

TEST_CASE("fraction 1 is plain averaging, bit for bit, whatever the encoding") {
  constexpr std::int64_t size = 10007;  // no multiple of a block or a word
  const auto layout = flat_layout(size);
  const List global = list(noise(size, 100));
  std::vector<std::pair<double, List>> updates;
  for (int author = 0; author < 7; ++author) updates.emplace_back(37 * author + 11, list(noise(size, 200 + author)));
  const List expected = plain_average(global, updates);
  SharingConfig residual = steps({"top_k"});
  residual.residual = true;
  for (const SharingConfig& config :
       {steps({"full"}), steps({"top_k"}), residual, steps({"random"}), steps({"selective"})}) {
    const Chain chain(layout, config);
    std::vector<Contribution> contributions;
    for (int author = 6; author >= 0; --author) {
      const auto& [samples, delta] = updates[static_cast<std::size_t>(author)];
      contributions.push_back(chain.from(author, static_cast<std::int64_t>(samples), tensor(delta)));
    }
    const List result = chain.next(global, contributions);
    CHECK(std::memcmp(result.data(), expected.data(), size * sizeof(float)) == 0);
  }
}

TEST_CASE("dense and sparse updates side by side give what the definition gives") {
  SharingConfig config = steps({"selective"});  // dense when every coordinate is above the threshold, else sparse
  config.selection = "random";
  const Chain chain(flat_layout(3), config);
  const auto dense = chain.from(0, 1, tensor({1, 1, 1}));
  const auto sparse = chain.from(1, 1, tensor({3, 0, 5}));
  REQUIRE(dense.update->bytes() == 32 + 3 * 4);
  REQUIRE(sparse.update->bytes() == 32 + 4 + 2 * 4);
  CHECK(chain.next({0, 0, 0}, {dense, sparse}) == List{2, 1, 3});
}

TEST_CASE("the order of arrival does not matter, in any bit") {
  for (const SharingConfig& config : {steps({"full"}), steps({"random"}, 0.6), steps({"top_k"}, 0.6)}) {
    const Chain chain(flat_layout(500), config);
    std::vector<Contribution> contributions;
    for (int author = 0; author < 9; ++author) {
      contributions.push_back(chain.from(author, 1 + author, noise(500, static_cast<std::uint64_t>(author))));
    }
    const List forward = chain.next(List(500, 0.5F), contributions);
    std::reverse(contributions.begin(), contributions.end());
    std::swap(contributions[2], contributions[5]);
    CHECK(chain.next(List(500, 0.5F), contributions) == forward);
  }
}

TEST_CASE("equal updates average to themselves exactly") {
  const Chain chain(flat_layout(1000), steps({"full"}));
  const at::Tensor delta = noise(1000, 4);
  std::vector<Contribution> contributions;
  for (int author = 0; author < 10; ++author) contributions.push_back(chain.from(author, 100 + 7 * author, delta));
  CHECK(chain.next(List(1000, 0.0F), contributions) == list(delta));
}

TEST_CASE("a private head of the global model is never moved") {
  SharingConfig config = steps({"layers"});
  config.private_ = {"head.*"};
  const Chain chain(small_layout(), config);
  CHECK(chain.next(List(8, 1.0F), {chain.from(0, 5, tensor(List(8, 2.0F)))}) == List{3, 3, 3, 3, 3, 3, 1, 1});
}

TEST_CASE("no updates, or none with samples, leave the model as it is") {
  const Chain chain(flat_layout(2), steps({"full"}));
  CHECK(chain.next({1, 2}, {}) == List{1, 2});
  CHECK(chain.next({1, 2}, {chain.from(0, 0, tensor({5, 5}))}) == List{1, 2});
  CHECK(chain.next({1, 2}, {chain.from(0, 0, tensor({5, 5})), chain.from(1, 9, tensor({1, 1}))}) == List{2, 3});
}

TEST_CASE("contributions that cannot be are refused") {
  const Chain chain(flat_layout(2), steps({"full"}));
  const auto refusal = [&](std::vector<Contribution> contributions, std::int64_t members = 100) {
    const ParameterSet global(chain.layout, tensor({1, 2}));
    return message_of(
        [&] { static_cast<void>(chain.aggregator->aggregate(global, {}, std::move(contributions), members)); });
  };
  const Contribution good = chain.from(3, 1, tensor({1, 1}));
  CHECK(contains(refusal({good, good}), "two updates of institution 3"));
  CHECK(contains(refusal({chain.from(4, -1, tensor({1, 1}))}), "institution 4 has -1 samples"));
  CHECK(contains(refusal({good, chain.from(4, 1, tensor({1, 1}))}, 1), "updates of 2 institutions from 1 members"));
  CHECK(contains(refusal({contribution(5, 1, std::make_shared<const SharedUpdate>(Bytes(7)))}), "ends after 7 bytes"));
  const ByteView payload = good.update->payload();
  Bytes poisoned(payload.begin(), payload.end());
  const float infinity = std::numeric_limits<float>::infinity();
  std::memcpy(poisoned.data() + 36, &infinity, sizeof infinity);
  CHECK(contains(refusal({contribution(5, 1, std::make_shared<const SharedUpdate>(poisoned))}), "infinite"));
}

TEST_CASE("an unknown algorithm is refused with the nearest name") {
  const auto policy = make_share_policy(steps({"full"}), flat_layout(2));
  CollaborationConfig rules;
  rules.algorithm = "fedagv";
  CHECK(message_of([&] { static_cast<void>(make_aggregator(rules, policy)); }) ==
        "collaboration.algorithm is \"fedagv\", allowed are fedavg, fedprox, scaffold, fedrep (did you mean \"fedavg\"?)");
}

}  // namespace polyclinic
