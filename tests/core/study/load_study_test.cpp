// Points, names and overrides are written out by hand from the studies' texts.
#include "core/study/study.hpp"
#include "tests/core/study/study_files.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::point_names;
using testing::StudyFiles;
using Names = std::vector<std::string>;

TEST_CASE("axes make a grid, the first written varying slowest") {
  const StudyFiles files;
  const Study study = files.load("[axes]\ntraining.lr = [0.1, 0.2]\nsharing.fraction = [1, 0.5]\n");
  CHECK(study.keys == Names{"training.lr", "sharing.fraction"});
  CHECK(point_names(study) ==
        Names{"lr=0.1_fraction=1", "lr=0.1_fraction=0.5", "lr=0.2_fraction=1", "lr=0.2_fraction=0.5"});
  CHECK(study.points[2].settings == std::vector<Setting>{{"training.lr", "0.2"}, {"sharing.fraction", "1"}});
  CHECK(study.seeds == std::vector<std::uint64_t>{1, 2});
  CHECK(study.compare_with == "lr=0.1_fraction=1");
  CHECK(study_runs(study).size() == 8);
}

TEST_CASE("zipped lists go side by side, and are one axis of the grid") {
  const StudyFiles files;
  const Study study = files.load("[zip]\ntraining.lr = [0.1, 0.2]\nrounds = [2, 3]\n[axes]\nsharing.fraction = [1, 0.5]\n");
  CHECK(point_names(study) == Names{"lr=0.1_rounds=2_fraction=1", "lr=0.1_rounds=2_fraction=0.5",
                                    "lr=0.2_rounds=3_fraction=1", "lr=0.2_rounds=3_fraction=0.5"});
}

TEST_CASE("explicit points have names of their own, and are combined with axes") {
  const StudyFiles files;
  const std::string points = "[[point]]\nname = \"plain\"\n[[point]]\nname = \"tenth\"\nset.sharing.fraction = 0.1\n";
  CHECK(point_names(files.load(points)) == Names{"plain", "tenth"});
  const Study study = files.load("[axes]\nrounds = [2, 3]\n" + points);
  CHECK(point_names(study) == Names{"plain_rounds=2", "plain_rounds=3", "tenth_rounds=2", "tenth_rounds=3"});
  CHECK(study.points[1].settings == std::vector<Setting>{{"rounds", "3"}});
  CHECK(study.points[3].settings == std::vector<Setting>{{"sharing.fraction", "0.1"}, {"rounds", "3"}});
}

TEST_CASE("a study may vary its seed alone") {
  const StudyFiles files;
  const Study study = files.load("");
  CHECK(point_names(study) == Names{"base"});
  CHECK(study_runs(study).at(1).overrides.empty());
}

TEST_CASE("a key that is a chain's alone is meant for every chain") {
  const StudyFiles files;
  const Study study = files.load("set.rounds = 3\n[axes]\nsharing.fraction = [0.5]\n", "two.toml");
  CHECK(study.chains == Names{"first", "second"});
  CHECK(study.overrides == Names{"chain.0.rounds=3", "chain.1.rounds=3"});
  CHECK(study_runs(study).front().overrides ==
        Names{"chain.0.rounds=3", "chain.1.rounds=3", "chain.0.sharing.fraction=0.5", "chain.1.sharing.fraction=0.5"});
}

TEST_CASE("one chain's key is given by number or name") {
  const StudyFiles files;
  const Study study = files.load("[zip]\nchain.1.rounds = [2]\nchain.first.rounds = [3]\n", "two.toml");
  CHECK(study_runs(study).front().overrides == Names{"chain.1.rounds=2", "chain.0.rounds=3"});
  CHECK(point_names(study) == Names{"chain.1.rounds=2_chain.first.rounds=3"});
}

TEST_CASE("what every run is given may be a table, of which points vary a key") {
  const StudyFiles files;
  const Study study = files.load(
      "set.record.ledger = \"none\"\nset.sharing = { steps = [\"top_k\"], residual = true }\n[axes]\nsharing.fraction = "
      "[0.5]\n");
  CHECK(study.overrides == Names{"record.ledger=\"none\"", "chain.0.sharing={ residual = true, steps = [\"top_k\"] }"});
}

TEST_CASE("values may be lists and tables") {
  const StudyFiles files;
  const Study study = files.load(
      "[axes]\nsharing.steps = [[\"full\"], [\"layers\", \"top_k\"]]\n"
      "baseline = [{ local = false }]\n");
  CHECK(point_names(study) == Names{"steps=full_baseline=local=false", "steps=layers,top_k_baseline=local=false"});
  CHECK(study.points[1].settings.front().value == "[\"layers\", \"top_k\"]");
}

TEST_CASE("a study says what to compare with, what to reach, and what a run needs") {
  const StudyFiles files;
  const Study study = files.load(
      "compare_with = \"rounds=3\"\ntarget = { metric = \"accuracy\", value = 0.8 }\n"
      "[resources]\nthreads = 2\nmemory = \"1.5 GB\"\npartition = \"short\"\n[axes]\nrounds = [2, 3]\n");
  CHECK(study.compare_with == "rounds=3");
  CHECK(study.target == StudyTarget{"accuracy", 0.8});
  CHECK(study.resources.memory_bytes == 1.5e9);
  CHECK(study.resources.threads == 2);
  CHECK(study.resources.partition == "short");
  CHECK(files.load("resources.memory = 123").resources.memory_bytes == 123);
}

TEST_CASE("points may be compared with the one that has a choice, each at its own values of everything else") {
  const StudyFiles files;
  const std::string varied =
      "[[point]]\nname = \"none\"\n[[point]]\nname = \"slow\"\nset.training.lr = 0.001\n[axes]\nrounds = [2, 3]\n"
      "training.batch_size = [4, 8]\n";
  const auto compared = [&](const std::string& with) {
    const Study study = files.load("compare_with = \"" + with + "\"\n" + varied);
    Names names;
    for (const StudyPoint& point : study.points) names.push_back(compared_point(study, point));
    return names;
  };
  const Names none = {"none_rounds=2_batch_size=4", "none_rounds=2_batch_size=8", "none_rounds=3_batch_size=4",
                      "none_rounds=3_batch_size=8"};
  Names twice = none;
  twice.insert(twice.end(), none.begin(), none.end());
  CHECK(compared("none") == twice);
  CHECK(compared("rounds=3") == Names{"none_rounds=3_batch_size=4", "none_rounds=3_batch_size=8",
                                      "none_rounds=3_batch_size=4", "none_rounds=3_batch_size=8",
                                      "slow_rounds=3_batch_size=4", "slow_rounds=3_batch_size=8",
                                      "slow_rounds=3_batch_size=4", "slow_rounds=3_batch_size=8"});
  CHECK(compared("slow_rounds=2_batch_size=4") == Names(8, "slow_rounds=2_batch_size=4"));
  const Study study = files.load("compare_with = \"none\"\n" + varied);
  CHECK(read_resolved_study(files.write("resolved.toml", to_toml(study))) == study);
}

TEST_CASE("the quick part of a study is fewer seeds, points and values, under the names that they have in the whole") {
  const StudyFiles files;
  const auto file = [&](const std::string& quick) {
    return files.write("study.toml",
                       "schema = 1\nname = \"trial\"\nscenario = \"one.toml\"\nseeds = [1, 2, 3]\ncompare_with = \"a\"\n"
                       "[[point]]\nname = \"a\"\n[[point]]\nname = \"b\"\nset.training.lr = 0.5\n[axes]\n"
                       "sharing.fraction = [1, 0.5]\nrounds = [2, 3]\n" +
                           quick);
  };
  const std::string quick = "[quick]\nseeds = [3, 1]\npoints = [\"a\"]\naxes.sharing.fraction = [0.5]\n";
  const Study part = load_study(file(quick), {}, StudyPart::quick);
  CHECK(part.seeds == std::vector<std::uint64_t>{1, 3});
  CHECK(point_names(part) == Names{"a_fraction=0.5_rounds=2", "a_fraction=0.5_rounds=3"});
  const Study whole = load_study(file(quick));
  CHECK(whole.points.size() == 8);
  CHECK(whole == load_study(file("")));
  CHECK(load_study(file(""), {}, StudyPart::quick) == whole);
}

TEST_CASE("a resolved study reads back as the same, without its scenario") {
  const StudyFiles files;
  const Study study = files.load(
      "compare_with = \"b\"\nset.rounds = 2\ntarget = { value = 0.7 }\nresources.threads = 3\n"
      "[[point]]\nname = \"a\"\n[[point]]\nname = \"b\"\n"
      "set.institution.0.flops_per_s = { distribution = \"uniform\", low = 1e9, high = 2.5e9 }\n"
      "set.sharing.private = [\"a \\\"quoted\\\" name\"]\nset.training.lr = 1e-7\n",
      "two.toml");
  const auto file = files.write("resolved.toml", to_toml(study));
  std::filesystem::remove(files.folder() / "two.toml");
  CHECK(read_resolved_study(file) == study);
  CHECK_THROWS_WITH_AS(read_resolved_study(files.write("r.toml", "schema = 1\nname = \"x\"\n")),
                       doctest::Contains("r.toml"), Error);
  CHECK_THROWS_AS(read_resolved_study(files.folder() / "absent.toml"), Error);
}

TEST_CASE("a point's scenario_digest tells it from others, and not one seed of the scenario from another") {
  const StudyFiles files;
  const std::string axes = "[axes]\nrounds = [2, 3]\n";
  const std::vector<StudyPoint> points = files.load(axes).points;
  CHECK(points[0].scenario_digest != points[1].scenario_digest);
  files.write("seeded.toml", "seed = 71\n" + StudyFiles::scenario + StudyFiles::chain("first"));
  CHECK(files.load(axes, "seeded.toml").points == points);
  files.write("edited.toml", StudyFiles::scenario + StudyFiles::chain("first") + "training.lr = 0.25\n");
  CHECK(files.load(axes, "edited.toml").points[0].scenario_digest != points[0].scenario_digest);
}

TEST_CASE("the digest changes with the scenario and with what is compared, and not with resources or the file's place") {
  const StudyFiles files;
  const std::string axes = "[axes]\nrounds = [2, 3]\n";
  const Digest digest = study_digest(files.load(axes));
  CHECK(study_digest(files.load("resources.threads = 3\n" + axes)) == digest);
  CHECK(study_digest(files.load(axes + "training.lr = [0.5]\n")) != digest);
  CHECK(study_digest(files.load("compare_with = \"rounds=3\"\n" + axes)) != digest);
  files.write("moved.toml", StudyFiles::scenario + StudyFiles::chain("first"));
  CHECK(study_digest(files.load(axes, "moved.toml")) == digest);
  files.write("one.toml", StudyFiles::scenario + StudyFiles::chain("first") + "training.lr = 0.25\n");
  CHECK(study_digest(files.load(axes)) != digest);
}

}  // namespace
}  // namespace polyclinic
