#include "core/privacy/accountant.hpp"

#include <memory>

#include "core/base/error.hpp"
#include "core/privacy/gaussian.hpp"
#include "tests/core/privacy/words.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {

using testing::contains;
using testing::message_of;
namespace {

std::unique_ptr<Accountant> accountant(const char* name, const char* conversion = "improved") {
  return make_accountant({.accountant = name, .conversion = conversion});
}

Releases sampled(double rate, double noise, std::int64_t steps) {
  Releases releases;
  releases.add(GaussianReleases{rate, noise, steps});
  return releases;
}

}  // namespace

TEST_CASE("two chains that saw the same records are one of twice the steps") {
  for (const char* name : {"rdp", "pld"}) {
    Releases both = sampled(0.05, 1.2, 40);
    both.add(sampled(0.05, 1.2, 40));
    CHECK(accountant(name)->epsilon(both, 1e-5).epsilon == accountant(name)->epsilon(sampled(0.05, 1.2, 80), 1e-5).epsilon);
  }
}

TEST_CASE("different chains compose to less than the sum of their epsilons and more than either") {
  for (const char* name : {"rdp", "pld"}) {
    const auto own = accountant(name);
    const double first = own->epsilon(sampled(0.05, 1.2, 40), 1e-5).epsilon;
    const double second = own->epsilon(sampled(1.0, 6.0, 3), 1e-5).epsilon;
    Releases both = sampled(0.05, 1.2, 40);
    both.add(sampled(1.0, 6.0, 3));
    const double together = own->epsilon(both, 1e-5).epsilon;
    CHECK(together > std::max(first, second));
    CHECK(together < first + second);
  }
}

TEST_CASE("the loss distribution is never worse than Renyi's divergences, improved never worse than classic") {
  for (const Releases& releases : {sampled(0.04, 1.5, 2250), sampled(1.0, 2.0, 10), sampled(0.3, 0.9, 12)}) {
    const double exact = accountant("pld")->epsilon(releases, 1e-5).epsilon;
    const double improved = accountant("rdp")->epsilon(releases, 1e-5).epsilon;
    CHECK(exact < improved);
    CHECK(improved < accountant("rdp", "classic")->epsilon(releases, 1e-5).epsilon);
  }
}

TEST_CASE("without sampling pld is the exact Gaussian mechanism") {
  CHECK(accountant("pld")->epsilon(sampled(1.0, 2.0, 4), 1e-6).epsilon == gaussian_epsilon(1e-6, 1.0));
}

TEST_CASE("pure mechanisms never spend more than the sum of their epsilons") {
  Releases few;
  few.add(PureReleases{0.5, 2});
  Releases many;
  many.add(PureReleases{0.01, 10000});
  for (const char* name : {"rdp", "pld"}) {
    CHECK(accountant(name)->epsilon(few, 1e-5).epsilon <= 1.0);
    CHECK(accountant(name)->epsilon(few, 1e-5).epsilon > 0.9);    // two answers hardly compose better
    CHECK(accountant(name)->epsilon(many, 1e-5).epsilon < 10.0);  // sum 100; advanced composition: about 5.3
  }
}

TEST_CASE("nothing published spends nothing") { CHECK(accountant("rdp")->epsilon({}, 1e-5).epsilon == 0.0); }

TEST_CASE("an accountant is chosen by name") {
  CHECK(accountants().size() == 2);
  CHECK(contains(message_of([] { static_cast<void>(accountant("moments")); }), "privacy.accountant is \"moments\""));
  CHECK(contains(message_of([] { static_cast<void>(accountant("rdp", "bun")); }), "privacy.conversion is \"bun\""));
}

}  // namespace polyclinic
