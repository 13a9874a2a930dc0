#include "sim/chronicle.hpp"

#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/interrupt.hpp"
#include "sim/test_figures.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct PendingRound {
  RoundRow row;
  std::vector<MemberRow> members;
  std::optional<Job<Observation>> observation;

  [[nodiscard]] bool ready() const { return !observation || observation->ready(); }
};

void complete(std::vector<MemberRow>& rows, const std::vector<MemberObservation>& observed) {
  std::map<std::int64_t, const Metrics*> by_institution;
  for (const MemberObservation& member : observed) by_institution[member.institution.value] = &member.local;
  for (MemberRow& row : rows) {
    const auto found = by_institution.find(row.institution);
    row.local_test_accuracy = found == by_institution.end() ? undefined : found->second->accuracy;
    row.local_test_auc = found == by_institution.end() ? undefined : found->second->auc;
  }
}

void complete(PendingRound& pending) {
  if (!pending.observation) {
    set_test_figures(pending.row, Metrics{undefined, undefined, undefined, undefined, 0});
    complete(pending.members, {});
    return;
  }
  const Observation& observation = await(*pending.observation);
  set_test_figures(pending.row, observation.test);
  complete(pending.members, observation.members);
}

// Rounds in order, each written once its measurements are there.
class RoundQueue {
 public:
  template <class Write>
  void push(PendingRound round, Write write) {
    waiting_.push_back(std::move(round));
    while (!waiting_.empty() && waiting_.front().ready()) write_first(write);
  }
  template <class Write>
  void finish(Write write) {
    while (!waiting_.empty()) write_first(write);
  }

 private:
  template <class Write>
  void write_first(Write write) {
    complete(waiting_.front());
    write(waiting_.front());
    waiting_.pop_front();
  }
  std::deque<PendingRound> waiting_;
};

std::string full_sharing_table(const std::string& chain) { return "/baselines/full_sharing/" + chain; }

class RunChronicle : public Chronicle {
  // Writes one completed round.
  [[nodiscard]] auto writer() {
    return [this](const PendingRound& pending) {
      recorder_.add(folder_ + "/rounds", pending.row);
      if (is_full_sharing_) recorder_.add(full_sharing_table(chain_), pending.row);
      for (const MemberRow& member : pending.members) recorder_.add(folder_ + "/members", member);
      if (pending.row.round > 0) {
        progress_.round_done(chain_, pending.row.round, pending.row.sim_time_s, pending.row.test_accuracy);
      }
    };
  }

 public:
  RunChronicle(const ChainPlan& plan, SoFar& so_far, Recorder& recorder, Progress& progress, bool is_full_sharing)
      : id_(plan.id),
        chain_(plan.config.name),
        folder_("/chains/" + chain_),
        is_full_sharing_(is_full_sharing),
        so_far_(so_far),
        recorder_(recorder),
        progress_(progress) {
    recorder_.declare<BlockRow>(folder_ + "/blocks");
    recorder_.declare<EventRow>("/events");
    if (!plan.learns()) return;
    recorder_.declare<RoundRow>(folder_ + "/rounds");
    recorder_.declare<MemberRow>(folder_ + "/members");
    recorder_.declare<EgressRow>("/egress");
    recorder_.declare<SimpleLeakageRow>("/leakage/simple");
    recorder_.declare<ActivityRow>("/timeline");
    if (!plan.exchange.relays.empty()) recorder_.declare<AuxiliaryRow>(folder_ + "/auxiliary");
  }

  void round(RoundRow row, std::vector<MemberRow> members, std::optional<Job<Observation>> observation) override {
    rounds_.push({std::move(row), std::move(members), std::move(observation)}, writer());
  }
  void activity(const ActivityRow& row) override { recorder_.add("/timeline", row); }
  void egress(const EgressRow& row) override { recorder_.add("/egress", row); }
  void update(EgressRow row) override {
    row.epsilon = so_far_.spending.spend(id_, InstitutionId{static_cast<std::int32_t>(row.institution)});
    recorder_.add("/egress", row);
  }
  void leakage(SimpleLeakageRow row) override { recorder_.add("/leakage/simple", so_far_.leakage.with(id_, std::move(row))); }
  void event(const EventRow& row) override { recorder_.add("/events", row); }
  void auxiliary(const AuxiliaryRow& row) override { recorder_.add(folder_ + "/auxiliary", row); }
  void block(const BlockRow& row) override { recorder_.add(folder_ + "/blocks", row); }
  void summary(const ChainSummaryRow& row) override { recorder_.add(folder_ + "/summary", row); }
  void finish() override { rounds_.finish(writer()); }

 private:
  ChainId id_;
  std::string chain_;
  std::string folder_;
  bool is_full_sharing_;
  SoFar& so_far_;
  Recorder& recorder_;
  Progress& progress_;
  RoundQueue rounds_;
};

class BaselineChronicle : public Chronicle {
  // Writes one completed round.
  [[nodiscard]] auto writer() {
    return [this](const PendingRound& pending) { recorder_.add(table_, pending.row); };
  }

 public:
  BaselineChronicle(const ChainPlan& plan, Recorder& recorder)
      : table_(full_sharing_table(plan.config.name)), recorder_(recorder) {
    recorder_.declare<RoundRow>(table_);
  }

  void round(RoundRow row, std::vector<MemberRow>, std::optional<Job<Observation>> observation) override {
    rounds_.push({std::move(row), {}, std::move(observation)}, writer());
  }
  void activity(const ActivityRow&) override {}
  void egress(const EgressRow&) override {}
  void update(EgressRow) override {}
  void leakage(SimpleLeakageRow) override {}
  void event(const EventRow&) override {}
  void auxiliary(const AuxiliaryRow&) override {}
  void block(const BlockRow&) override {}
  void summary(const ChainSummaryRow&) override {}
  void finish() override { rounds_.finish(writer()); }

 private:
  std::string table_;
  Recorder& recorder_;
  RoundQueue rounds_;
};

}  // namespace

std::unique_ptr<Chronicle> make_chronicle(const ChainPlan& plan, SoFar& so_far, Recorder& recorder, Progress& progress,
                                          bool is_full_sharing) {
  return std::make_unique<RunChronicle>(plan, so_far, recorder, progress, is_full_sharing);
}

std::unique_ptr<Chronicle> make_baseline_chronicle(const ChainPlan& plan, Recorder& recorder) {
  return std::make_unique<BaselineChronicle>(plan, recorder);
}

}  // namespace polyclinic
