#include "sim/cli/documents.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"

namespace polyclinic {

void add_completion(CLI::App& app, int& status) {
  CLI::App* completion = app.add_subcommand("completion", "print a script that completes commands in a shell");
  const auto shell = std::make_shared<std::string>("bash");
  completion->add_option("shell", *shell, "bash")->check(CLI::IsMember({"bash"}));
  completion->callback([&app, &status] {
    fmt::print("{}", bash_completion(app));
    status = 0;
  });
  add_examples(*completion,
               {{"complete in this shell; the Debian package does it for all", "source <(polyclinic completion bash)"}});
}

void add_man(CLI::App& app, int& status) {
  CLI::App* man = app.add_subcommand("man", "print the manual page");
  man->group("");  // for the build, and for who has no page installed
  man->callback([&app, &status] {
    fmt::print("{}", man_page(app, POLYCLINIC_VERSION));
    status = 0;
  });
}

}  // namespace polyclinic
