#include "core/sharing/policy.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/error.hpp"
#include "core/sharing/codec.hpp"
#include "core/sharing/domain.hpp"
#include "core/sharing/mask.hpp"
#include "core/sharing/names.hpp"
#include "core/sharing/numbers.hpp"
#include "core/sharing/steps/step.hpp"

namespace polyclinic {
namespace {

using Steps = std::vector<std::unique_ptr<Step>>;

void require_finite(const at::Tensor& flat, const Layout& layout, const char* what) {
  const std::optional<std::size_t> bad = first_non_finite(numbers(flat));
  if (!bad) return;
  const auto position = static_cast<std::int64_t>(*bad);
  const auto holds = [position](const TensorSpec& tensor) { return position < tensor.offset + tensor.numel; };
  const auto tensor = std::find_if(layout.tensors().begin(), layout.tensors().end(), holds);
  fail("{} of tensor {} holds {}: training diverged; a lower training.lr or training.clip_norm may help", what,
       tensor->name, numbers(flat)[*bad]);
}

class StepPolicy : public SharePolicy {
 public:
  StepPolicy(const SharingConfig& config, std::shared_ptr<const Layout> layout, Steps steps, Domain domain, Domain rest)
      : layout_(std::move(layout)),
        steps_(std::move(steps)),
        domain_(std::move(domain)),
        private_(std::move(rest)),
        positions_(domain_.positions()),
        download_fraction_(config.download_fraction),
        value_type_(value_type(config.values)),
        selecting_step_(selecting_step_of(config)),
        plan_(make_plan()) {}

  [[nodiscard]] Shared share(const PrivateUpdate& update, const PolicyState& state, const ShareSeeds& seeds) const override {
    assert(seeds.noise || !adds_noise());
    require_finite(update.delta, *layout_, "the update");
    Work work{.selection = {domain_.size(), std::nullopt, domain_.gather(update.delta), std::nullopt},
              .state = state,
              .noise = seeds.noise};
    for (const auto& step : steps_) work = step->apply(std::move(work), seeds.mask);
    ++work.state.rounds;
    at::Tensor control;
    if (update.control_delta.defined()) {
      require_finite(update.control_delta, *layout_, "the control variate");
      control = domain_.gather(update.control_delta);
    }
    auto shared = std::make_shared<const SharedUpdate>(encode(work.selection, control, value_type_));
    expose(work);
    const Egress egress = egress_of(work, update.delta, *shared);
    return {std::move(shared), std::move(work.state), egress};
  }

  [[nodiscard]] bool adds_noise() const override {
    return std::ranges::any_of(steps_, [](const auto& step) { return step->adds_noise(); });
  }

  [[nodiscard]] DecodedUpdate decode(ByteView payload) const override {
    const PayloadView view = own_view(payload);
    DecodedUpdate decoded;
    if (view.form != Form::dense) decoded.positions = in_layout(read_positions(view));
    decoded.values = read_values(view);
    if (view.control_count > 0) {
      decoded.control = zero_numbers(layout_->weights_size());
      domain_.scatter(read_control(view), decoded.control);
    }
    return decoded;
  }

  void check(ByteView payload) const override { check_content(own_view(payload)); }

  [[nodiscard]] ParameterSet compose(const ParameterSet& global, const PrivatePart& own, Seed seed) const override {
    if (!own.numbers.defined()) return global;
    assert(own.numbers.numel() == (keeps_all() ? layout_->size() : private_.size()));
    if (keeps_all()) return ParameterSet(layout_, refreshed(own.numbers, global.flat(), seed));
    at::Tensor flat = global.flat().clone();
    private_.scatter(own.numbers, flat);
    return ParameterSet(layout_, std::move(flat));
  }

  [[nodiscard]] PrivatePart keep(const ParameterSet& trained) const override {
    if (!has_private_part()) return {};
    return {keeps_all() ? trained.flat().clone() : private_.gather(trained.flat())};
  }

  [[nodiscard]] bool has_private_part() const override { return keeps_all() || private_.size() > 0; }
  [[nodiscard]] const at::Tensor& shareable() const override { return positions_; }
  [[nodiscard]] std::string selecting_step() const override {
    return plan_.exact && plan_.count == plan_.dimension ? std::string() : selecting_step_;
  }
  [[nodiscard]] bool shares_everything() const override {
    return !has_private_part() && plan_.exact && plan_.count == layout_->size() && plan_.faithful &&
           value_type_ == ValueType::float32;
  }

  [[nodiscard]] std::uint64_t expected_bytes(bool with_control) const override {
    const auto bytes = [&](std::int64_t count) {
      return encoded_bytes(form_of(plan_.dimension, count, plan_.public_mask), plan_.dimension, count,
                           with_control ? domain_.weights_size() : 0, value_type_);
    };
    // A dense payload may be smaller than one with a coordinate less and a bitmap.
    return plan_.exact || plan_.count == 0 ? bytes(plan_.count) : std::max(bytes(plan_.count), bytes(plan_.count - 1));
  }

 private:
  [[nodiscard]] Plan make_plan() const {
    Plan plan{.dimension = domain_.size(), .count = domain_.size()};
    for (const auto& step : steps_) plan = step->plan(plan);
    return plan;
  }

  [[nodiscard]] bool keeps_all() const { return download_fraction_ < 1.0; }

  [[nodiscard]] PayloadView own_view(ByteView payload) const {
    const PayloadView view = parse(payload, domain_.size(), domain_.weights_size());
    require(view.value_type == value_type_, "shared update: its numbers take {} bytes each, this policy's take {}",
            value_bytes(view.value_type), value_bytes(value_type_));
    return view;
  }

  [[nodiscard]] at::Tensor in_layout(const std::vector<std::uint32_t>& places) const {
    at::Tensor positions = at::empty({static_cast<std::int64_t>(places.size())}, at::kLong);
    const std::int64_t* flat = positions_.data_ptr<std::int64_t>();
    std::transform(places.begin(), places.end(), positions.data_ptr<std::int64_t>(),
                   [flat](std::uint32_t place) { return flat[place]; });
    return positions;
  }

  [[nodiscard]] at::Tensor positions_of(const Selection& selection) const {
    return selection.positions ? in_layout(*selection.positions) : positions_;
  }

  [[nodiscard]] at::Tensor refreshed(const at::Tensor& own, const at::Tensor& global, Seed seed) const {
    at::Tensor flat = own.clone();
    const std::span<float> to = writable_numbers(flat);
    const std::span<const float> from = numbers(global);
    const std::int64_t* positions = positions_.data_ptr<std::int64_t>();
    const std::int64_t count = published_count(download_fraction_, domain_.size());
    for (const std::uint32_t place : public_mask((seed / "download").value(), domain_.size(), count)) {
      const auto position = static_cast<std::size_t>(positions[place]);
      to[position] = from[position];
    }
    return flat;
  }

  void expose(Work& work) const {
    const Selection& selection = work.selection;
    selection.positions ? work.state.exposed.add(domain_.size(), *selection.positions)
                        : work.state.exposed.add_all(domain_.size());
  }

  [[nodiscard]] Egress egress_of(const Work& work, const at::Tensor& delta, const SharedUpdate& shared) const {
    const Selection& selection = work.selection;
    const auto dimension = static_cast<double>(layout_->size());
    Egress egress;
    egress.coordinates = selection.values.numel();
    egress.tensors = domain_.tensors_touched(selection.positions ? &*selection.positions : nullptr);
    egress.fraction = static_cast<double>(egress.coordinates) / dimension;
    egress.exposed_fraction = static_cast<double>(work.state.exposed.count()) / dimension;
    egress.positions = positions_of(selection);
    egress.bytes = shared.bytes();
    const Likeness likeness = likeness_to(delta, egress.positions, selection.values);
    egress.cosine = likeness.cosine;
    egress.energy_kept = likeness.energy_kept;
    return egress;
  }

  std::shared_ptr<const Layout> layout_;
  Steps steps_;
  Domain domain_;   // may leave
  Domain private_;  // never leaves
  at::Tensor positions_;
  double download_fraction_;
  ValueType value_type_;
  std::string selecting_step_;
  Plan plan_;
};

void require_buffers_stated(const SharingConfig& config, const Layout& layout) {
  if (config.buffers == "share" || config.buffers == "local") return;
  if (!config.buffers.empty()) unknown_name("sharing.buffers", config.buffers, {"share", "local"});
  if (!layout.has_buffers()) return;
  throw UsageError(
      "sharing.buffers is not given, but the model has BatchNorm buffers; allowed are \"share\" and \"local\"");
}

void require_download_fraction(double fraction) {
  if (fraction > 0.0 && fraction <= 1.0) return;
  throw UsageError(fmt::format("sharing.download_fraction is {}, needs more than 0 and at most 1", fraction));
}

}  // namespace

std::shared_ptr<const SharePolicy> make_share_policy(const SharingConfig& config, std::shared_ptr<const Layout> layout) {
  assert(layout->size() < std::numeric_limits<std::uint32_t>::max());
  require_buffers_stated(config, *layout);
  require_download_fraction(config.download_fraction);
  Steps steps = make_steps(config, *layout);
  const auto leaves = [&](const TensorSpec& tensor) {
    if (tensor.is_buffer && config.buffers != "share") return false;
    return std::all_of(steps.begin(), steps.end(), [&](const auto& step) { return step->admits(tensor); });
  };
  Domain domain(*layout, leaves);
  if (domain.size() == 0) throw UsageError("sharing: no tensor may leave, so there is nothing to collaborate on");
  Domain rest(*layout, [&](const TensorSpec& tensor) { return !leaves(tensor); });
  return std::make_shared<StepPolicy>(config, std::move(layout), std::move(steps), std::move(domain), std::move(rest));
}

}  // namespace polyclinic
