#include "core/learning/job_key.hpp"

#include <ATen/Version.h>
#include <dlfcn.h>
#include <gnu/libc-version.h>

#include <array>
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
constexpr std::string_view scheme = "polyclinic job key 3";

// By which libraries are told to choose other kernels or roundings than they would.
constexpr std::array choices = {"ONEDNN_MAX_CPU_ISA",         "DNNL_MAX_CPU_ISA",
                                "ONEDNN_CPU_ISA_HINTS",       "DNNL_CPU_ISA_HINTS",
                                "ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE",
                                "OPENBLAS_CORETYPE",          "GLIBC_TUNABLES",
                                "NVIDIA_TF32_OVERRIDE",       "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
                                "CUBLAS_WORKSPACE_CONFIG"};

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

// The processors' names and abilities, and the names of graphics cards. Kernels are chosen by them.
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

// LibTorch's own account says with which libraries and kernels it works. The C library has the cosines of augmentation and of
// schedules.
Digest machine_digest(Device device) {
  ByteWriter writer;
  for (const std::string& text :
       {std::string(scheme), std::string(code_version), library_versions(), at::show_config(), blas_in_use(),
        blas_configuration(), std::string(::gnu_get_libc_version()), processors(device)}) {
    put_text(writer, text);
  }
  for (const char* name : choices) {
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

// Here and below a structure's members are named one by one: one that it gets later does not compile until it is dealt with.
void put_collection(ByteWriter& writer, const Collection& collection) {
  const auto& [kind, classes, names_for_people] = collection.task;
  const auto& [channels, height, width] = collection.shape;
  const auto& [mean, deviation] = collection.normalization;
  writer.put(kind).put(classes).put(channels).put(height).put(width);
  put_numbers(writer, mean);
  put_numbers(writer, deviation);
}

void put_objective(ByteWriter& writer, const LocalObjective& objective, DigestMemo& memo) {
  const auto& [proximal_mu, gradient_correction, anchors, prototypes, distillations, mixture, trainable] = objective;
  writer.put(proximal_mu);
  put_tensor(writer, gradient_correction);
  put_tensor(writer, trainable);
  const auto& [other, share, adapts] = mixture;
  put_tensor(writer, other);
  writer.put(share).put(adapts);
  writer.put(std::uint64_t{anchors.size()}).put(std::uint64_t{prototypes.size()}).put(std::uint64_t{distillations.size()});
  for (const auto& [numbers, mask, mu] : anchors) {
    put_tensor(writer, numbers);
    put_tensor(writer, mask);
    writer.put(mu);
  }
  for (const auto& [means, known, weight] : prototypes) {
    put_tensor(writer, means);
    put_tensor(writer, known);
    writer.put(weight);
  }
  for (const auto& [rows, teacher, classes, temperature, weight] : distillations) {
    put_rows(writer, rows, memo);
    put_tensor(writer, teacher);
    put_tensor(writer, classes);
    writer.put(temperature).put(weight);
  }
}

void put_optimizer(ByteWriter& writer, const OptimizerState& optimizer) {
  const auto& [first, second, steps] = optimizer;
  put_tensor(writer, first);
  put_tensor(writer, second);
  writer.put(steps);
}

}  // namespace

Digest training_key(const TrainingTask& task, Device device, DigestMemo& memo) {
  const auto& [model, start, rows, collection, config, round, rounds, seed, objective, optimizer, steps] = task;
  ByteWriter writer;
  put_text(writer, "training");
  writer.put(machine(device)).put(model.identity()).put(start.digest());
  put_rows(writer, rows, memo);
  put_collection(writer, collection);
  put_text(writer, config_text(config));
  writer.put(round).put(rounds).put(seed.value());
  put_objective(writer, objective, memo);
  put_optimizer(writer, optimizer);
  writer.put(steps.has_value()).put(steps.value_or(0));
  return blake2b(writer.take());
}

Digest prediction_key(const char* purpose, const PredictionTask& task, Device device, DigestMemo& memo) {
  const auto& [model, parameters, rows, collection] = task;
  ByteWriter writer;
  put_text(writer, purpose);
  writer.put(machine(device)).put(model.identity()).put(parameters.digest());
  put_rows(writer, rows, memo);
  put_collection(writer, collection);
  return blake2b(writer.take());
}

}  // namespace polyclinic
