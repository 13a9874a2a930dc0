#include "sim/chain_world.hpp"

#include <simgrid/s4u/Engine.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/collaboration/baselines.hpp"
#include "sim/institution.hpp"
#include "sim/interrupt.hpp"
#include "sim/validator.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

BlockRow block_row(const BlockPointer& block, double final_s) {
  const Header& header = block->header();
  return {static_cast<std::int64_t>(header.height),
          block->hash().hex(),
          header.parent.hex(),
          header.proposer.value,
          header.time_s,
          final_s,
          static_cast<std::int64_t>(header.transactions),
          static_cast<std::int64_t>(block->bytes()),
          std::isnan(final_s) ? "stale" : "final"};
}

bool contributed(const ClosedRound& closed, InstitutionId member) {
  const auto is_from = [member](const Transaction& update) { return update.author == member; };
  return std::any_of(closed.updates.begin(), closed.updates.end(), is_from);
}

}  // namespace

ChainWorld::ChainWorld(ChainPlanPointer plan, WorldHosts world_hosts, Stage& world_stage, Network& world_network,
                       Pool& pool, const Scenario& scenario, std::unique_ptr<Chronicle> world_chronicle)
    : learning(std::move(plan), pool, scenario.evaluation),
      hosts(std::move(world_hosts)),
      stage(world_stage),
      network(world_network),
      chronicle(std::move(world_chronicle)),
      scenario_(scenario) {
  for (simgrid::s4u::Host* host : hosts.members) {
    member_mail.push_back(std::make_unique<Channel<Announcement>>(stage, network, traffic, host));
  }
  for (simgrid::s4u::Host* host : hosts.validators) {
    validator_mail.push_back(std::make_unique<Channel<ValidatorMail>>(stage, network, traffic, host));
  }
}

double ChainWorld::now_s() const { return simgrid::s4u::Engine::get_clock() - origin_s_; }

NodeId ChainWorld::home(InstitutionId member) const {
  return {static_cast<std::int32_t>(plan().position(member) % hosts.validators.size())};
}

void ChainWorld::begin(std::function<void()> on_end) {
  origin_s_ = simgrid::s4u::Engine::get_clock();
  on_end_ = std::move(on_end);
  record_initial();
  for (std::size_t node = 0; node < hosts.validators.size(); ++node) {
    const NodeId id{static_cast<std::int32_t>(node)};
    spawn("validator", hosts.validators[node], [this, id] { Validator(*this, id).live(); });
  }
  for (const InstitutionId member : plan().members) {
    spawn("institution", host(member), [this, member] { InstitutionLife(*this, member).live(); });
  }
  for (const InstitutionId member : participants(*plan().rounds, 0)) {
    member_mail[plan().position(member)]->deliver(simgrid::s4u::Engine::get_clock(), {});
  }
}

void ChainWorld::spawn(const std::string& name, simgrid::s4u::Host* on, std::function<void()> life) {
  ++living_;
  stage.spawn(name, on, [this, life = std::move(life)] {
    life();
    if (--living_ == 0) on_end_();
  });
}

void ChainWorld::record_initial() {
  RoundRow row;
  row.train_loss = undefined;
  std::optional<Job<Observation>> observation;
  if (is_evaluated(scenario_.evaluation, 0, plan().config.rounds)) observation = learning.observe(0, {});
  chronicle->round(row, {}, std::move(observation));
}

void ChainWorld::publish(InstitutionId member, std::int64_t round, const RoundOutcome& outcome) {
  const Egress& egress = outcome.egress;
  Published published;
  published.row.round = round + 1;
  published.row.institution = member.value;
  published.row.train_loss = outcome.train_loss;
  published.row.shared_fraction = egress.fraction;
  published.row.bytes = static_cast<std::int64_t>(egress.bytes);
  published.samples = static_cast<double>(plan().data_of(member).train.size());
  published.update = outcome.update;
  published_[{round, member}] = std::move(published);
  const char* observers = plan().rules->payload_on_chain ? "members,validators" : "members";
  chronicle->egress({plan().config.name, round + 1, member.value, egress.tensors, egress.coordinates, egress.fraction,
                     static_cast<std::int64_t>(egress.bytes), observers, undefined});
}

void ChainWorld::finalized(const std::vector<BlockPointer>& blocks) {
  for (const BlockPointer& block : blocks) {
    if (!final_blocks_.emplace(block->header().height, block->hash()).second) continue;
    ++blocks_;
    ledger_bytes_ += header_bytes + block->transactions().size() * transaction_bytes;
    chronicle->block(block_row(block, now_s()));
  }
}

void ChainWorld::report(const std::vector<LedgerEvent>& events) {
  for (const LedgerEvent& event : events) {
    if (reported_.emplace(event.kind, event.cause, event.detail, event.institution).second) {
      chronicle->event(now_s(), event);
    }
  }
}

void ChainWorld::round_closed(const ClosedRound& closed) {
  if (closed.round < learning.closed_rounds()) return;
  check_interrupt();
  RoundContent content;
  for (const Transaction& update : closed.updates) content.payloads.emplace_back(update.author, update.payload_bytes);
  content.ledger_bytes = std::exchange(ledger_bytes_, 0);
  content.blocks = std::exchange(blocks_, 0);
  contents_.push_back(std::move(content));
  learning.close(closed, updates_of(closed));
  record_round(closed);
  published_.erase(published_.begin(), published_.lower_bound({closed.round + 1, InstitutionId{}}));
}

std::vector<SharedUpdatePointer> ChainWorld::updates_of(const ClosedRound& closed) {
  std::vector<SharedUpdatePointer> updates;
  for (const Transaction& transaction : closed.updates) {
    const SharedUpdatePointer& update = published_.at({closed.round, transaction.author}).update;
    assert(update->digest() == transaction.payload);
    if (scenario_.record.ledger == "full") {
      const ByteView bytes = update->payload();
      export_.payloads.emplace(update->digest(), Bytes(bytes.begin(), bytes.end()));
    }
    updates.push_back(update);
  }
  return updates;
}

void ChainWorld::record_round(const ClosedRound& closed) {
  const std::int64_t rounds = closed.round + 1;
  std::vector<InstitutionId> members;
  for (const Transaction& update : closed.updates) members.push_back(update.author);
  if (rounds == plan().config.rounds) members = plan().members;
  std::optional<Job<Observation>> observation;
  if (is_evaluated(scenario_.evaluation, rounds, plan().config.rounds)) {
    observation = learning.observe(rounds, members);
  }
  chronicle->round(round_row(closed), member_rows(closed, members), std::move(observation));
}

RoundRow ChainWorld::round_row(const ClosedRound& closed) {
  RoundRow row;
  row.round = closed.round + 1;
  row.sim_time_s = now_s();
  row.block_height = static_cast<std::int64_t>(closed.closed_by->header().height);
  row.participants = static_cast<std::int64_t>(closed.updates.size());
  double loss = 0.0, samples = 0.0;
  for (const Transaction& update : closed.updates) {
    const Published& published = published_.at({closed.round, update.author});
    loss += published.samples * published.row.train_loss;
    samples += published.samples;
    row.published_bytes += published.row.bytes;
  }
  row.train_loss = loss / samples;
  row.wire_bytes = static_cast<std::int64_t>(traffic.bytes - traffic_before_);
  traffic_before_ = traffic.bytes;
  return row;
}

std::vector<MemberRow> ChainWorld::member_rows(const ClosedRound& closed, const std::vector<InstitutionId>& members) const {
  std::vector<MemberRow> rows;
  for (const InstitutionId member : members) {
    MemberRow row;
    row.train_loss = undefined;
    if (contributed(closed, member)) row = published_.at({closed.round, member}).row;
    row.round = closed.round + 1;
    row.institution = member.value;
    rows.push_back(row);
  }
  return rows;
}

void ChainWorld::validator_ended(const ChainNode& node) {
  if (++validators_ended_ < hosts.validators.size()) return;
  export_ledger(node);
  record_stale_blocks(node);
  for (const auto& mail : validator_mail) mail->deliver(simgrid::s4u::Engine::get_clock(), Stop{});
}

void ChainWorld::export_ledger(const ChainNode& node) {
  if (scenario_.record.ledger == "none") return;
  export_.rules = *plan().rules;
  export_.rounds = *plan().rounds;
  export_.consensus = plan().consensus;
  const auto write = [this](const BlockPointer& block) {
    export_.headers.push_back(encode(block->header()));
    export_.transactions.emplace_back();
    for (const Transaction& transaction : block->transactions()) {
      export_.transactions.back().push_back(encode(transaction));
    }
  };
  const BlockPointer first = genesis(plan().id);
  write(first);
  for (const BlockPointer& block : node.ledger().path(first->hash(), node.ledger().finalized()->hash())) write(block);
}

void ChainWorld::record_stale_blocks(const ChainNode& node) {
  for (const BlockPointer& block : node.ledger().blocks()) {
    const auto final_here = final_blocks_.find(block->header().height);
    if (final_here != final_blocks_.end() && final_here->second != block->hash()) {
      chronicle->block(block_row(block, undefined));
    }
  }
}

}  // namespace polyclinic
