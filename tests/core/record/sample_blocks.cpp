#include "tests/core/record/sample_blocks.hpp"

#include <cmath>
#include <vector>

#include "core/base/seed.hpp"
#include "core/record/block_statistics.hpp"

namespace polyclinic {
namespace {

Digest digest(Random& random) {
  Digest value;
  for (std::uint8_t& byte : value.bytes) byte = static_cast<std::uint8_t>(random.bits());
  return value;
}

// Everybody receives a block after a log-normal delay; of two at one height the second is stale. In the fault's time the
// last node is alone: what it finalises there is reversed.
class SampleMiners {
 public:
  SampleMiners(const SampleBlocks& sample, double until_s)
      : sample_(sample), until_s_(until_s), random_(Seed(5) / sample.chain),
        statistics_(sample.validators, sample.consensus == "proof_of_work" ? 100 : 0) {}

  [[nodiscard]] bool works() const { return sample_.consensus == "proof_of_work"; }

  void play() {
    Digest head = digest(random_);
    for (double at_s = pause_s(); at_s < until_s_; at_s += pause_s()) {
      const Digest block = propose(head, at_s, proposer());
      if (works() && random_.uniform() < 0.12) stale_rival(head, at_s + 0.3);
      if (works() && at_s > 0.5 * until_s_ && at_s < 0.6 * until_s_) reversed_rival(head, at_s + 0.5);
      finalise(block, at_s);
      head = block;
    }
    propose(head, until_s_, proposer());  // the last one: still pending
  }

  void record(Recorder& recorder) {
    for (const BlockRow& row : statistics_.take_settled()) recorder.add("/chains/" + sample_.chain + "/blocks", row);
    for (const BlockRow& row : statistics_.take_rest()) recorder.add("/chains/" + sample_.chain + "/blocks", row);
    ChainSummaryRow row = statistics_.summary();
    row.consensus = sample_.consensus;
    row.validators = sample_.validators;
    row.updates_published = 3 * height_;
    row.updates_expired = works() ? height_ / 10 : 0;
    row.updates_included = row.updates_published - row.updates_expired;
    recorder.add("/chains/" + sample_.chain + "/summary", row);
  }

 private:
  [[nodiscard]] double pause_s() { return works() ? random_.exponential(sample_.interval_s) : sample_.interval_s; }
  [[nodiscard]] std::int32_t proposer() {
    const auto validators = static_cast<std::uint64_t>(sample_.validators);
    return static_cast<std::int32_t>(works() ? random_.below(validators) : static_cast<std::uint64_t>(height_) % validators);
  }

  Digest propose(const Digest& parent, double at_s, std::int32_t proposer, bool is_rival = false) {
    const Digest hash = digest(random_);
    if (!is_rival) ++height_;
    statistics_.proposed({.hash = hash, .parent = parent, .height = height_, .proposer = {proposer}, .at_s = at_s,
                          .difficulty = 1.0, .transactions = 3, .bytes = 900});
    for (std::int32_t node = 0; node < sample_.validators; ++node) {
      statistics_.seen({node}, hash, at_s + 0.1 * std::exp(0.5 * random_.normal()));
    }
    return hash;
  }

  void stale_rival(const Digest& parent, double at_s) {
    propose(parent, at_s, proposer(), true);
    for (int node = 0; node < sample_.validators / 2; ++node) statistics_.reorganized(1);
  }

  void reversed_rival(const Digest& parent, double at_s) {
    const NodeId alone{sample_.validators - 1};
    const Digest block = propose(parent, at_s, alone.value, true);
    statistics_.finalized(alone, block, at_s + 3 * sample_.interval_s);
    statistics_.reversed(alone, block);
  }

  void finalise(const Digest& block, double at_s) {
    at_s += works() ? 6 * sample_.interval_s : 0.3;
    for (std::int32_t node = 0; node < sample_.validators; ++node) {
      at_s += 0.1 * random_.exponential(1.0);
      statistics_.finalized({node}, block, at_s);
    }
  }

  SampleBlocks sample_;
  double until_s_;
  Random random_;
  BlockStatistics statistics_;
  std::int64_t height_ = 0;
};

struct SampleFault {
  const char *kind, *targets;
  double from, to;                     // shares of the run
  std::int64_t institution;
};

void record_fault(Recorder& recorder, const std::string& chain, const SampleFault& fault, double until_s) {
  EventRow row{fault.from * until_s, chain, std::string(fault.kind) + " begins", "fault", fault.targets, fault.institution};
  recorder.add("/events", row);
  if (fault.to > 1.0) return;
  row.sim_time_s = fault.to * until_s;
  row.kind = std::string(fault.kind) + " ends";
  recorder.add("/events", row);
}

}  // namespace

void record_sample_blocks(Recorder& recorder, const SampleBlocks& sample, double until_s) {
  SampleMiners miners(sample, until_s);
  miners.play();
  miners.record(recorder);
  if (!miners.works()) return;
  const std::string at = " of chain " + sample.chain;
  record_fault(recorder, sample.chain, {"crash", "hospital-0", 0.1, 0.3, 0}, until_s);
  record_fault(recorder, sample.chain, {"slow", "hospital-0, hospital-1", 0.2, 2.0, -1}, until_s);
  const std::string last = "validator " + std::to_string(sample.validators - 1) + at;
  record_fault(recorder, sample.chain, {"partition", last.c_str(), 0.5, 0.65, -1}, until_s);
  record_fault(recorder, sample.chain, {"loss", ("messages" + at).c_str(), 0.4, 0.9, -1}, until_s);
  recorder.add("/events", EventRow{0.65 * until_s, sample.chain, "reorganisation", "heavier_branch", "3 blocks given up"});
}

}  // namespace polyclinic
