// Reading a file that may or may not be gzip-compressed, by zlib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace polyclinic {

class GzipReader {
 public:
  virtual ~GzipReader() = default;
  // Fills `to`; throws Error naming the file where it ends too early or is damaged.
  virtual void read(std::span<std::byte> to) = 0;
  // Throws Error unless all was read; checks the checksum of a compressed file.
  virtual void expect_end() = 0;
  // The most bytes that the file can hold once decompressed: 1032 times its size (the limit of deflate).
  [[nodiscard]] virtual std::int64_t most_bytes() const = 0;
};
[[nodiscard]] std::unique_ptr<GzipReader> open_gzip(const std::filesystem::path& file);

}  // namespace polyclinic
