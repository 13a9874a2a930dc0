// The rows of the result file, schema version 1 (docs/results.md): one struct a table, one line a column, with its unit.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

namespace polyclinic {

// A column: its name in the file, its unit ("1" for counts and shares, "" for text), and the member it comes from.
template <class Row, class Value>
struct Column {
  const char* name;
  const char* unit;
  Value Row::*member;
};
template <class Row, class Value>
Column(const char*, const char*, Value Row::*) -> Column<Row, Value>;

// Values are std::int64_t, double or std::string (UTF-8 of fixed size in the file: as long as the column's longest).

struct InstitutionRow {                // /institutions: one row for each institution and chain it is a member of
  std::int64_t institution = 0;
  std::string name, chain, region;
  std::int64_t train_samples = 0, validation_samples = 0, test_samples = 0;
  std::string class_histogram;         // counts of the training rows, comma-separated
  double flops_per_s = 0, uplink_bytes_per_s = 0, downlink_bytes_per_s = 0, latency_s = 0;
  std::string behaviour;               // "honest", or what it does instead: "label_flip, sign_flip"
  static constexpr auto columns = std::make_tuple(
      Column{"institution", "1", &InstitutionRow::institution}, Column{"name", "", &InstitutionRow::name},
      Column{"chain", "", &InstitutionRow::chain}, Column{"region", "", &InstitutionRow::region},
      Column{"train_samples", "1", &InstitutionRow::train_samples},
      Column{"validation_samples", "1", &InstitutionRow::validation_samples},
      Column{"test_samples", "1", &InstitutionRow::test_samples},
      Column{"class_histogram", "", &InstitutionRow::class_histogram},
      Column{"flops_per_s", "FLOP/s", &InstitutionRow::flops_per_s},
      Column{"uplink_bytes_per_s", "B/s", &InstitutionRow::uplink_bytes_per_s},
      Column{"downlink_bytes_per_s", "B/s", &InstitutionRow::downlink_bytes_per_s},
      Column{"latency_s", "s", &InstitutionRow::latency_s}, Column{"behaviour", "", &InstitutionRow::behaviour});
};

// /chains/NAME/rounds, /baselines/centralized/NAME, /baselines/full_sharing/NAME. Round 0 is the initial model; round r the
// model after r rounds. NaN where a round was not evaluated. Participants and bytes are those of the round itself, not sums.
struct RoundRow {
  std::int64_t round = 0;
  double sim_time_s = 0;               // when the round's block was final; baselines: their own clock
  std::int64_t block_height = 0, participants = 0, published_bytes = 0, wire_bytes = 0;
  double train_loss = 0, test_loss = 0, test_accuracy = 0, test_auc = 0, test_f1 = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"round", "1", &RoundRow::round}, Column{"sim_time_s", "s", &RoundRow::sim_time_s},
      Column{"block_height", "1", &RoundRow::block_height}, Column{"participants", "1", &RoundRow::participants},
      Column{"published_bytes", "B", &RoundRow::published_bytes}, Column{"wire_bytes", "B", &RoundRow::wire_bytes},
      Column{"train_loss", "1", &RoundRow::train_loss}, Column{"test_loss", "1", &RoundRow::test_loss},
      Column{"test_accuracy", "1", &RoundRow::test_accuracy}, Column{"test_auc", "1", &RoundRow::test_auc},
      Column{"test_f1", "1", &RoundRow::test_f1});
};

// /chains/NAME/members: one row a round and participant; also the last row of every member with the final model.
struct MemberRow {
  std::int64_t round = 0, institution = 0;
  double train_loss = 0, local_test_accuracy = 0, local_test_auc = 0;
  std::int64_t staleness = 0;
  double shared_fraction = 0;
  std::int64_t bytes = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"round", "1", &MemberRow::round}, Column{"institution", "1", &MemberRow::institution},
      Column{"train_loss", "1", &MemberRow::train_loss},
      Column{"local_test_accuracy", "1", &MemberRow::local_test_accuracy},
      Column{"local_test_auc", "1", &MemberRow::local_test_auc}, Column{"staleness", "1", &MemberRow::staleness},
      Column{"shared_fraction", "1", &MemberRow::shared_fraction}, Column{"bytes", "B", &MemberRow::bytes});
};

// /baselines/local/NAME: one row a round and institution, each trained on its own rows alone.
struct LocalRow {
  std::int64_t round = 0, institution = 0;
  double sim_time_s = 0, train_loss = 0, test_loss = 0, test_accuracy = 0, test_auc = 0, test_f1 = 0;
  double local_test_accuracy = 0, local_test_auc = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"round", "1", &LocalRow::round}, Column{"institution", "1", &LocalRow::institution},
      Column{"sim_time_s", "s", &LocalRow::sim_time_s}, Column{"train_loss", "1", &LocalRow::train_loss},
      Column{"test_loss", "1", &LocalRow::test_loss}, Column{"test_accuracy", "1", &LocalRow::test_accuracy},
      Column{"test_auc", "1", &LocalRow::test_auc}, Column{"test_f1", "1", &LocalRow::test_f1},
      Column{"local_test_accuracy", "1", &LocalRow::local_test_accuracy},
      Column{"local_test_auc", "1", &LocalRow::local_test_auc});
};

// /chains/NAME/blocks: every block that was ever proposed, but for the first (height 0), which nobody proposed. Quantiles
// over nodes are nearest-rank ones: the time by which half (nine tenths) of them had done it. See block_statistics.hpp.
struct BlockRow {
  std::int64_t height = 0;
  std::string hash, parent;
  std::int64_t proposer = 0;
  double proposed_s = 0, final_s = 0;  // final_s: at the first node; NaN where it never was
  std::int64_t transactions = 0, bytes = 0;
  std::string status;                  // "final", "stale", "reversed" (was final once and is not any more), "pending"
  std::int64_t view = 0;               // pbft: round within the height; raft: term
  double difficulty = 0;
  std::int64_t receivers = 0;          // nodes that received it, the proposer not counted
  double propagation_median_s = std::numeric_limits<double>::quiet_NaN();  // from proposal to arrival, over receivers
  double propagation_p90_s = std::numeric_limits<double>::quiet_NaN();
  double commit_first_s = std::numeric_limits<double>::quiet_NaN();        // from proposal to finality: at the first node,
  double commit_median_s = std::numeric_limits<double>::quiet_NaN();       // and over those where it became final
  static constexpr auto columns = std::make_tuple(
      Column{"height", "1", &BlockRow::height}, Column{"hash", "", &BlockRow::hash},
      Column{"parent", "", &BlockRow::parent}, Column{"proposer", "1", &BlockRow::proposer},
      Column{"proposed_s", "s", &BlockRow::proposed_s}, Column{"final_s", "s", &BlockRow::final_s},
      Column{"transactions", "1", &BlockRow::transactions}, Column{"bytes", "B", &BlockRow::bytes},
      Column{"status", "", &BlockRow::status}, Column{"view", "1", &BlockRow::view},
      Column{"difficulty", "1", &BlockRow::difficulty}, Column{"receivers", "1", &BlockRow::receivers},
      Column{"propagation_median_s", "s", &BlockRow::propagation_median_s},
      Column{"propagation_p90_s", "s", &BlockRow::propagation_p90_s},
      Column{"commit_first_s", "s", &BlockRow::commit_first_s}, Column{"commit_median_s", "s", &BlockRow::commit_median_s});
};

// /chains/NAME/summary: one row at the end of the run. Figures over blocks leave out the first (height 0).
struct ChainSummaryRow {
  std::string consensus;
  std::int64_t validators = 0;
  std::int64_t blocks = 0, final_blocks = 0, stale_blocks = 0, reversed_blocks = 0, pending_blocks = 0;
  double stale_rate = std::numeric_limits<double>::quiet_NaN();            // (stale + reversed) / (those + final)
  double block_interval_s = std::numeric_limits<double>::quiet_NaN();      // mean time between final blocks' proposals
  std::int64_t reorganisations = 0;    // of nodes: one that concerns three nodes counts three times
  std::int64_t longest_reorganisation = 0;                                 // blocks that a node gave up at once
  double propagation_median_s = std::numeric_limits<double>::quiet_NaN();  // median over blocks of BlockRow's
  double propagation_p90_s = std::numeric_limits<double>::quiet_NaN();
  double commit_median_s = std::numeric_limits<double>::quiet_NaN();       // over final blocks, of commit_median_s
  double commit_p90_s = std::numeric_limits<double>::quiet_NaN();
  // Updates of honest institutions and others: published = included + expired + waiting at the end. What validators turned
  // away (malformed, replayed, for a round that is over) is counted apart.
  std::int64_t updates_published = 0, updates_included = 0, updates_expired = 0;
  std::int64_t transactions_rejected = 0;
  std::int64_t payloads_unavailable = 0;                                   // how often a member found no holder of an off-chain payload in reach
  static constexpr auto columns = std::make_tuple(
      Column{"consensus", "", &ChainSummaryRow::consensus}, Column{"validators", "1", &ChainSummaryRow::validators},
      Column{"blocks", "1", &ChainSummaryRow::blocks}, Column{"final_blocks", "1", &ChainSummaryRow::final_blocks},
      Column{"stale_blocks", "1", &ChainSummaryRow::stale_blocks},
      Column{"reversed_blocks", "1", &ChainSummaryRow::reversed_blocks},
      Column{"pending_blocks", "1", &ChainSummaryRow::pending_blocks},
      Column{"stale_rate", "1", &ChainSummaryRow::stale_rate},
      Column{"block_interval_s", "s", &ChainSummaryRow::block_interval_s},
      Column{"reorganisations", "1", &ChainSummaryRow::reorganisations},
      Column{"longest_reorganisation", "1", &ChainSummaryRow::longest_reorganisation},
      Column{"propagation_median_s", "s", &ChainSummaryRow::propagation_median_s},
      Column{"propagation_p90_s", "s", &ChainSummaryRow::propagation_p90_s},
      Column{"commit_median_s", "s", &ChainSummaryRow::commit_median_s},
      Column{"commit_p90_s", "s", &ChainSummaryRow::commit_p90_s},
      Column{"updates_published", "1", &ChainSummaryRow::updates_published},
      Column{"updates_included", "1", &ChainSummaryRow::updates_included},
      Column{"updates_expired", "1", &ChainSummaryRow::updates_expired},
      Column{"transactions_rejected", "1", &ChainSummaryRow::transactions_rejected},
      Column{"payloads_unavailable", "1", &ChainSummaryRow::payloads_unavailable});
};

struct EgressRow {                     // /egress: everything that left an institution
  std::string chain;
  std::int64_t round = 0, institution = 0, tensors = 0, coordinates = 0;
  double fraction = 0;
  std::int64_t bytes = 0;
  std::string observers;               // who can read the payload: "members,validators" on-chain, "members" off-chain
  double epsilon = 0;                  // of everything that the institution has shared of the same records so far; NaN: no noise
                                       // was added, or no epsilon holds (/privacy says why)
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &EgressRow::chain}, Column{"round", "1", &EgressRow::round},
      Column{"institution", "1", &EgressRow::institution}, Column{"tensors", "1", &EgressRow::tensors},
      Column{"coordinates", "1", &EgressRow::coordinates}, Column{"fraction", "1", &EgressRow::fraction},
      Column{"bytes", "B", &EgressRow::bytes}, Column{"observers", "", &EgressRow::observers},
      Column{"epsilon", "1", &EgressRow::epsilon});
};

struct EventRow {                      // /events: what went wrong and what followed
  double sim_time_s = 0;
  std::string chain, kind, cause, detail;
  std::int64_t institution = -1;       // -1: none in particular
  std::int64_t validator = -1;         // of the chain; -1: none in particular
  std::string consequence = {};        // what followed at once
  static constexpr auto columns = std::make_tuple(
      Column{"sim_time_s", "s", &EventRow::sim_time_s}, Column{"chain", "", &EventRow::chain},
      Column{"kind", "", &EventRow::kind}, Column{"cause", "", &EventRow::cause},
      Column{"consequence", "", &EventRow::consequence}, Column{"detail", "", &EventRow::detail},
      Column{"institution", "1", &EventRow::institution}, Column{"validator", "1", &EventRow::validator});
};

// /chains/NAME/auxiliary: what arrived from another chain and was used, one row for each object and round of this chain in which
// it gave guidance. What was refused is in /events.
struct AuxiliaryRow {
  std::int64_t round = 0;              // rounds closed of the model that had the guidance
  std::string source;
  std::int64_t source_round = 0, source_height = 0;  // rounds that the source had closed; of the block that holds the object
  std::string content;                 // "body", "predictions", "prototypes", joined by "+"
  std::string relayer;                 // institution
  double published_s = 0, arrived_s = 0;  // final on the source chain; final, proof included, on this one
  std::int64_t header_bytes = 0, proof_bytes = 0, payload_bytes = 0;
  double similarity = std::numeric_limits<double>::quiet_NaN();  // as the weight's measure says; NaN: not measured
  double weight = std::numeric_limits<double>::quiet_NaN();      // in force in that round
  static constexpr auto columns = std::make_tuple(
      Column{"round", "1", &AuxiliaryRow::round}, Column{"source", "", &AuxiliaryRow::source},
      Column{"source_round", "1", &AuxiliaryRow::source_round}, Column{"source_height", "1", &AuxiliaryRow::source_height},
      Column{"content", "", &AuxiliaryRow::content}, Column{"relayer", "", &AuxiliaryRow::relayer},
      Column{"published_s", "s", &AuxiliaryRow::published_s}, Column{"arrived_s", "s", &AuxiliaryRow::arrived_s},
      Column{"header_bytes", "B", &AuxiliaryRow::header_bytes}, Column{"proof_bytes", "B", &AuxiliaryRow::proof_bytes},
      Column{"payload_bytes", "B", &AuxiliaryRow::payload_bytes}, Column{"similarity", "1", &AuxiliaryRow::similarity},
      Column{"weight", "1", &AuxiliaryRow::weight});
};

// /personalization/METHOD: one row an institution and chain, all measured on its own test rows; NaN where a figure is not defined.
struct PersonalRow {
  std::string chain;
  std::int64_t institution = 0, train_samples = 0, test_samples = 0;
  double local_accuracy = 0, local_auc = 0, local_loss = 0;                        // trained on its own rows alone
  double collaborative_accuracy = 0, collaborative_auc = 0, collaborative_loss = 0;  // what the collaboration gave it
  double personal_accuracy = 0, personal_auc = 0, personal_loss = 0;
  std::int64_t hurt = 0;               // 1: the personal model has a lower AUC (accuracy, where that is undefined) than the collaborative
  double chosen = 0;                   // by validation: epochs (fine_tune, head, bn), alpha (apfl, interpolate), NaN (ditto)
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &PersonalRow::chain}, Column{"institution", "1", &PersonalRow::institution},
      Column{"train_samples", "1", &PersonalRow::train_samples}, Column{"test_samples", "1", &PersonalRow::test_samples},
      Column{"local_accuracy", "1", &PersonalRow::local_accuracy}, Column{"local_auc", "1", &PersonalRow::local_auc},
      Column{"local_loss", "1", &PersonalRow::local_loss},
      Column{"collaborative_accuracy", "1", &PersonalRow::collaborative_accuracy},
      Column{"collaborative_auc", "1", &PersonalRow::collaborative_auc},
      Column{"collaborative_loss", "1", &PersonalRow::collaborative_loss},
      Column{"personal_accuracy", "1", &PersonalRow::personal_accuracy},
      Column{"personal_auc", "1", &PersonalRow::personal_auc}, Column{"personal_loss", "1", &PersonalRow::personal_loss},
      Column{"hurt", "1", &PersonalRow::hurt}, Column{"chosen", "1", &PersonalRow::chosen});
};

struct ActivityRow {                   // /timeline: who computed, sent, received and waited, when
  std::string chain;
  std::int64_t round = 0, institution = 0;
  std::string activity;                // "receive", "aggregate", "train", "agree", "send", "personalize", "wait"
  double start_s = 0, end_s = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &ActivityRow::chain}, Column{"round", "1", &ActivityRow::round},
      Column{"institution", "1", &ActivityRow::institution}, Column{"activity", "", &ActivityRow::activity},
      Column{"start_s", "s", &ActivityRow::start_s}, Column{"end_s", "s", &ActivityRow::end_s});
};

}  // namespace polyclinic
