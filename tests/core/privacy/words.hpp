// What an error said.
#pragma once

#include <string>

#include "core/base/error.hpp"

namespace polyclinic::testing {

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace polyclinic::testing
