// Headers of another chain as a light client keeps them: branches, the best of them, and what is final. Which headers are good
// enough to be added is for others to say.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "core/ledger/header_rules.hpp"

namespace polyclinic {

class HeaderTree final : public KnownHeaders {
 public:
  struct Entry {
    Header header;
    double total_difficulty = 0.0;          // of it and its ancestors
  };

  // Holds the genesis, which is final. Keeps headers down to `kept` heights below the final one, and `look_back` more, which
  // nothing may stand on or be proven against, for rules that look back from those. What lies deeper is forgotten now and then,
  // at the latest when half as many again have come, and with it all branches but the best one.
  HeaderTree(ChainId chain, ForkChoice fork_choice, std::uint64_t kept, std::uint64_t look_back);

  [[nodiscard]] const Header* find_header(const Digest& block) const override;
  [[nodiscard]] const Entry* find(const Digest& block) const;  // null when unknown
  // Heights from which headers may be stood on and proven against.
  [[nodiscard]] std::uint64_t floor() const { return floor_; }
  [[nodiscard]] const ForkChoice& fork_choice() const { return fork_choice_; }
  [[nodiscard]] const Digest& best_block() const { return best_.back(); }
  [[nodiscard]] std::uint64_t best_height() const { return base_ + best_.size() - 1; }
  [[nodiscard]] BranchTip best_tip() const;
  // Of the best branch, from floor() to best_height().
  [[nodiscard]] const Digest& at_height(std::uint64_t height) const { return best_[height - base_]; }
  [[nodiscard]] bool is_on_best_branch(const Digest& block) const;
  [[nodiscard]] const Digest& final_block() const { return at_height(final_height_); }
  [[nodiscard]] std::uint64_t final_height() const { return final_height_; }

  // A child of a known header that is not known itself. Where it makes another branch the best one, finality goes back to where
  // that leaves the former; returns by how many heights.
  std::uint64_t add(const Header& header, const Digest& hash);
  // Of the best branch, not below what is final already.
  void finalize(const Digest& block);

 private:
  void move_best(const Digest& tip);
  void forget();

  ForkChoice fork_choice_;
  std::uint64_t kept_;
  std::uint64_t look_back_;
  std::unordered_map<Digest, Entry, DigestHash> entries_;
  std::deque<Digest> best_;                 // the best branch by height, from base_ on
  std::uint64_t base_ = 0;
  std::uint64_t floor_ = 0;
  std::uint64_t final_height_ = 0;          // on the best branch
};

// Headers that are not in the tree yet: each the parent of the next, the first on one of the tree. The tree must outlive it and
// stay as it is.
class Extension final : public KnownHeaders {
 public:
  explicit Extension(const HeaderTree& tree) : tree_(tree) {}
  [[nodiscard]] const Header* find_header(const Digest& block) const override;
  // unknown_parent, or what check_place() says, where the header does not stand on the one before, or, as the first, on one at
  // or above the tree's floor.
  [[nodiscard]] Verdict check_place(const Header& header) const;
  void push(const Header& header, const Digest& hash);

  [[nodiscard]] bool empty() const { return headers_.empty(); }
  [[nodiscard]] const std::deque<Header>& headers() const { return headers_; }
  [[nodiscard]] const std::vector<Digest>& hashes() const { return hashes_; }
  [[nodiscard]] BranchTip tip() const;      // not of an empty one

 private:
  const HeaderTree& tree_;
  std::deque<Header> headers_;              // which stay where they are
  std::vector<Digest> hashes_;
  std::unordered_map<Digest, const Header*, DigestHash> by_hash_;
};

}  // namespace polyclinic
