#include "core/ledger/raft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <tuple>
#include <typeinfo>
#include <utility>

#include "core/ledger/proposing.hpp"
#include "core/ledger/raft_progress.hpp"
#include "core/ledger/validator_set.hpp"

namespace polyclinic {
namespace {

using namespace raft;

constexpr TimerId election_timer = 0;
constexpr TimerId heartbeat_timer = 1;
constexpr TimerId propose_timer = 2;
constexpr double default_timeout_s = 5.0;  // Fabric's etcdraft: ElectionTick 10, TickInterval 500 ms
constexpr double heartbeats_per_timeout = 10.0;

enum class Role { follower, candidate, leader };

template <class Kind>
const Kind* as(const ConsensusMessage& message) {
  return typeid(message) == typeid(Kind) ? static_cast<const Kind*>(&message) : nullptr;
}

struct Now {
  const ConsensusView& view;
  double at_s;
  [[nodiscard]] const Ledger& ledger() const { return view.ledger; }
};

class Raft final : public Consensus {
 public:
  explicit Raft(const ConsensusSetup& setup)
      : setup_(setup),
        timeout_s_(setup.rules.timeout_s > 0.0 ? setup.rules.timeout_s : default_timeout_s),
        draws_(setup.seed / "election" / setup.self.value) {}

  Actions on_start(const ConsensusView& view, double at_s) override {
    const Now now{view, at_s};
    volatile_ = {};
    settle(now);
    expect_leader(now);
    return take();
  }

  Actions on_work(const ConsensusView& view, double at_s) override {
    const Now now{view, at_s};
    settle(now);
    if (volatile_.role == Role::leader && durable_.log.uncommitted().empty()) propose_when_due(now);
    return take();
  }

  Actions on_timer(const ConsensusView& view, TimerId timer, double at_s) override {
    const Now now{view, at_s};
    settle(now);
    if (timer == election_timer) stand_when_due(now);
    if (timer == heartbeat_timer && volatile_.role == Role::leader) send_heartbeats(now);
    if (timer == propose_timer) volatile_.propose_at_s.reset();
    return take();
  }

  Actions on_message(const ConsensusView& view, NodeId from, const ConsensusMessage& message, double at_s) override {
    const Now now{view, at_s};
    settle(now);
    if (const auto* entries = as<AppendEntries>(message)) handle(now, from, *entries);
    if (const auto* reply = as<AppendReply>(message)) handle(now, from, *reply);
    if (const auto* request = as<VoteRequest>(message)) handle(now, from, *request);
    if (const auto* reply = as<VoteReply>(message)) handle(now, from, *reply);
    if (const auto* committed = as<Committed>(message)) handle(now, *committed);
    return take();
  }

  Actions on_appended(const ConsensusView&, const BlockPointer&, double) override { return {}; }

  Verdict check(const KnownHeaders& known, const Header& header) const override {
    const Header* parent = known.find_header(header.parent);
    const std::uint64_t before = parent ? parent->view : 0;
    if (header.view == 0 || header.view < before) {
      return {Rejection::wrong_turn, fmt::format("term {} on a parent of term {}", header.view, before)};
    }
    if (header.view == before && header.proposer != parent->proposer) {
      return {Rejection::wrong_turn, fmt::format("validator {} in term {}, which validator {} leads", header.proposer.value,
                                                 header.view, parent->proposer.value)};
    }
    return {};
  }

  ConsensusMessagePointer finality_proof(const Digest& block) const override {
    return std::make_shared<const Committed>(durable_.term, block);
  }
  bool proves_finality(const ConsensusMessage& proof, const Header& header) const override {
    const auto* committed = as<Committed>(proof);
    return committed && committed->block == sha256(encode(header));
  }

 private:
  [[nodiscard]] Actions take() { return std::exchange(actions_, {}); }
  void add(Actions actions) {
    actions_.insert(actions_.end(), std::make_move_iterator(actions.begin()), std::make_move_iterator(actions.end()));
  }
  [[nodiscard]] std::int64_t majority() const { return raft::majority(setup_.validators); }
  [[nodiscard]] const Header& last(const Now& now) const { return durable_.log.last(now.ledger())->header(); }

  // Blocks become final by this node's own doing, and by catching up.
  void settle(const Now& now) {
    durable_.log.settle(now.ledger());
    const Header& final_header = now.ledger().finalized()->header();
    volatile_.committed = std::max(volatile_.committed, final_header.height);
    if (final_header.view > durable_.term) enter_term(now, final_header.view);
  }

  void enter_term(const Now& now, std::uint64_t term) {
    durable_.term = term;
    durable_.voted_for.reset();
    volatile_.agreed = 0;
    if (volatile_.role == Role::leader) expect_leader(now);
    volatile_.role = Role::follower;
  }

  // ---- elections ----

  void expect_leader(const Now& now) {
    volatile_.election_at_s = now.at_s + draws_.uniform(timeout_s_, 2.0 * timeout_s_);
    if (volatile_.election_rings_at_s && *volatile_.election_rings_at_s <= volatile_.election_at_s) return;
    wake_for_election();
  }

  void wake_for_election() {
    volatile_.election_rings_at_s = volatile_.election_at_s;
    actions_.emplace_back(SetTimer{election_timer, volatile_.election_at_s});
  }

  // The timer may have been set before a leader was heard: then it is set again.
  void stand_when_due(const Now& now) {
    volatile_.election_rings_at_s.reset();
    if (volatile_.role == Role::leader) return;
    if (now.at_s + time_tolerance_s < volatile_.election_at_s) return wake_for_election();
    enter_term(now, durable_.term + 1);
    durable_.voted_for = setup_.self;
    volatile_.role = Role::candidate;
    volatile_.votes = ValidatorSet(setup_.validators);
    volatile_.votes.insert(setup_.self);
    expect_leader(now);
    actions_.emplace_back(Broadcast{std::make_shared<const VoteRequest>(durable_.term, last(now).height, last(now).view)});
    lead_if_elected(now);
  }

  void handle(const Now& now, NodeId from, const VoteRequest& request) {
    if (request.term > durable_.term) enter_term(now, request.term);
    const bool is_free = !durable_.voted_for || durable_.voted_for == from;
    const bool is_behind = std::pair{request.last_term, request.last_height} < std::pair{last(now).view, last(now).height};
    const bool granted = request.term == durable_.term && is_free && !is_behind;
    if (granted) {
      durable_.voted_for = from;
      expect_leader(now);
    }
    actions_.emplace_back(Send{from, std::make_shared<const VoteReply>(durable_.term, granted)});
  }

  void handle(const Now& now, NodeId from, const VoteReply& reply) {
    if (reply.term > durable_.term) return enter_term(now, reply.term);
    if (volatile_.role != Role::candidate || reply.term < durable_.term || !reply.granted) return;
    volatile_.votes.insert(from);
    lead_if_elected(now);
  }

  void lead_if_elected(const Now& now) {
    if (volatile_.votes.size() < majority()) return;
    volatile_.role = Role::leader;
    volatile_.propose_at_s.reset();
    actions_.emplace_back(Notice{"election", "timeout",
                                 fmt::format("validator {} has {} of {} votes after height {}", setup_.self.value,
                                             volatile_.votes.size(), setup_.validators, last(now).height),
                                 fmt::format("validator {} leads term {}", setup_.self.value, durable_.term)});
    Follower follower;
    follower.next = last(now).height + 1;
    volatile_.followers.assign(static_cast<std::size_t>(setup_.validators), follower);
    if (!durable_.log.uncommitted().empty()) add_block(now, now.at_s, {});
    send_heartbeats(now);
    commit_what_a_majority_has(now);
  }

  // ---- the leader ----

  void propose_when_due(const Now& now) {
    const double due_s = block_due_s(now.view, *now.ledger().finalized(), setup_.rules.block_interval_s);
    if (now.at_s + time_tolerance_s < due_s) {
      if (std::isinf(due_s) || volatile_.propose_at_s == due_s) return;
      volatile_.propose_at_s = due_s;
      actions_.emplace_back(SetTimer{propose_timer, due_s});
      return;
    }
    add_block(now, std::max(now.at_s, due_s), now.view.mempool.select(now.ledger(), now.ledger().finalized()->hash()));
    tell_followers(now);
    commit_what_a_majority_has(now);
  }

  void add_block(const Now& now, double at_s, std::vector<Transaction> transactions) {
    const BlockPointer parent = durable_.log.last(now.ledger());
    const BlockPointer block =
        make_block(now.ledger().rules(), *parent, setup_.self, durable_.term, at_s, std::move(transactions), setup_.keys);
    actions_.emplace_back(Examine{Examine::By::signatures, block});
    durable_.log.append(block);
  }

  [[nodiscard]] Mail new_mail(const Now& now) const {
    return {durable_.log, now.ledger(), durable_.term, volatile_.committed, timeout_s_};
  }

  void tell_followers(const Now& now) {
    Mail mail = new_mail(now);
    for (std::int32_t i = 0; i < setup_.validators; ++i) {
      if (NodeId{i} != setup_.self) mail.write(NodeId{i}, follower(NodeId{i}), now.at_s);
    }
    add(mail.actions(setup_.validators - 1));
  }

  void send_heartbeats(const Now& now) {
    tell_followers(now);
    actions_.emplace_back(SetTimer{heartbeat_timer, now.at_s + timeout_s_ / heartbeats_per_timeout});
  }

  [[nodiscard]] Follower& follower(NodeId node) { return volatile_.followers[static_cast<std::size_t>(node.value)]; }

  void handle(const Now& now, NodeId from, const AppendReply& reply) {
    if (reply.term > durable_.term) return enter_term(now, reply.term);
    if (volatile_.role != Role::leader || reply.term < durable_.term) return;
    Follower& sender = follower(from);
    sender.match = std::max(sender.match, reply.height);
    sender.next = reply.accepted ? std::max(sender.next, sender.match + 1) : sender.match + 1;
    sender.is_probed = false;
    commit_what_a_majority_has(now);
    if (sender.next > last(now).height) return;
    Mail mail = new_mail(now);
    mail.write(from, sender, now.at_s);
    add(mail.actions(0));
  }

  // Of earlier terms nothing is committed by counting (section 5.4.2), but with a block of this one on top.
  void commit_what_a_majority_has(const Now& now) {
    std::vector<std::uint64_t> heights;
    for (std::int32_t i = 0; i < setup_.validators; ++i) {
      heights.push_back(NodeId{i} == setup_.self ? last(now).height : follower(NodeId{i}).match);
    }
    std::ranges::sort(heights, std::greater());
    const std::uint64_t height = heights[static_cast<std::size_t>(majority() - 1)];
    if (height <= volatile_.committed || durable_.log.at(height, now.ledger())->header().view != durable_.term) return;
    commit(now, height);
    tell_followers(now);
  }

  void commit(const Now& now, std::uint64_t height) {
    for (std::uint64_t next = volatile_.committed + 1; next <= height; ++next) {
      actions_.emplace_back(Append{durable_.log.at(next, now.ledger())});
    }
    volatile_.committed = height;
    actions_.emplace_back(Finalize{durable_.log.at(height, now.ledger())->hash()});
  }

  // ---- followers ----

  void handle(const Now& now, NodeId from, const AppendEntries& entries) {
    if (entries.term < durable_.term) return reply(from, false, volatile_.committed);
    if (entries.term > durable_.term) enter_term(now, entries.term);
    volatile_.role = Role::follower;
    expect_leader(now);
    if (!durable_.log.has(entries.previous_height, entries.previous, now.ledger())) {
      return reply(from, false, volatile_.committed);
    }
    examine(now, entries.blocks);
    durable_.log.merge(entries.blocks, now.ledger());
    volatile_.agreed = std::max(volatile_.agreed, entries.previous_height + entries.blocks.size());
    const std::uint64_t committed = std::min(entries.committed, volatile_.agreed);
    if (committed > volatile_.committed) commit(now, committed);
    reply(from, true, std::max(volatile_.agreed, volatile_.committed));
  }

  // As ordering services do: what a leader sends over an authenticated connection is true if it has arrived intact.
  void examine(const Now& now, const std::vector<BlockPointer>& blocks) {
    for (const BlockPointer& block : blocks) {
      if (durable_.log.has(block->header().height, block->hash(), now.ledger())) continue;
      actions_.emplace_back(Examine{Examine::By::hash, block});
    }
  }

  void reply(NodeId to, bool accepted, std::uint64_t height) {
    actions_.emplace_back(Send{to, std::make_shared<const AppendReply>(durable_.term, accepted, height)});
  }

  void handle(const Now& now, const Committed& committed) {
    const BlockPointer block = now.ledger().find(committed.block);
    if (block && block->header().height > volatile_.committed) actions_.emplace_back(Finalize{committed.block});
  }

  struct Durable {
    std::uint64_t term = 0;
    std::optional<NodeId> voted_for;  // in this term
    Log log;
  };
  struct Volatile {
    Role role = Role::follower;
    std::uint64_t committed = 0;  // height
    std::uint64_t agreed = 0;     // height up to which the log is known to be this term's leader's
    double election_at_s = 0.0;
    std::optional<double> election_rings_at_s;  // its timer, which may ring too early
    ValidatorSet votes;
    std::vector<Follower> followers;  // of a leader, by NodeId
    std::optional<double> propose_at_s;
  };

  Actions actions_;
  ConsensusSetup setup_;
  double timeout_s_;
  Random draws_;
  Durable durable_;
  Volatile volatile_;
};

}  // namespace

std::unique_ptr<Consensus> make_raft(const ConsensusSetup& setup) {
  check_proposing_setup(setup);
  return std::make_unique<Raft>(setup);
}

}  // namespace polyclinic
