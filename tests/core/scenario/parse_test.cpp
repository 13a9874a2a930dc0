#include "core/scenario/parse.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::base_text;
using testing::complaint;
using testing::complaint_about;
using testing::contains;
using testing::parse;

TEST_CASE("what is written is read, and the rest has its default") {
  const Scenario scenario = parse(base_text);
  CHECK(scenario.name == "small");
  CHECK(scenario.seed == 7);
  CHECK(scenario.groups.at(0).count == 3);
  CHECK(scenario.chains.at(0).rounds == 2);
  CHECK(scenario.chains[0].training.lr == 0.5);
  CHECK(scenario.chains[0].training.momentum == TrainingConfig{}.momentum);
  CHECK(scenario.network == NetworkConfig{});
}

TEST_CASE("several chains, sub-tables in every form TOML has") {
  const Scenario scenario =
      parse(std::string(base_text) +
            "[[chain]]\nname = \"second\"\nmodel.kind = \"mlp\"\n"
            "data = { dataset = \"mnist\", phantom = { noise = 1 } }\n[chain.sharing]\nfraction = 1\n");
  REQUIRE(scenario.chains.size() == 2);
  CHECK(scenario.chains[1].model.kind == "mlp");
  CHECK(scenario.chains[1].data.phantom.noise == 1.0);
  CHECK(scenario.chains[0].model.kind == "cnn");
}

TEST_CASE("one message with line, key, value, what is allowed and the nearest name") {
  const std::string text = base_text;
  CHECK(complaint(text + "optimiser = \"sgd\"\n") ==
        "s.toml:14: unknown key chain.0.training.optimiser = \"sgd\" (did you mean \"optimizer\"?); allowed here are "
        "optimizer, "
        "lr, momentum, nesterov, weight_decay, batch_size, epochs, steps, clip_norm, sample_clip_norm, noise_multiplier, schedule, step_rounds, step_factor, "
        "loss, "
        "augment");
  CHECK(complaint(text + "optimizer = \"adma\"\n") ==
        "s.toml:14: chain.0.training.optimizer = \"adma\" must be one of \"sgd\", \"adam\", \"adamw\" (did you mean "
        "\"adam\"?)");
  CHECK(complaint(text + "batch_size = 0\n") ==
        "s.toml:14: chain.0.training.batch_size = 0 must be a whole number from 1 to 1000000");
  CHECK(complaint(text + "[chain.model]\nwidths = [\n 8,\n 0]\n") ==
        "s.toml:17: chain.0.model.widths.1 = 0 must be a whole number from 1 to 65536");
}

TEST_CASE("names that other rooms own are checked where they are known") {
  CHECK(complaint_about("chain.0.model.kind=logistics") ==
        "--set chain.0.model.kind=logistics: chain.0.model.kind = \"logistics\" must be one of \"logistic\", \"mlp\", "
        "\"cnn\" "
        "(did you mean \"logistic\"?)");
  CHECK(contains(complaint_about("chain.0.data.dataset=minst"), "(did you mean \"mnist\"?)"));
  CHECK(contains(complaint_about("chain.0.sharing.steps=[\"topk\"]"), "(did you mean \"top_k\"?)"));
  CHECK(contains(complaint_about("chain.0.consensus.kind=proof_of_stake"), "must be one of \"proof_of_authority\""));
  CHECK(parse_scenario(base_text, "s.toml", {"chain.0.model.kind=new"}).chains[0].model.kind == "new");
}

TEST_CASE("a whole number is a number, and nothing else converts") {
  CHECK(parse(base_text, {"chain.0.training.lr=1"}).chains[0].training.lr == 1.0);
  CHECK(contains(complaint_about("chain.0.rounds=2.0"), "must be a whole number"));
  CHECK(contains(complaint_about("chain.0.rounds=\"2\""), "must be a whole number"));
  CHECK(contains(complaint_about("chain.0.training.lr=\"0.1\""), "must be a number"));
  CHECK(contains(complaint_about("chain.0.training.lr=true"), "must be a number"));
  CHECK(contains(complaint_about("baseline.local=1"), "must be true or false"));
  CHECK(contains(complaint_about("baseline.local=yes"), "must be true or false"));
  CHECK(contains(complaint_about("chain.0.name=12"), "must be a name of letters"));
  CHECK(contains(complaint_about("chain.0.data.path=2026-01-01"), "must be a text in quotes"));
  CHECK(contains(complaint_about("chain.0.members=clinic"), "must be a list, in brackets"));
  CHECK(contains(complaint_about("chain.0.model.widths=[8, 1.5]"), "chain.0.model.widths.1 = 1.5 must be a whole number"));
  CHECK(contains(complaint_about("chain.0.data=3"), "chain.0.data = 3 must be a table"));
  CHECK(contains(complaint_about("chain=3"), "chain must be a list of tables, [[chain]]"));
  CHECK(contains(complaint_about("network=[]"), "network = [] must be a table"));
}

TEST_CASE("numbers that are none, and numbers too large") {
  for (const std::string number : {"nan", "inf", "-inf", "1e999"}) {
    CAPTURE(number);
    CHECK_FALSE(complaint_about("chain.0.collaboration.server_epsilon=" + number).empty());
    CHECK_FALSE(complaint_about("chain.0.partition.alpha=" + number).empty());
  }
  CHECK_FALSE(complaint_about("seed=9223372036854775808").empty());
  CHECK(parse(base_text, {"seed=9223372036854775807"}).seed == 9223372036854775807U);
  CHECK(complaint_about("seed=-1") == "--set seed=-1: seed = -1 must be a whole number of at least 0");
}

TEST_CASE("schema and names must be given") {
  CHECK(complaint("name = \"n\"") == "s.toml: the key schema is missing: version of this format");
  CHECK(complaint("schema = 1") == "s.toml: the key name is missing: names the result");
  CHECK(complaint("schema = 2\nname = \"n\"") == "s.toml:1: schema = 2 must be a whole number equal to 1");
  CHECK(complaint(std::string(base_text) + "[[chain]]\n") ==
        "s.toml:14: the key chain.1.name is missing: unique among the chains");
  CHECK(contains(complaint(""), "the key schema is missing"));
}

TEST_CASE("local steps take the place of the default epoch, not of a written one") {
  const TrainingConfig training = parse(base_text, {"chain.0.training.steps=5"}).chains[0].training;
  CHECK(training.steps == 5);
  CHECK(training.epochs == 0);
  CHECK(contains(complaint(std::string(base_text) + "steps = 5\nepochs = 1\n"),
                 "s.toml:14: chain.0.training.steps = 5 contradicts"));
  CHECK(contains(complaint_about("chain.0.training.epochs=0"), "needs training.steps above 0"));
}

TEST_CASE("a speed is a number, a list, or a distribution") {
  const auto speed = [](const std::string& value) {
    return parse(base_text, {"institution.0.flops_per_s=" + value}).groups[0].flops_per_s;
  };
  CHECK(speed("3e9") == RateConfig{"constant", {3e9}});
  CHECK(speed("[3e9, 4]") == RateConfig{"constant", {3e9, 4.0}});
  CHECK(speed("{distribution='lognormal', median=5e10, sigma=0}") == RateConfig{"lognormal", {5e10, 0.0}});
  CHECK(speed("{distribution='uniform', low=1, high=2}") == RateConfig{"uniform", {1.0, 2.0}});
  CHECK(speed("{distribution='quantiles', values=[1, 2, 2, 5]}") == RateConfig{"quantiles", {1.0, 2.0, 2.0, 5.0}});
}

TEST_CASE("speeds that make no sense") {
  const auto wrong = [](const std::string& value) { return complaint_about("institution.0.flops_per_s=" + value); };
  CHECK(contains(wrong("0"), "institution.0.flops_per_s = 0 must be a number above 0"));
  CHECK(contains(wrong("[]"), "must be a number, a list of at least one, or a distribution"));
  CHECK(contains(wrong("fast"), "must be a number above 0"));
  CHECK(contains(wrong("[1, -1]"), "institution.0.flops_per_s.1 = -1 must be a number above 0"));
  CHECK(contains(wrong("{distribution='normal', median=1, sigma=1}"),
                 "flops_per_s.distribution = \"normal\" must be one of"));
  CHECK(contains(wrong("{median=1, sigma=1}"), "lacks the key distribution"));
  CHECK(contains(wrong("{distribution='quantiles'}"), "lacks the key values"));
  CHECK(contains(wrong("{distribution='quantiles', values=[3]}"), "must be at least two quantiles"));
  CHECK(contains(wrong("{distribution='quantiles', values=[3, 2]}"), "must be at least two quantiles, from the least to the largest"));
  CHECK(contains(wrong("{distribution='quantiles', values=[0, 2]}"), "flops_per_s.values.0 = 0 must be a number above 0"));
  CHECK(contains(wrong("{distribution='quantiles', values=[1, 2], low=1}"), "allowed are distribution, values"));
  CHECK(contains(wrong("{distribution='lognormal', median=1}"), "lacks the key sigma"));
  CHECK(contains(wrong("{distribution='lognormal', median=1, sigma=-1}"),
                 "flops_per_s.sigma = -1 must be a number from 0 to 5"));
  CHECK(
      contains(wrong("{distribution='lognormal', median=1, sigma=1, low=3}"), "unknown key institution.0.flops_per_s.low"));
  CHECK(contains(wrong("{distribution='uniform', low=2, high=1}"), "whose low is at most its high"));
}

TEST_CASE("a file's folder is remembered, and a file that is none is an error") {
  const auto folder = std::filesystem::temp_directory_path() / "polyclinic_parse_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "s.toml") << base_text << "[chain.sharing]\nsteps = [\"layers\"]\nprivate = [\"haed.*\"]\n";
  const Scenario scenario = load_scenario(folder / "s.toml", {}, testing::names());
  CHECK(scenario.folder == folder.string());
  const std::string file = (folder / "s.toml").string();
  CHECK(locate_message(file, {}, "chain.0", "sharing.private: \"haed.*\" matches no tensor") ==
        file + ":16: chain.0.sharing.private: \"haed.*\" matches no tensor");
  CHECK(locate_message(file, {"chain.0.rounds=3"}, "chain.0", "rounds.x") == "--set chain.0.rounds=3: chain.0.rounds.x");
  CHECK(locate_message(file, {}, "chain.0", "too few rows") == file + ":9: chain.0: too few rows");
  CHECK(locate_message(file, {}, "", "") == file + ": : ");
  std::filesystem::remove_all(folder);
  CHECK_THROWS_WITH_AS(static_cast<void>(load_scenario(folder / "s.toml", {})), doctest::Contains("cannot be read"),
                       UsageError);
  CHECK_THROWS_WITH_AS(static_cast<void>(load_scenario(folder.parent_path(), {})), doctest::Contains("cannot be read"),
                       UsageError);
}

}  // namespace
}  // namespace polyclinic
