// What DP-SGD's local steps cost: the same model takes ordinary and private steps in turn, on one core, on made-up images of
// 1 x 28 x 28; seconds of processor time are medians, the ratio is the median of the pairs. Batches of 32 of 2048 rows, noise included.
//
//   private_steps [--runs N] [--steps N] [--most RATIO] [MODEL ...]     MODEL: kind or kind-norm, "cnn" by default
//
// Exit status 1 where a ratio exceeds RATIO (0: none does).
#include <ATen/ops/arange.h>
#include <ATen/ops/randint.h>

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/learning/dp_sgd.hpp"
#include "core/learning/trainer.hpp"

using namespace polyclinic;

namespace {

constexpr std::int64_t rows = 2048;

struct Options {
  std::int64_t runs = 15;
  std::int64_t steps = 32;
  double most = 0.0;
  std::vector<std::string> models;
};

// Of this thread, which does all the work: other programs on the machine do not count.
double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Collection made_up_images() {
  const auto data = std::make_shared<Dataset>();
  data->inputs = at::randint(0, 256, {rows, 1, 28, 28}, at::kByte);
  data->labels = at::randint(0, 10, {rows}, at::kLong);
  return {.name = "noise", .source = "made up", .task = {TaskKind::multi_class, 10, {}}, .shape = {1, 28, 28},
          .normalization = {}, .train = data, .validation = {}, .test = {}, .site_names = {}};
}

ModelConfig model_config(const std::string& name) {
  const std::size_t dash = name.find('-');
  ModelConfig config;
  config.kind = name.substr(0, dash);
  if (dash != std::string::npos) config.norm = name.substr(dash + 1);
  return config;
}

// Two lengths of job, so that what a job costs before its first step goes out.
class Timing {
 public:
  Timing(const std::string& name, std::int64_t steps)
      : collection_(made_up_images()), model_(make_model(model_config(name), collection_.shape, 10)),
        start_(model_->initial(Seed(1))), steps_(steps) {}

  double seconds_a_step(const TrainingConfig& config) const {
    return (seconds(config, steps_ + 1) - seconds(config, 1)) / static_cast<double>(steps_);
  }

 private:
  double seconds(const TrainingConfig& config, std::int64_t steps) const {
    const Rows all{collection_.train, at::arange(rows, at::kLong)};
    const double begin = processor_s();
    (void)train({.model = *model_, .start = start_, .rows = all, .collection = collection_, .config = config, .seed = Seed(2),
                 .objective = {}, .optimizer = {}, .steps = steps},
                Device::cpu);
    return processor_s() - begin;
  }

  Collection collection_;
  std::shared_ptr<const Model> model_;
  ParameterSet start_;
  std::int64_t steps_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

double ratio_of(const std::string& name, const Options& options) {
  const Timing timing(name, options.steps);
  TrainingConfig ordinary;
  ordinary.lr = 1e-3;
  TrainingConfig hidden = ordinary;
  hidden.sample_clip_norm = hidden.noise_multiplier = 1.0;
  std::vector<double> plain, with_dp, ratios;
  for (std::int64_t run = 0; run < options.runs; ++run) {
    plain.push_back(timing.seconds_a_step(ordinary));
    with_dp.push_back(timing.seconds_a_step(hidden));
    ratios.push_back(with_dp.back() / plain.back());
  }
  const double ratio = median(ratios);
  std::printf("%-16s ordinary %8.3f ms a step, private %8.3f ms, ratio %.2f (%.2f to %.2f in %zu pairs)\n", name.c_str(),
              1e3 * median(plain), 1e3 * median(with_dp), ratio, std::ranges::min(ratios), std::ranges::max(ratios),
              ratios.size());
  return ratio;
}

Options options_of(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto value = [&] { return arguments.at(++i); };
    if (arguments[i] == "--runs") options.runs = std::stoll(value());
    else if (arguments[i] == "--steps") options.steps = std::stoll(value());
    else if (arguments[i] == "--most") options.most = std::stod(value());
    else options.models.push_back(arguments[i]);
  }
  if (options.models.empty()) options.models = {"cnn"};
  return options;
}

}  // namespace

int main(int count, char** values) {
  try {
    const Options options = options_of({values + 1, values + count});
    bool too_dear = false;
    for (const std::string& model : options.models) {
      const double ratio = ratio_of(model, options);
      too_dear = too_dear || (options.most > 0.0 && ratio > options.most);
    }
    return too_dear ? 1 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "private_steps: %s\n", error.what());
    return 2;
  }
}
