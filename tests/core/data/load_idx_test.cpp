#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include "core/data/loaders.hpp"
#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

constexpr const char* test_images = "t10k-images-idx3-ubyte";
constexpr const char* test_labels = "t10k-labels-idx1-ubyte";

// Three training and two test images of 2 x 2 pixels, three classes; the training files compressed, the others plain.
struct Folder {
  Folder() {
    write_gzip(files / "set/train-images-idx3-ubyte.gz", idx(3, {3, 2, 2}, counting(12, 250)));
    write_gzip(files / "set/train-labels-idx1-ubyte.gz", idx(1, {3}, counting(3, 3)));
    write_file(files / "set/t10k-images-idx3-ubyte", idx(3, {2, 2, 2}, counting(8, 250)));
    write_file(files / "set/t10k-labels-idx1-ubyte", idx(1, {2}, counting(2, 3)));
  }
  void write(const char* name, const std::string& bytes) const { write_file(files / "set" / name, bytes); }
  [[nodiscard]] Collection load() const {
    DataConfig config;
    config.dataset = "idx";
    config.path = "set";
    return load_collection(config, files.paths(), seeds());
  }
  [[nodiscard]] std::string complaint() const {
    return error_of([&] { (void)load(); });
  }
  struct Files : TemporaryFolder {
    Files() { std::filesystem::create_directories(*this / "set"); }
  } files;
};

}  // namespace

TEST_CASE("IDX files are read, compressed or plain") {
  const Folder folder;
  const Collection data = folder.load();
  CHECK(data.task.classes == 3);
  CHECK(data.shape == InputShape{1, 2, 2});
  CHECK(data.train->inputs[2][0][1][1].item<int>() == 11);
  CHECK(data.train->labels.equal(at::tensor({0, 1, 2}, at::kLong)));
  CHECK(data.test->size() == 2);
  CHECK(data.validation == nullptr);
}

TEST_CASE("an absent file is named with the places where it was looked for") {
  const Folder folder;
  std::filesystem::remove(folder.files / "set" / test_labels);
  CHECK(contains(folder.complaint(), "t10k-labels-idx1-ubyte.gz not found: looked for"));
  CHECK(contains(folder.complaint(), "set/t10k-labels-idx1-ubyte"));
}

TEST_CASE("other magic numbers, sizes and lengths are refused, each naming the file") {
  const Folder folder;
  folder.write(test_images, idx(2, {2, 4}, counting(8, 250)));
  CHECK(contains(folder.complaint(), "begins with 0x00000802, expected 0x00000803"));
  folder.write(test_images, idx(3, {2, 2, 2}, counting(7, 250)));
  CHECK(contains(folder.complaint(), "t10k-images-idx3-ubyte is truncated or damaged: 1 bytes are missing"));
  folder.write(test_images, idx(3, {2, 2, 2}, counting(9, 250)));
  CHECK(contains(folder.complaint(), "more bytes than its header promises"));
  folder.write(test_images, idx(3, {2, 3, 2}, counting(12, 250)));
  CHECK(contains(folder.complaint(), "training images have 2 x 2 pixels, test 3 x 2"));
  folder.write(test_images, idx(3, {1, 2, 2}, counting(4, 250)));
  CHECK(contains(folder.complaint(), "has 1 images"));
  folder.write(test_images, "\0\0");
  CHECK(contains(folder.complaint(), "t10k-images-idx3-ubyte is truncated"));
}

TEST_CASE("a header that claims more than the file can hold is refused before memory is asked for") {
  const Folder folder;
  folder.write(test_images, idx(3, {90'000'000, 60'000, 60'000}, "1234"));
  CHECK(contains(folder.complaint(), "which the file cannot hold"));
  folder.write(test_images, idx(3, {-1, 2, 2}, ""));
  CHECK(contains(folder.complaint(), "claims 4294967295 rows"));
}

TEST_CASE("a test label that training does not know is refused") {
  const Folder folder;
  folder.write(test_labels, idx(1, {2}, std::string("\0\3", 2)));
  CHECK(contains(folder.complaint(), "row 1 has label 3, allowed are 0 to 2"));
}

TEST_CASE("a cut-off or damaged gzip stream is refused wherever the damage is") {
  const Folder folder;
  const std::filesystem::path file = folder.files / "set/train-images-idx3-ubyte.gz";
  const std::string whole = file_bytes(file);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(file, whole.substr(0, length));
    CHECK(contains(folder.complaint(), "train-images-idx3-ubyte.gz"));
  }
  std::string damaged = whole;
  damaged[whole.size() - 6] = static_cast<char>(damaged[whole.size() - 6] ^ 1);  // within the checksum
  write_file(file, damaged);
  CHECK(contains(folder.complaint(), "train-images-idx3-ubyte.gz is truncated or damaged"));
}
