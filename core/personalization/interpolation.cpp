// alpha times the model that the institution has trained alone plus (1 - alpha) times the collaborative one: for models that
// come from one initial model, the straight line between them. Where `adaptive`, alpha is the one of 0, 1/steps, ..., 1 with
// the least loss on the validation rows, the smaller of two that are equal; else, or without validation rows, as given.
// (Mansour et al. 2020, Three approaches for personalization, interpolate outputs; here it is weights, so that one model is
// used.)
#include <cmath>

#include "core/learning/evaluation.hpp"
#include "core/learning/remembered.hpp"
#include "core/personalization/blending.hpp"
#include "core/personalization/methods.hpp"

namespace polyclinic {
namespace {

class Interpolation final : public Personalizer {
 public:
  Interpolation(const PersonalizationConfig& config, PersonalSetting setting)
      : setting_(std::move(setting)), alpha_(config.alpha), steps_(config.steps), adaptive_(config.adaptive) {}

  bool needs_alone() const override { return true; }

  PersonalModel finish(const PersonalEnd& end, const Pool& pool) const override {
    const double alpha = chooses(end.rows) ? best_alpha(end, pool) : alpha_;
    return {blended(end.alone, end.collaborative, alpha), alpha};
  }

  PersonalVolume final_volume(const OwnRows& rows) const override {
    const double alone = setting_.participation * static_cast<double>(setting_.rounds) *
                         static_cast<double>(training_volume(setting_.training, rows.train.size()).samples);
    return {.trained = std::llround(alone), .evaluated = chooses(rows) ? (steps_ + 1) * rows.validation.size() : 0};
  }

 private:
  [[nodiscard]] bool chooses(const OwnRows& rows) const { return adaptive_ && rows.validation.size() > 0; }

  [[nodiscard]] double best_alpha(const PersonalEnd& end, const Pool& pool) const {
    double best = 0.0, least = loss_at(0.0, end, pool);
    for (std::int64_t step = 1; step <= steps_; ++step) {
      const double alpha = static_cast<double>(step) / static_cast<double>(steps_);
      const double loss = loss_at(alpha, end, pool);
      if (!(loss < least)) continue;
      least = loss;
      best = alpha;
    }
    return best;
  }

  [[nodiscard]] double loss_at(double alpha, const PersonalEnd& end, const Pool& pool) const {
    const ParameterSet model = blended(end.alone, end.collaborative, alpha);
    return evaluate(*setting_.model, model, end.rows.validation, setting_.collection, pool).loss;
  }

  PersonalSetting setting_;
  double alpha_;
  std::int64_t steps_;
  bool adaptive_;
};

}  // namespace

PersonalizerPointer make_interpolation(const PersonalizationConfig& config, PersonalSetting setting) {
  return std::make_shared<const Interpolation>(config, std::move(setting));
}

}  // namespace polyclinic
