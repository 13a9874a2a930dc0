#include "core/probing/probes.hpp"

#include <algorithm>
#include <memory>

#include "core/probing/attacks.hpp"
#include "core/probing/inversion_probe.hpp"
#include "core/probing/membership_probe.hpp"
#include "core/probing/observers.hpp"
#include "core/probing/update_probe.hpp"

namespace polyclinic {
namespace {

std::vector<std::string> attacks_of(const ProbeConfig& config, AttackFamily family) {
  std::vector<std::string> names;
  std::ranges::copy_if(config.attacks, std::back_inserter(names), [&](const std::string& name) { return family_of(name) == family; });
  return names;
}

// One probe of one chain.
class Probing {
 public:
  Probing(const ProbePlan& probe, std::size_t place, const ChainLearning& learning, const std::vector<PersonalJob>& personal, Pool& pool)
      : probe_(probe), learning_(learning), personal_(personal), pool_(pool), plan_(learning.shared_plan()),
        seed_(plan_->seed / "probe" / place) {
    const Rows& rows = probe.prior.size() > 0 ? probe.prior : plan_->test;
    const bool has_images = plan_->collection.shape.is_image();
    known_ = std::make_shared<const PublicImages>(PublicImages{rows, has_images ? prior_of(rows) : ImagePrior{}});
  }

  [[nodiscard]] ProbeJobs start() const {
    ProbeJobs jobs{.attacks = {}, .images = probe_.config.images, .mean_image = {}};
    if (known_->prior.images.defined()) jobs.mean_image = known_->prior.mean();
    const std::vector<View> views = views_of(probe_, learning_, pool_);
    const std::vector<std::string> inversion = attacks_of(probe_.config, AttackFamily::inversion);
    const bool inverts = !inversion.empty() && plan_->collection.shape.is_image();
    const auto everybody = std::make_shared<const ImagePrior>(inverts ? images_of_everybody(*plan_) : ImagePrior{});
    for (const std::string& attack : inversion) {
      for (const View& view : views) jobs.attacks.push_back(start_inversion(view, attack, everybody));
    }
    for (const std::string& observer : probe_.config.observers) {
      if (std::ranges::find(views, observer, &View::observer) != views.end()) continue;
      jobs.attacks.push_back(start_skipping(observer, obstacle_to_seeing(probe_, *plan_, observer)));
    }
    const std::vector<std::string> on_updates = update_attacks();
    for (const View& view : views) {
      if (!on_updates.empty()) jobs.attacks.push_back(start_on_update(view, on_updates));
    }
    const std::vector<std::string> membership = attacks_of(probe_.config, AttackFamily::membership);
    if (!membership.empty()) jobs.attacks.push_back(start_membership(probe_, membership, learning_, personal_, pool_));
    return jobs;
  }

 private:
  [[nodiscard]] std::vector<std::string> update_attacks() const {
    std::vector<std::string> names = attacks_of(probe_.config, AttackFamily::labels);
    std::ranges::copy(attacks_of(probe_.config, AttackFamily::properties), std::back_inserter(names));
    return names;
  }

  // Membership is no matter of observers.
  [[nodiscard]] Job<Findings> start_skipping(const std::string& observer, const std::string& reason) const {
    Findings findings;
    for (const std::string& attack : probe_.config.attacks) {
      if (family_of(attack) == AttackFamily::membership) continue;
      findings.skipped.push_back({plan_->config.name, plan_->config.rounds, -1, observer, attack, reason});
    }
    return pool_.submit(Urgency::simulation, [findings] { return findings; });
  }

  [[nodiscard]] Seed seed_of(const View& view, const std::string& attack) const {
    return seed_ / attack / view.observer / view.round / view.institution();
  }

  [[nodiscard]] Job<Findings> start_inversion(const View& view, const std::string& attack,
                                              const std::shared_ptr<const ImagePrior>& everybody) const {
    const InversionSettings settings{.iterations = probe_.config.iterations, .restarts = probe_.config.restarts,
                                     .total_variation = probe_.config.total_variation};
    const InversionCase attempt{view, attack, settings, probe_.run_seed, seed_of(view, attack)};
    return pool_.submit(Urgency::simulation, [attempt, plan = plan_, known = known_, everybody, &pool = pool_] {
      const Pool::Timer timer(pool, Phase::leakage);
      return invert(attempt, *plan, known->prior, *everybody);
    });
  }

  [[nodiscard]] Job<Findings> start_on_update(const View& view, const std::vector<std::string>& attacks) const {
    return pool_.submit(Urgency::simulation, [view, attacks, plan = plan_, known = known_, seed = seed_of(view, "update"), &pool = pool_] {
      const Pool::Timer timer(pool, Phase::leakage);
      return examine_update(view, attacks, *plan, *known, seed, pool);
    });
  }

  const ProbePlan& probe_;
  const ChainLearning& learning_;
  const std::vector<PersonalJob>& personal_;
  Pool& pool_;
  ChainPlanPointer plan_;
  Seed seed_;
  std::shared_ptr<const PublicImages> known_;
};

}  // namespace

std::vector<ProbeJobs> start_probes(const ChainLearning& learning, const std::vector<PersonalJob>& personal, Pool& pool) {
  std::vector<ProbeJobs> jobs;
  const std::vector<ProbePlan>& probes = learning.plan().probes;
  for (std::size_t place = 0; place < probes.size(); ++place) {
    jobs.push_back(Probing(probes[place], place, learning, personal, pool).start());
  }
  return jobs;
}

}  // namespace polyclinic
