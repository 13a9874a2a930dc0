#include "core/data/phantom.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <numeric>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

PhantomConfig small() {
  PhantomConfig config;
  config.train_rows = 60;
  config.test_rows = 20;
  return config;
}

std::string complaint(void (*change)(PhantomConfig&)) {
  PhantomConfig config = small();
  change(config);
  return error_of([&] { (void)make_phantom(config, Seed(1)); });
}

double mean(const std::vector<float>& pixels) {
  return std::accumulate(pixels.begin(), pixels.end(), 0.0) / static_cast<double>(pixels.size());
}

}  // namespace

TEST_CASE("a phantom collection has the rows, classes, shape and prevalence asked for") {
  PhantomConfig config = small();
  config.prevalence = 0.25;
  config.classes = 4;
  config.channels = 3;
  config.size_pixels = 32;
  const Collection data = make_phantom(config, Seed(1));
  CHECK(data.shape == InputShape{3, 32, 32});
  CHECK(class_histogram(all_rows(data.train), data.task) == std::vector<std::int64_t>{45, 5, 5, 5});
  CHECK(class_histogram(all_rows(data.test), data.task) == std::vector<std::int64_t>{15, 2, 2, 1});
  CHECK(data.task.class_names.size() == 4);
  CHECK(data.train->inputs.size(0) == 60);
  CHECK(make_phantom(small(), Seed(1)).task.kind == TaskKind::binary);
}

TEST_CASE("the same seed gives the same images, another seed, and the test set, others") {
  const Collection one = make_phantom(small(), Seed(1));
  CHECK(one.train->inputs.equal(make_phantom(small(), Seed(1)).train->inputs));
  CHECK(!one.train->inputs.equal(make_phantom(small(), Seed(2)).train->inputs));
  CHECK(!one.train->inputs[0].equal(one.test->inputs[0]));
}

TEST_CASE("without a lesion's contrast the classes look alike, with it they differ by the lesion alone") {
  const std::vector<float> healthy = draw_phantom(28, 0, 0.35, 0.0, Seed(9));
  const std::vector<float> ill = draw_phantom(28, 1, 0.35, 0.0, Seed(9));
  CHECK(draw_phantom(28, 0, 0.0, 0.0, Seed(9)) == draw_phantom(28, 1, 0.0, 0.0, Seed(9)));
  const auto brighter = [](float a, float b) { return a >= b; };
  CHECK(std::equal(ill.begin(), ill.end(), healthy.begin(), brighter));
  // A solid lesion's sum is contrast * 2 pi sigma^2: 0.35 * 0.75 to 1.35 times sigma 0.045 to 0.070 of the side.
  const double added = mean(ill) - mean(healthy);
  CHECK(added >= 0.35 * 0.75 * 6.2832 * 0.045 * 0.045 * 0.98);
  CHECK(added <= 0.35 * 1.35 * 6.2832 * 0.070 * 0.070 * 1.02);
}

TEST_CASE("every kind of lesion is an image of its own") {
  std::vector<std::vector<float>> kinds;
  for (std::int64_t label = 0; label < most_phantom_classes; ++label)
    kinds.push_back(draw_phantom(28, label, 0.35, 0.0, Seed(3)));
  for (std::size_t i = 0; i < kinds.size(); ++i)
    for (std::size_t j = i + 1; j < kinds.size(); ++j) CHECK(kinds[i] != kinds[j]);
}

// At 1 a lesion looks as one of the next class drawn from the same seed; halfway it is the mean of the two.
TEST_CASE("a lesion's look shifts to that of the next class, of the last one to the first") {
  for (std::int64_t label = 1; label < most_phantom_classes; ++label) {
    const std::int64_t next = label + 1 < most_phantom_classes ? label + 1 : 1;
    const std::vector<float> own = draw_phantom(28, label, 0.35, 0.0, Seed(3));
    const std::vector<float> shifted = draw_phantom(28, label, 0.35, 1.0, Seed(3));
    const std::vector<float> halfway = draw_phantom(28, label, 0.35, 0.5, Seed(3));
    CHECK(shifted == draw_phantom(28, next, 0.35, 0.0, Seed(3)));
    for (std::size_t i = 0; i < own.size(); ++i) CHECK(halfway[i] == doctest::Approx((own[i] + shifted[i]) / 2));
  }
  CHECK(draw_phantom(28, 0, 0.35, 1.0, Seed(3)) == draw_phantom(28, 0, 0.35, 0.0, Seed(3)));
}

TEST_CASE("the shift of a collection changes its ill rows alone, and no label") {
  PhantomConfig config = small();
  const Collection plain = make_phantom(config, Seed(1));
  config.lesion_shift = 1.0;
  const Collection shifted = make_phantom(config, Seed(1));
  CHECK(shifted.train->labels.equal(plain.train->labels));
  for (std::int64_t row = 0; row < 60; ++row) {
    const bool healthy = plain.train->labels[row].item<std::int64_t>() == 0;
    CHECK(shifted.train->inputs[row].equal(plain.train->inputs[row]) == healthy);
  }
  CHECK(!shifted.test->inputs.equal(plain.test->inputs));
}

TEST_CASE("sites take turns, each with a scanner of its own once there is a spread") {
  PhantomConfig config = small();
  config.sites = 3;
  const Collection alike = make_phantom(config, Seed(1));
  CHECK(alike.site_names == std::vector<std::string>{"site-0", "site-1", "site-2"});
  CHECK(std::count(alike.train->sites.begin(), alike.train->sites.end(), 2) == 20);
  CHECK(phantom_scanner(config, 0, Seed(1)) == phantom_scanner(config, 1, Seed(1)));
  CHECK(phantom_scanner(config, 0, Seed(1)) == Scanner{1.0, 0.0, 0.0, config.noise});
  config.scanner_spread = 1.0;
  CHECK(!(phantom_scanner(config, 0, Seed(1)) == phantom_scanner(config, 1, Seed(1))));
}

TEST_CASE("settings out of range are refused with the number and what is allowed") {
  CHECK(contains(complaint([](PhantomConfig& c) { c.classes = 6; }), "classes is 6, allowed are 2 to 5"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.channels = 2; }), "channels is 2, allowed are 1 and 3"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.train_rows = 0; }), "train_rows is 0"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.prevalence = 1.5; }), "prevalence is 1.5"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.sites = 61; }), "sites is 61, allowed are 1 to train_rows = 60"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.size_pixels = 4; }), "size_pixels is 4"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.noise = -1.0; }), "must not be negative"));
  CHECK(contains(complaint([](PhantomConfig& c) { c.lesion_shift = 1.5; }), "lesion_shift is 1.5, allowed are 0 to 1"));
}

TEST_CASE("no test rows, no lesion and nothing but lesions are collections too") {
  PhantomConfig config = small();
  config.test_rows = 0;
  config.prevalence = 0.0;
  CHECK(make_phantom(config, Seed(1)).test == nullptr);
  config.prevalence = 1.0;
  CHECK(class_histogram(all_rows(make_phantom(config, Seed(1)).train), {TaskKind::binary, 2, {}}) ==
        std::vector<std::int64_t>{0, 60});
}
