#include "sim/batch/local_engine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"
#include "sim/batch/call.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int cannot_execute = 127;  // as a shell reports it
constexpr std::string_view blas_threads = "OPENBLAS_NUM_THREADS=";

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// The end of a child is waited for as a signal that stays pending, so that none is missed between looking and waiting.
class ChildSignals {
 public:
  ChildSignals() {
    sigemptyset(&child_);
    sigaddset(&child_, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_, &before_);
  }
  ~ChildSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  ChildSignals(const ChildSignals&) = delete;
  ChildSignals& operator=(const ChildSignals&) = delete;

  // Returns when a child has ended or an interrupt came, and now and then without a reason.
  void wait() const {
    const timespec longest{.tv_sec = 0, .tv_nsec = 200'000'000};
    sigtimedwait(&child_, nullptr, &longest);
  }
  [[nodiscard]] const sigset_t& mask_before() const { return before_; }

 private:
  sigset_t child_{}, before_{};
};

// A command as execve() takes it: between fork() and execve() nothing may be allocated.
class Program {
 public:
  explicit Program(const std::vector<std::string>& command) : arguments_(command) {
    for (char** variable = environ; *variable != nullptr; ++variable) {
      if (!std::string_view(*variable).starts_with(blas_threads)) variables_.emplace_back(*variable);
    }
    variables_.push_back(std::string(blas_threads) + "1");
    for (std::string& argument : arguments_) argument_pointers_.push_back(argument.data());
    for (std::string& variable : variables_) variable_pointers_.push_back(variable.data());
    argument_pointers_.push_back(nullptr);
    variable_pointers_.push_back(nullptr);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[noreturn]] void become(int output, pid_t parent, const sigset_t& mask) const {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(cannot_execute);  // it died before it could have been noticed
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    execve(argument_pointers_[0], argument_pointers_.data(), variable_pointers_.data());
    constexpr std::string_view complaint = "the program cannot be started\n";
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, complaint.data(), complaint.size());
    _exit(cannot_execute);
  }

 private:
  std::vector<std::string> arguments_, variables_;
  std::vector<char*> argument_pointers_, variable_pointers_;
};

struct Child {
  const BatchRun* run = nullptr;
  pid_t process = 0;
  Clock::time_point begun;
};

// One call of carry_out().
class LocalBatch {
 public:
  LocalBatch(const std::vector<BatchRun>& runs, const BatchObserver& observer, std::size_t jobs)
      : runs_(runs), observer_(observer), jobs_(jobs) {}
  ~LocalBatch() {
    end_children();
    for (const Child& child : children_) waitpid(child.process, nullptr, 0);
  }
  LocalBatch(const LocalBatch&) = delete;
  LocalBatch& operator=(const LocalBatch&) = delete;

  std::vector<BatchOutcome> operator()() {
    while (true) {
      if (interrupt_requested() && !interrupted_) interrupt();
      while (!interrupted_ && next_ < runs_.size() && children_.size() < jobs_) start(runs_[next_++]);
      if (children_.empty()) return std::move(outcomes_);
      signals_.wait();
      collect();
    }
  }

 private:
  void interrupt() {
    interrupted_ = true;
    end_children();
  }

  void end_children() const {
    for (const Child& child : children_) kill(-child.process, SIGTERM);
  }

  void start(const BatchRun& run) {
    std::filesystem::remove(run.status);
    const OutputFile log(run.log, OutputFile::Existing::truncate);
    const Program program(run.command);
    const pid_t parent = getpid();
    const pid_t process = fork();
    if (process == 0) program.become(log.descriptor(), parent, signals_.mask_before());
    require(process > 0, "{}: cannot start a process: {}", run.name, std::strerror(errno));
    setpgid(process, process);  // here too: it may be signalled before it has come to do so itself
    children_.push_back({&run, process, Clock::now()});
    if (observer_.started) observer_.started(run.name);
  }

  void collect() {
    for (std::size_t i = 0; i < children_.size();) {
      int status = 0;
      rusage usage{};
      if (wait4(children_[i].process, &status, WNOHANG, &usage) <= 0) {
        ++i;
        continue;
      }
      const Child child = children_[i];
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
      ended(child, status, usage);
    }
  }

  void ended(const Child& child, int status, const rusage& usage) {
    BatchOutcome outcome;
    outcome.name = child.run->name;
    outcome.wall_s = std::chrono::duration<double>(Clock::now() - child.begun).count();
    outcome.cpu_s = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    outcome.status = shell_status(status);
    if (!interrupted_ || outcome.status == 0) {
      replace_file(child.run->status, view_of(fmt::format("{}\n", outcome.status)));
    }
    outcomes_.push_back(outcome);
    if (observer_.ended) observer_.ended(outcome);
  }

  const std::vector<BatchRun>& runs_;
  const BatchObserver& observer_;
  std::size_t jobs_;
  ChildSignals signals_;
  std::size_t next_ = 0;
  bool interrupted_ = false;
  std::vector<Child> children_;
  std::vector<BatchOutcome> outcomes_;
};

class LocalEngine : public Engine {
 public:
  explicit LocalEngine(std::int64_t jobs) : jobs_(static_cast<std::size_t>(jobs)) {}

  std::vector<BatchOutcome> carry_out(const std::vector<BatchRun>& runs, const BatchObserver& observer) override {
    return LocalBatch(runs, observer, jobs_)();
  }

 private:
  std::size_t jobs_;
};

}  // namespace

std::unique_ptr<Engine> make_local_engine(const BatchOptions& options) {
  require(options.wait, "the local engine's runs end with the program that started them: it cannot go before them");
  return std::make_unique<LocalEngine>(options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace polyclinic
