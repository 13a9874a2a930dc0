// What is wrong with a command line.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace polyclinic {

// One message about the error that parsing ended with: it names what is not known with the nearest name that is, and where
// help can be found.
[[nodiscard]] std::string usage_message(const CLI::App& app, const CLI::ParseError& error);

}  // namespace polyclinic
