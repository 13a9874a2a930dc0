#include "core/learning/job_key.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "code_version.hpp"
#include "core/learning/config_text.hpp"
#include "core/learning/library.hpp"

namespace polyclinic {
namespace {

// Version of what follows: the order and meaning of what a key is made of.
constexpr std::string_view scheme = "polyclinic job key 1";

void put_text(ByteWriter& writer, std::string_view text) {
  writer.put(std::uint64_t{text.size()}).put_bytes(view_of(text));
}

void put_tensor(ByteWriter& writer, const at::Tensor& tensor) {
  writer.put(tensor.defined());
  if (!tensor.defined()) return;
  const at::Tensor numbers = tensor.cpu().contiguous();
  writer.put(numbers.scalar_type()).put(numbers.dim());
  for (const std::int64_t extent : numbers.sizes()) writer.put(extent);
  writer.put(blake2b(ByteView(static_cast<const std::byte*>(numbers.data_ptr()), numbers.nbytes())));
}

template <class Number>
void put_numbers(ByteWriter& writer, const std::vector<Number>& numbers) {
  writer.put(std::uint64_t{numbers.size()}).put_bytes(std::as_bytes(std::span(numbers)));
}

// OpenBLAS's version and the kernels that it chose: "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64".
std::string blas_configuration() {
  using Function = const char* (*)();
  const auto ask = reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, "openblas_get_config"));
  return ask == nullptr ? "" : ask();
}

// The first processor's name and abilities, and those of graphics cards. Kernels are chosen by them.
std::string processors(Device device) {
  std::set<std::string> lines;
  const auto read = [&](const std::filesystem::path& file, std::initializer_list<std::string_view> wanted) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      for (const std::string_view word : wanted) {
        if (line.starts_with(word)) lines.insert(line);
      }
    }
  };
  read("/proc/cpuinfo", {"model name", "cpu family", "model\t", "stepping", "flags", "cache size", "CPU part"});
  if (device == Device::cuda) {
    std::error_code ignored;
    read("/proc/driver/nvidia/version", {"NVRM"});
    for (const auto& card : std::filesystem::directory_iterator("/proc/driver/nvidia/gpus", ignored)) {
      read(card.path() / "information", {"Model"});
    }
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Digest machine_digest(Device device) {
  ByteWriter writer;
  for (const std::string& text : {std::string(scheme), std::string(code_version), library_versions(), blas_in_use(),
                                  blas_configuration(), cpu_kernels(), processors(device)}) {
    put_text(writer, text);
  }
  for (const char* name : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE", "OPENBLAS_CORETYPE"}) {
    const char* value = std::getenv(name);
    put_text(writer, value == nullptr ? "" : value);
  }
  return blake2b(writer.put(device).take());
}

const Digest& machine(Device device) {
  static const Digest cpu = machine_digest(Device::cpu);
  static const Digest cuda = machine_digest(Device::cuda);
  return device == Device::cpu ? cpu : cuda;
}

Digest digest_of(const Dataset& dataset) {
  ByteWriter writer;
  put_tensor(writer, dataset.inputs);
  put_tensor(writer, dataset.labels);
  return blake2b(writer.take());
}

void put_rows(ByteWriter& writer, const Rows& rows, DigestMemo& memo) {
  writer.put(rows.dataset ? memo.of(rows.dataset, [&] { return digest_of(*rows.dataset); }) : Digest{});
  put_tensor(writer, rows.index);
}

void put_collection(ByteWriter& writer, const Collection& collection) {
  writer.put(collection.task.kind).put(collection.task.classes);
  writer.put(collection.shape.channels).put(collection.shape.height).put(collection.shape.width);
  put_numbers(writer, collection.normalization.mean);
  put_numbers(writer, collection.normalization.deviation);
}

}  // namespace

Digest training_key(const TrainingTask& task, Device device, DigestMemo& memo) {
  ByteWriter writer;
  put_text(writer, "training");
  writer.put(machine(device)).put(task.model.identity()).put(task.start.digest());
  put_rows(writer, task.rows, memo);
  put_collection(writer, task.collection);
  put_text(writer, config_text(task.config));
  writer.put(task.round).put(task.rounds).put(task.seed.value());
  writer.put(task.objective.proximal_mu);
  put_tensor(writer, task.objective.gradient_correction);
  put_tensor(writer, task.optimizer.first);
  put_tensor(writer, task.optimizer.second);
  writer.put(task.optimizer.steps).put(task.steps.has_value()).put(task.steps.value_or(0));
  return blake2b(writer.take());
}

Digest prediction_key(const char* purpose, const PredictionTask& task, Device device, DigestMemo& memo) {
  ByteWriter writer;
  put_text(writer, purpose);
  writer.put(machine(device)).put(task.model.identity()).put(task.parameters.digest());
  put_rows(writer, task.rows, memo);
  put_collection(writer, task.collection);
  return blake2b(writer.take());
}

}  // namespace polyclinic
