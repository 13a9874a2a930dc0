#include "core/probing/observers.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <ranges>
#include <set>

#include "core/auxiliary/body.hpp"
#include "core/auxiliary/object.hpp"

namespace polyclinic {
namespace {

using Update = PublishedRound::Update;

class Watcher {
 public:
  Watcher(const ProbePlan& probe, const ChainLearning& learning, Pool& pool)
      : probe_(probe), learning_(learning), pool_(pool), plan_(learning.plan()), tier_(tier_of(probe.config.tier)) {
    for (const std::int64_t round : probe.rounds_of(plan_.config.rounds)) {
      for (const PublishedRound& published : learning.published()) {
        if (published.round == round && !published.updates.empty()) rounds_.push_back(&published);
      }
    }
  }

  [[nodiscard]] std::vector<ObservedUpdate> everything_of(InstitutionId institution) const {
    std::vector<ObservedUpdate> updates;
    for (const PublishedRound& round : learning_.published()) {
      for (const Update& update : round.updates) {
        if (update.transaction.author != institution) continue;
        std::optional<ObservedUpdate> seen = decoded(update);
        if (seen) updates.push_back(std::move(*seen));
      }
    }
    return updates;
  }

  [[nodiscard]] double last_fraction() const {
    for (const PublishedRound& round : std::views::reverse(learning_.published())) {
      if (sums_alone() && round.sum && !round.updates.empty()) return fraction_of(opened(round.sum(), round, {}));
      for (const Update& update : round.updates) {
        if (const std::optional<ObservedUpdate> seen = decoded(update)) return fraction_of(*seen);
      }
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  [[nodiscard]] std::vector<View> look() const {
    std::vector<View> views;
    for (const std::string& observer : probe_.config.observers) {
      std::vector<View> seen = seen_by(observer);
      for (View& view : seen) view.observer = observer;
      std::ranges::move(seen, std::back_inserter(views));
    }
    return views;
  }

 private:
  [[nodiscard]] double fraction_of(const ObservedUpdate& update) const {
    return static_cast<double>(update.positions.numel()) / static_cast<double>(plan_.initial.flat().numel());
  }

  [[nodiscard]] bool sums_alone() const { return plan_.config.secure_aggregation.enabled; }

  [[nodiscard]] std::vector<View> seen_by(const std::string& observer) const {
    if (observer == "wire" && !probe_.taps_lines) return {};
    if (observer == "relay") return relayed();
    if (observer == "chain") return sums_alone() ? all_sums() : all_rounds();
    return sums_alone() ? opened_sums(observer == "coalition" ? probe_.config.coalition : 0) : each_round();
  }

  [[nodiscard]] View view(std::vector<InstitutionId> contributors, std::vector<ObservedUpdate> updates, std::int64_t round) const {
    View view;
    view.round = round + 1;
    view.contributors = std::move(contributors);
    view.shared_fraction = fraction_of(updates.back());
    view.evidence = {.model = plan_.model,
                     .task = plan_.collection.task,
                     .shape = plan_.collection.shape,
                     .normalization = plan_.collection.normalization,
                     .tier = tier_,
                     .training = {},
                     .rounds = plan_.config.rounds,
                     .updates = std::move(updates),
                     .assistance = {}};
    if (tier_ >= Tier::T1) view.evidence.training = plan_.config.training;
    if (tier_ == Tier::T3) view.evidence.assistance.labels = labels_of(view.contributors);
    return view;
  }

  [[nodiscard]] at::Tensor labels_of(const std::vector<InstitutionId>& contributors) const {
    std::vector<at::Tensor> labels;
    for (const InstitutionId member : contributors) {
      const Rows& rows = plan_.data_of(member).train;
      labels.push_back(rows.labels());
    }
    return at::cat(labels);
  }

  // What an institution keeps has its initial value, which everybody can compute, until it has trained once: of FedRep's head, which
  // trains before the body does, never.
  [[nodiscard]] std::optional<ObservedUpdate> decoded(const Update& update) const {
    if (!update.before || sums_alone()) return std::nullopt;
    const GlobalModel before = update.before();
    ObservedUpdate seen = read(*update.update, before, update.transaction.round, static_cast<std::int64_t>(update.transaction.samples));
    if (tier_ == Tier::T3) seen.before = own_start(update);
    return seen;
  }

  // Else everybody trains from the public model, which the evidence has.
  [[nodiscard]] bool keeps_something() const { return plan_.policy->has_private_part(); }

  [[nodiscard]] at::Tensor own_start(const Update& update) const {
    const RoundTask task{learning_.shared_plan(), update.transaction.author, update.transaction.round, 0, update.start};
    return composed(task, update.before().parameters).flat().clone();
  }

  [[nodiscard]] ObservedUpdate read(const SharedUpdate& update, const GlobalModel& before, std::int64_t round, std::int64_t samples) const {
    return observe({.payload = update.payload(),
                    .policy = *plan_.policy,
                    .before = before.parameters,
                    .round = round,
                    .samples = samples,
                    .initial_is_public = tier_ >= Tier::T2 && round == 0 && plan_.config.collaboration.algorithm != "fedrep"});
  }

  [[nodiscard]] std::vector<const Update*> attacked(const PublishedRound& round) const {
    std::vector<InstitutionId> present;
    for (const Update& update : round.updates) present.push_back(update.transaction.author);
    present.erase(std::ranges::unique(present).begin(), present.end());
    std::vector<const Update*> chosen;
    for (const InstitutionId victim : probe_.chosen(present)) {
      chosen.push_back(&*std::ranges::find_if(round.updates, [&](const Update& u) { return u.transaction.author == victim; }));
    }
    return chosen;
  }

  [[nodiscard]] std::set<InstitutionId> attacked_at_all() const {
    std::set<InstitutionId> victims;
    for (const PublishedRound* round : rounds_) {
      for (const Update* update : attacked(*round)) victims.insert(update->transaction.author);
    }
    return victims;
  }

  [[nodiscard]] std::vector<View> each_round() const {
    std::vector<View> views;
    for (const PublishedRound* round : rounds_) {
      for (const Update* update : attacked(*round)) {
        std::optional<ObservedUpdate> seen = decoded(*update);
        if (!seen) continue;
        views.push_back(view({update->transaction.author}, {std::move(*seen)}, round->round));
        if (keeps_something()) views.back().own_start = own_start(*update);
      }
    }
    return views;
  }

  [[nodiscard]] std::vector<View> all_rounds() const {
    std::vector<View> views;
    for (const InstitutionId victim : attacked_at_all()) {
      std::vector<ObservedUpdate> updates = everything_of(victim);
      std::erase_if(updates, [&](const ObservedUpdate& update) { return update.round > rounds_.back()->round; });
      if (updates.empty()) continue;
      const std::int64_t last = updates.back().round;
      views.push_back(view({victim}, std::move(updates), rounds_.back()->round));
      if (keeps_something()) views.back().own_start = own_start(update_of(victim, last));
    }
    return views;
  }

  [[nodiscard]] const Update& update_of(InstitutionId author, std::int64_t round) const {
    const auto in_round = std::ranges::find(learning_.published(), round, &PublishedRound::round);
    return *std::ranges::find_if(in_round->updates, [author](const Update& update) { return update.transaction.author == author; });
  }

  // The common model as it leaves for another chain: its body, rounded as the export is; NaN where nothing leaves.
  [[nodiscard]] at::Tensor exported(const ParameterSet& parameters) const {
    const AuxiliaryObject object{.body = body_of(*plan_.model, parameters, *plan_.policy), .predictions = {}, .prototypes = {}};
    const BodyOverlay body = lay_over(decode_object(encode(object, value_type(plan_.config.sharing.values))).body, *plan_.model);
    return body.numbers.masked_fill(body.mask == 0, std::numeric_limits<double>::quiet_NaN());
  }

  // The difference between two exports that a round lies between: by the algorithm's default, the average step of server_lr 1, the mean
  // of the updates.
  [[nodiscard]] ObservedUpdate difference(const PublishedRound& round) const {
    const ParameterSet before = round.updates.front().before().parameters;
    ObservedUpdate sum;
    sum.round = round.round;
    sum.before = round.round == 0 ? before.flat().clone() : exported(before);  // the first model is everybody's
    const at::Tensor change = exported(round.after().parameters) - sum.before;
    sum.positions = change.isfinite().nonzero().flatten();
    sum.values = change.index_select(0, sum.positions);
    for (const Update& update : round.updates) sum.samples += static_cast<std::int64_t>(update.transaction.samples);
    if (round.sum) sum.samples = round.sum().samples;  // masked with each update, public of all
    sum.contributors = static_cast<std::int64_t>(round.updates.size());
    return sum;
  }

  // What the round's statements took the masks off, over the coordinates that were published, whatever the server makes of them; from it
  // insiders take their own updates out.
  [[nodiscard]] ObservedUpdate opened(const PublicSum& sum, const PublishedRound& round, const std::vector<InstitutionId>& insiders) const {
    const GlobalModel before = round.updates.front().before();
    ObservedUpdate rest = read(*sum.mean, before, round.round, sum.samples);
    rest.contributors = std::ssize(sum.contributors) - std::ssize(insiders);
    if (insiders.empty()) return rest;
    at::Tensor total = rest.values.to(at::kDouble) * static_cast<double>(sum.samples);
    for (const InstitutionId insider : insiders) {
      const std::int64_t samples = plan_.data_of(insider).train.size();
      const auto it = std::ranges::find_if(round.updates, [&](const Update& u) { return u.transaction.author == insider; });
      const RoundOutcome own = run_round({learning_.shared_plan(), insider, round.round, 0, it->start}, before, pool_);
      total -= read(*own.update, before, round.round, samples).values.to(at::kDouble) * static_cast<double>(samples);
      rest.samples -= samples;
    }
    rest.values = (total / static_cast<double>(rest.samples)).to(at::kFloat);
    return rest;
  }

  // Those who are no victims first.
  [[nodiscard]] std::vector<InstitutionId> insiders_among(std::vector<InstitutionId> members, std::int64_t count) const {
    std::ranges::stable_partition(members, [this](InstitutionId id) { return !std::ranges::binary_search(probe_.victims, id); });
    members.resize(static_cast<std::size_t>(std::min<std::int64_t>(count, std::ssize(members))));
    return members;
  }

  [[nodiscard]] static std::vector<InstitutionId> authors(const PublishedRound& round) {
    std::vector<InstitutionId> members;
    for (const Update& update : round.updates) members.push_back(update.transaction.author);
    return members;
  }

  // Rounds after which the model leaves, where no export comes too late for the next.
  [[nodiscard]] std::set<std::int64_t> export_rounds() const {
    std::set<std::int64_t> rounds = {0};
    for (std::int64_t round = 1; round <= plan_.config.rounds; ++round) {
      if (plan_.exchange.exports.is_due_since(*rounds.rbegin(), round, plan_.config.rounds)) rounds.insert(round);
    }
    return rounds;
  }

  // For who is sent the common model: of each probed round that lies alone between two exports.
  [[nodiscard]] std::vector<View> relayed() const {
    std::vector<View> views;
    if (!plan_.exchange.exports.content.body) return views;
    const std::set<std::int64_t> rounds = export_rounds();
    for (const PublishedRound* round : rounds_) {
      const bool is_seen = round->updates.front().before && rounds.contains(round->round) && rounds.contains(round->round + 1);
      if (is_seen) views.push_back(view(authors(*round), {difference(*round)}, round->round));
    }
    return views;
  }

  // Of the same contributors, whose records are the same, all rounds together.
  [[nodiscard]] std::vector<View> all_sums() const {
    std::map<std::vector<InstitutionId>, std::vector<ObservedUpdate>> by_contributors;
    for (const PublishedRound& round : learning_.published()) {
      if (rounds_.empty() || round.round > rounds_.back()->round || round.updates.empty()) continue;
      const PublicSum sum = round.sum();
      by_contributors[sum.contributors].push_back(opened(sum, round, {}));
    }
    std::vector<View> views;
    for (auto& [contributors, updates] : by_contributors) {
      const std::int64_t last = updates.back().round;
      views.push_back(view(contributors, std::move(updates), last));
    }
    return views;
  }

  [[nodiscard]] std::vector<View> opened_sums(std::int64_t insiders) const {
    std::vector<View> views;
    for (const PublishedRound* round : rounds_) {
      const PublicSum sum = round->sum();
      const std::vector<InstitutionId> inside = insiders_among(sum.contributors, insiders);
      std::vector<InstitutionId> others = sum.contributors;
      std::erase_if(others, [&](InstitutionId member) { return std::ranges::find(inside, member) != inside.end(); });
      if (!others.empty()) views.push_back(view(others, {opened(sum, *round, inside)}, round->round));
    }
    return views;
  }

  const ProbePlan& probe_;
  const ChainLearning& learning_;
  Pool& pool_;
  const ChainPlan& plan_;
  Tier tier_;
  std::vector<const PublishedRound*> rounds_;
};

}  // namespace

std::vector<NamedKind> observer_kinds() {
  return {{"wire", "who taps a line: sizes and times alone, unless the network is not encrypted"},
          {"peer", "a member of the chain: each update as it comes"},
          {"chain", "who reads the ledger later: a victim's updates of all rounds up to the last probed one together"},
          {"relay", "the chain that learns from this one: the common model that it is sent"},
          {"coalition", "members who pool what they know, their own updates among it"}};
}

std::string obstacle_to_seeing(const ProbePlan& probe, const ChainPlan& plan, const std::string& observer) {
  if (observer == "wire" && !probe.taps_lines) return "lines are encrypted: sizes and times alone";
  if (observer == "relay" && !plan.exchange.exports.content.body) return "no other chain is sent a body of the common model";
  if (observer == "relay") return "no probed round lies alone between two exports of the common model";
  return "no update of a probed round can be read";
}

std::vector<ObservedUpdate> updates_of(const ProbePlan& probe, const ChainLearning& learning, InstitutionId institution, Pool& pool) {
  ProbePlan untold = probe;
  untold.config.tier = tier_name(Tier::T1);
  return Watcher(untold, learning, pool).everything_of(institution);
}

double shared_fraction_of(const ProbePlan& probe, const ChainLearning& learning, Pool& pool) { return Watcher(probe, learning, pool).last_fraction(); }

std::vector<View> views_of(const ProbePlan& probe, const ChainLearning& learning, Pool& pool) { return Watcher(probe, learning, pool).look(); }

}  // namespace polyclinic
