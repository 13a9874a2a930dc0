#include "core/probing/inversion_probe.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include "core/leakage/assignment.hpp"
#include "core/leakage/image_scores.hpp"
#include "core/learning/trainer.hpp"
#include "core/probing/view_rows.hpp"

namespace polyclinic {
namespace {

// What the scorer knows, and no attack.
struct Truth {
  ImagePrior own;                    // behind the view
  const ImagePrior& everybody;
};

ImagePrior images_of_members(const ChainPlan& plan, const std::vector<InstitutionId>& members) {
  std::vector<Rows> rows;
  for (const InstitutionId member : members) rows.push_back(plan.data_of(member).train);
  return prior_of(pooled(rows));
}

// Candidates of the image's class but for itself: equal images count as the same.
at::Tensor others_of(const Truth& truth, std::int64_t image) {
  const at::Tensor differs = truth.everybody.images.ne(truth.own.images[image]).flatten(1).any(1);
  const at::Tensor chosen = differs.logical_and(truth.everybody.labels.eq(truth.own.labels[image]));
  return truth.everybody.images.index_select(0, chosen.nonzero().flatten());
}

void put_scores(InversionRow& row, const at::Tensor& image, const Truth& truth, std::int64_t place, const ImagePrior& prior, Seed seed) {
  const at::Tensor own = truth.own.images[place];
  const ImageScore score = score_of(image, own);
  const Baselines baselines = baselines_of(own, truth.own.labels[place].item<std::int64_t>(), prior, seed);
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
  auto row = row_about<InversionRow>(attempt.view, plan, attempt.attack);
  row.seed = attempt.run_seed;
  row.batch = attempt.view.evidence.updates.back().samples;
  row.steps = training_volume(plan.config.training, row.batch).steps;
  row.attack_loss = reconstruction.loss;
  return row;
}

std::string obstacle_to(const InversionCase& attempt, const InversionAttack& attack) {
  const std::int64_t records = attempt.view.evidence.updates.back().samples;
  if (!attempt.view.evidence.shape.is_image()) return "the records are no images";
  if (records > most_inverted_images) return fmt::format("{} records are behind the update, more than {}", records, most_inverted_images);
  return attack.obstacle(attempt.view.evidence);
}

}  // namespace

Findings invert(const InversionCase& attempt, const ChainPlan& plan, const ImagePrior& prior, const ImagePrior& everybody) {
  const auto attack = make_inversion_attack(attempt.attack, attempt.settings);
  const std::string obstacle = obstacle_to(attempt, *attack);
  Findings findings;
  if (!obstacle.empty()) {
    findings.skipped.push_back(skipped_row(attempt.view, plan, attempt.attack, obstacle));
    return findings;
  }
  const Reconstruction reconstruction = attack->reconstruct(attempt.view.evidence, prior, attempt.seed);
  const Truth truth{images_of_members(plan, attempt.view.contributors), everybody};
  const std::vector<std::int64_t> places = match_images(truth.own.images, reconstruction.images);
  for (std::int64_t image = 0; image < truth.own.images.size(0); ++image) {
    const std::int64_t place = places[static_cast<std::size_t>(image)];
    InversionRow row = row_of(attempt, plan, reconstruction);
    row.image = image;
    put_scores(row, reconstruction.images[place], truth, image, prior, attempt.seed / "baselines" / image);
    const bool guesses = reconstruction.labels.defined();
    row.label_correct = guesses && reconstruction.labels[place].equal(truth.own.labels[image]) ? 1 : 0;
    findings.inversion.push_back(std::move(row));
  }
  const at::Tensor matched = reconstruction.images.index_select(0, at::tensor(places, at::kLong));
  findings.galleries.push_back({fmt::format("{}/{}-{}-round-{}", plan.config.name, attempt.attack, attempt.view.observer,
                                            attempt.view.round),
                                truth.own.images, matched});
  return findings;
}

ImagePrior images_of_everybody(const ChainPlan& plan) { return images_of_members(plan, plan.members); }

}  // namespace polyclinic
