#include "core/scenario/checks.hpp"

#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::base_text;
using testing::complaint;
using testing::complaint_about;
using testing::complaint_of_chain;
using testing::contains;

TEST_CASE("a scenario needs a chain and an institution") {
  CHECK(complaint("schema = 1\nname = \"n\"\n[[institution]]\nname = \"i\"") ==
        "s.toml: no [[chain]]: at least one is needed");
  CHECK(complaint("schema = 1\nname = \"n\"\n[[chain]]\nname = \"c\"") ==
        "s.toml: no [[institution]]: at least one is needed");
}

TEST_CASE("two chains of one name") {
  CHECK(complaint(std::string(base_text) + "[[chain]]\nname = \"first\"\n") ==
        "s.toml:15: chain.1.name = \"first\" is the name of an earlier chain");
}

TEST_CASE("two institutions of one name, by group or by number") {
  const std::string more = std::string(base_text) + "[[institution]]\nname = ";
  CHECK(contains(complaint(more + "\"clinic\"\n"), "s.toml:15: institution.1.name = \"clinic\" makes a second"));
  CHECK(contains(complaint(more + "\"clinic-2\"\n"), "makes a second institution or group called \"clinic-2\""));
  CHECK(complaint(more + "\"clinic-3\"\n").empty());
}

TEST_CASE("members that match nobody") {
  CHECK(
      complaint_of_chain({"members=[\"clinic\", \"clinc-1\"]"}) ==
      "--set chain.0.members=[\"clinic\", \"clinc-1\"]: chain.0.members = \"clinc-1\" matches no institution and no group "
      "(did you mean \"clinic-1\"?)");
  CHECK(contains(complaint_of_chain({"partition.scarce=[\"x*\"]"}), "chain.0.partition.scarce = \"x*\" matches no"));
  CHECK(complaint_of_chain({"members=[\"cl*\", \"clinic-0\"]"}).empty());
}

TEST_CASE("regions: known ones, once each, at least one") {
  CHECK(complaint_about("institution.0.regions=[\"cor\"]") ==
        "--set institution.0.regions=[\"cor\"]: institution.0.regions has \"cor\" (did you mean \"core\"?), but must be "
        "among "
        "network.regions, which are \"core\"");
  CHECK(contains(complaint_about("network.regions=[]"), "must name at least one region"));
  CHECK(contains(complaint_about("network.regions=[\"a\", \"a\"]"), "network.regions has \"a\" twice"));
}

TEST_CASE("a latency matrix is square, symmetric, and not negative") {
  const auto with = [](const std::string& matrix) {
    return complaint(base_text, {"network.regions=[\"a\", \"b\"]", "network.latency_s=" + matrix});
  };
  CHECK(with("[[0, 0.1], [0.1, 0]]").empty());
  CHECK(with("[]").empty());
  CHECK(contains(with("[[0, 0.1]]"), "has 1 rows, and 2 numbers in row 0, but must be 2 x 2"));
  CHECK(contains(with("[[0, 0.1], [0.1]]"), "1 numbers in row 1, but must be 2 x 2"));
  CHECK(contains(with("[[0, 0.1], [0.2, 0]]"), "must be symmetric, but is 0.2 from b to a and 0.1 back"));
  CHECK(contains(with("[[0, -0.1], [-0.1, 0]]"), "network.latency_s.0.1 = -0.1 must be a number from 0 to 10000"));
  CHECK(contains(with("[0, 1]"), "network.latency_s.0 = 0 must be a list"));
}

TEST_CASE("settings without what reads them") {
  CHECK(contains(complaint_of_chain({"collaboration.mu=0.1"}), "collaboration.mu = 0.1 needs collaboration.algorithm"));
  CHECK(complaint_of_chain({"collaboration.mu=0.1", "collaboration.algorithm=fedprox"}).empty());
  CHECK(complaint_of_chain({"collaboration.algorithm=fedprox"}).empty());  // mu = 0 is plain averaging
  CHECK(contains(complaint_of_chain({"training.nesterov=true"}), "needs training.momentum above 0"));
  CHECK(contains(complaint_of_chain({"training.optimizer=adam", "training.momentum=0.9"}), "needs training.optimizer"));
  CHECK(
      contains(complaint_of_chain({"partition.kind=shards", "partition.rows_per_institution=5"}), "needs partition.kind"));
  CHECK(complaint_of_chain({"sharing.fraction=0.5"}).empty());
}

TEST_CASE("DP-SGD needs a bound for its noise, and samples that are on their own") {
  const auto with = [](std::vector<std::string> settings) {
    settings.emplace_back("training.sample_clip_norm=1");
    return complaint_of_chain(settings);
  };
  CHECK(with({}).empty());
  CHECK(with({"training.noise_multiplier=1.1", "training.clip_norm=2", "training.augment.flip=true"}).empty());
  CHECK(contains(complaint_of_chain({"training.noise_multiplier=1.1"}), "needs training.sample_clip_norm above 0"));
  CHECK(contains(with({"model.norm=batch"}), "model.norm = \"batch\" does not fit training.sample_clip_norm = 1"));
  CHECK(with({"model.norm=group"}).empty());
  CHECK(contains(with({"training.loss=weighted_cross_entropy"}), "its weights depend on all rows at once"));
}

TEST_CASE("shares of a data set have a length, absent classes are there once") {
  CHECK(complaint_of_chain({"data.from=0.5"}).empty());
  CHECK(complaint_of_chain({"data.to=0.5"}).empty());
  CHECK(contains(complaint_of_chain({"data.from=0.5", "data.to=0.5"}), "chain.0.data.to = 0.5 must be above data.from = 0.5"));
  CHECK(complaint_of_chain({"partition.absent=[1, 0]"}).empty());
  CHECK(contains(complaint_of_chain({"partition.absent=[1, 0, 1]"}), "chain.0.partition.absent = 1 is there twice"));
}

TEST_CASE("what a scarce institution keeps, and what is left to train on") {
  CHECK(complaint_of_chain({"partition.keep=0.25"}).empty());
  CHECK(complaint_of_chain({"partition.keep=20"}).empty());
  CHECK(contains(complaint_of_chain({"partition.keep=1.5"}), "partition.keep = 1.5 is above 1 and so a count"));
  CHECK(contains(complaint_of_chain({"partition.validation=0.5", "partition.test=0.5"}), "their sum must be below 1"));
}

}  // namespace
}  // namespace polyclinic
