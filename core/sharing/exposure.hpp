// Which coordinates an institution has published at least once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace polyclinic {

class Exposure {
 public:
  void add(std::int64_t dimension, std::span<const std::uint32_t> places);  // each below `dimension`
  void add_all(std::int64_t dimension);
  [[nodiscard]] std::int64_t count() const { return count_; }               // distinct ones

 private:
  std::vector<std::uint64_t> words_;  // a bit for each; empty where none or all are exposed
  std::int64_t count_ = 0;
};

}  // namespace polyclinic
