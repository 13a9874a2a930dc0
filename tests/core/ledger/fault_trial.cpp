#include "tests/core/ledger/fault_trial.hpp"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include "core/base/error.hpp"

namespace polyclinic::testing {
namespace {

constexpr std::int32_t members = 4;
constexpr std::uint32_t rounds = 6;
constexpr std::uint32_t probe_round = 1000;  // of the update that is submitted when all faults are over
constexpr std::int32_t patient_members = 2;  // who submit until an update is final, whether it can count any more or not

template <class Fault>
bool is_on(const Fault& fault, double at_s) {
  return fault.from_s <= at_s && at_s < fault.until_s;
}

class Run {
 public:
  explicit Run(const Trial& trial) : trial_(trial), network_(trial.plan), random_(Seed(trial.plan.seed) / "run") {
    const FaultPlan& faults = trial_.faults;
    network_.latency_s = [this, &faults](NodeId, NodeId, std::uint64_t) {
      const double drawn_s = random_.uniform(faults.shortest_latency_s, faults.longest_latency_s);
      const bool is_capped = faults.healed_latency_s > 0.0 && network_.now_s() >= faults.healed_s;
      return is_capped ? drawn_s * faults.healed_latency_s / faults.longest_latency_s : drawn_s;
    };
    network_.lost = [this](NodeId from, NodeId to, double at_s) { return is_lost(from, to, at_s); };
    for (const FaultPlan::Down& down : faults.downs) {
      network_.crash(down.node, down.from_s);
      network_.restart(down.node, down.until_s);
    }
    for (std::int32_t author = 0; author < members; ++author) {
      for (std::uint32_t round = 0; round < rounds; ++round)
        offer(update(trial_.plan, author, round), random_.uniform(0.0, faults.healed_s));
    }
    offer(update(trial_.plan, 0, probe_round), faults.healed_s + 1.0);
    network_.run_until(trial_.end_s);
  }

  [[nodiscard]] const ChainNetwork& network() const { return network_; }
  [[nodiscard]] const std::vector<Transaction>& offered() const { return offered_; }
  [[nodiscard]] const std::map<Digest, std::string>& expired() const { return expired_; }  // and why
  [[nodiscard]] std::uint64_t resubmitted() const { return resubmitted_; }

 private:
  bool is_lost(NodeId from, NodeId to, double at_s) {
    const auto parts = [&](const FaultPlan::Partition& partition) {
      const auto side = [&](NodeId node) { return partition.side.at(static_cast<std::size_t>(node.value)); };
      return is_on(partition, at_s) && side(from) != side(to);
    };
    if (std::ranges::any_of(trial_.faults.partitions, parts)) return true;
    return std::ranges::any_of(trial_.faults.losses, [&](const FaultPlan::Loss& loss) {
      return is_on(loss, at_s) && random_.uniform() < loss.probability;
    });
  }

  void offer(const Submission& submission, double at_s) {
    offered_.push_back(submission.transaction);
    submit_until_final(submission, at_s);
  }

  // As a member does that hears nothing: every five block intervals, to another validator. Some stop when that one says that
  // the update could count no more.
  void submit_until_final(const Submission& submission, double at_s, bool is_first = true) {
    network_.call(at_s, [this, submission, is_first](double now_s) {
      const Digest id = transaction_id(submission.transaction);
      if (is_final_somewhere(id)) return;
      const auto home = static_cast<std::int32_t>(random_.below(static_cast<std::uint64_t>(network_.size())));
      const std::string late = is_first ? "" : lateness(submission.transaction, network_.node(home).contract());
      if (!late.empty()) {
        expired_.emplace(id, late);
        return;
      }
      network_.submit(now_s, NodeId{home}, submission);
      resubmitted_ += !is_first;
      submit_until_final(submission, now_s + 5.0 * trial_.plan.block_interval_s, false);
    });
  }

  // Why the update cannot count any more; empty where it may, or its author goes on regardless.
  [[nodiscard]] std::string lateness(const Transaction& update, const RoundContract& contract) const {
    if (update.author.value < patient_members) return "";
    const bool is_dated = trial_.plan.rounds.mode == "synchronous";
    const std::int64_t behind = contract.round() - static_cast<std::int64_t>(update.round);
    if (contract.ended() || (is_dated && behind > 0)) return "round_closed";
    return !is_dated && behind > trial_.plan.rounds.max_staleness ? "too_stale" : "";
  }

  [[nodiscard]] bool is_final_somewhere(const Digest& id) const {
    for (std::int32_t i = 0; i < network_.size(); ++i) {
      const Ledger& ledger = network_.node(i).ledger();
      if (network_.is_honest(NodeId{i}) && ledger.includes(id, ledger.finalized()->hash())) return true;
    }
    return false;
  }

  const Trial& trial_;
  ChainNetwork network_;
  Random random_;
  std::vector<Transaction> offered_;
  std::map<Digest, std::string> expired_;
  std::uint64_t resubmitted_ = 0;
};

std::vector<std::int64_t> honest_nodes(const ChainNetwork& network) {
  std::vector<std::int64_t> honest;
  for (std::int32_t i = 0; i < network.size(); ++i) {
    if (network.is_honest(NodeId{i})) honest.push_back(i);
  }
  return honest;
}

std::vector<BlockPointer> longest_chain(const ChainNetwork& network) {
  std::vector<BlockPointer> longest;
  for (const std::int64_t node : honest_nodes(network)) {
    if (std::vector<BlockPointer> chain = network.chain(node); chain.size() > longest.size()) longest = std::move(chain);
  }
  return longest;
}

void check_transactions(const Run& run, std::vector<std::string>& breaches) {
  std::map<Digest, int> times;
  for (const BlockPointer& block : longest_chain(run.network())) {
    for (const Digest& id : block->transaction_ids()) ++times[id];
  }
  for (const Transaction& transaction : run.offered()) {
    const auto found = times.find(transaction_id(transaction));
    const int count = found == times.end() ? 0 : found->second;
    if (count == 1 || (count == 0 && run.expired().contains(transaction_id(transaction)))) continue;
    breaches.push_back(fmt::format("update of round {} by {} is {} times in the final chain", transaction.round,
                                   transaction.author.value, count));
  }
}

// What the contract makes of the final chain: the updates that it refused, and those that counted.
struct Fates {
  std::vector<RejectedUpdate> refused;
  std::set<Digest> counted;
  std::int64_t round = 0;
};

Fates fates(const ChainNetwork& network, const Trial& trial) {
  Fates fates;
  RoundContract contract(std::make_shared<const RoundRules>(round_rules(trial.plan)));
  for (const BlockPointer& block : longest_chain(network)) {
    RoundContract::Step step = contract.apply(block);
    std::ranges::move(step.rejected, std::back_inserter(fates.refused));
    for (const ClosedRound& closed : step.closed) {
      for (const Transaction& update : closed.updates) fates.counted.insert(transaction_id(update));
    }
  }
  fates.round = contract.round();
  return fates;
}

bool is_reported(const ChainNetwork& network, const RejectedUpdate& refused) {
  const Transaction& update = refused.transaction;
  const std::string name = fmt::format("round {}, payload {} ", update.round + 1, update.payload.short_hex());
  return std::ranges::any_of(network.events | std::views::values, [&](const LedgerEvent& event) {
    return event.kind == "rejected update" && event.cause == rejection_name(refused.verdict.reason) &&
           event.institution == update.author && event.detail.starts_with(name);
  });
}

// An update in the chain has counted, or was refused and that was said, or its round is open.
void check_fates(const ChainNetwork& network, const Fates& fates, const Trial& trial, std::vector<std::string>& breaches) {
  std::set<Digest> settled = fates.counted;
  for (const RejectedUpdate& refused : fates.refused) {
    settled.insert(transaction_id(refused.transaction));
    if (is_reported(network, refused)) continue;
    breaches.push_back(fmt::format("nobody said that the update of round {} by {} was refused", refused.transaction.round,
                                   refused.transaction.author.value));
  }
  if (fates.round < trial.plan.rounds.rounds) return;
  for (const BlockPointer& block : longest_chain(network)) {
    for (const Digest& id : block->transaction_ids()) {
      if (!settled.contains(id)) breaches.push_back(fmt::format("nothing became of update {}", id.short_hex()));
    }
  }
}

void check_events(const ChainNetwork& network, std::vector<std::string>& breaches) {
  for (const LedgerEvent& event : network.events | std::views::values) {
    const bool is_told = !event.kind.empty() && !event.cause.empty() && !event.detail.empty() && !event.consequence.empty();
    if (!is_told) breaches.push_back(fmt::format("event {} ({}) lacks a cause or a consequence", event.kind, event.detail));
  }
}

void check_progress(const Run& run, std::vector<std::string>& breaches) {
  const Digest probe = transaction_id(run.offered().back());
  for (const std::int64_t node : honest_nodes(run.network())) {
    const Ledger& ledger = run.network().node(node).ledger();
    if (ledger.includes(probe, ledger.finalized()->hash())) continue;
    breaches.push_back(fmt::format("node {} has made no progress since the faults ended: final up to height {}, head {}",
                                   node, ledger.finalized()->header().height, ledger.head()->header().height));
  }
}

void check_contracts(const ChainNetwork& network, const Trial& trial, std::vector<std::string>& breaches) {
  for (const std::int64_t node : honest_nodes(network)) {
    RoundContract replayed(std::make_shared<const RoundRules>(round_rules(trial.plan)));
    for (const BlockPointer& block : network.chain(node)) {
      [[maybe_unused]] const RoundContract::Step step = replayed.apply(block);
    }
    const RoundContract& contract = network.node(node).contract();
    if (contract.round() == replayed.round() && contract.deadline_s() == replayed.deadline_s()) continue;
    breaches.push_back(
        fmt::format("node {}'s contract is in round {}, its chain says {}", node, contract.round(), replayed.round()));
  }
}

void check_safety(const ChainNetwork& network, bool may_reverse, std::vector<std::string>& breaches) {
  if (!network.agrees()) breaches.push_back("honest nodes end with different final chains");
  const auto reported = static_cast<std::size_t>(std::ranges::count_if(network.events, [&](const auto& seen) {
    return seen.second.kind == "final block reversed" && network.is_honest(seen.first.node);
  }));
  if (network.reversed.size() != reported) {
    breaches.push_back(fmt::format("{} final blocks reversed, {} reported", network.reversed.size(), reported));
  }
  const std::vector<std::uint64_t> conflicts = network.conflicting_heights();
  if (!conflicts.empty() && !may_reverse) {
    breaches.push_back(
        fmt::format("different blocks were final at {} heights, the first is {}", conflicts.size(), conflicts.front()));
  }
  if (!conflicts.empty() && network.reversed.empty())
    breaches.push_back("different blocks were final, and none was reversed");
}

std::string fingerprint(const ChainNetwork& network) {
  ByteWriter all;
  for (const auto& [hash, seen] : network.final_at) {
    all.put(hash.bytes);
    for (const ChainNetwork::Seen& where : seen) all.put(where.at_s).put(where.node.value);
  }
  for (const auto& [seen, event] : network.events) {
    all.put(seen.at_s).put(seen.node.value).put_bytes(view_of(event.kind));
    all.put_bytes(view_of(event.cause)).put_bytes(view_of(event.detail)).put_bytes(view_of(event.consequence));
  }
  for (const Work& work : network.work) {
    all.put(work.signatures_verified).put(work.signatures_made).put(work.bytes_hashed);
  }
  all.put(network.messages_sent).put(network.messages_lost);
  return sha256(all.take()).hex();
}

}  // namespace

TrialOutcome run(const Trial& trial, bool may_reverse) {
  const Run run(trial);
  const ChainNetwork& network = run.network();
  TrialOutcome outcome;
  check_safety(network, may_reverse, outcome.breaches);
  check_transactions(run, outcome.breaches);
  check_progress(run, outcome.breaches);
  check_contracts(network, trial, outcome.breaches);
  check_events(network, outcome.breaches);
  const Fates all = fates(network, trial);
  check_fates(network, all, trial, outcome.breaches);
  for (const RejectedUpdate& refused : all.refused) ++outcome.refused[rejection_name(refused.verdict.reason)];
  for (const auto& [id, reason] : run.expired()) ++outcome.expired[reason];
  outcome.fingerprint = fingerprint(network);
  outcome.final_blocks = longest_chain(network).size();
  outcome.conflicts = network.conflicting_heights().size();
  outcome.reversed = network.reversed.size();
  outcome.reorganisations = static_cast<std::uint64_t>(network.count("reorganisation", ""));
  outcome.transactions = run.offered().size();
  outcome.resubmitted = run.resubmitted();
  outcome.messages = network.messages_sent;
  outcome.messages_lost = network.messages_lost;
  return outcome;
}

}  // namespace polyclinic::testing
