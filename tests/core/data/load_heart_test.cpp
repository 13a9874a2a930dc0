#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include "core/data/loaders.hpp"
#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// Two complete rows of the Cleveland file and one made up.
constexpr const char* first = "63.0,1.0,1.0,145.0,233.0,1.0,2.0,150.0,0.0,2.3,3.0,0.0,6.0,0\n";
constexpr const char* second = "67.0,1.0,4.0,160.0,286.0,0.0,1.0,108.0,1.0,1.5,2.0,3.0,3.0,2\n";
constexpr const char* without_slope = "40,0,2,120,200,0,0,150,0,.5,?,?,?,0\n";
constexpr const char* without_pressure = "40,0,2,?,200,0,0,150,0,0.5,1,0,3,1\n";

struct Hospitals {
  Hospitals() {
    for (const char* name : {"cleveland", "hungarian", "switzerland", "va"}) write(name, std::string(first) + second);
  }
  void write(const std::string& hospital, const std::string& text) const {
    write_file(folder / ("processed." + hospital + ".data"), text);
  }
  // The real set is known by its checksums; without them what remains is how the files must look.
  [[nodiscard]] Collection load() const {
    auto known = find_known_set("heart");
    for (KnownFile& file : known->files) file.md5.clear();
    const DataConfig config;
    return load_heart({config, folder.paths(), known, Seed(1)});
  }
  [[nodiscard]] std::string complaint(const std::string& row) const {
    write("va", std::string(first) + row);
    return error_of([&] { (void)load(); });
  }
  TemporaryFolder folder;
};

}  // namespace

// Order and dummy columns as pandas.get_dummies(columns=[2, 6], drop_first=True) gives them to FLamby: age, sex, trestbps,
// chol, fbs, thalach, exang, oldpeak, cp 2, 3, 4, restecg 1, 2.
TEST_CASE("a row becomes FLamby's 13 features") {
  const Collection data = Hospitals().load();
  CHECK(data.shape == InputShape{13, 1, 1});
  CHECK(data.train->inputs[0].equal(at::tensor(std::vector<float>{63, 1, 145, 233, 1, 150, 0, 2.3F, 0, 0, 0, 0, 1})));
  CHECK(data.train->inputs[1].equal(at::tensor(std::vector<float>{67, 1, 160, 286, 0, 108, 1, 1.5F, 0, 0, 1, 1, 0})));
  CHECK(data.train->labels.slice(0, 0, 2).equal(at::tensor({0, 1}, at::kLong)));
  CHECK(data.train->sites == std::vector<std::int32_t>{0, 0, 1, 1, 2, 2, 3, 3});
  CHECK(data.site_names == std::vector<std::string>{"cleveland", "hungarian", "switzerland", "va"});
}

TEST_CASE("a row stays when only slope, ca or thal is missing, and goes when another value is") {
  const Hospitals hospitals;
  hospitals.write("va", std::string(without_slope) + without_pressure);
  const Collection data = hospitals.load();
  CHECK(data.train->size() == 7);
  CHECK(data.train->inputs[6][7].item<float>() == 0.5F);
}

TEST_CASE("a malformed row is one error with file and line") {
  const Hospitals hospitals;
  CHECK(contains(hospitals.complaint("1,2,3\n"), "processed.va.data:2: 3 fields, expected 14"));
  CHECK(contains(hospitals.complaint("nan,1,1,145,233,1,2,150,0,2,3,0,6,0\n"), "processed.va.data:2: age is \"nan\""));
  CHECK(contains(hospitals.complaint("63,1,1,145,inf,1,2,150,0,2,3,0,6,0\n"), "chol is \"inf\""));
  CHECK(contains(hospitals.complaint("63,1,1,145,2x3,1,2,150,0,2,3,0,6,0\n"), "chol is \"2x3\""));
  CHECK(contains(hospitals.complaint("63,1,5,145,233,1,2,150,0,2,3,0,6,0\n"), "cp is 5, expected 1 to 4"));
  CHECK(contains(hospitals.complaint("63,1,1,145,233,1,3,150,0,2,3,0,6,0\n"), "restecg is 3, expected 0 to 2"));
  CHECK(contains(hospitals.complaint("63,1,1,145,233,1,2,150,0,2,3,0,6,7\n"), "num is 7, expected 0 to 4"));
  CHECK(contains(hospitals.complaint("63,1,1.5,145,233,1,2,150,0,2,3,0,6,0\n"), "cp is 1.5"));
}

TEST_CASE("a hospital without a complete row, or without a file, is an error") {
  const Hospitals hospitals;
  hospitals.write("switzerland", without_pressure);
  CHECK(
      contains(error_of([&] { (void)hospitals.load(); }), "processed.switzerland.data has no row without a missing value"));
  std::filesystem::remove(hospitals.folder / "processed.switzerland.data");
  CHECK(contains(error_of([&] { (void)hospitals.load(); }), "processed.switzerland.data not found"));
}
