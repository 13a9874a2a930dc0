// The program's subcommands, one file each: its options, and what it does with them.
#pragma once

namespace CLI {
class App;
}

namespace polyclinic {

// Each adds its subcommand to the program, which puts the process's exit status into `status`.
void add_new(CLI::App& app, int& status);
void add_run(CLI::App& app, int& status);
void add_sweep(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_show(CLI::App& app, int& status);
void add_report(CLI::App& app, int& status);
void add_verify(CLI::App& app, int& status);
void add_list(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);
void add_man(CLI::App& app, int& status);

}  // namespace polyclinic
