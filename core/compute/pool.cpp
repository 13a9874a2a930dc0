#include "core/compute/pool.hpp"

#include <pthread.h>

#include "core/base/error.hpp"

namespace polyclinic {

Pool::Pool(int threads, Device device, std::function<void()> prepare_thread, ResultStore* store)
    : device_(device), store_(store) {
  require(threads >= 1, "the worker pool needs at least 1 thread, not {}", threads);
  for (int i = 0; i < threads; ++i) {
    workers_.emplace_back([this, prepare_thread] {
      pthread_setname_np(pthread_self(), "pool worker");  // what profilers and debuggers show
      prepare_thread();
      work();
    });
  }
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queues_.clear();
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Pool::enqueue(Urgency urgency, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    queues_[urgency].push_back(std::move(work));
  }
  wake_.notify_one();
}

std::function<void()> Pool::next() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queues_.empty(); });
  if (stopping_) return nullptr;
  const auto most_urgent = queues_.begin();
  std::function<void()> work = std::move(most_urgent->second.front());
  most_urgent->second.pop_front();
  if (most_urgent->second.empty()) queues_.erase(most_urgent);
  return work;
}

void Pool::work() {
  while (const std::function<void()> work = next()) work();
}

PhaseSeconds Pool::seconds() const {
  const std::lock_guard lock(mutex_);
  return seconds_;
}

bool Pool::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

Pool::Timer::~Timer() {
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const std::lock_guard lock(pool_.mutex_);
  pool_.seconds_[static_cast<std::size_t>(phase_)] += elapsed_s;
}

}  // namespace polyclinic
