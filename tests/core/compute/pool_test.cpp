#include "core/compute/pool.hpp"

#include <atomic>
#include <stdexcept>

#include "tests/support/check.hpp"

using namespace polyclinic;

TEST_CASE("a job's result is what its function returned") {
  Pool pool(2);
  CHECK(pool.submit(Urgency::simulation, [] { return 41 + 1; }).get() == 42);
}

TEST_CASE("a job's exception is thrown where the result is taken") {
  Pool pool(1);
  const Job<int> job = pool.submit(Urgency::simulation, []() -> int { throw std::runtime_error("inside"); });
  CHECK_THROWS_WITH((void)job.get(), "inside");
}

TEST_CASE("simulation jobs overtake background jobs, equals keep their order") {
  Pool pool(1);
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  const auto blocker = pool.submit(Urgency::simulation, [opened] {
    opened.wait();
    return 0;
  });
  std::vector<int> order;
  std::vector<Job<int>> jobs;
  for (const auto& [urgency, tag] :
       {std::pair{Urgency::background, 3}, {Urgency::simulation, 1}, {Urgency::background, 4}, {Urgency::simulation, 2}}) {
    jobs.push_back(pool.submit(urgency, [&order, tag = tag] {
      order.push_back(tag);
      return tag;
    }));
  }
  gate.set_value();
  for (const Job<int>& job : jobs) (void)job.get();
  CHECK(order == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("a job may wait for one that was submitted before it, even on a single thread") {
  Pool pool(1);
  const Job<int> first = pool.submit(Urgency::simulation, [] { return 20; });
  const Job<int> second = pool.submit(Urgency::simulation, [first] { return first.get() + 1; });
  CHECK(second.get() == 21);
}

TEST_CASE("time is counted in the phase that spent it") {
  Pool pool(1);
  const auto job = pool.submit(Urgency::simulation, [&pool] {
    const Pool::Timer timer(pool, Phase::evaluation);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return 0;
  });
  (void)job.get();
  const PhaseSeconds seconds = pool.seconds();
  CHECK(seconds[static_cast<std::size_t>(Phase::evaluation)] >= 0.02);
  CHECK(seconds[static_cast<std::size_t>(Phase::training)] == 0.0);
}

TEST_CASE("destroying a pool drops what has not started") {
  std::atomic<int> ran = 0;
  {
    Pool pool(1);
    std::promise<void> started;
    auto running = pool.submit(Urgency::simulation, [&] {
      started.set_value();
      while (!pool.stopping()) std::this_thread::yield();
      return ++ran;
    });
    started.get_future().wait();
    for (int i = 0; i < 10; ++i) (void)pool.submit(Urgency::background, [&] { return ++ran; });
  }
  CHECK(ran == 1);
}
