// Keys of protections and of what observers try: [chain.privacy], [chain.secure_aggregation], [[probe]].
#pragma once

#include "core/scenario/fields_exchange.hpp"

namespace polyclinic {

template <class Visitor>
void describe(Visitor& visit, std::type_identity<PrivacyConfig>) {
  using C = PrivacyConfig;
  visit.key("epsilon", &C::epsilon, between(0, 1e6), "", "to be spent by the end: the noise multiplier follows; 0: the noise as given");
  visit.key("delta", &C::delta, above_up_to(0, 0.1), "", "probability that epsilon does not hold: below one over the records");
  visit.key("accountant", &C::accountant, known(&KnownNames::accountants), "", "how the loss of many steps adds up");
  visit.key("conversion", &C::conversion, one_of({"improved", "classic"}), "", "rdp: to epsilon, by Balle et al. 2020 or Mironov 2017");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<SecureAggregationConfig>) {
  using C = SecureAggregationConfig;
  visit.key("enabled", &C::enabled, anything(), "", "updates are masked: only their sum can be read");
  visit.key("threshold", &C::threshold, above_up_to(0.5, 1), "share", "of a round's participants that open a secret together");
  visit.key("fraction_bits", &C::fraction_bits, between(1, 40), "bits", "of the fixed-point numbers that are added");
  visit.key("phase_s", &C::phase_s, above_up_to(0, 1e9), "s", "that each phase waits for those who are late");
}

template <class Visitor>
void describe(Visitor& visit, std::type_identity<ProbeConfig>) {
  using C = ProbeConfig;
  Limits attacks = known(&KnownNames::attacks);
  attacks.required = true;
  visit.key("chain", &C::chain, anything(), "", "whose updates; empty: of every chain");
  visit.key("attacks", &C::attacks, attacks, "", "what is tried");
  visit.key("observers", &C::observers, known(&KnownNames::observers), "", "who tries it, with what it has seen");
  visit.key("coalition", &C::coalition, between(1, 1e6), "members", "that pool what they know");
  visit.key("tier", &C::tier, one_of({"T0", "T1", "T2", "T3"}), "", "known besides: T1 the training's settings; T2 also initial private numbers; T3 labels and private parameters (assisted)");
  visit.key("at", &C::at, between(0, 1), "", "rounds by their place: 0 the first, 1 the last");
  visit.key("institutions", &C::institutions, anything(), "", "victims: names, groups or patterns; empty: all members");
  visit.key("victims", &C::victims, between(1, 1e6), "institutions", "most of them in one round, evenly spaced");
  visit.key("iterations", &C::iterations, between(0, 1e6), "", "inversion: of one attempt; 0: the attack's own");
  visit.key("restarts", &C::restarts, between(1, 1000), "", "inversion: attempts, of which the least attack loss counts");
  visit.key("total_variation", &C::total_variation, between(-1, 1e3), "", "inversion: weight of smoothness, but of dlg and idlg, which have none; -1: the attack's own");
  visit.key("reference", &C::reference, anything(), "", "name of a [[reference]], the attacker's public images; empty: the chain's test rows");
  visit.key("shadows", &C::shadows, between(1, 10000), "models", "membership: trained by the attacker");
  visit.key("images", &C::images, between(0, 1e6), "images", "reconstructions kept, of each attack and round");
}

}  // namespace polyclinic
