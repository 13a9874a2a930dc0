// What a validator can show to those who have missed blocks.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "core/ledger/pbft_messages.hpp"

namespace polyclinic::pbft {

// Blocks of the ledger with the commit certificates that are at hand: one for each block agreed on here, one for the last of
// each batch that was fetched from others.
class FinalChain {
 public:
  void add(const Block& block);
  // `block_height` is that of the block which the certificate covers.
  void prove(std::uint64_t block_height, std::shared_ptr<const CommitCertificate> certificate);
  // That of `block`, or of its nearest descendant with the headers between; null where there is none.
  [[nodiscard]] std::shared_ptr<const CommitCertificate> proof(const Digest& block) const;

 private:
  struct Link {
    Header header;
    Digest hash;
  };
  std::map<std::uint64_t, Link> links_;  // by height
  std::map<std::uint64_t, std::shared_ptr<const CommitCertificate>> certificates_;
};

}  // namespace polyclinic::pbft
