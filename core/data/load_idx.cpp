// IDX: two zero bytes, a type byte (8: unsigned byte), the number of dimensions, each dimension as 4 bytes, most
// significant first, then the numbers (Y. LeCun's description of the MNIST files).
#include <ATen/ops/empty.h>

#include <array>
#include <memory>
#include <vector>

#include "core/base/error.hpp"
#include "core/data/demand.hpp"
#include "core/data/files.hpp"
#include "core/data/gzip.hpp"
#include "core/data/labels.hpp"
#include "core/data/loaders.hpp"

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t most_rows = 100'000'000;
constexpr std::int64_t most_pixels_a_side = 65'536;

std::int64_t big_endian(std::span<const std::byte> bytes) {
  std::int64_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::int64_t>(byte);
  return value;
}

std::vector<std::int64_t> read_shape(GzipReader& reader, std::size_t dimensions, const std::string& file) {
  std::vector<std::byte> head(4 + 4 * dimensions);
  reader.read(head);
  const std::int64_t expected = 0x0800 + static_cast<std::int64_t>(dimensions);
  const std::int64_t found = big_endian(std::span(head).first(4));
  require(found == expected, "{} is not an IDX file of {}-dimensional bytes: it begins with {:#010x}, expected {:#010x}",
          file, dimensions, found, expected);
  std::vector<std::int64_t> shape;
  for (std::size_t i = 1; i <= dimensions; ++i) shape.push_back(big_endian(std::span(head).subspan(4 * i, 4)));
  return shape;
}

at::Tensor read_idx(const fs::path& path, std::size_t dimensions) {
  const std::unique_ptr<GzipReader> reader = open_gzip(path);
  const std::string file = path.string();
  const std::vector<std::int64_t> shape = read_shape(*reader, dimensions, file);
  std::int64_t bytes = shape.front();
  require(bytes > 0 && bytes <= most_rows, "{} claims {} rows", file, bytes);
  for (std::size_t i = 1; i < shape.size(); ++i) {
    require(shape[i] > 0 && shape[i] <= most_pixels_a_side, "{} claims images of {} pixels a side", file, shape[i]);
    bytes *= shape[i];
  }
  require(bytes <= reader->most_bytes(), "{} is truncated: its header promises {} bytes, which the file cannot hold", file,
          bytes);
  at::Tensor numbers = at::empty(shape, at::kByte);
  reader->read({reinterpret_cast<std::byte*>(numbers.data_ptr<std::uint8_t>()), static_cast<std::size_t>(bytes)});
  reader->expect_end();
  return numbers;
}

// The file called `stem`, compressed or not.
fs::path file_called(const LoadRequest& request, const std::string& stem) {
  if (request.known) return find_known(*request.known, {stem + ".gz", stem}, request.config.path, request.paths);
  demand(!request.config.path.empty(), "data.dataset = \"idx\" needs data.path, the folder of the four IDX files");
  const fs::path folder = find_given(request.config.path, request.paths);
  return find_data({stem + ".gz", stem}, {{folder}}, "");
}

struct PartFiles {
  fs::path images;
  fs::path labels;
};

PartFiles part_files(const LoadRequest& request, const std::string& prefix) {
  return {file_called(request, prefix + "-images-idx3-ubyte"), file_called(request, prefix + "-labels-idx1-ubyte")};
}

std::shared_ptr<const Dataset> read_part(const PartFiles& files, const at::Tensor& raw_labels, const Task& task) {
  const at::Tensor images = read_idx(files.images, 3);
  const at::Tensor labels = checked_labels(raw_labels, task, files.labels.string());
  require(images.size(0) == labels.size(0), "{} has {} images, {} has {} labels", files.images.string(), images.size(0),
          files.labels.string(), labels.size(0));
  return std::make_shared<const Dataset>(Dataset{images.unsqueeze(1), labels, {}});
}

void check_same_size(const Dataset& train, const Dataset& test, const std::string& folder) {
  require(train.inputs.sizes().slice(1) == test.inputs.sizes().slice(1),
          "{}: training images have {} x {} pixels, test {} x {}", folder, train.inputs.size(2), train.inputs.size(3),
          test.inputs.size(2), test.inputs.size(3));
}

}  // namespace

Collection load_idx(const LoadRequest& request) {
  const PartFiles train = part_files(request, "train");
  const PartFiles test = part_files(request, "t10k");
  const at::Tensor train_labels = read_idx(train.labels, 1);
  Collection collection;
  collection.name = request.known ? request.known->name : "idx";
  collection.source = train.images.parent_path().string();
  collection.task = request.known ? request.known->task : task_from_labels(train_labels, train.labels.string());
  collection.train = read_part(train, train_labels, collection.task);
  collection.test = read_part(test, read_idx(test.labels, 1), collection.task);
  check_same_size(*collection.train, *collection.test, collection.source);
  collection.shape = {1, collection.train->inputs.size(2), collection.train->inputs.size(3)};
  return collection;
}

}  // namespace polyclinic
