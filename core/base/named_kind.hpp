// A name that a scenario may use, with a line that says what it is: `polyclinic list` shows them.
#pragma once

#include <string>

namespace polyclinic {

struct NamedKind {
  std::string name;
  std::string description;
};

}  // namespace polyclinic
