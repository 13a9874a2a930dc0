// Real work on real cores: jobs are pure functions, handed in at once and taken when simulated time has reached their end.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/compute/device.hpp"
#include "core/store/result_store.hpp"

namespace polyclinic {

// What a second of a worker's time went into; summed per phase for `/run`.
enum class Phase { training, evaluation, aggregation, sharing, leakage };
inline constexpr std::size_t phases = 5;

// Seconds of worker time by phase, over all workers.
using PhaseSeconds = std::array<double, phases>;

// Jobs of the simulation start before background ones (baselines); equals run in the order of submission. A job may wait
// for the result of another only if that one was submitted earlier with at least the same urgency.
enum class Urgency { background, simulation };

// The result of a job, to be waited for. Copies share the one result, which lives as long as a Job refers to it.
template <class T>
class Job {
 public:
  // Blocks until the job is done; rethrows what it threw.
  [[nodiscard]] const T& get() const { return result_.get(); }
  // Waits at most so long; says whether the job is done.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds limit) const {
    return result_.wait_for(limit) == std::future_status::ready;
  }
  [[nodiscard]] bool ready() const { return wait_for(std::chrono::milliseconds(0)); }

 private:
  friend class Pool;
  explicit Job(std::shared_future<T> result) : result_(std::move(result)) {}
  std::shared_future<T> result_;
};

class Pool {
 public:
  // threads >= 1; `prepare_thread` runs first on every worker (LibTorch's settings, for instance). Jobs look for their results
  // in `store`, which must outlive the pool; null: nowhere.
  explicit Pool(
      int threads, Device device = Device::cpu, std::function<void()> prepare_thread = [] {}, ResultStore* store = nullptr);
  ~Pool();  // drops what has not started, waits for what has
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  template <class Function>
  [[nodiscard]] auto submit(Urgency urgency, Function function) -> Job<std::invoke_result_t<Function>> {
    using Value = std::invoke_result_t<Function>;
    auto task = std::make_shared<std::packaged_task<Value()>>(std::move(function));
    Job<Value> job(task->get_future().share());
    enqueue(urgency, [task] { (*task)(); });
    return job;
  }

  [[nodiscard]] Device device() const { return device_; }
  [[nodiscard]] ResultStore* store() const { return store_; }
  [[nodiscard]] int threads() const { return static_cast<int>(workers_.size()); }
  [[nodiscard]] PhaseSeconds seconds() const;
  // True once the pool is being destroyed: a long job may look and give up.
  [[nodiscard]] bool stopping() const;

  // Counts the enclosing scope of a job as `phase`. Scopes must not nest.
  class Timer {
   public:
    Timer(Pool& pool, Phase phase) : pool_(pool), phase_(phase), start_(std::chrono::steady_clock::now()) {}
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    Pool& pool_;
    Phase phase_;
    std::chrono::steady_clock::time_point start_;
  };

 private:
  void enqueue(Urgency urgency, std::function<void()> work);
  void work();
  [[nodiscard]] std::function<void()> next();

  Device device_;
  ResultStore* store_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<Urgency, std::deque<std::function<void()>>, std::greater<>> queues_;
  PhaseSeconds seconds_{};
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace polyclinic
