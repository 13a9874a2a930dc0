// The rows of /leakage (docs/results.md), as rows.hpp describes tables. `policy` names what left ("top_k 0.1"); `round` counts from 1;
// -1 stands for no institution or round in particular. A figure that could not be measured is NaN. Every interval is a 95 % one.
#pragma once

#include "core/record/rows.hpp"

namespace polyclinic {

struct InversionRow {                  // /leakage/inversion: one row an image and attack
  std::string chain;
  std::int64_t round = 0, institution = 0, image = 0, seed = 0;  // image: its place in the victim's training rows
  std::string observer, tier, policy, attack;
  double shared_fraction = 0;
  std::int64_t batch = 0, steps = 0;   // images behind the update, and local steps
  double attack_loss = 0, mse = 0, psnr_db = 0, ssim = 0, rdlv = 0;
  std::int64_t identified = 0;         // 1: of all candidates of its class the true image is the nearest
  std::int64_t label_correct = 0;
  double zeros_psnr_db = 0, mean_psnr_db = 0, class_mean_psnr_db = 0, random_psnr_db = 0, nearest_psnr_db = 0;
  double mean_ssim = 0, nearest_ssim = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &InversionRow::chain}, Column{"round", "1", &InversionRow::round},
      Column{"institution", "1", &InversionRow::institution}, Column{"image", "1", &InversionRow::image},
      Column{"seed", "1", &InversionRow::seed}, Column{"observer", "", &InversionRow::observer},
      Column{"tier", "", &InversionRow::tier}, Column{"policy", "", &InversionRow::policy},
      Column{"attack", "", &InversionRow::attack}, Column{"shared_fraction", "1", &InversionRow::shared_fraction},
      Column{"batch", "1", &InversionRow::batch}, Column{"steps", "1", &InversionRow::steps},
      Column{"attack_loss", "1", &InversionRow::attack_loss}, Column{"mse", "1", &InversionRow::mse},
      Column{"psnr_db", "dB", &InversionRow::psnr_db}, Column{"ssim", "1", &InversionRow::ssim},
      Column{"rdlv", "1", &InversionRow::rdlv}, Column{"identified", "1", &InversionRow::identified},
      Column{"label_correct", "1", &InversionRow::label_correct},
      Column{"zeros_psnr_db", "dB", &InversionRow::zeros_psnr_db}, Column{"mean_psnr_db", "dB", &InversionRow::mean_psnr_db},
      Column{"class_mean_psnr_db", "dB", &InversionRow::class_mean_psnr_db},
      Column{"random_psnr_db", "dB", &InversionRow::random_psnr_db},
      Column{"nearest_psnr_db", "dB", &InversionRow::nearest_psnr_db}, Column{"mean_ssim", "1", &InversionRow::mean_ssim},
      Column{"nearest_ssim", "1", &InversionRow::nearest_ssim});
};

struct LabelRow {                      // /leakage/labels: one row an update and attack
  std::string chain;
  std::int64_t round = 0, institution = 0;
  std::string observer, tier, policy, attack;
  double shared_fraction = 0;
  std::int64_t samples = 0;
  double count_accuracy = 0, count_chance = 0, count_skill = 0;  // 1 - sum |n - guess| / (2 samples), by chance, and above it
  double existence_accuracy = 0, existence_chance = 0;           // classes of which it says rightly whether there are any
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &LabelRow::chain}, Column{"round", "1", &LabelRow::round},
      Column{"institution", "1", &LabelRow::institution}, Column{"observer", "", &LabelRow::observer},
      Column{"tier", "", &LabelRow::tier}, Column{"policy", "", &LabelRow::policy}, Column{"attack", "", &LabelRow::attack},
      Column{"shared_fraction", "1", &LabelRow::shared_fraction}, Column{"samples", "1", &LabelRow::samples},
      Column{"count_accuracy", "1", &LabelRow::count_accuracy}, Column{"count_chance", "1", &LabelRow::count_chance},
      Column{"count_skill", "1", &LabelRow::count_skill},
      Column{"existence_accuracy", "1", &LabelRow::existence_accuracy},
      Column{"existence_chance", "1", &LabelRow::existence_chance});
};

struct MembershipRow {                 // /leakage/membership: one row a target and attack
  std::string chain;
  std::int64_t round = 0, institution = -1;
  std::string observer, tier, policy, target, attack;  // target: model, personal (with the method), updates
  double shared_fraction = 0;
  std::int64_t members = 0, non_members = 0, shadow_models = 0;
  double auc = 0, auc_low = 0, auc_high = 0;
  double balanced_accuracy = 0, balanced_accuracy_low = 0, balanced_accuracy_high = 0;
  double tpr_at_1e_2 = 0, tpr_at_1e_2_low = 0, tpr_at_1e_2_high = 0;  // NaN: fewer than 1,000 non-members
  double tpr_at_1e_3 = 0, tpr_at_1e_3_low = 0, tpr_at_1e_3_high = 0;  // NaN: fewer than 10,000 non-members
  double epsilon_low = 0, epsilon_allowed = 0;  // lower bound measured; what the accountant allows, NaN: none or not comparable
  std::int64_t comparable = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &MembershipRow::chain}, Column{"round", "1", &MembershipRow::round},
      Column{"institution", "1", &MembershipRow::institution}, Column{"observer", "", &MembershipRow::observer},
      Column{"tier", "", &MembershipRow::tier}, Column{"policy", "", &MembershipRow::policy},
      Column{"target", "", &MembershipRow::target}, Column{"attack", "", &MembershipRow::attack},
      Column{"shared_fraction", "1", &MembershipRow::shared_fraction}, Column{"members", "1", &MembershipRow::members},
      Column{"non_members", "1", &MembershipRow::non_members}, Column{"shadow_models", "1", &MembershipRow::shadow_models},
      Column{"auc", "1", &MembershipRow::auc}, Column{"auc_low", "1", &MembershipRow::auc_low},
      Column{"auc_high", "1", &MembershipRow::auc_high},
      Column{"balanced_accuracy", "1", &MembershipRow::balanced_accuracy},
      Column{"balanced_accuracy_low", "1", &MembershipRow::balanced_accuracy_low},
      Column{"balanced_accuracy_high", "1", &MembershipRow::balanced_accuracy_high},
      Column{"tpr_at_fpr_1e-2", "1", &MembershipRow::tpr_at_1e_2},
      Column{"tpr_at_fpr_1e-2_low", "1", &MembershipRow::tpr_at_1e_2_low},
      Column{"tpr_at_fpr_1e-2_high", "1", &MembershipRow::tpr_at_1e_2_high},
      Column{"tpr_at_fpr_1e-3", "1", &MembershipRow::tpr_at_1e_3},
      Column{"tpr_at_fpr_1e-3_low", "1", &MembershipRow::tpr_at_1e_3_low},
      Column{"tpr_at_fpr_1e-3_high", "1", &MembershipRow::tpr_at_1e_3_high},
      Column{"epsilon_low", "1", &MembershipRow::epsilon_low},
      Column{"epsilon_allowed", "1", &MembershipRow::epsilon_allowed}, Column{"comparable", "1", &MembershipRow::comparable});
};

struct RocRow {                        // /leakage/roc: the curve behind a membership row, by its place in that table
  std::int64_t membership = 0;
  double fpr = 0, tpr = 0;
  static constexpr auto columns = std::make_tuple(Column{"membership", "1", &RocRow::membership},
                                                  Column{"fpr", "1", &RocRow::fpr}, Column{"tpr", "1", &RocRow::tpr});
};

struct PropertyRow {                   // /leakage/properties: one row an institution, attack and property
  std::string chain;
  std::int64_t round = 0, institution = 0;
  std::string observer, tier, policy, attack, property;
  double shared_fraction = 0;
  double error = 0, chance_error = 0, skill = 0;  // total variation of a histogram, relative error of a size; 1 - error / chance_error
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &PropertyRow::chain}, Column{"round", "1", &PropertyRow::round},
      Column{"institution", "1", &PropertyRow::institution}, Column{"observer", "", &PropertyRow::observer},
      Column{"tier", "", &PropertyRow::tier}, Column{"policy", "", &PropertyRow::policy},
      Column{"attack", "", &PropertyRow::attack}, Column{"property", "", &PropertyRow::property},
      Column{"shared_fraction", "1", &PropertyRow::shared_fraction}, Column{"error", "1", &PropertyRow::error},
      Column{"chance_error", "1", &PropertyRow::chance_error}, Column{"skill", "1", &PropertyRow::skill});
};

struct SkippedAttackRow {              // /leakage/skipped: attacks that could not be tried, which is not to say that they failed
  std::string chain;
  std::int64_t round = 0, institution = -1;
  std::string observer, attack, reason;
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &SkippedAttackRow::chain}, Column{"round", "1", &SkippedAttackRow::round},
      Column{"institution", "1", &SkippedAttackRow::institution}, Column{"observer", "", &SkippedAttackRow::observer},
      Column{"attack", "", &SkippedAttackRow::attack}, Column{"reason", "", &SkippedAttackRow::reason});
};

struct SimpleLeakageRow {              // /leakage/simple: one row an update, of every round
  std::string chain;
  std::int64_t round = 0, institution = 0;
  std::string policy;
  double shared_fraction = 0;
  double exposed_fraction = 0;         // distinct coordinates of this chain's model published so far, over the model's
  double equations = 0, unknowns = 0;  // numbers published of this round's records; numbers that make these records up
  // By this and all earlier updates of the institution, on all chains that share records with this one.
  double equations_so_far = 0, coordinates_so_far = 0;  // numbers published; distinct coordinates of these chains' models
  double cosine = 0, energy_kept = 0;  // of the published part to the whole update; squared lengths
  double head_fraction = 0;            // of the last layer's coordinates
  std::int64_t buffers_published = 0, bytes = 0;
  static constexpr auto columns = std::make_tuple(
      Column{"chain", "", &SimpleLeakageRow::chain}, Column{"round", "1", &SimpleLeakageRow::round},
      Column{"institution", "1", &SimpleLeakageRow::institution}, Column{"policy", "", &SimpleLeakageRow::policy},
      Column{"shared_fraction", "1", &SimpleLeakageRow::shared_fraction},
      Column{"exposed_fraction", "1", &SimpleLeakageRow::exposed_fraction},
      Column{"equations", "1", &SimpleLeakageRow::equations}, Column{"unknowns", "1", &SimpleLeakageRow::unknowns},
      Column{"equations_so_far", "1", &SimpleLeakageRow::equations_so_far},
      Column{"coordinates_so_far", "1", &SimpleLeakageRow::coordinates_so_far},
      Column{"cosine", "1", &SimpleLeakageRow::cosine}, Column{"energy_kept", "1", &SimpleLeakageRow::energy_kept},
      Column{"head_fraction", "1", &SimpleLeakageRow::head_fraction},
      Column{"buffers_published", "1", &SimpleLeakageRow::buffers_published}, Column{"bytes", "B", &SimpleLeakageRow::bytes});
};

}  // namespace polyclinic
