// Dated calls without actors: what reacts to messages but never waits, thousands of chain nodes for instance, would pay for
// an actor's context switches with nothing in return. Calls run in SimGrid's own context and must not block.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "sim/actor.hpp"

namespace simgrid::kernel::timer {
class Timer;
}

namespace polyclinic {

class Agenda {
 public:
  using Call = std::function<void()>;

  // What a call throws becomes the stage's failure.
  explicit Agenda(Stage& stage) : stage_(stage) {}
  ~Agenda();
  Agenda(const Agenda&) = delete;
  Agenda& operator=(const Agenda&) = delete;

  // Calls at simulated time at_s, or at once where that is past; of equal dates in the order in which they were asked for.
  void at(double at_s, Call call);
  // Forgets everything that has not happened yet: the simulation may then end.
  void clear();
  [[nodiscard]] std::uint64_t calls() const { return calls_; }  // made so far

 private:
  struct Entry {
    double at_s;
    std::uint64_t order;
    Call call;
  };
  struct Later {
    bool operator()(const Entry& left, const Entry& right) const {
      return left.at_s != right.at_s ? left.at_s > right.at_s : left.order > right.order;
    }
  };

  void arm();
  void fire();

  Stage& stage_;
  std::priority_queue<Entry, std::vector<Entry>, Later> entries_;
  simgrid::kernel::timer::Timer* timer_ = nullptr;  // SimGrid's, set for the first entry; it deletes itself when it rings
  double armed_s_ = 0.0;
  bool firing_ = false;
  std::uint64_t asked_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace polyclinic
