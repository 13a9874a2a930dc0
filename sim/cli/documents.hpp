// What the program writes about itself, from its own subcommands: it cannot say what it does not do.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace polyclinic {

// polyclinic(1) in groff's man macros.
[[nodiscard]] std::string man_page(const CLI::App& app, const std::string& version);

// A script for bash that completes subcommands, options, their values, files by their ending, and a scenario's keys.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

}  // namespace polyclinic
