// Real work on real cores: jobs are pure functions, handed in at once and taken when simulated time has reached their end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/compute/device.hpp"

namespace polyclinic {

// What a second of a worker's time went into; summed per phase for `/run`.
enum class Phase { training, evaluation, aggregation, sharing };

// Seconds of worker time by phase, over all workers.
using PhaseSeconds = std::map<Phase, double>;

// Work of higher urgency starts first; equal urgency runs in the order of submission. A job may wait for the result of
// another only if that one was submitted earlier with at least the same urgency.
enum class Urgency { background, simulation };

// The result of a job, to be waited for. Copies share the one result.
template <class T>
class Job {
 public:
  // Blocks until the job is done; rethrows what it threw. The result lives as long as a Job refers to it.
  [[nodiscard]] const T& get() const;

 private:
  friend class Pool;
  struct State;
  std::shared_ptr<State> state_;
};

class Pool {
 public:
  explicit Pool(int threads, Device device = Device::cpu);  // threads >= 1
  ~Pool();                                                   // drops what has not started, waits for what has
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  template <class Function>
  [[nodiscard]] auto submit(Urgency urgency, Function function) -> Job<std::invoke_result_t<Function>>;

  [[nodiscard]] Device device() const { return device_; }
  [[nodiscard]] int threads() const { return static_cast<int>(workers_.size()); }

  // Measures the enclosing scope of a job as `phase`; nested timers count once, for the innermost.
  class Timer;
  [[nodiscard]] PhaseSeconds seconds() const;

 private:
  void enqueue(Urgency urgency, std::function<void()> work);
  void work();

  Device device_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<Urgency, std::deque<std::function<void()>>, std::greater<>> queues_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace polyclinic
