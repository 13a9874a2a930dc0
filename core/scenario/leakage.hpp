// What protects the records behind a published update, and what observers try to learn of them all the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace polyclinic {

struct PrivacyConfig {                 // key [chain.privacy]: how differential privacy is accounted for
  double epsilon = 0.0;                // to be spent by the end of the last round: the noise multiplier is searched; 0: as given
  double delta = 1e-5;
  std::string accountant = "rdp";      // rdp, pld
  std::string conversion = "improved"; // rdp: improved (Balle et al. 2020), classic (Mironov 2017)
  bool operator==(const PrivacyConfig&) const = default;
};

struct SecureAggregationConfig {       // key [chain.secure_aggregation]: updates are published masked, observers read sums alone
  bool enabled = false;
  double threshold = 0.66;             // share of a round's participants whose shares open a secret
  std::int64_t fraction_bits = 20;     // of the fixed-point numbers in which updates are added
  double phase_s = 30.0;               // that each phase of a round waits for those who are late
  bool operator==(const SecureAggregationConfig&) const = default;
};

struct ProbeConfig {                   // key [[probe]]: it changes nothing but /leakage
  std::string chain;                   // whose updates; empty: of every chain
  std::vector<std::string> attacks;
  std::vector<std::string> observers = {"chain"};  // wire, peer, chain, relay, coalition
  std::int64_t coalition = 2;          // members of a coalition
  std::string tier = "T1";             // what is known besides: T0, T1, T2, T3 (assisted, an ablation)
  std::vector<double> at = {0.0, 1.0}; // which rounds, by their place: 0 the first, 1 the last
  std::vector<std::string> institutions;  // victims: names, groups, patterns; empty: all members
  std::int64_t victims = 20;           // most of them in one round, evenly spaced
  std::int64_t iterations = 0;         // inversion: of one attempt; 0: the attack's own
  std::int64_t restarts = 1;           // inversion: attempts; the one of least attack loss counts
  double total_variation = -1.0;       // inversion: weight of the smoothness prior, of attacks with one; -1: their own
  std::string reference;               // a [[reference]] of public images: the attacker's prior; empty: the chain's test rows
  std::int64_t shadows = 32;           // membership: shadow models
  std::int64_t images = 8;             // reconstructions kept as images, of each attack and round
  bool operator==(const ProbeConfig&) const = default;
};

}  // namespace polyclinic
