// Format: the 8 bytes "PCJRNL1\n", then entries. An entry is the length of its payload (8 bytes, little-endian), its kind
// (1 byte), the payload (entry.cpp), and the first 8 bytes of the BLAKE2b-256 of all that.
#include "core/record/journal.hpp"

#include <cstring>
#include <system_error>

#include "core/base/digest.hpp"

namespace polyclinic {

namespace {

constexpr std::string_view header = "PCJRNL1\n";
constexpr std::size_t prefix_size = sizeof(std::uint64_t) + sizeof(EntryKind);
constexpr std::size_t checksum_size = 8;

bool checksum_holds(ByteView entry, ByteView checksum) {
  const Digest digest = blake2b(entry);
  return std::memcmp(digest.bytes.data(), checksum.data(), checksum_size) == 0;
}

// The bytes of the whole entry at the start of `rest`, or none where it is torn or damaged.
ByteView whole_entry(ByteView rest) {
  if (rest.size() < prefix_size + checksum_size) return {};
  ByteReader reader(rest);
  const auto length = reader.get<std::uint64_t>();
  if (length > rest.size() - prefix_size - checksum_size) return {};
  const ByteView entry = rest.first(prefix_size + length);
  return checksum_holds(entry, rest.subspan(entry.size(), checksum_size)) ? entry : ByteView{};
}

}  // namespace

std::filesystem::path journal_path(const std::filesystem::path& result_file) { return result_file.string() + ".journal"; }

Journal::Journal(const std::filesystem::path& path) : file_(path, OutputFile::Existing::keep) {
  require(file_.lock(), "{}: another run is writing this journal right now", path.string());
  file_.truncate(0);
}

void Journal::begin() {
  file_.append(view_of(header));
  size_ = header.size();
}

void Journal::append(const Entry& entry) {
  ByteWriter writer;
  writer.put(static_cast<std::uint64_t>(entry.payload.size())).put(entry.kind).put_bytes(entry.payload);
  Bytes bytes = writer.take();
  const Digest digest = blake2b(bytes);
  const ByteView checksum = std::as_bytes(std::span(digest.bytes)).first(checksum_size);
  bytes.insert(bytes.end(), checksum.begin(), checksum.end());
  try {
    file_.append(bytes);
  } catch (const Error&) {
    file_.truncate(size_);
    throw;
  }
  size_ += bytes.size();
}

void Journal::remove() {
  std::error_code failure;
  std::filesystem::remove(file_.path(), failure);
  require(!failure, "{}: cannot remove the journal: {}", file_.path().string(), failure.message());
}

Replay replay_journal(const std::filesystem::path& path) {
  const Bytes bytes = read_file(path);
  Replay replay;
  replay.bytes_total = bytes.size();
  ByteView rest = bytes;
  replay.begun = rest.size() >= header.size() && std::memcmp(rest.data(), header.data(), header.size()) == 0;
  if (!replay.begun) return replay;
  rest = rest.subspan(header.size());
  for (ByteView entry = whole_entry(rest); !entry.empty(); entry = whole_entry(rest)) {
    try {
      apply(replay.data, static_cast<EntryKind>(entry[prefix_size - 1]), entry.subspan(prefix_size));
    } catch (const Error&) {
      break;  // whole, but of a kind or content that this version does not know: what follows may depend on it
    }
    ++replay.entries;
    rest = rest.subspan(entry.size() + checksum_size);
  }
  replay.bytes_read = bytes.size() - rest.size();
  return replay;
}

}  // namespace polyclinic
