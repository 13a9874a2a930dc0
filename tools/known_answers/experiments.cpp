// Source: a measurement with LibTorch on MNIST's test digits, before this program was written; the labels of R1 are also those of
// iDLG's README (1000 runs: DLG 89.9 %, iDLG 100 %).
#include "tools/known_answers/experiment.hpp"

namespace polyclinic::known_answers {
namespace {

constexpr auto median = Measure::median_psnr_db;
constexpr auto exact = Measure::share_below_1e_3;
constexpr auto close = Measure::share_below_1e_2;
constexpr auto labels = Measure::labels_right;

SharingConfig selected(const char* step, double fraction) {
  SharingConfig sharing;
  sharing.steps = {step};
  sharing.fraction = fraction;
  return sharing;
}

SharingConfig only(std::vector<std::string> tensors) {
  SharingConfig sharing;
  sharing.steps = {"layers"};
  sharing.shared = std::move(tensors);
  return sharing;
}

std::string share(double fraction) { return fmt::format("{:g}", fraction); }

void add_whole(std::vector<Experiment>& all) {
  all.push_back({"R1", "DLG", {}, "dlg", {}, {{labels, 0.89}, {exact, 0.77}, {median, 79}}});
  all.push_back({"R1", "iDLG", {}, "idlg", {}, {{labels, 1.0}, {exact, 0.86}, {median, 78}}});
}

struct Cell {
  double fraction;
  std::vector<Figure> expected;
};

void add_fractions(std::vector<Experiment>& all) {
  for (const auto& [fraction, expected] : std::vector<Cell>{
           {1.0, {{median, 79}}}, {0.8, {{median, 79}}}, {0.7, {{median, 53}}}, {0.5, {{median, 24}}}, {0.3, {{median, 11.5}}},
           {0.2, {{median, 5.8}}}, {0.1, {{median, 3.5}}}}) {
    all.push_back({"R2", "top-k " + share(fraction) + ", missing read as zero",
                   {.sharing = selected("top_k", fraction), .misreading = Misreading::zeros_for_missing}, "idlg", {}, expected});
  }
  for (const auto& [fraction, expected] : std::vector<Cell>{
           {0.5, {{median, 77}}}, {0.3, {{median, 70}}}, {0.2, {{median, 60}, {close, 0.9}}}, {0.1, {{median, 8.1}}},
           {0.05, {{median, 5.9}}}, {0.01, {{median, 5.6}}}}) {
    all.push_back({"R3", "top-k " + share(fraction) + ", masked", {.sharing = selected("top_k", fraction)}, "idlg", {}, expected});
  }
  for (const auto& [fraction, expected] : std::vector<Cell>{
           {0.5, {{median, 74}}}, {0.2, {{median, 60}}}, {0.1, {{close, 0.53}}}, {0.05, {{median, 5.6}}}}) {
    all.push_back({"R4", "random mask " + share(fraction) + ", masked, label told",
                   {.sharing = selected("random", fraction), .tier = Tier::T3}, "idlg", {}, expected});
  }
  for (const auto& [fraction, expected] :
       std::vector<Cell>{{0.1, {{median, 20.6}}}, {0.05, {{median, 17.2}}}, {0.02, {{median, 15.5}}}}) {
    all.push_back({"R5", "top-k " + share(fraction) + ", prior-assisted", {.sharing = selected("top_k", fraction)}, "prior_assisted",
                   {}, expected});
  }
}

void add_layers(std::vector<Experiment>& all) {
  const auto add = [&](const char* name, std::vector<std::string> tensors, std::vector<Figure> expected) {
    all.push_back({"R6", std::string(name) + " alone, head and label told", {.sharing = only(std::move(tensors)), .tier = Tier::T3},
                   "idlg", {}, std::move(expected)});
  };
  add("conv1", {"conv1.*"}, {{median, 5.5}});
  add("conv2", {"conv2.*"}, {{median, 72}, {close, 1.0}});
  add("conv3", {"conv3.*"}, {{median, 6.8}});
  add("head", {"head.*"}, {{median, 6.4}});
  add("conv1 and conv2", {"conv1.*", "conv2.*"}, {{median, 78}, {close, 0.95}});
  add("all convolutions", {"conv*"}, {{median, 79}, {close, 0.95}});
  all.push_back({"R7", "all convolutions, head unknown, head-agnostic", {.sharing = only({"conv*"})}, "head_agnostic", {},
                 {{median, 59.7}, {close, 1.0}}});
  all.push_back({"R7", "all convolutions, another head supposed",
                 {.sharing = only({"conv*"}), .misreading = Misreading::random_head}, "dlg", {}, {{median, 3.2}}});
}

void add_steps(std::vector<Experiment>& all) {
  struct Steps {
    std::int64_t count;
    double one_step_db, unrolled_db;
  };
  for (const auto& [count, one_step_db, unrolled_db] :
       {Steps{1, 79, 79}, Steps{2, 3.4, 74}, Steps{4, 3.1, 70}, Steps{8, 3.3, 60}}) {
    const std::string setting = fmt::format("{} local steps at lr 0.1", count);
    all.push_back({"R8", setting + ", read as one", {.steps = count, .lr = 0.1, .misreading = Misreading::one_step}, "idlg", {},
                   {{median, one_step_db}}});
    all.push_back({"R8", setting + ", unrolled", {.steps = count, .lr = 0.1}, "idlg", {}, {{median, unrolled_db}, {labels, 1.0}}});
  }
}

void add_noise(std::vector<Experiment>& all) {
  struct Noise {
    double deviation, db;
  };
  for (const auto& [deviation, db] : {Noise{1e-5, 78}, Noise{1e-4, 64}, Noise{1e-3, 44}, Noise{1e-2, 24}, Noise{1e-1, 3.9}}) {
    all.push_back({"R9", fmt::format("Gaussian noise {:g} on the gradient", deviation), {.noise = deviation}, "idlg", {}, {{median, db}}});
  }
}

void add_relu(std::vector<Experiment>& all) {
  const Staging staging{.model = {.kind = strided_relu}};
  all.push_back({"R11", "ReLU network, L-BFGS", staging, "idlg", {}, {{median, 28.3}}, 6});
  struct Prior {
    double weight, db;
  };
  for (const auto& [weight, db] : {Prior{1e-1, 28.9}, Prior{1e-2, 39.6}, Prior{1e-4, 31.8}}) {
    all.push_back({"R11", fmt::format("ReLU network, Inverting Gradients, total variation {:g}", weight), staging, "inverting_gradients",
                   {.iterations = 600, .total_variation = weight}, {{median, db}}, 6});
  }
}

// Counts of labels by batch size, untrained (R13) and of 98 % accuracy (R14).
void add_labels(std::vector<Experiment>& all) {
  struct Batch {
    std::int64_t size;
    double untrained_signs, untrained_prior, trained_signs, trained_prior;
  };
  for (const auto& [size, untrained_signs, untrained_prior, trained_signs, trained_prior] :
       {Batch{1, 1, 1, 1, .17}, Batch{8, .99, 1, .42, .53}, Batch{32, .58, 1, .27, .82}, Batch{128, .51, 1, .32, .89}}) {
    const auto add = [&, size = size](const char* row, bool trained, const char* attack, double expected) {
      all.push_back({row, fmt::format("{} records, {}{}", size, attack, trained ? ", trained" : ""),
                     {.model = {.kind = strided_relu}, .records = size, .trained = trained}, attack, {}, {{Measure::label_counts, expected}}, 30});
    };
    add("R13", false, "bias_corrected", untrained_signs);
    add("R13", false, "prior_p", untrained_prior);
    add("R14", true, "bias_corrected", trained_signs);
    add("R14", true, "prior_p", trained_prior);
  }
}

}  // namespace

std::vector<Experiment> experiments() {
  std::vector<Experiment> all;
  add_whole(all);
  add_fractions(all);
  add_layers(all);
  add_steps(all);
  add_noise(all);
  add_relu(all);
  add_labels(all);
  return all;
}

}  // namespace polyclinic::known_answers
