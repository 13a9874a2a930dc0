// Another program, called for its answer.
#pragma once

#include <string>
#include <vector>

namespace polyclinic {

struct CommandAnswer {
  int status = 0;         // exit status; 128 + N where signal N ended it; 127 where there is no such program
  std::string printed;    // on its standard output
  std::string complaint;  // on its standard error, without space at its ends
};

// Looks for command[0] along PATH, gives it nothing to read and waits for it. Ctrl-C on a terminal does not reach it: what it
// began on a cluster would otherwise remain unknown. Throws Error where no process can be started at all.
[[nodiscard]] CommandAnswer call(const std::vector<std::string>& command);

// What waitpid() tells of an ended process, as a shell reports it: its exit status; 128 + N where signal N ended it.
[[nodiscard]] int shell_status(int wait_status);

}  // namespace polyclinic
