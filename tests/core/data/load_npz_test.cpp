#include "core/data/loaders.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// Two training rows and one each of validation and test: `pixels` a row of shape `shape` (as NumPy writes it, with n for
// the rows), labels of `columns` each.
Entries archive(const std::string& shape, std::int64_t pixels, std::int64_t columns, int classes) {
  Entries entries;
  for (const auto& [part, rows] : {std::pair{"train", 4}, std::pair{"val", 2}, std::pair{"test", 2}}) {
    std::string whole = shape;
    whole.replace(whole.find('n'), 1, std::to_string(rows));
    entries.emplace_back(std::string(part) + "_images", npy("|u1", whole, counting(rows * pixels, 251)));
    entries.emplace_back(std::string(part) + "_labels",
                         npy("|u1", fmt::format("({}, {})", rows, columns), counting(rows * columns, classes)));
  }
  return entries;
}

void replace(Entries& entries, const std::string& name, const std::string& bytes) {
  for (auto& [entry, content] : entries)
    if (entry == name) content = bytes;
}

DataConfig npz_at(const std::string& file) {
  DataConfig config;
  config.dataset = "npz";
  config.path = file;
  return config;
}

// The known set, without its checksums: what remains is what the file must look like.
Collection load_as(const std::string& name, const TemporaryFolder& folder, std::int64_t size = 28) {
  DataConfig config;
  config.dataset = name;
  config.size_pixels = size;
  auto known = find_known_set(name);
  for (KnownFile& file : known->files) file.md5.clear();
  return load_npz({config, folder.paths(), known, Seed(1)});
}

std::string complaint(const Entries& entries) {
  const TemporaryFolder folder;
  write_npz(folder / "some.npz", entries);
  return error_of([&] { (void)load_collection(npz_at("some.npz"), folder.paths(), seeds()); });
}

}  // namespace

TEST_CASE("grey images of two classes are a binary task") {
  const TemporaryFolder folder;
  write_npz(folder / "some.npz", archive("(n, 28, 28)", 784, 1, 2));
  const Collection data = load_collection(npz_at("some.npz"), folder.paths(), seeds());
  CHECK(data.task.kind == TaskKind::binary);
  CHECK(data.shape == InputShape{1, 28, 28});
  CHECK(data.train->size() == 4);
  CHECK(data.validation->size() == 2);
  CHECK(data.test->size() == 2);
  CHECK(data.train->inputs[1][0][0][0].item<int>() == 784 % 251);
  CHECK(data.train->labels.equal(at::tensor({0, 1, 0, 1}, at::kLong)));
}

TEST_CASE("colour images become channels first") {
  const TemporaryFolder folder;
  write_npz(folder / "retinamnist.npz", archive("(n, 28, 28, 3)", 28 * 28 * 3, 1, 5));
  const Collection data = load_as("retinamnist", folder);
  CHECK(data.task.kind == TaskKind::ordinal);
  CHECK(data.task.classes == 5);
  CHECK(data.shape == InputShape{3, 28, 28});
  // Row 0, pixel (0, 1) is bytes 3, 4 and 5 of the file.
  CHECK(data.train->inputs.select(0, 0).select(1, 0).select(1, 1).equal(at::tensor(std::vector<std::uint8_t>{3, 4, 5})));
}

TEST_CASE("several labels a row are a multi-label task") {
  const TemporaryFolder folder;
  write_npz(folder / "chestmnist_64.npz", archive("(n, 64, 64)", 64 * 64, 14, 2));
  const Collection data = load_as("chestmnist", folder, 64);
  CHECK(data.task.kind == TaskKind::multi_label);
  CHECK(data.train->labels.size(1) == 14);
  CHECK((data.train->labels.scalar_type() == at::kFloat));
}

TEST_CASE("sizes 64, 128 and 224 are files of their own, others do not exist") {
  const TemporaryFolder folder;
  write_npz(folder / "breastmnist_128.npz", archive("(n, 128, 128)", 128 * 128, 1, 2));
  CHECK(load_as("breastmnist", folder, 128).shape == InputShape{1, 128, 128});
  CHECK(contains(error_of([&] { (void)load_as("breastmnist", folder, 32); }), "28, 64, 128 and 224"));
  CHECK(contains(error_of([&] { (void)load_as("breastmnist", folder, 224); }), "breastmnist_224.npz not found"));
}

TEST_CASE("a known set whose images have another size or colour is refused") {
  const TemporaryFolder folder;
  write_npz(folder / "breastmnist.npz", archive("(n, 32, 32)", 32 * 32, 1, 2));
  CHECK(contains(error_of([&] { (void)load_as("breastmnist", folder); }),
                 "1 channels of 32 x 32 pixels, expected 1 of 28 x 28"));
}

TEST_CASE("arrays of another type or shape are refused") {
  Entries entries = archive("(n, 28, 28)", 784, 1, 2);
  replace(entries, "train_images", npy("<f4", "(4, 14, 14)", counting(4 * 784, 200)));
  CHECK(contains(complaint(entries), "train_images: images must be uint8"));
  CHECK(contains(complaint(archive("(n, 784)", 784, 1, 2)), "shape (4, 784), expected (n, height, width)"));
  CHECK(contains(complaint(archive("(n, 28, 14, 2)", 784, 1, 2)), "expected (n, height, width) or (n, height, width, 3)"));
  replace(entries, "train_images", npy("|u1", "(3, 28, 28)", counting(3 * 784, 200)));
  CHECK(contains(complaint(entries), "train has 3 images and 4 labels"));
}

TEST_CASE("labels out of range or of another type are refused") {
  Entries entries = archive("(n, 28, 28)", 784, 1, 2);
  replace(entries, "test_labels", npy("|u1", "(2, 1)", std::string("\0\7", 2)));
  CHECK(contains(complaint(entries), "test_labels: row 1 has label 7, allowed are 0 to 1"));
  replace(entries, "test_labels", npy("|i1", "(2, 1)", std::string("\xff\0", 2)));
  CHECK(contains(complaint(entries), "test_labels: row 0 has label -1"));
  replace(entries, "test_labels", npy("<f4", "(2, 1)", std::string(8, '\0')));
  CHECK(contains(complaint(entries), "labels must be integers"));
}

TEST_CASE("archives that lack arrays, or rows, say which") {
  Entries entries = archive("(n, 28, 28)", 784, 1, 2);
  entries.erase(entries.begin() + 1);
  CHECK(contains(complaint(entries), "has no array train_labels; it has train_images.npy, val_images.npy"));
  entries = archive("(n, 28, 28)", 784, 1, 2);
  replace(entries, "train_images", npy("|u1", "(0, 28, 28)", ""));
  replace(entries, "train_labels", npy("|u1", "(0, 1)", ""));
  CHECK(contains(complaint(entries), "has no rows"));
}

TEST_CASE("wherever an archive is cut off or damaged, one error names the file") {
  const TemporaryFolder folder;
  write_npz(folder / "whole.npz", archive("(n, 28, 28)", 784, 1, 2));
  const std::string whole = file_bytes(folder / "whole.npz");
  for (std::size_t length = 0; length < whole.size(); length += whole.size() / 23) {
    write_file(folder / "cut.npz", whole.substr(0, length));
    CHECK(contains(error_of([&] { (void)load_collection(npz_at("cut.npz"), folder.paths(), seeds()); }), "cut.npz"));
  }
  std::string damaged = whole;
  damaged[200] = static_cast<char>(damaged[200] ^ 0x55);
  write_file(folder / "damaged.npz", damaged);
  CHECK(contains(error_of([&] { (void)load_collection(npz_at("damaged.npz"), folder.paths(), seeds()); }), "damaged.npz"));
}

// An entry of a few bytes that claims to hold 3.5 GB must be refused before memory is asked for.
TEST_CASE("an entry that claims more than its compressed bytes can hold is refused") {
  const TemporaryFolder folder;
  write_npz(folder / "bomb.npz", archive("(n, 28, 28)", 784, 1, 2));
  std::string bytes = file_bytes(folder / "bomb.npz");
  for (std::size_t at = bytes.find("PK\1\2"); at != std::string::npos; at = bytes.find("PK\1\2", at + 4))
    bytes.replace(at + 24, 4, "\xff\xff\xff\xd0");  // the uncompressed size in the central directory
  for (std::size_t at = bytes.find("PK\3\4"); at != std::string::npos; at = bytes.find("PK\3\4", at + 4))
    bytes.replace(at + 22, 4, "\xff\xff\xff\xd0");  // and in the local header
  write_file(folder / "bomb.npz", bytes);
  CHECK(contains(error_of([&] { (void)load_collection(npz_at("bomb.npz"), folder.paths(), seeds()); }), "cannot hold"));
}
