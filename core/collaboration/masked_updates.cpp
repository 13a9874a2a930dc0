#include "core/collaboration/masked_updates.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/secure_aggregation/encoding.hpp"
#include "core/secure_aggregation/masked_payload.hpp"
#include "core/secure_aggregation/recovery.hpp"
#include "core/secure_aggregation/threshold.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/public_update.hpp"

namespace polyclinic {
namespace {

// The largest magnitude of a number that the policy publishes; infinity where nothing bounds it.
double bound_of(const SharingConfig& config) {
  double bound = std::numeric_limits<double>::infinity();
  for (const std::string& step : config.steps) {
    if (step == "clip" && config.gamma > 0.0) bound = std::min(bound, config.gamma);
    if (step == "clip_norm" && config.clip_norm > 0.0) bound = std::min(bound, config.clip_norm);
    if (step == "noise") bound = std::numeric_limits<double>::infinity();
  }
  return bound;
}

// As the policy would encode one update with these numbers.
SharedUpdatePointer encoded_mean(const MaskedPayload& format, const std::vector<float>& values) {
  PublicUpdate mean{.dimension = format.dimension, .mask_seed = format.mask_seed, .values = empty_numbers(std::ssize(values))};
  std::ranges::copy(values, writable_numbers(mean.values).begin());
  return std::make_shared<const SharedUpdate>(encode(mean));
}

// Everything about a masked update but its words: the same for all of a round.
MaskedPayload format_of(MaskedPayload payload) {
  payload.words.clear();
  return payload;
}

struct MaskedRound {
  MaskedPayload format;
  SecureStatements statements;
};

MaskedRound read_round(const ClosedRound& closed, const PayloadOf& payload_of) {
  MaskedRound round;
  SecureStatements& statements = round.statements;
  for (const Transaction& said : closed.statements) {
    if (said.kind == TransactionKind::key_shares) {
      statements.sharers.push_back(said.author);
      continue;
    }
    const SharedUpdatePointer bytes = payload_of(said.payload);
    if (said.kind == TransactionKind::keys) {
      statements.keys.push_back(decode_advertisement(said.author, bytes->payload()));
    } else {
      statements.unmaskings.push_back(decode_unmasking(said.author, bytes->payload()));
    }
  }
  for (const Transaction& update : closed.updates) {
    MaskedPayload masked = decode_masked(payload_of(update.payload)->payload());
    statements.masked.push_back({update.author, std::move(masked.words)});
    const MaskedPayload format = format_of(std::move(masked));
    if (statements.masked.size() == 1) round.format = format;
    require(format == round.format, "secure aggregation: institution {} published in another format than the others",
            update.author.value);
  }
  return round;
}

}  // namespace

SecureRound secure_round(const ChainPlan& plan, std::int64_t round, std::int64_t ring_bits) {
  const SecureAggregationConfig& config = plan.config.secure_aggregation;
  SecureRound secure{participants(*plan.rounds, round), 0, {config.fraction_bits, ring_bits, 1}};
  secure.format.participants = std::ssize(secure.participants);
  secure.threshold = share_threshold(config.threshold, secure.format.participants);
  return secure;
}

std::uint64_t masked_update_bytes(const ChainPlan& plan) {
  return masked_bytes(public_coordinates(*plan.policy), plan.ring_bits);
}

std::int64_t ring_bits_of(const ChainPlan& plan) {
  std::int64_t samples = 0;  // each member has room for as many as the one with the most
  for (const InstitutionData& data : plan.data) samples = std::max(samples, data.train.size() * std::ssize(plan.data));
  return ring_bits_for(plan.config.secure_aggregation.fraction_bits, bound_of(plan.config.sharing), samples);
}

SharedUpdatePointer masked_update(const ChainPlan& plan, const SharedUpdate& plain, std::int64_t samples,
                                  const OwnMasks& masks) {
  const PublicUpdate update = read_public(plain.payload(), plan.policy->shareable().numel());
  const MaskedPayload payload{.dimension = update.dimension,
                              .mask_seed = update.mask_seed,
                              .fraction_bits = masks.format.fraction_bits,
                              .ring_bits = masks.format.ring_bits,
                              .words = masks.hide(weighted_words(numbers(update.values), samples, masks.format))};
  return std::make_shared<const SharedUpdate>(encode(payload));
}

PublicSum open_round(const ChainPlan& plan, const ClosedRound& closed, const PayloadOf& payload_of) {
  const auto [format, statements] = read_round(closed, payload_of);
  SecureRound round = secure_round(plan, closed.round, format.ring_bits);
  round.format.fraction_bits = format.fraction_bits;
  OpenedSum opened = open_sum(round, statements);
  require(opened.outcome == SecureOutcome::opened, "secure aggregation: round {} of chain {} opens no sum: {}",
          closed.round + 1, plan.config.name, outcome_name(opened.outcome));
  const WeightedMean mean = weighted_mean(opened.sum, round.format);
  return {encoded_mean(format, mean.values), mean.samples, std::move(opened.contributors)};
}

}  // namespace polyclinic
