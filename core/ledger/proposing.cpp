#include "core/ledger/proposing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();
constexpr double horizon_s = 1e12;  // later dates are no dates

}  // namespace

double block_due_s(const ConsensusView& view, const Block& parent, double interval_s) {
  const double earliest_s = parent.header().time_s + interval_s;
  if (view.mempool.has_work(view.ledger, parent.hash())) return earliest_s;
  const bool is_met = parent.header().time_s + time_tolerance_s >= view.wanted_at_s;
  return is_met || !(view.wanted_at_s < horizon_s) ? never_s : std::max(earliest_s, view.wanted_at_s);
}

BlockPointer make_block(const ChainRules& rules, const Block& parent, NodeId proposer, std::uint64_t view, double at_s,
                        std::vector<Transaction> transactions, const KeyPair& keys, double difficulty) {
  Header header;
  header.chain = rules.chain;
  header.height = parent.header().height + 1;
  header.parent = parent.hash();
  header.time_s = std::max(at_s, parent.header().time_s + time_tolerance_s);
  header.proposer = proposer;
  header.view = view;
  header.difficulty = difficulty;
  header = describe(header, transactions, rules.payload_on_chain);
  return std::make_shared<const Block>(sign(header, keys), std::move(transactions));
}

void check_proposing_setup(const ConsensusSetup& setup) {
  const ConsensusRules& rules = setup.rules;
  if (setup.validators < 1) throw UsageError(fmt::format("consensus.validators is {}, needs 1 or more", setup.validators));
  if (!(rules.block_interval_s >= 1e-3) || rules.block_interval_s > horizon_s) {
    throw UsageError(fmt::format("consensus.block_interval_s is {}, needs 0.001 or more", rules.block_interval_s));
  }
  if (!(rules.timeout_s >= 0.0) || rules.timeout_s > horizon_s) {
    throw UsageError(fmt::format("consensus.timeout_s is {}, needs 0 (the kind's default) or more", rules.timeout_s));
  }
}

}  // namespace polyclinic
