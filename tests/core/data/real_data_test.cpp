// The official files, where POLYCLINIC_DATA says they are. Counts: MedMNIST's paper, LeCun's page, FLamby's paper (table of
// Fed-Heart-Disease) and the class histograms that come with the files.
#include <ATen/core/Tensor.h>

#include <chrono>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

using Counts = std::vector<std::int64_t>;

Collection official(const std::string& name, std::int64_t max_train_rows = 0) {
  DataConfig config;
  config.dataset = name;
  config.max_train_rows = max_train_rows;
  return load_collection(config, real_data(), seeds());
}

Counts classes(const std::shared_ptr<const Dataset>& part, const Task& task) {
  return class_histogram(all_rows(part), task);
}

}  // namespace

TEST_CASE("PneumoniaMNIST has its published rows and classes") {
  if (!have_real_data()) return;
  const Collection data = official("pneumoniamnist");
  CHECK(classes(data.train, data.task) == Counts{1214, 3494});
  CHECK(classes(data.validation, data.task) == Counts{135, 389});
  CHECK(classes(data.test, data.task) == Counts{234, 390});
  CHECK(data.task.class_names == std::vector<std::string>{"normal", "pneumonia"});
}

TEST_CASE("BreastMNIST has its published rows and classes") {
  if (!have_real_data()) return;
  const Collection data = official("breastmnist");
  CHECK(classes(data.train, data.task) == Counts{147, 399});
  CHECK(data.validation->size() == 78);
  CHECK(classes(data.test, data.task) == Counts{42, 114});
}

TEST_CASE("MNIST has 60,000 and 10,000 digits, and its known mean") {
  if (!have_real_data()) return;
  const Collection data = official("mnist");
  CHECK(classes(data.train, data.task) == Counts{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
  CHECK(data.test->size() == 10'000);
  CHECK(data.train->inputs.to(at::kFloat).mean().item<double>() / 255.0 == doctest::Approx(0.1307).epsilon(0.001));
}

TEST_CASE("heart disease has FLamby's rows and positives at each hospital") {
  if (!have_real_data()) return;
  const Collection data = official("heart");
  PartitionConfig config;
  config.kind = "site";
  config.validation = config.test = 0.0;
  const auto shares = partition(data, config, data.site_names, Seed(1));
  const std::vector<Counts> expected = {{164, 139}, {163, 98}, {1, 45}, {29, 101}};
  for (std::size_t i = 0; i < 4; ++i) CHECK(class_histogram(shares[i].train, data.task) == expected[i]);
  CHECK(data.normalization.mean.size() == 13);
}

TEST_CASE("heart disease is split at every hospital, and the global test is all their tests") {
  if (!have_real_data()) return;
  const Collection data = official("heart");
  PartitionConfig config;
  config.kind = "site";
  config.test = 0.34;
  const auto shares = partition(data, config, data.site_names, Seed(1));
  CHECK(global_test_rows(data, shares).size() == 103 + 89 + 16 + 44);  // round(0.34 * 303, 261, 46, 130)
}

TEST_CASE("a limit on training rows thins training and validation rows alike, class by class") {
  if (!have_real_data()) return;
  const Collection data = official("pneumoniamnist", 1000);
  CHECK(data.train->size() + data.validation->size() == 1000);
  CHECK(data.train->size() == 900);                               // 1000 * 4708 / 5232 = 899.8
  CHECK(std::abs(classes(data.train, data.task)[0] - 232) <= 1);  // 900 * 1214 / 4708 = 232.1
  CHECK(data.test->size() == 624);
}

// Of n rows of a class those with k + 1/2 < 0.8 n: 971 of 1214, 2795 of 3494, 108 of 135 and 311 of 389.
TEST_CASE("two chains share PneumoniaMNIST's images between them, and both test on all of the test set") {
  if (!have_real_data()) return;
  DataConfig config;
  config.dataset = "pneumoniamnist";
  config.to = 0.8;
  const Collection larger = load_collection(config, real_data(), seeds(1));
  config.from = 0.8;
  config.to = 1.0;
  const Collection scarce = load_collection(config, real_data(), seeds(2));
  CHECK(classes(larger.train, larger.task) == Counts{971, 2795});
  CHECK(classes(larger.validation, larger.task) == Counts{108, 311});
  CHECK(classes(scarce.train, scarce.task) == Counts{1214 - 971, 3494 - 2795});
  CHECK(classes(scarce.validation, scarce.task) == Counts{135 - 108, 389 - 311});
  CHECK(scarce.test->inputs.equal(larger.test->inputs));
  const auto brightness = [](const Collection& data) { return data.train->inputs.sum().item<std::int64_t>(); };
  CHECK(brightness(larger) + brightness(scarce) == brightness(official("pneumoniamnist")));
}

TEST_CASE("a truncated copy of a known file is refused with both sums") {
  if (!have_real_data()) return;
  const std::string whole = file_bytes(real_data().folders.front() / "medmnist/breastmnist.npz");
  const TemporaryFolder folder;
  write_file(folder / "breastmnist.npz", whole.substr(0, whole.size() / 2));
  DataConfig config;
  config.dataset = "breastmnist";
  const std::string message = error_of([&] { (void)load_collection(config, folder.paths(), seeds()); });
  CHECK(contains(message, "is not the official file"));
  CHECK(contains(message, "expected 750601b1f35ba3300ea97c75c52ff8f6"));
}

TEST_CASE("a thousand institutions get their 60 digits each in well under a second") {
  if (!have_real_data()) return;
  const auto start = std::chrono::steady_clock::now();
  const Collection data = official("mnist");
  PartitionConfig config;
  config.rows_per_institution = 60;
  config.validation = config.test = 0.0;
  const auto shares = partition(data, config, numbered(1000), Seed(1));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  CHECK(shares.size() == 1000);
  CHECK(shares[999].train.size() == 60);
  CHECK(seconds.count() < 1.0);
}
