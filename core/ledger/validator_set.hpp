// A set of a chain's validators, a bit each: counting votes is most of what large committees do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/ids.hpp"

namespace polyclinic {

class ValidatorSet {
 public:
  ValidatorSet() = default;
  explicit ValidatorSet(std::int64_t validators) : words_(static_cast<std::size_t>(validators + 63) / 64) {}

  // Whether it was not in the set before. `node` is one of the validators counted at construction.
  bool insert(NodeId node) {
    std::uint64_t& word = words_[static_cast<std::size_t>(node.value) / 64];
    const std::uint64_t bit = bit_of(node);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    size_ += is_new;
    return is_new;
  }
  [[nodiscard]] bool contains(NodeId node) const {
    const auto word = static_cast<std::size_t>(node.value) / 64;
    return node.value >= 0 && word < words_.size() && (words_[word] & bit_of(node)) != 0;
  }
  [[nodiscard]] std::int64_t size() const { return size_; }
  bool operator==(const ValidatorSet&) const = default;

 private:
  [[nodiscard]] static std::uint64_t bit_of(NodeId node) {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(node.value) % 64);
  }

  std::vector<std::uint64_t> words_;
  std::int64_t size_ = 0;
};

}  // namespace polyclinic
