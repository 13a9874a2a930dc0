// Tables of fixed width for a terminal, and numbers as people write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

class TextTable {
 public:
  // The first `left_aligned` columns are text, the rest numbers, aligned at their right edge.
  TextTable(std::vector<std::string> header, std::size_t left_aligned);
  void add(std::vector<std::string> cells);  // as many as the header's
  // Lines that each begin with `indent` and end with a newline, a rule below the header.
  [[nodiscard]] std::string str(std::string_view indent = "") const;

 private:
  std::vector<std::vector<std::string>> lines_;
  std::size_t left_aligned_;
};

[[nodiscard]] std::string score_text(double score);      // "0.8731"; "-" for NaN
[[nodiscard]] std::string bytes_text(double bytes);      // "58.5 kB": powers of 1000, three digits; "-" for NaN
[[nodiscard]] std::string duration_text(double seconds); // "12.3 s", "34 min 12 s", "5 h 02 min", "3 d 04 h"; "-" for NaN

}  // namespace polyclinic
