#include "core/sharing/defences/columns.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "tests/core/sharing/defences/round.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

// Updates of which each publishes about `density` of the coordinates, none of its values being zero.
std::vector<List> sparse_updates(std::size_t updates, std::int64_t size, double density) {
  std::vector<List> result;
  for (std::size_t i = 0; i < updates; ++i) {
    Random random{Seed(900) / i};
    List values(static_cast<std::size_t>(size));
    for (float& value : values) value = random.uniform() < density ? static_cast<float>(random.normal()) : 0.0F;
    result.push_back(values);
  }
  return result;
}

// The definition, one coordinate at a time: sort, cut, average.
List trimmed_by_sorting(const std::vector<List>& updates, double share) {
  List result(updates.front().size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::vector<float> column;
    for (const List& update : updates) {
      if (update[i] != 0.0F) column.push_back(update[i]);
    }
    if (column.empty()) continue;
    std::ranges::sort(column);
    const auto count = static_cast<double>(column.size());
    const auto cut = std::min(static_cast<std::size_t>(share * count + 1e-9), (column.size() - 1) / 2);
    double sum = 0.0;
    for (std::size_t j = cut; j < column.size() - cut; ++j) sum += static_cast<double>(column[j]);
    result[i] = static_cast<float>(sum / static_cast<double>(column.size() - 2 * cut));
  }
  return result;
}

Round round_of(const std::vector<List>& updates) {
  Round round(static_cast<std::int64_t>(updates.front().size()), non_zero_coordinates());
  for (const List& update : updates) round.add(update);
  return round;
}

}  // namespace

TEST_CASE("the median of an odd number is the middle one, of an even number the mean of the middle two") {
  Round round(2);
  round.add({1, -4});
  CHECK(round.values(defended("median")) == List{1, -4});  // one uploader: its own values
  round.add({5, 8});
  CHECK(round.values(defended("median")) == List{3, 2});
  round.add({100, 0});
  CHECK(round.values(defended("median")) == List{5, 0});
  round.add({3, 6});
  CHECK(round.values(defended("median")) == List{4, 3});
}

TEST_CASE("medians and trimmed means are NumPy's and SciPy's") {
  const Round seven = first_of_seven(7);
  // numpy.median(x, axis=0), of all seven and of the first six
  CHECK(close(seven.values(defended("median")), {-0.19F, -0.24F, -0.46F, -0.81F, -0.03F}));
  CHECK(close(first_of_seven(6).values(defended("median")), {-0.095F, -0.09F, -0.365F, -0.69F, -0.24F}));
  // scipy.stats.trim_mean(x, 0.2, axis=0) cuts one on either side, trim_mean(x, 0.34, axis=0) two
  CHECK(close(seven.values(defended("trimmed_mean", 0.2)), {-0.444F, -0.34F, -0.428F, -0.634F, -0.166F}));
  CHECK(close(seven.values(defended("trimmed_mean", 0.34)),
              {-0.39333333F, -0.22F, -0.42333333F, -0.73F, -0.12333333F}));
}

TEST_CASE("each coordinate is combined over its uploaders, and none is published without any") {
  Round round(4, non_zero_coordinates());
  round.add({1, 2, 0, 0}).add({5, 0, 3, 0}).add({9, 4, 7, 0}).add({2, 0, 5, 0});
  const MeanUpdate median = round.combined(defended("median"));
  CHECK(list(median.values) == List{3.5F, 3, 5, 0});
  CHECK(median.published == std::vector<std::uint8_t>{1, 1, 1, 0});
  // a quarter of four uploaders is one on either side, of two and three none
  CHECK(round.values(defended("trimmed_mean", 0.25)) == List{3.5F, 3, 5, 0});
}

TEST_CASE("blocks, sparse and dense updates side by side give what sorting each column gives") {
  for (const auto& [updates, size, density] :
       {std::tuple{9, 5000, 0.3}, std::tuple{9, 5000, 1.0}, std::tuple{700, 300, 0.05}, std::tuple{5000, 40, 0.9}}) {
    std::vector<List> lists = sparse_updates(static_cast<std::size_t>(updates), size, density);
    for (float& value : lists.front()) value = 1.5F;  // dense
    const Round round = round_of(lists);
    CHECK(close(round.values(defended("trimmed_mean", 0.2)), trimmed_by_sorting(lists, 0.2)));
    CHECK(close(round.values(defended("median")), trimmed_by_sorting(lists, 0.5)));
  }
}

TEST_CASE("a trimmed mean that trims nothing is the unweighted mean, bit for bit") {
  const std::vector<List> lists = sparse_updates(11, 3000, 0.6);
  const Round round = round_of(lists);
  CHECK(round.values(defended("trimmed_mean", 0.0)) == round.values(defended("none")));  // all have one sample
}

TEST_CASE("a trimmed mean always leaves one value or two") {
  Round round(1);
  round.add({1}).add({9});
  CHECK(round.values(defended("trimmed_mean", 0.5)) == List{5});
  round.add({2});
  CHECK(round.values(defended("trimmed_mean", 0.5)) == List{2});
}

TEST_CASE("samples weigh neither in the median nor in the trimmed mean") {
  Round round(1);
  round.add({1}, 1.0).add({2}, 1e6).add({9}, 5.0).add({12}, 1.0);
  CHECK(round.values(defended("median")) == List{5.5F});
  CHECK(round.values(defended("trimmed_mean", 0.0)) == List{6});
}

TEST_CASE("scaled updates count with scaled values") {
  Round round(1);
  round.add({8}).add({4}).add({10});
  round.payloads()[2].scale = 0.5;
  CHECK(round.values(defended("median")) == List{5});
}

TEST_CASE("no updates publish nothing") {
  const Round round(3);
  for (const char* defence : {"none", "median", "trimmed_mean", "krum", "multi_krum", "norm_clip", "scoring"}) {
    const MeanUpdate nothing = round.combined(defended(defence));
    CHECK(list(nothing.values) == List{0, 0, 0});
    CHECK(nothing.published == std::vector<std::uint8_t>{0, 0, 0});
  }
}

TEST_CASE("a number that is not finite is refused by every defence") {
  for (const char* defence : {"none", "median", "trimmed_mean", "krum", "multi_krum", "norm_clip", "scoring"}) {
    Round round(3);
    round.add({1, 2, 3}).add({1, 2, 4}).add({1, 2, 5});
    Bytes poisoned(round.payloads()[1].view.values.begin(), round.payloads()[1].view.values.end());
    const float bad = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(poisoned.data() + 4, &bad, sizeof bad);
    round.payloads()[1].view.values = poisoned;
    CHECK(contains(message_of([&] { static_cast<void>(round.combined(defended(defence))); }), "infinite or not a number"));
  }
}

}  // namespace polyclinic
