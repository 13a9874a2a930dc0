#include "core/data/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_shrinking = 1032;  // zlib's "Technical Details"
constexpr std::size_t most_at_once = 1U << 30U;

class ZlibReader final : public GzipReader {
 public:
  explicit ZlibReader(const std::filesystem::path& file) : file_(file.string()), gz_(gzopen(file_.c_str(), "rb"), gzclose) {
    require(gz_ != nullptr && !std::filesystem::is_directory(file), "{} cannot be read", file_);
    most_bytes_ = static_cast<std::int64_t>(std::filesystem::file_size(file)) * most_shrinking;
    gzbuffer(gz_.get(), 1U << 18U);
  }

  void read(std::span<std::byte> to) override {
    while (!to.empty()) {
      const int got = gzread(gz_.get(), to.data(), static_cast<unsigned>(std::min(to.size(), most_at_once)));
      require(got > 0, "{} is truncated or damaged: {} bytes are missing{}", file_, to.size(), complaint());
      to = to.subspan(static_cast<std::size_t>(got));
    }
  }

  void expect_end() override {
    char beyond = 0;
    const int got = gzread(gz_.get(), &beyond, 1);
    require(got <= 0, "{} has more bytes than its header promises", file_);
    int code = Z_OK;
    gzerror(gz_.get(), &code);
    require(got == 0 && code == Z_OK, "{} is truncated or damaged{}", file_, complaint());
  }

  [[nodiscard]] std::int64_t most_bytes() const override { return most_bytes_; }

 private:
  [[nodiscard]] std::string complaint() const {
    int code = Z_OK;
    const char* text = gzerror(gz_.get(), &code);
    return code == Z_OK ? "" : fmt::format(" ({})", text);
  }

  std::string file_;
  std::unique_ptr<gzFile_s, decltype(&gzclose)> gz_;
  std::int64_t most_bytes_ = 0;
};

}  // namespace

std::unique_ptr<GzipReader> open_gzip(const std::filesystem::path& file) { return std::make_unique<ZlibReader>(file); }

}  // namespace polyclinic
