#include "core/store/entry_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"

// The format: magic (8 bytes), key (32), size of the payload (8, little-endian), BLAKE2b-256 of the payload (32), payload.
namespace polyclinic {
namespace {

constexpr std::array<char, 8> magic = {'P', 'C', 'R', 'S', 'L', 'T', '0', '1'};
constexpr std::uint64_t header_bytes = 80;
constexpr std::uint64_t page_bytes = 4096;

// A file that is closed when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Bytes header_of(const Digest& key, ByteView bytes) {
  return ByteWriter().put(magic).put(key).put(std::uint64_t{bytes.size()}).put(blake2b(bytes)).take();
}

// To the nanosecond, where the system's own times move by milliseconds: what was used when would be lost in them.
void touch(int descriptor) {
  std::array<timespec, 2> now{};
  ::clock_gettime(CLOCK_REALTIME, now.data());
  now[1] = now[0];
  ::futimens(descriptor, now.data());
}

bool read_all(int descriptor, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t taken = ::read(descriptor, bytes.data(), bytes.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(taken));
  }
  return true;
}

std::optional<Bytes> checked_payload(int descriptor, std::uint64_t file_bytes, const Digest& key) {
  if (file_bytes < header_bytes) return std::nullopt;
  Bytes header(header_bytes);
  Bytes payload(file_bytes - header_bytes);
  if (!read_all(descriptor, header) || !read_all(descriptor, payload)) return std::nullopt;
  if (header != header_of(key, payload)) return std::nullopt;
  return payload;
}

}  // namespace

std::filesystem::path write_entry(const std::filesystem::path& folder, const Digest& key, ByteView bytes) {
  std::string file = (folder / "XXXXXX").string();
  const Descriptor descriptor(::mkostemp(file.data(), O_CLOEXEC));
  const int number = descriptor.number();
  require(number >= 0, "{}: cannot create files: {}", folder.string(), std::strerror(errno));
  if (write_all(number, header_of(key, bytes)) && write_all(number, bytes) && ::fchmod(number, 0644) == 0) {
    touch(number);
    return file;
  }
  const int reason = errno;
  ::unlink(file.c_str());
  fail("{}: cannot write: {}", folder.string(), std::strerror(reason));
}

ReadEntry read_entry(const std::filesystem::path& file, const Digest& key) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (descriptor.number() < 0 || ::fstat(descriptor.number(), &status) != 0) return {};
  ReadEntry entry{true, checked_payload(descriptor.number(), static_cast<std::uint64_t>(status.st_size), key)};
  if (entry.bytes) touch(descriptor.number());
  return entry;
}

std::uint64_t pages_of(std::uint64_t file_bytes) { return (file_bytes + page_bytes - 1) / page_bytes * page_bytes; }

std::uint64_t entry_bytes(std::uint64_t payload_bytes) { return pages_of(header_bytes + payload_bytes); }

}  // namespace polyclinic
