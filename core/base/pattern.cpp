#include "core/base/pattern.hpp"

namespace polyclinic {

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t read = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (read < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = read;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == name[read])) {
      ++at;
      ++read;
    } else if (star != std::string_view::npos) {  // only the last star need ever take more: the earlier ones are settled
      at = star + 1;
      read = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace polyclinic
