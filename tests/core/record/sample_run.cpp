#include "tests/core/record/sample_run.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/seed.hpp"
#include "core/record/rows.hpp"
#include "tests/core/record/sample_blocks.hpp"

namespace polyclinic {

namespace {

constexpr std::int64_t model_bytes = 58'504;  // 14,626 parameters
constexpr double block_interval_s = 2.0;

// A learning curve: from chance to `best`, with a ripple.
double curve(double best, int round, double pace, Random& random) {
  return 0.5 + (best - 0.5) * (1 - std::exp(-round / pace)) + (round == 0 ? 0 : 0.008 * random.normal());
}

RoundRow round_row(int round, double time_s, double best, double pace, int participants, double fraction, Random& random) {
  const auto published = static_cast<std::int64_t>(round == 0 ? 0 : participants * fraction * model_bytes);
  const double accuracy = curve(best, round, pace, random);
  return {.round = round, .sim_time_s = time_s, .block_height = round, .participants = round == 0 ? 0 : participants,
          .published_bytes = published, .wire_bytes = published * participants, .train_loss = 1.1 - accuracy,
          .test_loss = 1.2 - accuracy, .test_accuracy = accuracy, .test_auc = std::min(0.99, curve(best + 0.07, round, pace, random)),
          .test_f1 = accuracy - 0.02};
}

struct Hospital {
  int id;
  double speed, scarcity;  // 1: average; 0 to 1
};

std::vector<Hospital> hospitals(int count, Random& random) {
  std::vector<Hospital> result;
  for (int id = 0; id < count; ++id) result.push_back({id, std::exp(0.5 * random.normal()), random.uniform()});
  return result;
}

InstitutionRow institution_row(const Hospital& hospital, const std::string& chain) {
  const auto samples = static_cast<std::int64_t>(600 - 500 * hospital.scarcity);
  return {hospital.id, "hospital-" + std::to_string(hospital.id), chain, hospital.id % 2 == 0 ? "europe" : "america", samples,
          samples / 8, samples / 4, std::to_string(samples / 3) + "," + std::to_string(samples - samples / 3),
          50e9 * hospital.speed, 12.5e6, 125e6, 0.005, "honest"};
}

class SampleChain {
 public:
  SampleChain(Recorder& recorder, std::string name, std::vector<Hospital> members, double best, double fraction)
      : recorder_(recorder), name_(std::move(name)), members_(std::move(members)), best_(best), fraction_(fraction),
        random_(Seed(11) / name_) {
    for (const Hospital& member : members_) recorder_.add("/institutions", institution_row(member, name_));
    recorder_.add(path("rounds"), round_row(0, 0, best_, 4, count(), fraction_, random_));
  }

  void play(int round) {
    const double start_s = time_s_;
    double slowest_s = 0;
    for (const Hospital& member : members_) slowest_s = std::max(slowest_s, activities(member, round, start_s));
    const double sealed_s = block_interval_s * std::ceil(slowest_s / block_interval_s);
    time_s_ = sealed_s + 0.12;
    for (const Hospital& member : members_) wait(member, round, start_s);
    recorder_.add(path("rounds"), round_row(round, time_s_, best_, 4, count(), fraction_, random_));
    if (round % 7 == 3) {
      recorder_.add("/events", EventRow{sealed_s, name_, "rejected", "wrong signature", "transaction of round " + std::to_string(round),
                                        members_.front().id});
    }
  }

  // What `round` had from `source`: its body, which counts for less from round to round.
  void auxiliary(int round, const std::string& source) {
    const double published_s = time_s_ - 1.5 * block_interval_s;
    recorder_.add(path("auxiliary"), AuxiliaryRow{round, source, round, 2 * round, "body", "hospital-0", published_s, time_s_, 400, 320,
                                                  model_bytes, 0.6 + 0.05 * random_.normal(), std::exp2(-round / 10.0)});
  }

  // A method that helps the scarce ones by up to `most`, and does the largest some harm.
  void personalization(const std::string& method, double most) {
    for (const Hospital& member : members_) {
      const double local = best_ - 0.06 - 0.18 * member.scarcity, together = best_ - 0.05 * member.scarcity;
      const double personal = together + most * (member.scarcity - 0.2);
      const std::int64_t samples = static_cast<std::int64_t>(600 - 500 * member.scarcity);
      recorder_.add("/personalization/" + method,
                    PersonalRow{name_, member.id, samples, samples / 4, local, local + 0.05, 1.1 - local, together, together + 0.05,
                                1.1 - together, personal, personal + 0.05, 1.1 - personal, personal < together ? 1 : 0, 3});
    }
  }

  void blocks(const std::string& consensus) {
    record_sample_blocks(recorder_, {.chain = name_, .consensus = consensus, .interval_s = block_interval_s}, time_s_);
  }

  void baselines(int rounds) {
    for (int round = 0; round <= rounds; ++round) {
      recorder_.add("/baselines/centralized/" + name_, round_row(round, 30 + 1.5 * round, best_ + 0.02, 3, 0, 0, random_));
      recorder_.add("/baselines/full_sharing/" + name_, round_row(round, 9.0 * round, best_ + 0.01, 3.5, count(), 1, random_));
      for (const Hospital& member : members_) local(member, round);
    }
  }

 private:
  [[nodiscard]] std::string path(const char* table) const { return "/chains/" + name_ + "/" + table; }
  [[nodiscard]] int count() const { return static_cast<int>(members_.size()); }
  [[nodiscard]] double training_s(const Hospital& member) const { return 4.0 * (1.2 - member.scarcity) / member.speed; }

  void activity(const Hospital& member, int round, const char* what, double start_s, double end_s) {
    recorder_.add("/timeline", ActivityRow{name_, round, member.id, what, start_s, end_s});
  }

  double activities(const Hospital& member, int round, double start_s) {
    const double received_s = start_s + 0.4;
    const double aggregated_s = received_s + 0.3 / member.speed;
    const double trained_s = aggregated_s + training_s(member);
    activity(member, round, "receive", start_s, received_s);
    activity(member, round, "aggregate", received_s, aggregated_s);
    activity(member, round, "train", aggregated_s, trained_s);
    activity(member, round, "send", trained_s, trained_s + 0.6);
    const auto bytes = static_cast<std::int64_t>(fraction_ * model_bytes);
    const double own = std::clamp(curve(best_ + 0.01 - 0.05 * member.scarcity, round, 4, random_), 0.0, 1.0);
    recorder_.add(path("members"), MemberRow{round, member.id, 1.1 - own, own, std::min(0.99, own + 0.06), 0, fraction_, bytes});
    recorder_.add("/egress", EgressRow{name_, round, member.id, 8, bytes / 4, fraction_, bytes, "members,validators", std::nan("")});
    return trained_s + 0.6;
  }

  void wait(const Hospital& member, int round, double start_s) {
    const double sent_s = start_s + 0.4 + 0.3 / member.speed + training_s(member) + 0.6;
    activity(member, round, "wait", sent_s, time_s_);
  }

  void local(const Hospital& member, int round) {
    const double accuracy = curve(best_ - 0.06 - 0.18 * member.scarcity, round, 3, random_);
    recorder_.add("/baselines/local/" + name_,
                  LocalRow{round, member.id, round * training_s(member), 1.1 - accuracy, 1.3 - accuracy, accuracy, accuracy + 0.06,
                           accuracy - 0.03, std::clamp(accuracy + 0.03 * random_.normal(), 0.0, 1.0), accuracy + 0.05});
  }

  Recorder& recorder_;
  std::string name_;
  std::vector<Hospital> members_;
  double best_, fraction_;
  double time_s_ = 0;
  Random random_;
};

void record_run_attributes(Recorder& recorder) {
  const std::vector<std::pair<const char*, double>> seconds = {
      {"wall_s", 41.25}, {"startup_s", 1.25}, {"training_s", 70.0}, {"evaluation_s", 6.0}, {"aggregation_s", 0.5},
      {"sharing_s", 0.25}, {"simulation_s", 1.5}, {"recording_s", 0.125}};
  for (const auto& [name, value] : seconds) recorder.attribute("/run", name, value);
  recorder.attribute("/run", "threads", std::int64_t{2});
  recorder.attribute("/run", "peak_memory_bytes", std::int64_t{312'000'000});
  recorder.attribute("/run", "host", "a made-up host");
}

}  // namespace

void record_sample(Recorder& recorder, const SampleRun& sample) {
  recorder.attribute("/", "name", "sample");
  recorder.attribute("/", "seed", std::int64_t{11});
  recorder.text("/scenario", "# made up for tests and pictures\nschema = 1\n");
  Random random(Seed(11) / "hospitals");
  const std::vector<Hospital> all = hospitals(sample.institutions, random);
  const std::vector<Hospital> half(all.begin(), all.begin() + (sample.institutions + 1) / 2);
  SampleChain north(recorder, "north", all, 0.87, 0.1);
  SampleChain south(recorder, "south", half, 0.82, 0.5);
  for (int round = 1; round <= sample.rounds; ++round) {
    north.play(round);
    south.play(round);
    south.auxiliary(round, "north");
  }
  north.blocks("proof_of_work");
  south.blocks("pbft");
  if (!sample.baselines) return;
  north.baselines(sample.rounds);
  south.baselines(sample.rounds);
  for (SampleChain* chain : {&north, &south}) {
    chain->personalization("fine_tune", 0.05);
    chain->personalization("ditto", 0.03);
  }
  record_run_attributes(recorder);
}

}  // namespace polyclinic
