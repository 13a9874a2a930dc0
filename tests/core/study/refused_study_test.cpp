// What is wrong with a study, in the words that its author reads.
#include "core/study/study.hpp"
#include "tests/core/study/study_files.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::StudyFiles;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a study needs its schema, a name, a scenario and seeds") {
  const StudyFiles files;
  CHECK(contains(files.complaint_about_text("name = \"x\"\n"), "the key schema is missing"));
  CHECK(contains(files.complaint_about_text("schema = 2\n"), "study.toml:1: schema = 2 must be"));
  CHECK(contains(files.complaint_about_text("schema = 1\nname = \"a b\"\n"), "study.toml:2: name = "));
  CHECK(contains(files.complaint_about_text("schema = 1\nname = \"a\"\n"), "the key scenario is missing"));
  CHECK(contains(files.complaint_about_text("schema = 1\nname = \"a\"\nscenario = \"one.toml\"\n"),
                 "the key seeds is missing"));
  CHECK(contains(files.complaint_about_text(""), "study.toml: cannot be read as a study file"));
  CHECK_THROWS_AS(load_study(files.folder() / "absent.toml"), UsageError);
}

TEST_CASE("text that is no TOML is an error with its line") {
  const StudyFiles files;
  CHECK(files.complaint("[axes]\nrounds = [1, 2").starts_with("study.toml:6: "));
  CHECK(files.complaint("rounds = 1\nrounds = 2\n").starts_with("study.toml:6: "));
}

TEST_CASE("unknown keys are named with the nearest known one") {
  const StudyFiles files;
  CHECK(contains(files.complaint("axis = 3\n"),
                 "study.toml:5: unknown key axis = 3 (did you mean \"axes\"?); allowed here are "));
  CHECK(contains(files.complaint("resources.thread = 3\n"),
                 "study.toml:5: unknown key resources.thread = 3 (did you mean \"threads\"?)"));
  CHECK(contains(files.complaint("target = { valeu = 3 }\n"), "(did you mean \"value\"?)"));
  CHECK(contains(files.complaint("[[point]]\nname = \"a\"\nsets.rounds = 3\n"), "study.toml:7: unknown key point.0.sets"));
}

TEST_CASE("a scenario that is missing is named with its place") {
  const StudyFiles files;
  CHECK(files.complaint("", "absent.toml") ==
        "study.toml:3: scenario = \"absent.toml\" must be a scenario file, relative to the "
        "study's folder, but absent.toml is none");
  CHECK(contains(files.complaint("", "."), "study.toml:3: scenario = \".\""));
}

TEST_CASE("a scenario that is wrong by itself is blamed itself") {
  const StudyFiles files;
  files.write("wrong.toml", StudyFiles::scenario + "[[chain]]\nname = \"c\"\nruonds = 3\n");
  CHECK(files.complaint("[axes]\ntraining.lr = [0.1]\n", "wrong.toml")
            .starts_with("wrong.toml:8: unknown key chain.0.ruonds"));
}

TEST_CASE("seeds are whole numbers, and no two alike") {
  const StudyFiles files;
  const auto seeds = [&](const std::string& list) {
    return files.complaint_about_text("schema = 1\nname = \"a\"\nscenario = \"one.toml\"\nseeds = " + list + "\n");
  };
  CHECK(seeds("[1, 2, 1]") == "study.toml:4: seeds has 1 twice: each must be another");
  CHECK(contains(seeds("[]"), "study.toml:4: seeds = [] must hold at least one seed"));
  CHECK(contains(seeds("[-1]"), "study.toml:4: seeds.0 = -1 must be"));
  CHECK(contains(seeds("[1.5]"), "study.toml:4: seeds.0 = 1.5 must be"));
  CHECK(contains(seeds("3"), "study.toml:4: seeds = 3 must be a list"));
}

TEST_CASE("an axis is a list of at least one value") {
  const StudyFiles files;
  CHECK(
      contains(files.complaint("[axes]\nrounds = []\n"), "study.toml:6: rounds = [] must be a list of at least one value"));
  CHECK(contains(files.complaint("[axes]\nrounds = 3\n"), "study.toml:6: rounds = 3 must be a list of at least one value"));
  CHECK(contains(files.complaint("[axes.sharing]\n"), "study.toml:5: sharing = {} must be a list of at least one value"));
  CHECK(contains(files.complaint("axes = 3\n"), "study.toml:5: axes = 3 must be a table"));
}

TEST_CASE("a key that does not exist is named as it is written, with the nearest") {
  const StudyFiles files;
  CHECK(contains(
      files.complaint("[axes]\nshraing.fraction = [1]\n"),
      "study.toml:6: unknown key shraing.fraction = [1] (did you mean \"sharing\"?); a key of the scenario begins with "));
  CHECK(
      contains(files.complaint("[axes]\nsharing.fracton = [1]\n"),
               "study.toml:6: sharing.fracton = 1: unknown key chain.0.sharing.fracton = 1 (did you mean \"fraction\"?)"));
  CHECK(contains(files.complaint("set.record.leger = \"none\"\n"),
                 "study.toml:5: record.leger = \"none\": unknown key record.leger"));
  CHECK(contains(files.complaint("[axes]\nchain.third.rounds = [1]\n"),
                 "study.toml:6: chain.third.rounds = 1: \"third\" is no entry of a list that has 1"));
  CHECK(files.complaint("[axes]\nseed = [1, 2]\n") ==
        "study.toml:6: seed cannot be set or varied: the study's list `seeds` does it");
}

TEST_CASE("a value that the scenario refuses is named where it is written") {
  const StudyFiles files;
  CHECK(files.complaint("[axes]\nsharing.fraction = [\n  0.5,\n  2.0]\n", "two.toml") ==
        "study.toml:8: sharing.fraction = 2.0: chain.0.sharing.fraction = 2.0 must be a number above 0 and at most 1");
  CHECK(contains(files.complaint("[axes]\nrounds = [nan]\n"), "study.toml:6: rounds = nan: chain.0.rounds = nan must be"));
  CHECK(contains(files.complaint("[axes]\nrounds = [99999999999999]\n"), "must be a whole number from 1 to 1000000"));
  CHECK(contains(files.complaint("[axes]\nsharing.steps = [[\"topk\"]]\n"), "(did you mean \"top_k\"?)"));
}

TEST_CASE("settings that contradict one another are an error of their point") {
  const StudyFiles files;
  const std::string message = files.complaint("[axes]\npartition.validation = [0.1, 0.5]\npartition.test = [0.5]\n");
  CHECK(contains(message, "study.toml:7: partition.test = 0.5: chain.0.partition.test = 0.5 leaves no training rows"));
}

TEST_CASE("a setting that contradicts what the scenario says is blamed on its point, with both places") {
  const StudyFiles files;
  files.write("tested.toml", StudyFiles::scenario + StudyFiles::chain("first") + "partition.test = 0.4\n");
  CHECK(contains(
      files.complaint("[axes]\npartition.validation = [0.1, 0.7]\n", "tested.toml"),
      "study.toml:6: point \"validation=0.7\" makes a scenario that is refused: tested.toml:9: chain.0.partition.test = "
      "0.4 leaves no training rows"));
}

TEST_CASE("lists side by side are of one length") {
  const StudyFiles files;
  CHECK(files.complaint("[zip]\nrounds = [1, 2]\ntraining.lr = [0.1]\n") ==
        "study.toml:7: the lists of [zip] must be of one length, but rounds has 2 values and training.lr has 1");
}

TEST_CASE("two points of one name are both named") {
  const StudyFiles files;
  CHECK(files.complaint("[axes]\nrounds = [1, 2, 1]\n") ==
        "study.toml:6: two points are called \"rounds=1\": number 1 (rounds = 1) and number 3 (rounds = 1)");
  const std::string point = "[[point]]\nname = \"a\"\n";
  CHECK(files.complaint(point + "set.rounds = 3\n" + point) ==
        "study.toml:8: two points are called \"a\": number 1 (rounds = 3) and number 2 ()");
}

TEST_CASE("a point's name is fit for a file") {
  const StudyFiles files;
  for (const std::string& name : std::vector<std::string>{"a/b", "", "..", "-x", "a b", std::string(101, 'a')}) {
    CAPTURE(name);
    CHECK(
        contains(files.complaint("[[point]]\nname = \"" + name + "\"\n"), "must be a name of at most 100 letters, digits"));
  }
  CHECK(contains(files.complaint("[[point]]\nset.rounds = 3\n"), "study.toml:5: point.0.name = nothing must be"));
  CHECK(contains(files.complaint("point = 3\n"), "must be a list of tables, [[point]]"));
}

TEST_CASE("a key that would have no effect beside another is refused") {
  const StudyFiles files;
  CHECK(files.complaint("set.rounds = 3\n[axes]\nrounds = [1, 2]\n") ==
        "study.toml:7: rounds sets what rounds sets already (study.toml:5): only one of them can have an effect");
  CHECK(contains(files.complaint("[axes]\nrounds = [1]\nchain.first.rounds = [2]\n", "two.toml"),
                 "study.toml:7: chain.first.rounds sets what rounds sets already (study.toml:6)"));
  CHECK(
      contains(files.complaint("[axes]\nsharing = [{ fraction = 0.5 }]\n[zip]\nsharing.fraction = [1]\n"), "sets already"));
  CHECK(contains(files.complaint("[[point]]\nname = \"a\"\nset.rounds = 3\nset.chain.0.rounds = 4\n"), "sets already"));
  CHECK(files.complaint("[[point]]\nname = \"a\"\nset.rounds = 3\n[[point]]\nname = \"b\"\nset.chain.0.rounds = 4\n")
            .empty());
}

TEST_CASE("a comparison is with a point of the study") {
  const StudyFiles files;
  CHECK(files.complaint("compare_with = \"round=1\"\n[axes]\nrounds = [1, 2]\n") ==
        "study.toml:5: compare_with = \"round=1\" is no point of the study (did you mean \"rounds=1\"?); points are "
        "\"rounds=1\", "
        "\"rounds=2\"");
}

TEST_CASE("the quick part lists what the study has") {
  const StudyFiles files;
  const std::string varied = "[[point]]\nname = \"a\"\n[axes]\nrounds = [2, 3]\n[quick]\n";
  CHECK(files.complaint(varied + "seeds = [1, 3]\n") ==
        "study.toml:10: quick.seeds has 3, which the study does not have; it has 1, 2");
  CHECK(contains(files.complaint(varied + "points = [\"b\"]\n"), "quick.points has \"b\", which the study does not have"));
  CHECK(contains(files.complaint(varied + "axes.rounds = [4]\n"), "quick.axes.rounds has 4, which the study does not have"));
  CHECK(contains(files.complaint(varied + "axes.round = [2]\n"), "quick.axes.round: round is no axis of the study"));
  CHECK(contains(files.complaint(varied + "axes.rounds = 2\n"), "quick.axes.rounds = 2 must be a list"));
  CHECK(contains(files.complaint(varied + "fast = true\n"), "fast"));
  CHECK(contains(files.complaint("[quick]\npoints = [\"a\"]\n"), "quick.points: the study has no [[point]]"));
}

TEST_CASE("absurd resources, targets and numbers of runs are refused") {
  const StudyFiles files;
  for (const std::string memory :
       {"0", "-1", "1e99", "inf", "nan", "true", "\"4 apples\"", "\"GB\"", "\"4GBGB\"", "\"-4GB\""}) {
    CAPTURE(memory);
    CHECK(contains(files.complaint("resources.memory = " + memory + "\n"), "study.toml:5: resources.memory = "));
  }
  CHECK(contains(files.complaint("resources.threads = -1\n"), "resources.threads = -1 must be"));
  CHECK(contains(files.complaint("resources.time_limit_s = 0\n"), "resources.time_limit_s = 0 must be"));
  CHECK(contains(files.complaint("resources.partition = \"a; b\"\n"), "resources.partition = \"a; b\" must be"));
  CHECK(contains(files.complaint("target = { value = 2.0 }\n"), "target.value = 2.0 must be"));
  CHECK(contains(files.complaint("target = { metric = \"loss\", value = 0.5 }\n"), "one of \"accuracy\", \"auc\""));
  std::string many = "[1";
  for (int i = 2; i <= 400; ++i) many += ", " + std::to_string(i);
  CHECK(files.complaint("[axes]\nrounds = " + many + "]\ntraining.batch_size = " + many + "]\n") ==
        "study.toml: 400 x 400 points and 2 seeds make 320000 runs: a study may have at most 100000");
}

}  // namespace
}  // namespace polyclinic
