// Parameters under their names load into PyTorch and give the same logits there.
#include <ATen/ops/empty_like.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/error.hpp"
#include "core/learning/model.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr int no_torch = 77;

void write(const std::filesystem::path& file, const at::Tensor& numbers) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(numbers.data_ptr<float>()), numbers.numel() * static_cast<std::streamsize>(sizeof(float)));
}

at::Tensor read(const std::filesystem::path& file, const at::Tensor& alike) {
  at::Tensor numbers = at::empty_like(alike);
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(numbers.data_ptr<float>()), numbers.numel() * static_cast<std::streamsize>(sizeof(float)));
  return numbers;
}

void write_names(const std::filesystem::path& file, const Layout& layout) {
  std::ofstream text(file);
  for (const TensorSpec& tensor : layout.tensors()) {
    text << tensor.name;
    for (const std::int64_t extent : tensor.shape) text << ' ' << extent;
    text << '\n';
  }
}

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("polyclinic-export-{}", getpid());
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

// Random buffers too: fresh ones (mean 0, variance 1) would hide an exchange of the two.
at::Tensor numbers_for(const Model& model) {
  at::Tensor numbers = model.initial(Seed(8)).flat().clone();
  at::Tensor buffers = numbers.narrow(0, model.layout()->weights_size(), numbers.numel() - model.layout()->weights_size());
  buffers.add_(normal({buffers.numel()}, Seed(5)).abs(), 0.1);
  return numbers;
}

void check_in_python(const std::string& kind, const ModelConfig& config) {
  const Folder folder;
  const auto model = make_model(config, {1, 28, 28}, 10);
  const at::Tensor numbers = numbers_for(*model);
  const at::Tensor inputs = normal({5, 1, 28, 28}, Seed(6));
  write_names(folder.path / "tensors", *model->layout());
  write(folder.path / "numbers", numbers);
  write(folder.path / "inputs", inputs);
  const std::string command = fmt::format("/usr/bin/python3 {}/tests/core/learning/load_model.py {} {}", POLYCLINIC_SOURCE_DIR,
                                          folder.path.string(), kind);
  const int status = WEXITSTATUS(std::system(command.c_str()));
  if (status == no_torch || status == 127) {
    MESSAGE("skipped: the system's python3 has no torch");
    return;
  }
  REQUIRE(status == 0);
  const at::Tensor logits = model->forward(model->layout()->views(numbers), inputs, Mode::inference);
  CHECK(largest_difference(read(folder.path / "logits", logits), logits) < 2e-5 * (1.0 + logits.abs().max().item<double>()));
}

}  // namespace

TEST_CASE("logistic loads into PyTorch") { check_in_python("logistic", {.kind = "logistic"}); }
TEST_CASE("mlp loads into PyTorch") { check_in_python("mlp", {.kind = "mlp"}); }
TEST_CASE("lenet loads into PyTorch") { check_in_python("lenet", {.kind = "lenet"}); }
TEST_CASE("lenet_sigmoid loads into PyTorch") { check_in_python("lenet_sigmoid", {.kind = "lenet_sigmoid"}); }
TEST_CASE("cnn loads into PyTorch") { check_in_python("cnn", {.kind = "cnn"}); }
TEST_CASE("cnn with BatchNorm loads into PyTorch") { check_in_python("cnn-batch", {.kind = "cnn", .norm = "batch"}); }
TEST_CASE("cnn with GroupNorm loads into PyTorch") { check_in_python("cnn-group", {.kind = "cnn", .norm = "group"}); }
TEST_CASE("resnet18 loads into PyTorch") { check_in_python("resnet18-batch", {.kind = "resnet18", .norm = "batch"}); }
