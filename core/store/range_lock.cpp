#include "core/store/range_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <utility>

namespace polyclinic {

// Locks of open file descriptions, not of processes: threads, each with a description of its own, then exclude one another, too.
RangeLock::RangeLock(const std::filesystem::path& file, std::uint64_t byte)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) return;
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(byte % static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()));
  range.l_len = 1;
  while (::fcntl(descriptor_, F_OFD_SETLKW, &range) != 0 && errno == EINTR) continue;
}

RangeLock::~RangeLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RangeLock::RangeLock(RangeLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace polyclinic
