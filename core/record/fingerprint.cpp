#include "core/record/fingerprint.hpp"

#include "core/record/entry.hpp"

namespace polyclinic {

namespace {

bool is_under(std::string_view path, std::string_view group) {
  return path.starts_with(group) && (path.size() == group.size() || path[group.size()] == '/');
}

bool is_result(std::string_view path) { return !is_under(path, "/run") && !is_under(path, "/leakage"); }
bool is_leakage(std::string_view path) { return is_under(path, "/leakage"); }

bool says_how_not_what(std::string_view path, std::string_view attribute) {
  return path == "/" && (attribute == "complete" || attribute == "program_version" || attribute == "fingerprint" ||
                         attribute == "leakage_fingerprint");
}

// A list of digests, not one long byte string: nothing large is copied.
class Summary {
 public:
  void add(const Entry& description, ByteView content = {}) {
    writer_.put(description.kind).put(blake2b(description.payload)).put(blake2b(content));
  }
  [[nodiscard]] Digest digest() { return blake2b(writer_.take()); }

 private:
  ByteWriter writer_;
};

Entry shape_entry(std::string_view path, const Array& array) {
  ByteWriter writer;
  put_cell(writer, path);
  writer.put(array.kind);
  for (const std::int64_t extent : array.shape) writer.put(extent);
  return {EntryKind::array, writer.take()};
}

Digest digest_of(const ResultData& data, bool (*belongs)(std::string_view)) {
  Summary summary;
  for (const auto& [path, table] : data.tables) {
    if (belongs(path)) summary.add(table_entry(path, table.columns), table.rows);
  }
  for (const auto& [path, text] : data.texts) {
    if (belongs(path)) summary.add(text_entry(path, text));
  }
  for (const auto& [path, array] : data.arrays) {
    if (belongs(path)) summary.add(shape_entry(path, array), array.values);
  }
  for (const auto& [path, attributes] : data.attributes) {
    for (const auto& [name, value] : attributes) {
      if (belongs(path) && !says_how_not_what(path, name)) summary.add(attribute_entry(path, name, value));
    }
  }
  return summary.digest();
}

}  // namespace

Digest fingerprint(const ResultData& data) { return digest_of(data, is_result); }
Digest leakage_fingerprint(const ResultData& data) { return digest_of(data, is_leakage); }

}  // namespace polyclinic
