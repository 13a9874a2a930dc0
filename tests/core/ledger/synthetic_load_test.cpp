#include "core/ledger/synthetic_load.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ledger/mempool.hpp"
#include "tests/core/ledger/chain_plan.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr std::uint64_t many = 40'000;

SyntheticLoad bitcoin(double block_bytes, std::uint64_t seed = 3) { return {block_bytes, LoadSizes::bitcoin, Seed(seed)}; }

std::vector<double> sizes(const SyntheticLoad& load) {
  std::vector<double> bytes;
  for (std::uint64_t height = 1; height <= many; ++height) bytes.push_back(static_cast<double>(payload_bytes(load, height)));
  return bytes;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double share_below(const std::vector<double>& values, double bound) {
  const auto below = std::count_if(values.begin(), values.end(), [&](double value) { return value < bound; });
  return static_cast<double>(below) / static_cast<double>(values.size());
}

std::shared_ptr<const ChainRules> load_rules(const SyntheticLoad& load) {
  ChainRules rules = chain_rules({});
  rules.load = load;
  return std::make_shared<const ChainRules>(std::move(rules));
}

struct Fixture {
  explicit Fixture(const SyntheticLoad& load) : rules(load_rules(load)), ledger(rules), mempool(rules) {}
  std::vector<Transaction> selected() const { return mempool.select(ledger, ledger.head()->hash()); }
  Verdict append(std::int64_t slot, std::vector<Transaction> transactions) {
    return ledger.append(seal({}, *ledger.head(), slot, std::move(transactions)));
  }
  std::shared_ptr<const ChainRules> rules;
  Ledger ledger;
  Mempool mempool;
};

}  // namespace

TEST_CASE("fixed load is the same at every height, none at all included") {
  for (const double bytes : {0.0, 1.0, 1e6}) {
    const SyntheticLoad load{bytes, LoadSizes::fixed, Seed(1)};
    CHECK(payload_bytes(load, 1) == static_cast<std::uint64_t>(bytes));
    CHECK(payload_bytes(load, 77) == payload_bytes(load, 1));
    CHECK(largest_payload_bytes(load) == payload_bytes(load, 1));
  }
}

// The histogram of Gervais et al. has its mean at 531 kB and a standard deviation of 337 kB (computed from its 200 bins), so
// in units of the mean: standard deviation 0.634; a quarter below 228 / 531 = 0.43, half below 520 / 531 = 0.98, and
// the 1 MB limit of the time at 1.883. Of 40,000 draws a share is within 0.01 at four standard deviations.
TEST_CASE("bitcoin's block sizes have the published shape about the mean that is asked for") {
  const double asked = 5e5;
  const std::vector<double> bytes = sizes(bitcoin(asked));
  CHECK(mean(bytes) == doctest::Approx(asked).epsilon(0.013));
  double squares = 0.0;
  for (const double value : bytes) squares += (value / asked - 1.0) * (value / asked - 1.0);
  CHECK(std::sqrt(squares / static_cast<double>(many)) == doctest::Approx(0.634).epsilon(0.02));
  CHECK(share_below(bytes, asked * 227.9 / 531.0) == doctest::Approx(0.25).epsilon(0.04));
  CHECK(share_below(bytes, asked * 520.2 / 531.0) == doctest::Approx(0.50).epsilon(0.02));
  CHECK(share_below(bytes, asked * 888.6 / 531.0) == doctest::Approx(0.75).epsilon(0.014));
  const double largest = static_cast<double>(largest_payload_bytes(bitcoin(asked)));
  CHECK(largest == doctest::Approx(asked * 1.883).epsilon(0.001));
  CHECK(*std::max_element(bytes.begin(), bytes.end()) <= largest);
  CHECK(*std::max_element(bytes.begin(), bytes.end()) > 0.99 * largest);
}

TEST_CASE("sizes scale with the mean, so that runs of different load draw the same blocks") {
  for (std::uint64_t height = 1; height <= 100; ++height) {
    const double small = static_cast<double>(payload_bytes(bitcoin(5e4), height));
    CHECK(static_cast<double>(payload_bytes(bitcoin(5e5), height)) == doctest::Approx(10.0 * small).epsilon(1e-3).scale(1e4));
  }
}

TEST_CASE("another seed draws other sizes, the same seed the same ones") {
  CHECK(sizes(bitcoin(5e5, 3)) == sizes(bitcoin(5e5, 3)));
  CHECK(sizes(bitcoin(5e5, 3)) != sizes(bitcoin(5e5, 4)));
}

TEST_CASE("a load chain's mempool never runs dry and fills a block of any height") {
  Fixture chain(bitcoin(1e5));
  for (std::int64_t slot = 1; slot <= 5; ++slot) {
    CHECK(chain.mempool.has_work(chain.ledger, chain.ledger.head()->hash()));
    REQUIRE(chain.append(slot, chain.selected()).accepted());
    const Block& head = *chain.ledger.head();
    CHECK(head.header().payload_bytes == payload_bytes(*chain.rules->load, head.header().height));
    CHECK(head.bytes() == header_bytes + transaction_bytes + head.header().payload_bytes);
    chain.mempool.absorb(chain.ledger.head());
    chain.mempool.forget({chain.ledger.head()});
  }
}

TEST_CASE("a load chain takes its load and nothing else") {
  Fixture chain(bitcoin(1e5));
  std::vector<Transaction> wrong_size = chain.selected();
  wrong_size.front().payload_bytes += 1;
  std::vector<Transaction> wrong_height = {synthetic_transaction(*chain.rules->load, ChainId{0}, 2)};
  std::vector<Transaction> twice = {chain.selected().front(), chain.selected().front()};
  CHECK(chain.append(1, wrong_size).reason == Rejection::tampered_payload);
  CHECK(chain.append(1, wrong_height).reason == Rejection::tampered_payload);
  CHECK(chain.append(1, twice).reason == Rejection::tampered_payload);
  CHECK(chain.append(1, {}).reason == Rejection::tampered_payload);
  CHECK(chain.append(1, {update({}, 0, 0).transaction}).reason == Rejection::tampered_payload);
  CHECK(chain.append(1, chain.selected()).accepted());
}

TEST_CASE("a chain that learns refuses synthetic load") {
  const auto rules = std::make_shared<const ChainRules>(chain_rules({}));
  Ledger ledger(rules);
  Mempool mempool(rules);
  Transaction transaction = synthetic_transaction(bitcoin(1e5), ChainId{0}, 1);
  CHECK(mempool.add(transaction).reason == Rejection::unknown_author);
  transaction.author = InstitutionId{0};
  transaction = sign(transaction, member_keys(InstitutionId{0}));
  CHECK(mempool.add(transaction).reason == Rejection::unknown_author);
  CHECK(ledger.append(seal({}, *ledger.head(), 1, {transaction})).reason == Rejection::unknown_author);
}
