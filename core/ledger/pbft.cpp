#include "core/ledger/pbft.hpp"

#include <algorithm>
#include <iterator>
#include <typeinfo>
#include <utility>

#include "core/ledger/pbft_agreement.hpp"
#include "core/ledger/pbft_final_chain.hpp"
#include "core/ledger/pbft_validity.hpp"
#include "core/ledger/proposing.hpp"

namespace polyclinic {
namespace {

using namespace pbft;

constexpr std::int64_t early_per_sender = 8;
constexpr double missing_votes_timeouts = 0.25;

// Cheaper than dynamic_cast, which large committees would notice.
template <class Kind>
const Kind* as(const ConsensusMessage& message) {
  return typeid(message) == typeid(Kind) ? static_cast<const Kind*>(&message) : nullptr;
}

struct Early {  // for the next height: the votes that end this one may be late
  NodeId from;
  ConsensusMessagePointer message;
};

// Others are known to be ahead: they are asked one after the other, until this validator has caught up or all were asked.
struct Behind {
  NodeId ask;
  std::uint64_t height = 0;  // final at `ask`
  std::int64_t asked = 0;
};

// From height to height: what lies within one is Agreement's.
class Pbft final : public Consensus {
 public:
  explicit Pbft(const ConsensusSetup& setup) : setup_(setup), agreement_(setup) {}

  Actions on_work(const ConsensusView& view, double at_s) override {
    const Now now{view, at_s};
    follow_ledger(now);
    agreement_.pursue(now);
    return take();
  }

  Actions on_message(const ConsensusView& view, NodeId from, const ConsensusMessage& message, double at_s) override {
    const Now now{view, at_s};
    follow_ledger(now);
    dispatch(now, from, message);
    return take();
  }

  Actions on_timer(const ConsensusView& view, TimerId timer, double at_s) override {
    const Now now{view, at_s};
    follow_ledger(now);
    if (timer == behind_timer) {
      ask_those_ahead(now);
    } else {
      agreement_.ring(now, timer);
    }
    return take();
  }

  Actions on_appended(const ConsensusView&, const BlockPointer& block, double) override {
    durable_.finals.add(*block);
    return {};
  }

  Actions on_start(const ConsensusView& view, double at_s) override {
    const Now now{view, at_s};
    volatile_ = {};
    follow_ledger(now);
    agreement_.restart(now);
    return take();
  }

  Verdict check(const KnownHeaders& known, const Header& header) const override {
    return check_turn(known, header, setup_.validators, setup_.rules.block_interval_s);
  }

  ConsensusMessagePointer finality_proof(const Digest& block) const override { return durable_.finals.proof(block); }

  bool proves_finality(const ConsensusMessage& proof, const Header& header) const override {
    const auto* certificate = as<CommitCertificate>(proof);
    return certificate && certificate->voters.size() >= quorum(setup_.validators) && certificate->covers(header);
  }

 private:
  [[nodiscard]] Actions take() {
    Actions actions = agreement_.take();
    if (agreement_.decision()) durable_.finals.prove(agreement_.height(), agreement_.decision());
    Actions own = std::exchange(actions_, {});
    actions.insert(actions.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    return actions;
  }

  // Blocks become final by this validator's own votes, and by catching up.
  void follow_ledger(const Now& now) {
    const std::uint64_t height = now.parent().header().height + 1;
    if (height == agreement_.height()) return;
    agreement_.begin(height);
    if (volatile_.behind && volatile_.behind->height < height) volatile_.behind.reset();
    for (const Early& early : std::exchange(volatile_.early, {})) dispatch(now, early.from, *early.message);
  }

  void dispatch(const Now& now, NodeId from, const ConsensusMessage& message) {
    if (const auto* vote = as<Vote>(message)) return route(now, from, *vote);
    if (const auto* proposal = as<Proposal>(message)) return route(now, from, *proposal);
    if (const auto* change = as<RoundChange>(message)) return answer_or_route(now, from, *change);
    if (const auto* certificate = as<CommitCertificate>(message)) return believe(now, *certificate);
    const auto* status = as<Status>(message);
    if (status && status->height > agreement_.height()) fall_behind(now, from, status->height - 1, true);
  }

  template <class Message>
  void route(const Now& now, NodeId from, const Message& message) {
    const std::uint64_t height = agreement_.height();
    if (message.height < height) return;
    if (message.height == height) {
      agreement_.handle(now, from, message);
      if (agreement_.lacks_block()) fall_behind(now, from, height, false);
      return;
    }
    const bool is_next = message.height == height + 1;
    if (is_next && std::ranges::count(volatile_.early, from, &Early::from) < early_per_sender) {
      volatile_.early.push_back({from, std::make_shared<const Message>(message)});
    }
    fall_behind(now, from, message.height - 1, !is_next);
  }

  void answer_or_route(const Now& now, NodeId from, const RoundChange& change) {
    if (change.height >= agreement_.height()) return route(now, from, change);
    actions_.emplace_back(Send{from, std::make_shared<const Status>(agreement_.height())});
  }

  void believe(const Now& now, const CommitCertificate& certificate) {
    const Digest hash = certificate.descent.empty() ? certificate.block : certificate.descent.front().parent;
    const BlockPointer block = now.view.ledger.find(hash);
    if (!block || !proves_finality(certificate, block->header())) return;
    durable_.finals.prove(block->header().height, std::make_shared<const CommitCertificate>(certificate));
    if (block->header().height >= agreement_.height()) actions_.emplace_back(Finalize{hash});
  }

  // `surely`: nothing that is still on its way can bring this validator there.
  void fall_behind(const Now& now, NodeId from, std::uint64_t height, bool surely) {
    const bool is_known = volatile_.behind.has_value();
    if (!is_known || height > volatile_.behind->height) {
      volatile_.behind = Behind{from, height, is_known ? volatile_.behind->asked : 0};
    }
    if (surely && volatile_.behind->asked == 0) return ask_those_ahead(now);
    if (!is_known) wake_to_ask(now, missing_votes_timeouts);
  }

  void ask_those_ahead(const Now& now) {
    if (!volatile_.behind) return;
    Behind& behind = *volatile_.behind;
    if (behind.asked == setup_.validators) return volatile_.behind.reset();
    if (behind.asked > 0) behind.ask = after(behind.ask);
    if (behind.ask == setup_.self) behind.ask = after(behind.ask);
    ++behind.asked;
    actions_.emplace_back(CatchUp{behind.ask});
    wake_to_ask(now, 1.0);
  }

  void wake_to_ask(const Now& now, double timeouts) {
    actions_.emplace_back(SetTimer{behind_timer, now.at_s + timeouts * first_timeout_s(setup_.rules)});
  }

  [[nodiscard]] NodeId after(NodeId node) const {
    return NodeId{static_cast<std::int32_t>((node.value + 1) % setup_.validators)};
  }

  struct Durable {
    FinalChain finals;
  };
  struct Volatile {
    std::vector<Early> early;
    std::optional<Behind> behind;
  };

  ConsensusSetup setup_;
  Agreement agreement_;  // has durable and volatile parts of its own
  Durable durable_;
  Volatile volatile_;
  Actions actions_;
};

}  // namespace

std::unique_ptr<Consensus> make_pbft(const ConsensusSetup& setup) {
  check_proposing_setup(setup);
  return std::make_unique<Pbft>(setup);
}

}  // namespace polyclinic
