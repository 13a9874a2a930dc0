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
                         attribute == "leakage_fingerprint" || attribute == "scenario_digest");
}

// Where the probes begin in a scenario's text; its end where there are none.
std::size_t probes_begin(const std::string& scenario) {
  const std::size_t first = scenario.find("\n[[probe]]");
  return first == std::string::npos ? scenario.size() : first;
}

constexpr std::string_view scenario_path = "/scenario";

// One half of a result: what it holds, and what of the scenario belongs to it.
struct Half {
  bool (*holds)(std::string_view path);
  std::string (*of_scenario)(const std::string& text);
};

constexpr Half learning{is_result, [](const std::string& text) { return text.substr(0, probes_begin(text)); }};
constexpr Half leakage{is_leakage, [](const std::string& text) { return text.substr(probes_begin(text)); }};

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

Digest digest_of(const ResultData& data, const Half& half) {
  Summary summary;
  for (const auto& [path, table] : data.tables) {
    if (half.holds(path)) summary.add(table_entry(path, table.columns), table.rows);
  }
  for (const auto& [path, text] : data.texts) {
    if (path == scenario_path) {
      summary.add(text_entry(path, half.of_scenario(text)));
    } else if (half.holds(path)) {
      summary.add(text_entry(path, text));
    }
  }
  for (const auto& [path, array] : data.arrays) {
    if (half.holds(path)) summary.add(shape_entry(path, array), array.values);
  }
  for (const auto& [path, attributes] : data.attributes) {
    for (const auto& [name, value] : attributes) {
      if (half.holds(path) && !says_how_not_what(path, name)) summary.add(attribute_entry(path, name, value));
    }
  }
  return summary.digest();
}

}  // namespace

Digest fingerprint(const ResultData& data) { return digest_of(data, learning); }
Digest leakage_fingerprint(const ResultData& data) { return digest_of(data, leakage); }

}  // namespace polyclinic
