#include "sim/agenda.hpp"

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u/Engine.hpp>

#include <algorithm>
#include <utility>

#include "sim/network.hpp"

namespace polyclinic {

namespace {

double now_s() { return simgrid::s4u::Engine::get_clock(); }

}  // namespace

Agenda::~Agenda() { clear(); }

void Agenda::at(double at_s, Call call) {
  entries_.push({std::max(at_s, now_s()), asked_++, std::move(call)});
  if (!firing_) arm();
}

void Agenda::clear() {
  entries_ = {};
  if (timer_ != nullptr) std::exchange(timer_, nullptr)->remove();
}

void Agenda::arm() {
  if (entries_.empty()) return;
  const double at_s = entries_.top().at_s;
  if (timer_ != nullptr) {
    if (armed_s_ <= at_s) return;
    timer_->remove();
  }
  armed_s_ = at_s;
  timer_ = simgrid::kernel::timer::Timer::set(at_s, [this] {
    timer_ = nullptr;
    fire();
  });
}

void Agenda::fire() {
  firing_ = true;
  stage_.guard([this] {
    while (!entries_.empty() && entries_.top().at_s <= now_s() + clock_precision_s(now_s())) {
      // The queue gives out its top as a constant; it is removed in the next line.
      const Call call = std::move(const_cast<Entry&>(entries_.top()).call);
      entries_.pop();
      ++calls_;
      call();
    }
  });
  firing_ = false;
  if (stage_.failed()) return clear();
  arm();
}

}  // namespace polyclinic
