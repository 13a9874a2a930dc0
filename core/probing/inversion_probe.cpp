#include "core/probing/inversion_probe.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/collaboration/simple_leakage.hpp"
#include "core/leakage/assignment.hpp"
#include "core/leakage/image_scores.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {
namespace {

// What the scorer knows, and no attack.
struct Truth {
  at::Tensor images;
  at::Tensor labels;
  at::Tensor candidates;             // images of all members, among which one is to be identified
  at::Tensor candidate_labels;
};

at::Tensor labels_of(const Rows& rows) { return rows.dataset->labels.index_select(0, rows.index); }

Truth truth_of(const ChainPlan& plan, const std::vector<InstitutionId>& contributors) {
  std::vector<Rows> behind, all;
  for (const InstitutionId member : contributors) behind.push_back(plan.data_of(member).train);
  for (const InstitutionId member : plan.members) all.push_back(plan.data_of(member).train);
  const Rows own = pooled(behind), everybody = pooled(all);
  return {images_of(own), labels_of(own), images_of(everybody), labels_of(everybody)};
}

// Candidates of the image's class but for itself: equal images count as the same.
at::Tensor others_of(const Truth& truth, std::int64_t image) {
  const at::Tensor own = truth.images[image];
  const at::Tensor differs = truth.candidates.ne(own).flatten(1).any(1);
  const at::Tensor chosen = differs.logical_and(truth.candidate_labels.eq(truth.labels[image]));
  return truth.candidates.index_select(0, chosen.nonzero().flatten());
}

void put_scores(InversionRow& row, const at::Tensor& image, const Truth& truth, std::int64_t place, const ImagePrior& prior, Seed seed) {
  const at::Tensor own = truth.images[place];
  const ImageScore score = score_of(image, own);
  const Baselines baselines = baselines_of(own, truth.labels[place].item<std::int64_t>(), prior, seed);
  row.mse = score.mse;
  row.psnr_db = score.psnr_db;
  row.ssim = score.ssim;
  row.rdlv = relative_leakage(score.ssim, baselines.largest_ssim);
  row.identified = identified(image, own, others_of(truth, place)) ? 1 : 0;
  row.zeros_psnr_db = baselines.zeros.psnr_db;
  row.mean_psnr_db = baselines.mean.psnr_db;
  row.class_mean_psnr_db = baselines.class_mean.psnr_db;
  row.random_psnr_db = baselines.random_other.psnr_db;
  row.nearest_psnr_db = baselines.nearest_other.psnr_db;
  row.mean_ssim = baselines.mean.ssim;
  row.nearest_ssim = baselines.nearest_other.ssim;
}

InversionRow row_of(const InversionCase& attempt, const ChainPlan& plan, const Reconstruction& reconstruction) {
  const View& view = attempt.view;
  const std::int64_t records = view.evidence.updates.back().samples;
  InversionRow row;
  row.chain = plan.config.name;
  row.round = view.round;
  row.institution = view.contributors.size() == 1 ? view.contributors.front().value : -1;
  row.seed = attempt.run_seed;
  row.observer = view.observer;
  row.tier = tier_name(view.evidence.tier);
  row.policy = policy_name(plan.config.sharing);
  row.attack = attempt.attack;
  row.shared_fraction = view.shared_fraction;
  row.batch = records;
  row.steps = training_volume(plan.config.training, records).steps;
  row.attack_loss = reconstruction.loss;
  return row;
}

Findings skipped(const InversionCase& attempt, const ChainPlan& plan, std::string reason) {
  const View& view = attempt.view;
  const std::int64_t institution = view.contributors.size() == 1 ? view.contributors.front().value : -1;
  Findings findings;
  findings.skipped.push_back({plan.config.name, view.round, institution, view.observer, attempt.attack, std::move(reason)});
  return findings;
}

std::string obstacle_to(const InversionCase& attempt, const InversionAttack& attack) {
  const std::int64_t records = attempt.view.evidence.updates.back().samples;
  if (!attempt.view.evidence.shape.is_image()) return "the records are no images";
  if (records > most_inverted_images) return fmt::format("{} records are behind the update, more than {}", records, most_inverted_images);
  return attack.obstacle(attempt.view.evidence);
}

}  // namespace

Findings invert(const InversionCase& attempt, const ChainPlan& plan, const ImagePrior& prior) {
  const auto attack = make_inversion_attack(attempt.attack, attempt.settings);
  std::string obstacle = obstacle_to(attempt, *attack);
  if (!obstacle.empty()) return skipped(attempt, plan, std::move(obstacle));
  const Reconstruction reconstruction = attack->reconstruct(attempt.view.evidence, prior, attempt.seed);
  const Truth truth = truth_of(plan, attempt.view.contributors);
  const std::vector<std::int64_t> places = match_images(truth.images, reconstruction.images);
  Findings findings;
  for (std::int64_t image = 0; image < truth.images.size(0); ++image) {
    const std::int64_t place = places[static_cast<std::size_t>(image)];
    InversionRow row = row_of(attempt, plan, reconstruction);
    row.image = image;
    put_scores(row, reconstruction.images[place], truth, image, prior, attempt.seed / "baselines" / image);
    const bool guesses = reconstruction.labels.defined();
    row.label_correct = guesses && reconstruction.labels[place].equal(truth.labels[image]) ? 1 : 0;
    findings.inversion.push_back(std::move(row));
  }
  const at::Tensor matched = reconstruction.images.index_select(0, at::tensor(places, at::kLong));
  findings.galleries.push_back({fmt::format("{}/{}-{}-round-{}", plan.config.name, attempt.attack, attempt.view.observer,
                                            attempt.view.round),
                                truth.images, matched});
  return findings;
}

}  // namespace polyclinic
