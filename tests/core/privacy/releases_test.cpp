#include "core/privacy/releases.hpp"

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {

TEST_CASE("releases that are alike are counted together, whatever the order") {
  Releases one;
  one.add(GaussianReleases{0.1, 2.0, 3});
  one.add(GaussianReleases{1.0, 1.0, 1});
  one.add(PureReleases{0.5, 2});
  Releases other;
  other.add(PureReleases{0.5, 1});
  other.add(GaussianReleases{0.1, 2.0, 4});
  other.add(one);
  REQUIRE(other.gaussian().size() == 2);
  CHECK(other.gaussian()[0].steps == 7);
  CHECK(other.gaussian()[1].rate == 1.0);
  REQUIRE(other.pure().size() == 1);
  CHECK(other.pure()[0].times == 3);
  CHECK_FALSE(other.are_pure());
}

TEST_CASE("no steps are no releases, and what is no mechanism is refused") {
  Releases releases;
  releases.add(GaussianReleases{0.1, 2.0, 0});
  releases.add(PureReleases{1.0, 0});
  CHECK(releases.empty());
  CHECK_THROWS_AS(releases.add(GaussianReleases{1.5, 1.0, 1}), Error);
  CHECK_THROWS_AS(releases.add(GaussianReleases{0.5, 0.0, 1}), Error);
  CHECK_THROWS_AS(releases.add(PureReleases{0.0, 1}), Error);
}

}  // namespace polyclinic
