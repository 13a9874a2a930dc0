// When headers are final for somebody who sees headers alone: each family of consensus protocols in a file of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/relay/header_tree.hpp"
#include "core/relay/light_client.hpp"

namespace polyclinic {

class Finality {
 public:
  virtual ~Finality() = default;
  // How many validators must attest what is final; 0 where none do: attestations then have no business in a packet.
  [[nodiscard]] virtual std::int64_t attestations_needed() const = 0;
  // What stands against taking `headers` (which are some, and valid each by itself), short of checking signatures.
  [[nodiscard]] virtual Verdict check(const HeaderTree& tree, const Extension& headers,
                                      const std::vector<Attestation>& attestations) const = 0;
  // On the best branch of a tree to which headers have just been added: the last of them is its tip.
  [[nodiscard]] virtual Digest final_block(const HeaderTree& tree) const = 0;
};

// Throws UsageError for an unknown rules.consensus.kind.
[[nodiscard]] std::unique_ptr<const Finality> make_finality(const SourceRules& rules);

// By votes: enough validators attest the last header. `quorum` of how many validators there are.
[[nodiscard]] std::unique_ptr<const Finality> make_finality_by_votes(std::int64_t quorum, std::int64_t validators);

// By weight: enough blocks of the best branch lie on it. Gives the highest block for which that holds; what is final already
// where none is higher.
using ConfirmedBlock = std::function<Digest(const HeaderTree& tree)>;
[[nodiscard]] std::unique_ptr<const Finality> make_finality_by_weight(ConfirmedBlock confirmed);

}  // namespace polyclinic
