#include "core/data/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// `rows` rows of `classes` classes in turn, for `members` institutions.
struct Ward {
  Ward(std::int64_t rows, std::int64_t classes, std::size_t members, const std::string& kind) : names(numbered(members)) {
    for (std::int64_t row = 0; row < rows; ++row) strata.push_back(row % classes);
    config.kind = kind;
  }
  [[nodiscard]] Allocation allocated(std::uint64_t seed = 1) const {
    return allocate({strata, sites, site_names, names, config, needed, "ward"}, Seed(seed));
  }
  [[nodiscard]] std::string complaint() const {
    return error_of([&] { (void)allocated(); });
  }
  [[nodiscard]] std::set<std::int64_t> classes_of(const RowList& share) const {
    std::set<std::int64_t> classes;
    for (const std::int64_t row : share) classes.insert(strata[static_cast<std::size_t>(row)]);
    return classes;
  }
  std::vector<std::int64_t> strata;
  std::vector<std::int32_t> sites;
  std::vector<std::string> site_names;
  std::vector<std::string> names;
  PartitionConfig config;
  std::int64_t needed = 1;
};

std::int64_t given_out(const Allocation& shares) {
  std::set<std::int64_t> rows;
  std::size_t count = 0;
  for (const RowList& share : shares) {
    rows.insert(share.begin(), share.end());
    count += share.size();
  }
  REQUIRE(rows.size() == count);  // nobody holds another's row
  return static_cast<std::int64_t>(count);
}

std::vector<std::size_t> sizes(const Allocation& shares) {
  std::vector<std::size_t> result;
  for (const RowList& share : shares) result.push_back(share.size());
  return result;
}

}  // namespace

TEST_CASE("every kind gives each row to one institution, the same for the same seed") {
  for (const NamedKind& kind : partition_kinds()) {
    CAPTURE(kind.name);
    Ward ward(400, 4, 8, kind.name);
    for (std::int64_t row = 0; row < 400; ++row) ward.sites.push_back(static_cast<std::int32_t>(row % 8));
    ward.site_names = {"a", "b", "c", "d", "e", "f", "g", "h"};
    CHECK(given_out(ward.allocated()) == 400);
    CHECK(ward.allocated(1) == ward.allocated(1));
    if (kind.name != "site") CHECK(ward.allocated(1) != ward.allocated(2));
  }
}

TEST_CASE("iid shares differ by one row at most, or have the number asked for") {
  Ward ward(10, 2, 3, "iid");
  CHECK(sizes(ward.allocated()) == std::vector<std::size_t>{4, 3, 3});
  ward.config.rows_per_institution = 2;
  CHECK(sizes(ward.allocated()) == std::vector<std::size_t>{2, 2, 2});
  ward.config.rows_per_institution = 4;
  CHECK(contains(ward.complaint(), "ward has 10 rows to share out, 3 institutions with at least 4 each need 12"));
}

// Each class's proportions are Dirichlet(alpha, ..., alpha) over n institutions: one proportion has mean 1/n and variance
// (n - 1) / (n^2 (n alpha + 1)).
TEST_CASE("dirichlet proportions have the variance of the distribution") {
  for (const double alpha : {0.3, 3.0}) {
    Ward ward(20'000, 2, 10, "dirichlet");
    ward.config.alpha = alpha;
    double squares = 0.0;
    int draws = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      for (const RowList& share : ward.allocated(seed)) {
        const auto ones = std::count_if(share.begin(), share.end(), [](std::int64_t row) { return row % 2 == 1; });
        squares += std::pow(static_cast<double>(ones) / 10'000.0 - 0.1, 2.0);
        ++draws;
      }
    }
    const double expected = 9.0 / (100.0 * (10.0 * alpha + 1.0));
    CHECK(squares / draws == doctest::Approx(expected).epsilon(0.25));
  }
}

TEST_CASE("dirichlet tops up whoever is short, however skewed") {
  Ward ward(1000, 10, 100, "dirichlet");
  ward.config.alpha = 0.01;
  ward.needed = 7;
  const Allocation shares = ward.allocated();
  CHECK(given_out(shares) == 1000);
  for (const RowList& share : shares) CHECK(share.size() >= 7);
}

TEST_CASE("dirichlet with a fixed number of rows follows the classes' shares when alpha is large") {
  Ward ward(6000, 3, 10, "dirichlet");
  ward.config.rows_per_institution = 300;
  ward.config.alpha = 1e6;
  for (const RowList& share : ward.allocated()) {
    CHECK(share.size() == 300);
    const auto zeros = std::count_if(share.begin(), share.end(), [](std::int64_t row) { return row % 3 == 0; });
    CHECK(std::abs(static_cast<double>(zeros) - 100.0) < 5.0 * std::sqrt(300.0 * 2.0 / 9.0));
  }
  ward.config.alpha = 1e-3;  // one class each, until it is used up
  CHECK(given_out(ward.allocated()) == 3000);
  ward.config.rows_per_institution = 600;  // all there is
  CHECK(given_out(ward.allocated()) == 6000);
}

TEST_CASE("log-normal sizes have the spread asked for, and nobody is below the minimum") {
  Ward ward(1'000'000, 2, 1000, "quantity");
  ward.config.sigma = 0.5;
  std::vector<double> logs;
  for (const RowList& share : ward.allocated()) logs.push_back(std::log(static_cast<double>(share.size())));
  const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / 1000.0;
  double squares = 0.0;
  for (const double value : logs) squares += (value - mean) * (value - mean);
  CHECK(std::sqrt(squares / 1000.0) == doctest::Approx(0.5).epsilon(0.08));  // 2.2 % is one deviation
  Ward extreme(100, 2, 20, "quantity");
  extreme.config.sigma = 5.0;
  extreme.needed = 3;
  for (const RowList& share : extreme.allocated()) CHECK(share.size() >= 3);
  extreme.config.sigma = 0.0;
  for (const RowList& share : extreme.allocated()) CHECK(share.size() == 5);
}

TEST_CASE("shards give every institution exactly the classes asked for") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Ward ward(6000, 10, 100, "shards");
    for (const RowList& share : ward.allocated(seed)) {
      CHECK(ward.classes_of(share).size() == 2);
      CHECK(share.size() == 60);
    }
  }
  Ward pure(100, 2, 10, "shards");
  pure.config.classes_per_institution = 1;
  for (const RowList& share : pure.allocated()) CHECK(pure.classes_of(share).size() == 1);
}

TEST_CASE("shards of unequal classes stay few, and impossible numbers are errors") {
  Ward ward(0, 1, 20, "shards");
  for (std::int64_t row = 0; row < 1000; ++row) ward.strata.push_back(row < 900 ? 0 : 1 + row % 3);
  ward.config.classes_per_institution = 2;
  CHECK(given_out(ward.allocated()) == 1000);
  for (const RowList& share : ward.allocated()) CHECK(ward.classes_of(share).size() <= 2);
  ward.config.classes_per_institution = 5;
  CHECK(contains(ward.complaint(), "classes_per_institution is 5, ward has rows of 4 classes"));
  ward.config.classes_per_institution = 1;
  ward.names = numbered(3);
  CHECK(contains(ward.complaint(), "3 institutions with 1 classes each cannot hold the 4 classes"));
}

TEST_CASE("sites go to the institutions of their name, the others in order") {
  Ward ward(6, 2, 0, "site");
  ward.sites = {0, 0, 1, 1, 2, 2};
  ward.site_names = {"north", "south", "west"};
  ward.names = {"one", "north", "two"};
  CHECK(ward.allocated() == Allocation{{2, 3}, {0, 1}, {4, 5}});
  ward.names = {"west"};
  CHECK(ward.allocated() == Allocation{{4, 5}});
}

TEST_CASE("sites that do not suffice are errors with numbers") {
  Ward ward(6, 2, 4, "site");
  CHECK(contains(ward.complaint(), "ward has no natural sites"));
  ward.sites = {0, 0, 1, 1, 2, 2};
  ward.site_names = {"north", "south", "west"};
  CHECK(contains(ward.complaint(), "4 institutions, but ward has 3 sites (north, south, west)"));
  ward.names = numbered(1);
  ward.needed = 5;
  CHECK(contains(ward.complaint(), "institution h-0 would get 2 rows of ward, it needs 5"));
}

TEST_CASE("unknown kinds and settings that do not apply are refused") {
  Ward ward(100, 2, 4, "uniform");
  CHECK(contains(ward.complaint(), "partition.kind is \"uniform\", allowed are iid, dirichlet, quantity, shards, site"));
  ward.config.kind = "quantity";
  ward.config.rows_per_institution = 10;
  CHECK(contains(ward.complaint(), "rows_per_institution does not apply to kind \"quantity\""));
  ward.config.rows_per_institution = 0;
  ward.config.sigma = -1.0;
  CHECK(contains(ward.complaint(), "partition.sigma is -1"));
  ward.config.kind = "dirichlet";
  ward.config.alpha = 0.0;
  CHECK(contains(ward.complaint(), "partition.alpha is 0, must be above 0"));
}
