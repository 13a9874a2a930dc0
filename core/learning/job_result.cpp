#include "core/learning/job_result.hpp"

#include <ATen/ops/empty.h>

#include <cstring>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::uint64_t undefined = ~std::uint64_t{0};

void put_tensor(ByteWriter& writer, const at::Tensor& tensor) {
  if (!tensor.defined()) {
    writer.put(undefined);
    return;
  }
  const at::Tensor numbers = tensor.contiguous();
  writer.put(static_cast<std::uint64_t>(numbers.numel()));
  writer.put_bytes(std::as_bytes(std::span(numbers.data_ptr<float>(), static_cast<std::size_t>(numbers.numel()))));
}

at::Tensor get_tensor(ByteReader& reader) {
  const auto size = reader.get<std::uint64_t>();
  if (size == undefined) return {};
  require(size < (std::uint64_t{1} << 40), "a kept result has {} numbers", size);
  const ByteView numbers = reader.get_bytes(size * sizeof(float));
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(size)}, at::kFloat);
  if (size > 0) std::memcpy(tensor.data_ptr<float>(), numbers.data(), numbers.size());
  return tensor;
}

void require_end(const ByteReader& reader) { require(reader.empty(), "a kept result is longer than it should be"); }

}  // namespace

// A structure's members are named one by one: one that it gets later does not compile until it is kept, too.
Bytes encode_training(const TrainResult& result) {
  const auto& [parameters, optimizer, mean_loss, samples, steps, lr, share] = result;
  const auto& [first, second, steps_so_far] = optimizer;
  ByteWriter writer;
  put_tensor(writer, parameters.flat());
  put_tensor(writer, first);
  put_tensor(writer, second);
  writer.put(steps_so_far).put(mean_loss).put(samples).put(steps).put(lr).put(share);
  return writer.take();
}

TrainResult decode_training(ByteView bytes, const std::shared_ptr<const Layout>& layout) {
  ByteReader reader(bytes);
  TrainResult result;
  at::Tensor flat = get_tensor(reader);
  require(flat.defined() && flat.numel() == layout->size(), "a kept result belongs to a model of another size");
  result.parameters = ParameterSet(layout, std::move(flat));
  result.optimizer.first = get_tensor(reader);
  result.optimizer.second = get_tensor(reader);
  result.optimizer.steps = reader.get<std::int64_t>();
  result.mean_loss = reader.get<double>();
  result.samples = reader.get<std::int64_t>();
  result.steps = reader.get<std::int64_t>();
  result.lr = reader.get<double>();
  result.share = reader.get<double>();
  require_end(reader);
  return result;
}

Bytes encode_metrics(const Metrics& metrics) {
  const auto& [loss, accuracy, auc, f1, rows] = metrics;
  return ByteWriter().put(loss).put(accuracy).put(auc).put(f1).put(rows).take();
}

Metrics decode_metrics(ByteView bytes) {
  ByteReader reader(bytes);
  Metrics metrics;
  metrics.loss = reader.get<double>();
  metrics.accuracy = reader.get<double>();
  metrics.auc = reader.get<double>();
  metrics.f1 = reader.get<double>();
  metrics.rows = reader.get<std::int64_t>();
  require_end(reader);
  return metrics;
}

Bytes encode_table(const at::Tensor& table) {
  ByteWriter writer;
  writer.put(table.size(0)).put(table.size(1));
  put_tensor(writer, table);
  return writer.take();
}

at::Tensor decode_table(ByteView bytes) {
  ByteReader reader(bytes);
  const auto rows = reader.get<std::int64_t>();
  const auto outputs = reader.get<std::int64_t>();
  const at::Tensor flat = get_tensor(reader);
  require_end(reader);
  require(rows >= 0 && outputs > 0 && flat.defined() && flat.numel() == rows * outputs, "a kept table has no such shape");
  return flat.view({rows, outputs});
}

}  // namespace polyclinic
