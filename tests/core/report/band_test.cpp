#include "core/report/band.hpp"

#include <cmath>

#include "tests/support/check.hpp"

using namespace polyclinic;

TEST_CASE("a band holds each run's value until its next one, from where all have one") {
  const std::vector<Steps> runs = {{{0, 1.0}, {10, 2.0}}, {{4, 3.0}, {12, 4.0}}};
  const Band band = band_of(runs);
  CHECK(band.x == std::vector<double>{4, 10, 12});
  CHECK(band.mean == std::vector<double>{2.0, 2.5, 3.0});  // (1 + 3) / 2, (2 + 3) / 2, (2 + 4) / 2
}

TEST_CASE("the band of two runs is Student's interval with one degree of freedom") {
  const std::vector<Steps> runs = {{{0, 1.0}}, {{0, 3.0}}};
  const Band band = band_of(runs);
  // t = 12.7062 (tables, two-sided 5 %), deviation sqrt(2), standard error 1
  CHECK(band.low[0] == doctest::Approx(2 - 12.7062));
  CHECK(band.high[0] == doctest::Approx(2 + 12.7062));
}

TEST_CASE("one run has no band, no run no points, and a run without values does not count") {
  CHECK(std::isnan(band_of(std::vector<Steps>{{{0, 1.0}, {1, 2.0}}}).low[0]));
  CHECK(band_of(std::vector<Steps>{}).x.empty());
  CHECK(band_of(std::vector<Steps>{{{0, 1.0}}, {}}).mean == std::vector<double>{1.0});
}

TEST_CASE("a long grid keeps its first and last moment and no more than asked for") {
  Steps run;
  for (int i = 0; i <= 1000; ++i) run.emplace_back(i, i);
  const Band band = band_of(std::vector<Steps>{run}, 11);
  CHECK(band.x == std::vector<double>{0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000});
}

TEST_CASE("a distribution is the share of values up to each, without those that are not known") {
  const Band band = distribution_of({3.0, 1.0, std::nan(""), 1.0, 2.0});
  CHECK(band.x == std::vector<double>{1, 1, 1, 2, 3});
  CHECK(band.mean == std::vector<double>{0, 0.5, 0.5, 0.75, 1});
}
