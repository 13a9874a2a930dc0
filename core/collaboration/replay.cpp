#include "core/collaboration/replay.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "core/base/error.hpp"
#include "core/collaboration/model_history.hpp"
#include "core/learning/model_encoding.hpp"
#include "core/record/fingerprint.hpp"
#include "core/scenario/parse.hpp"

namespace polyclinic {
namespace {

ChainId find_chain(const Scenario& scenario, const std::string& name) {
  const auto found = std::ranges::find(scenario.chains, name, &ChainConfig::name);
  require(found != scenario.chains.end(), "the file's scenario has no chain \"{}\"", name);
  return {static_cast<std::int32_t>(found - scenario.chains.begin())};
}

Bytes encoded_rules(const ChainRules& rules, const RoundRules& rounds, const ConsensusRules& consensus) {
  return encode(LedgerExport{rules, rounds, {}, {}, {}, consensus, {}});
}

// Aggregates round after round what the contract says counts.
class ModelReplay {
 public:
  ModelReplay(ChainPlanPointer plan, const LedgerExport& exported, Pool& pool)
      : plan_(std::move(plan)),
        exported_(exported),
        models_(plan_->averages_with_neighbours() ? make_neighbour_models(plan_, pool) : make_common_model(plan_, pool)) {
    if (takes_from_others()) {
      give_up("the models: they hold parts of other chains' models, which are not in this ledger");
      return;
    }
    note_digests();
    const bool exact = plan_->policy->shares_everything();
    if (!models_->is_common() && !exact) {
      give_up("the members' models: what they did not publish of them is not in the ledger");
    }
    if (!models_->is_common() && any_hostile()) {
      report_.open.push_back("the mean of the members' models: a hostile one's own is not what it published");
    }
    if (plan_->policy->has_private_part()) report_.open.push_back("the members' own models: their private part never left them");
  }

  void follow(const BlockPointer& block, const RoundContract::Step& step) {
    try {
      for (const ClosedRound& closed : step.closed) close(closed);
    } catch (const Error& error) {
      complain(block->header().height, error.what());
      following_ = false;
    }
    for (const Transaction& transaction : block->transactions()) {
      if (transaction.kind == TransactionKind::update) check_base(transaction, block->header().height);
    }
  }

  void check_final(const ResultData& data) {
    const std::string folder = "/models/" + plan_->config.name + "/global/";
    const auto first = data.arrays.lower_bound(folder);
    if (!following_ || first == data.arrays.end() || !first->first.starts_with(folder)) return;
    if (!models_->is_common() && any_hostile()) return;
    const ParameterSet final_model = models_->global(models_->closed_rounds())().parameters;
    const std::vector<TensorSpec>& tensors = final_model.layout()->tensors();
    report_.final_agrees = true;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const auto recorded = data.arrays.find(folder + tensors[i].name);
      if (recorded != data.arrays.end() && is_tensor(recorded->second, final_model, i)) continue;
      report_.final_agrees = false;
      report_.problems.push_back(fmt::format("{}{} is not what the ledger's updates make", folder, tensors[i].name));
    }
  }

  [[nodiscard]] ModelReport take_report() { return std::move(report_); }

 private:
  static bool is_tensor(const Array& array, const ParameterSet& model, std::size_t index) {
    const TensorSpec& spec = model.layout()->tensors()[index];
    const ByteView expected(reinterpret_cast<const std::byte*>(model.flat().data_ptr<float>() + spec.offset),
                            static_cast<std::size_t>(spec.numel) * sizeof(float));
    return array.kind == ElementKind::float32 && array.shape == spec.shape && std::ranges::equal(array.values, expected);
  }

  [[nodiscard]] bool any_hostile() const {
    return std::ranges::any_of(plan_->conducts, [](const Conduct& conduct) { return !conduct.honest(); });
  }

  [[nodiscard]] bool takes_from_others() const {
    return std::ranges::any_of(plan_->config.auxiliary, [](const AuxiliaryConfig& config) {
      const auto uses = [&](const char* name) { return std::ranges::find(config.uses, name) != config.uses.end(); };
      return config.scale > 0.0 && (uses("warm_start") || uses("blend"));
    });
  }

  void give_up(const std::string& what) {
    report_.open.push_back(what);
    following_ = false;
  }

  void complain(std::uint64_t height, const std::string& what) {
    report_.problems.push_back(fmt::format("block {}: {}", height, what));
  }

  void close(const ClosedRound& closed) {
    if (!following_) return;
    if (plan_->masks_updates()) return close_masked(closed);
    std::vector<ClosedUpdate> updates;
    for (std::size_t i = 0; i < closed.updates.size(); ++i) {
      const Transaction& transaction = closed.updates[i];
      SharedUpdatePointer update = payload(transaction.payload);
      at::Tensor displacement = models_->is_common() ? at::Tensor() : plan_->policy->decode(update->payload()).values;
      updates.push_back({transaction, closed.staleness[i], std::move(update), std::move(displacement)});
    }
    models_->close(std::move(updates), closed.closed_by);
    note_digests();
  }

  [[nodiscard]] SharedUpdatePointer payload(const Digest& digest) const {
    const auto found = exported_.payloads.find(digest);
    if (found == exported_.payloads.end()) fail("payload {} is missing", digest.short_hex());
    return std::make_shared<const SharedUpdate>(found->second);
  }

  // As anybody can who has the ledger: its statements take the masks off the sum.
  void close_masked(const ClosedRound& closed) {
    const PublicSum sum = open_round(*plan_, closed, [this](const Digest& digest) { return payload(digest); });
    models_->close({opened_mean(closed, [sum] { return sum; })}, closed.closed_by);
    note_digests();
  }

  // Of the model after the last closed round: one for all, or one for each member.
  void note_digests() {
    const std::int64_t rounds = models_->closed_rounds();
    if (models_->is_common()) {
      digests_.push_back({models_->global(rounds)().digest});
    } else {
      std::vector<Digest>& of_members = digests_.emplace_back();
      for (const InstitutionId member : plan_->members) of_members.push_back(models_->model(member, rounds)().digest);
    }
    report_.models += static_cast<std::int64_t>(digests_.back().size());
  }

  // A hostile member's own model, in gossip mode, is not the one that it published.
  void check_base(const Transaction& update, std::uint64_t height) {
    if (update.round >= digests_.size()) return;
    const std::vector<Digest>& known = digests_[update.round];
    const auto member = std::ranges::lower_bound(plan_->members, update.author);
    const auto position = static_cast<std::size_t>(member - plan_->members.begin());
    if (!models_->is_common() && update.round > 0 && !plan_->conducts[position].honest()) return;
    const Digest& expected = models_->is_common() ? known.front() : known[position];
    if (update.base == expected) {
      report_.bases += update.part == 0;
      return;
    }
    complain(height, fmt::format("institution {} trained from model {}, that after round {} is {}", update.author.value,
                                 update.base.short_hex(), update.round, expected.short_hex()));
  }

  ChainPlanPointer plan_;
  const LedgerExport& exported_;
  std::unique_ptr<ModelHistory> models_;
  std::vector<std::vector<Digest>> digests_;  // by rounds closed
  ModelReport report_;
  bool following_ = true;
};

const Bytes& ledger_bytes(const ResultData& data, const std::string& chain) {
  const auto found = data.arrays.find("/chains/" + chain + "/ledger");
  require(found != data.arrays.end(), "the file holds no ledger of chain \"{}\"", chain);
  return found->second.values;
}

Scenario recorded_scenario(const ResultData& data) {
  const auto text = data.texts.find("/scenario");
  require(text != data.texts.end(), "the file holds no scenario");
  return parse_scenario(text->second, "/scenario", {});
}

void compare_rules(const ChainPlan& plan, const LedgerExport& exported, ModelReport& report) {
  if (encoded_rules(*plan.rules, *plan.rounds, plan.consensus) ==
      encoded_rules(exported.rules, exported.rounds, exported.consensus)) {
    return;
  }
  report.problems.push_back("the ledger's rules are not those that the file's scenario makes");
}

}  // namespace

std::vector<std::string> recorded_chains(const ResultData& data) {
  const std::string before = "/chains/", after = "/ledger";
  std::vector<std::string> names;
  for (const auto& [path, array] : data.arrays) {
    if (!path.starts_with(before) || !path.ends_with(after)) continue;
    names.push_back(path.substr(before.size(), path.size() - before.size() - after.size()));
  }
  return names;
}

Replay replay_chain(const ResultData& data, const std::string& chain, Pool& pool) {
  const LedgerExport exported = decode_ledger(ledger_bytes(data, chain));
  const Scenario scenario = recorded_scenario(data);
  std::optional<ParameterSet> initial;
  if (!exported.initial_model.empty()) initial = decode_model(exported.initial_model);
  const ChainPlanPointer plan = plan_replay(scenario, find_chain(scenario, chain), initial ? &*initial : nullptr);
  std::optional<ModelReplay> models;
  if (initial) models.emplace(plan, exported, pool);
  Replay replay;
  replay.ledger = verify_ledger(exported, [&](const BlockPointer& block, const RoundContract::Step& step) {
    if (models) models->follow(block, step);
  });
  if (models) {
    if (replay.ledger.problems.empty()) models->check_final(data);
    replay.models = models->take_report();
  } else if (plan->learns()) {
    replay.models.open.push_back("the models: only with record.ledger = \"full\" does the file hold what they are made of");
  }
  compare_rules(*plan, exported, replay.models);
  return replay;
}

std::vector<std::string> check_fingerprints(const ResultData& data) {
  std::vector<std::string> problems;
  const auto compare = [&](const char* name, const Digest& found) {
    const std::string recorded = text_or(data, "/", name, "");
    if (recorded.empty() || recorded == found.hex()) return;
    problems.push_back(fmt::format("the file's {} is {}, that of its contents {}", name, recorded.substr(0, 12), found.short_hex()));
  };
  compare("fingerprint", fingerprint(data));
  compare("leakage_fingerprint", leakage_fingerprint(data));
  return problems;
}

}  // namespace polyclinic
