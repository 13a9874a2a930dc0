#include <ATen/ops/empty.h>
#include <zip.h>

#include <memory>
#include <string>

#include "core/base/error.hpp"
#include "core/data/npy.hpp"

namespace polyclinic {
namespace {

// Deflate shrinks by 1032:1 at the very most (zlib's "Technical Details"); an entry that claims more is a bomb.
constexpr std::uint64_t most_shrinking = 1032;
constexpr std::uint64_t slack_bytes = 1U << 16U;

using ZipPointer = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using EntryPointer = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

std::string open_error(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

class LibzipArchive final : public NpzArchive {
 public:
  explicit LibzipArchive(const std::filesystem::path& file) : file_(file.string()), zip_(nullptr, zip_discard) {
    int code = 0;
    zip_.reset(zip_open(file_.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
    require(zip_ != nullptr, "{} is not a readable .npz archive (truncated or damaged?): {}", file_, open_error(code));
  }

  [[nodiscard]] bool has(std::string_view array) const override {
    return zip_name_locate(zip_.get(), entry_name(array).c_str(), 0) >= 0;
  }

  [[nodiscard]] at::Tensor read(std::string_view array) const override {
    require(has(array), "{} has no array {}; it has {}", file_, array, names());
    return parse_npy(bytes_of(entry_name(array)), fmt::format("{}: {}", file_, array));
  }

 private:
  static std::string entry_name(std::string_view array) { return std::string(array) + ".npy"; }

  [[nodiscard]] std::string names() const {
    std::string text;
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip_.get(), 0); ++i) {
      const char* name = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
      text += (text.empty() ? "" : ", ") + std::string(name == nullptr ? "?" : name);
    }
    return text.empty() ? "nothing" : text;
  }

  [[nodiscard]] std::int64_t size_of(const std::string& entry) const {
    zip_stat_t stat;
    zip_stat_init(&stat);
    require(zip_stat(zip_.get(), entry.c_str(), 0, &stat) == 0, "{}: {}: {}", file_, entry, zip_strerror(zip_.get()));
    require(stat.size / most_shrinking <= stat.comp_size + slack_bytes / most_shrinking,
            "{}: {} claims {} bytes, which its {} compressed bytes cannot hold", file_, entry, stat.size, stat.comp_size);
    return static_cast<std::int64_t>(stat.size);
  }

  [[nodiscard]] at::Tensor bytes_of(const std::string& entry) const {
    at::Tensor bytes = at::empty({size_of(entry)}, at::kByte);
    const EntryPointer open(zip_fopen(zip_.get(), entry.c_str(), 0), zip_fclose);
    require(open != nullptr, "{}: {} cannot be opened: {}", file_, entry, zip_strerror(zip_.get()));
    auto* to = bytes.data_ptr<std::uint8_t>();
    std::int64_t filled = 0;
    while (filled < bytes.numel()) {
      const zip_int64_t got = zip_fread(open.get(), to + filled, static_cast<zip_uint64_t>(bytes.numel() - filled));
      require(got > 0, "{}: {} ends after {} of {} bytes: {}", file_, entry, filled, bytes.numel(),
              zip_file_strerror(open.get()));
      filled += got;
    }
    check_end(open.get(), entry);
    return bytes;
  }

  // The archive's own checksum is only compared when the end is reached, hence one read too many.
  void check_end(zip_file_t* open, const std::string& entry) const {
    char beyond = 0;
    require(zip_fread(open, &beyond, 1) == 0, "{}: {} is damaged: {}", file_, entry, zip_file_strerror(open));
  }

  std::string file_;
  ZipPointer zip_;
};

}  // namespace

std::unique_ptr<NpzArchive> open_npz(const std::filesystem::path& file) { return std::make_unique<LibzipArchive>(file); }

}  // namespace polyclinic
