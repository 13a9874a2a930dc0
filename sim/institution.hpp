// A member of a chain, round after round: hears that a round is open, fetches what it misses, trains, shares, submits.
#pragma once

#include <cstdint>

#include "sim/chain_world.hpp"

namespace polyclinic {

class InstitutionLife {
 public:
  InstitutionLife(ChainWorld& world, InstitutionId self);
  // Until the collaboration has ended and the final model has been fetched.
  void live();

 private:
  // The latest announcement: a member that was late takes part in the round that is open now.
  [[nodiscard]] Announcement next_announcement();
  void take_part(std::int64_t round);
  // Fetches, verifies and aggregates what is missing to know the model after `round` rounds.
  void synchronise(std::int64_t round);
  void fetch(std::int64_t round);
  void fetch_payloads(const RoundContent& content, std::uint64_t extra_bytes);
  [[nodiscard]] double synchronisation_flops(std::int64_t from, std::int64_t to) const;
  [[nodiscard]] bool takes_snapshot(std::int64_t round) const;
  void submit(std::int64_t round, const RoundOutcome& outcome);
  // Ends the activity that began when the last one ended.
  void did(const char* activity, std::int64_t round);

  ChainWorld& world_;
  InstitutionId self_;
  simgrid::s4u::Host* host_;
  Channel<Announcement>& mail_;
  std::int64_t known_rounds_ = 0;      // whose outcome this member knows
  double since_s_ = 0.0;               // when its present activity began
};

}  // namespace polyclinic
