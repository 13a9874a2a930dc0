#include "core/learning/order.hpp"

#include <ATen/ops/tensor.h>

#include <algorithm>

namespace polyclinic {

at::Tensor Order::next() {
  if (taken_ == rows_ || !order_.defined()) shuffle();
  const std::int64_t size = std::min(batch_size_, rows_ - taken_);
  taken_ += size;
  return order_.narrow(0, taken_ - size, size);
}

void Order::shuffle() {
  order_ = at::tensor(Random(seed_ / "order" / epoch_++).permutation(rows_), at::kLong);
  taken_ = 0;
}

}  // namespace polyclinic
