// What an observed update says of labels and of a data set as a whole, scored against the records behind it.
#pragma once

#include <string>
#include <vector>

#include "core/probing/findings.hpp"
#include "core/probing/observers.hpp"

namespace polyclinic {

// The attacker's public images, as rows to train on and as pixels (none where the records are no images).
struct PublicImages {
  Rows rows;
  ImagePrior prior;
};

// Attacks of the families labels and properties, by name. What they get is the view's evidence, the public images and, for
// size_from_norm, updates that the attacker makes of these; the members' records serve the scores alone.
[[nodiscard]] Findings examine_update(const View& view, const std::vector<std::string>& attacks, const ChainPlan& plan,
                                      const PublicImages& known, Seed seed, Pool& pool);

}  // namespace polyclinic
