// The studies that come with the program: valid, short, and as the README says.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/base/output_file.hpp"
#include "core/scenario/parse.hpp"
#include "core/study/study.hpp"
#include "tests/core/study/study_files.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

const std::filesystem::path scenarios = std::filesystem::path(POLYCLINIC_SOURCE_DIR) / "scenarios";
const std::filesystem::path folder = scenarios / "studies";

std::vector<std::filesystem::path> shipped_studies() {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& in : {folder, scenarios / "claims", scenarios / "leakage"}) {
    for (const auto& entry : std::filesystem::directory_iterator(in)) {
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
  }
  return files;
}

std::ptrdiff_t lines_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return std::count(std::istreambuf_iterator<char>(stream), {}, '\n');
}

TEST_CASE("every shipped study is valid, named like its file, under 60 lines, and compares seeds and points") {
  for (const std::filesystem::path& file : shipped_studies()) {
    CAPTURE(file.string());
    const Study study = load_study(file);
    CHECK(study.name == file.stem().string());
    CHECK(lines_of(file) < 60);
    CHECK(study.seeds.size() >= 3);
    if (study.name == "claim3-heart") continue;  // one point: its methods are what is compared
    CHECK(study.points.size() >= 2);
    CHECK(study.target.has_value());
  }
  CHECK(shipped_studies().size() >= 14);
}

TEST_CASE("the studies of the claims have ten seeds, and a quick part with three of them") {
  for (const std::filesystem::path& file : shipped_studies()) {
    if (file.parent_path() != scenarios / "claims") continue;
    CAPTURE(file.string());
    CHECK(load_study(file).seeds.size() == 10);
    CHECK(load_study(file, {}, StudyPart::quick).seeds == std::vector<std::uint64_t>{1, 2, 3});
  }
}

TEST_CASE("each point of a shipped study is another scenario") {
  for (const std::filesystem::path& file : shipped_studies()) {
    CAPTURE(file.string());
    const Study study = load_study(file);
    std::vector<std::string> digests;
    for (const StudyPoint& point : study.points) {
      digests.push_back(scenario_digest(load_scenario(study.scenario, point_overrides(study, point))).hex());
    }
    std::sort(digests.begin(), digests.end());
    CHECK(std::adjacent_find(digests.begin(), digests.end()) == digests.end());
  }
}

TEST_CASE("the study of the shared fraction is 5 fractions x 3 seeds of the quickstart, on both of its chains") {
  const Study study = load_study(folder / "fraction.toml");
  CHECK(study.scenario.filename() == "quickstart.toml");
  CHECK(study.keys == std::vector<std::string>{"sharing.fraction"});
  CHECK(study_runs(study).size() == 15);
  CHECK(study.compare_with == "fraction=1");
  const std::vector<double> fractions = {1, 0.3, 0.1, 0.03, 0.01};
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    for (const ChainConfig& chain : load_scenario(study.scenario, point_overrides(study, study.points.at(i))).chains) {
      CHECK(chain.sharing.fraction == fractions[i]);
      CHECK(chain.sharing.steps.back() == "top_k");
    }
  }
}

// Two points x 3 x 2 values on axes x 2 side by side.
TEST_CASE("the study that the documentation shows is one") {
  const Bytes page = read_file(std::filesystem::path(POLYCLINIC_SOURCE_DIR) / "docs" / "studies.md");
  const std::string text(reinterpret_cast<const char*>(page.data()), page.size());
  const std::string fence = "```toml\n";
  const std::size_t begin = text.find(fence) + fence.size();
  std::string study = text.substr(begin, text.find("```", begin) - begin);
  const std::string written = "../quickstart.toml";
  study.replace(study.find(written), written.size(), (folder.parent_path() / "quickstart.toml").string());
  const testing::StudyFiles files;
  CHECK(load_study(files.write("documented.toml", study)).points.size() == 24);
}

}  // namespace
}  // namespace polyclinic
