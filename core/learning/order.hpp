// In which order a job goes through rows.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/base/seed.hpp"

namespace polyclinic {

// Positions of `rows` rows, batch by batch, round and round, each epoch in an order of its own from seed / "order" / epoch. An
// epoch's last batch, however small, is kept.
class Order {
 public:
  Order(std::int64_t rows, std::int64_t batch_size, Seed seed) : rows_(rows), batch_size_(batch_size), seed_(seed) {}
  [[nodiscard]] at::Tensor next();  // int64, 1-D, on the CPU

 private:
  void shuffle();

  std::int64_t rows_;
  std::int64_t batch_size_;
  Seed seed_;
  at::Tensor order_;
  std::int64_t taken_ = 0;
  std::int64_t epoch_ = 0;
};

}  // namespace polyclinic
