#include "core/ledger/pbft_final_chain.hpp"

#include <algorithm>
#include <ranges>

namespace polyclinic::pbft {

void FinalChain::add(const Block& block) { links_[block.header().height] = {block.header(), block.hash()}; }

void FinalChain::prove(std::uint64_t block_height, std::shared_ptr<const CommitCertificate> certificate) {
  certificates_[block_height] = std::move(certificate);
}

std::shared_ptr<const CommitCertificate> FinalChain::proof(const Digest& block) const {
  const auto newest_first = std::views::reverse(links_);
  const auto start = std::ranges::find(newest_first, block, [](const auto& entry) { return entry.second.hash; });
  if (start == newest_first.end()) return nullptr;
  const std::uint64_t height = (*start).first;
  const auto found = certificates_.lower_bound(height);
  if (found == certificates_.end()) return nullptr;
  const auto& [proven_height, certificate] = *found;
  if (proven_height == height) return certificate;
  std::vector<Header> descent;
  for (auto link = links_.upper_bound(height); link != links_.end() && link->first <= proven_height; ++link) {
    descent.push_back(link->second.header);
  }
  descent.insert(descent.end(), certificate->descent.begin(), certificate->descent.end());
  return std::make_shared<const CommitCertificate>(certificate->height, certificate->round, certificate->block,
                                                   certificate->voters, std::move(descent));
}

}  // namespace polyclinic::pbft
