#include "tests/core/sharing/defences/round.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

Round numbers_of(const List& values) {
  Round round(1);
  for (const float value : values) round.add({value});
  return round;
}

}  // namespace

TEST_CASE("Krum takes the update with the smallest sum of squared distances to its nearest") {
  // n = 5, f = 1: each is compared with its 5 - 1 - 2 = 2 nearest.
  // 0: 1 + 4 = 5, 1: 1 + 1 = 2, 2: 1 + 4 = 5, 4: 4 + 9 = 13, 100: 9216 + 9604
  const Round round = numbers_of({0, 4, 100, 1, 2});
  CHECK(round.values(defended("krum", 0.25)) == List{1});
  // the n - f = 4 best: all but 100, (0 + 4 + 1 + 2) / 4
  CHECK(round.values(defended("multi_krum", 0.25)) == List{1.75F});
}

TEST_CASE("Krum and multi-Krum are what NumPy finds by brute force") {
  // scores 15.07, 25.85, 17.87, 28.80, 25.98, 32.84, 22.76 with f = 1 (four neighbours); 9.33, 16.96, 10.69, 18.30, 17.17,
  // 23.76, 15.13 with f = 2 (three): both in the order 0, 2, 6, 1, 4, 3, 5
  const Round round = first_of_seven(7);
  CHECK(round.values(defended("krum", 0.15)) == seven_updates()[0]);
  CHECK(round.values(defended("krum", 0.3)) == seven_updates()[0]);
  // weighted by samples, which are 1 to 7: numpy.average(x[order[:n-f]], axis=0, weights=order[:n-f]+1)
  CHECK(close(round.values(defended("multi_krum", 0.15)),
              {-0.80090909F, -0.38272727F, -0.55954545F, -0.75363636F, 0.05818182F}));
  CHECK(close(round.values(defended("multi_krum", 0.3)),
              {-1.13444444F, -0.17F, -0.58166667F, -0.49888889F, 0.35777778F}));
}

TEST_CASE("multi-Krum that expects nobody to be hostile is the plain mean, bit for bit") {
  const Round round = first_of_seven(7);
  CHECK(round.values(defended("multi_krum", 0.0)) == round.values(defended("none")));
}

TEST_CASE("of equal scores the lowest author's is taken") {
  // f = 0, one neighbour: 1, 1 and 1
  CHECK(numbers_of({2, 1, 0}).values(defended("krum", 0.0)) == List{2});
  // f = 1 of four: one neighbour; 5 and 6 as well as 1 and 2 have the distance 1; the best three are 5, 6 and 1
  CHECK(numbers_of({5, 6, 1, 2}).values(defended("multi_krum", 0.25)) == List{4});
}

TEST_CASE("one, two and equal updates") {
  CHECK(numbers_of({7}).values(defended("krum", 0.5)) == List{7});
  CHECK(numbers_of({7}).values(defended("multi_krum", 0.5)) == List{7});
  CHECK(numbers_of({7, 3}).values(defended("krum", 0.0)) == List{7});
  CHECK(numbers_of({7, 3}).values(defended("multi_krum", 0.0)) == List{5});
  CHECK(numbers_of({7, 3}).values(defended("multi_krum", 0.5)) == List{7});
  CHECK(numbers_of({4, 4, 4, 4, 4}).values(defended("krum")) == List{4});
  CHECK(numbers_of({4, 4, 4, 4, 4}).values(defended("multi_krum")) == List{4});
}

TEST_CASE("long updates are compared over all their coordinates") {
  Round round(5003);  // no multiple of a stretch or a lane
  for (std::uint64_t author = 0; author < 6; ++author) round.add(list(noise(5003, author)));
  List outlier(5003);
  outlier.back() = 3.0F;  // alone with its last coordinate: noise differs from noise by about 1.0 in all
  round.add(outlier);
  List kept_mean(5003);
  for (std::uint64_t author = 0; author < 6; ++author) {
    const List values = list(noise(5003, author));
    for (std::size_t i = 0; i < values.size(); ++i) kept_mean[i] += values[i] / 6.0F;
  }
  CHECK(close(round.values(defended("multi_krum", 0.15)), kept_mean));
}

TEST_CASE("a common mask is compared where it publishes, different masks are refused") {
  const SharingConfig random = steps({"random"}, 0.5);
  Round common(8, random);
  for (const float value : {1.0F, 2.0F, 9.0F}) common.add(List(8, value), 1.0, Seed(5));
  const MeanUpdate taken = common.combined(defended("krum", 0.0));
  CHECK(std::count(taken.published.begin(), taken.published.end(), 1) == 4);
  for (std::size_t i = 0; i < 8; ++i) CHECK(numbers(taken.values)[i] == (taken.published[i] == 1 ? 1.0F : 0.0F));
  Round different(8, random);
  for (std::uint64_t author = 0; author < 3; ++author) different.add(List(8, 1.0F), 1.0, Seed(author));
  CHECK(contains(message_of([&] { static_cast<void>(different.combined(defended("krum", 0.0))); }), "different coordinates"));
  Round listed(40, non_zero_coordinates());
  List first(40), second(40);
  first[3] = second[4] = 1.0F;
  CHECK(listed.add(first).add(first).add(first).values(defended("krum", 0.0)) == first);
  CHECK(contains(message_of([&] { static_cast<void>(listed.add(second).combined(defended("krum"))); }),
                 "different coordinates"));
}

}  // namespace polyclinic
