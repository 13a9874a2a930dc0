#include "core/data/phantom.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "core/data/demand.hpp"
#include "core/data/loaders.hpp"

namespace polyclinic {
namespace {

// How brightly each channel of a colour image shows the same tissue, as a stain would: red most, blue least.
constexpr std::array<float, 3> tint = {1.0F, 0.75F, 0.55F};

constexpr double pi = std::numbers::pi;

struct Point {
  double x = 0.0;
  double y = 0.0;
};

double bell(double distance, double sigma) { return std::exp(-0.5 * distance * distance / (sigma * sigma)); }

// A canvas of grey levels; shapes are functions of the place relative to their centre, along their own axes.
class Canvas {
 public:
  explicit Canvas(std::int64_t size) : size_(size), pixels_(static_cast<std::size_t>(size * size), 0.0F) {}

  // Adds shape(u, v) to every pixel nearer to `centre` than `reach`.
  template <class Shape>
  void add(Point centre, double angle, double reach, const Shape& shape) {
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    for (std::int64_t row = first(centre.y - reach); row < last(centre.y + reach); ++row) {
      for (std::int64_t column = first(centre.x - reach); column < last(centre.x + reach); ++column) {
        const double dx = place(column) - centre.x;
        const double dy = place(row) - centre.y;
        pixels_[static_cast<std::size_t>(row * size_ + column)] +=
            static_cast<float>(shape(c * dx + s * dy, c * dy - s * dx));
      }
    }
  }
  [[nodiscard]] std::vector<float> take() { return std::move(pixels_); }

 private:
  [[nodiscard]] double place(std::int64_t pixel) const {
    return (static_cast<double>(pixel) + 0.5) / static_cast<double>(size_);
  }
  [[nodiscard]] std::int64_t first(double at) const {
    return std::clamp(static_cast<std::int64_t>(std::floor(at * static_cast<double>(size_))), std::int64_t{0}, size_);
  }
  [[nodiscard]] std::int64_t last(double at) const { return std::min(first(at) + 1, size_); }

  std::int64_t size_;
  std::vector<float> pixels_;
};

struct Ellipse {
  Point centre;
  double angle = 0.0;
  double along = 0.0;
  double across = 0.0;
};

// 1 inside, falling to 0 over a rim of 15 % of the radius.
void add_ellipse(Canvas& canvas, const Ellipse& ellipse, double grey) {
  canvas.add(ellipse.centre, ellipse.angle, 1.2 * std::max(ellipse.along, ellipse.across), [&](double u, double v) {
    const double radius = std::hypot(u / ellipse.along, v / ellipse.across);
    return grey * std::clamp((1.075 - radius) / 0.15, 0.0, 1.0);
  });
}

void add_texture(Canvas& canvas, Random& random) {
  for (int wave = 0; wave < 4; ++wave) {
    const double cycles = random.uniform(1.5, 5.0);
    const double phase = random.uniform(0.0, 2.0 * pi);
    canvas.add({0.5, 0.5}, random.uniform(0.0, pi), 1.0,
               [&](double u, double) { return 0.025 * std::sin(2.0 * pi * cycles * u + phase); });
  }
}

// A place inside `ellipse`, or, for shares above 1, around it.
Point place_at(const Ellipse& ellipse, double share, double direction) {
  const double u = share * ellipse.along * std::cos(direction);
  const double v = share * ellipse.across * std::sin(direction);
  const double c = std::cos(ellipse.angle);
  const double s = std::sin(ellipse.angle);
  return {ellipse.centre.x + c * u - s * v, ellipse.centre.y + s * u + c * v};
}

using LesionShape = double (*)(double u, double v, double width);

double solid(double u, double v, double width) { return bell(std::hypot(u, v), width); }
double ring(double u, double v, double width) { return bell(std::hypot(u, v) - 1.7 * width, 0.5 * width); }
double elongated(double u, double v, double width) { return bell(u, 2.2 * width) * bell(v, 0.6 * width); }
double twin(double u, double v, double width) {
  return solid(u - 1.5 * width, v, 0.7 * width) + solid(u + 1.5 * width, v, 0.7 * width);
}
constexpr std::array<LesionShape, most_phantom_classes - 1> lesion_shapes = {solid, ring, elongated, twin};
// Between the look of class `label` and that of the next class, pixel by pixel.
struct Lesion {
  std::int64_t label = 1;
  double shift = 0.0;

  double operator()(double u, double v, double width) const {
    const auto kind = static_cast<std::size_t>(label - 1);
    const double own = lesion_shapes[kind](u, v, width);
    if (shift == 0.0) return own;
    return (1.0 - shift) * own + shift * lesion_shapes[(kind + 1) % lesion_shapes.size()](u, v, width);
  }
};

constexpr std::array<const char*, most_phantom_classes> class_names = {"healthy", "solid", "ring", "elongated", "twin"};

constexpr double narrowest_lesion = 0.045;  // sigma: 1.3 pixels of 28
constexpr double widest_lesion = 0.070;     // 2.0 pixels of 28

template <class Shape>
void add_lesion(Canvas& canvas, Point centre, const Shape& shape, double grey, Random& random) {
  const double width = random.uniform(narrowest_lesion, widest_lesion);
  canvas.add(centre, random.uniform(0.0, pi), 7.0 * width, [&](double u, double v) { return grey * shape(u, v, width); });
}

void add_vessels(Canvas& canvas, const Ellipse& body, double contrast, Random& random) {
  const std::uint64_t count = 2 + random.below(3);
  for (std::uint64_t vessel = 0; vessel < count; ++vessel) {
    const double length = random.uniform(0.08, 0.2);
    const double grey = contrast * random.uniform(0.3, 0.7);
    const Point centre = place_at(body, 0.8 * std::sqrt(random.uniform()), random.uniform(0.0, 2.0 * pi));
    canvas.add(centre, random.uniform(0.0, pi), 2.0 * length, [&](double u, double v) {
      return grey * bell(v, 0.018) * std::clamp(1.5 - std::abs(u) / length, 0.0, 1.0);
    });
  }
}

void add_specks(Canvas& canvas, const Ellipse& body, double contrast, Random& random) {
  const std::uint64_t count = 1 + random.below(4);
  for (std::uint64_t speck = 0; speck < count; ++speck) {
    const Point centre = place_at(body, 0.9 * std::sqrt(random.uniform()), random.uniform(0.0, 2.0 * pi));
    const double grey = contrast * random.uniform(0.7, 1.5);
    canvas.add(centre, 0.0, 0.08, [&](double u, double v) { return grey * solid(u, v, 0.018); });
  }
}

// Lesion-like, of every shape, but outside the organ: in three images of ten.
void add_decoy(Canvas& canvas, const Ellipse& organ, double contrast, Random& random) {
  const Point centre = place_at(organ, random.uniform(1.45, 1.75), random.uniform(0.0, 2.0 * pi));
  const double grey = contrast * random.uniform(0.7, 1.3);
  const LesionShape shape = lesion_shapes[random.below(lesion_shapes.size())];
  if (random.uniform() < 0.3) add_lesion(canvas, centre, shape, grey, random);
}

void check(const PhantomConfig& config) {
  demand(config.train_rows >= 1 && config.test_rows >= 0, "data.phantom: train_rows is {} and test_rows {}, needs 1 and 0",
         config.train_rows, config.test_rows);
  demand(config.classes >= 2 && config.classes <= most_phantom_classes, "data.phantom.classes is {}, allowed are 2 to {}",
         config.classes, most_phantom_classes);
  demand(config.size_pixels >= 8 && config.size_pixels <= 1024, "data.phantom.size_pixels is {}, allowed are 8 to 1024",
         config.size_pixels);
  demand(config.channels == 1 || config.channels == 3, "data.phantom.channels is {}, allowed are 1 and 3", config.channels);
  demand(config.sites >= 1 && config.sites <= config.train_rows,
         "data.phantom.sites is {}, allowed are 1 to train_rows = {}", config.sites, config.train_rows);
  demand(config.prevalence >= 0.0 && config.prevalence <= 1.0, "data.phantom.prevalence is {}, allowed are 0 to 1",
         config.prevalence);
  demand(config.lesion_shift >= 0.0 && config.lesion_shift <= 1.0, "data.phantom.lesion_shift is {}, allowed are 0 to 1",
         config.lesion_shift);
  demand(config.lesion_contrast >= 0.0 && config.noise >= 0.0 && config.scanner_spread >= 0.0,
         "data.phantom: lesion_contrast, noise and scanner_spread must not be negative");
}

std::vector<std::int64_t> draw_labels(const PhantomConfig& config, std::int64_t rows, Seed seed) {
  const std::int64_t ill = std::llround(config.prevalence * static_cast<double>(rows));
  std::vector<std::int64_t> labels(static_cast<std::size_t>(rows), 0);
  std::vector<std::int64_t> order = Random(seed / "labels").permutation(rows);
  for (std::int64_t i = 0; i < ill; ++i)
    labels[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = 1 + i % (config.classes - 1);
  return labels;
}

std::vector<float> tinted(const std::vector<float>& grey, std::int64_t channels) {
  if (channels == 1) return grey;
  std::vector<float> colour;
  for (const float factor : tint)
    std::transform(grey.begin(), grey.end(), std::back_inserter(colour), [&](float value) { return factor * value; });
  return colour;
}

std::shared_ptr<const Dataset> draw_part(const PhantomConfig& config, std::int64_t rows,
                                         const std::vector<Scanner>& scanners, Seed seed) {
  if (rows == 0) return nullptr;
  const InputShape shape = {config.channels, config.size_pixels, config.size_pixels};
  const std::vector<std::int64_t> labels = draw_labels(config, rows, seed);
  std::vector<std::int32_t> sites;
  at::Tensor inputs = at::empty({rows, shape.channels, shape.height, shape.width}, at::kByte);
  std::uint8_t* to = inputs.data_ptr<std::uint8_t>();
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t label = labels[static_cast<std::size_t>(row)];
    const auto site = static_cast<std::size_t>(row % config.sites);
    const std::vector<float> grey =
        draw_phantom(config.size_pixels, label, config.lesion_contrast, config.lesion_shift, seed / "row" / row);
    Random noise(seed / "noise" / row);
    const std::vector<float> seen = acquired(tinted(grey, config.channels), shape, scanners[site], noise);
    to = std::transform(seen.begin(), seen.end(), to, to_byte);
    sites.push_back(static_cast<std::int32_t>(site));
  }
  return std::make_shared<const Dataset>(Dataset{inputs, at::tensor(labels), sites});
}

}  // namespace

std::vector<float> draw_phantom(std::int64_t size_pixels, std::int64_t label, double lesion_contrast, double lesion_shift,
                                Seed seed) {
  Random random(seed);
  Canvas canvas(size_pixels);
  const Ellipse body = {{0.5 + random.uniform(-0.03, 0.03), 0.5 + random.uniform(-0.03, 0.03)},
                        random.uniform(-0.15, 0.15),
                        random.uniform(0.40, 0.46),
                        random.uniform(0.36, 0.42)};
  const Ellipse organ = {{0.5 + random.uniform(-0.08, 0.08), 0.5 + random.uniform(-0.08, 0.08)},
                         random.uniform(0.0, pi),
                         random.uniform(0.19, 0.25),
                         random.uniform(0.15, 0.20)};
  canvas.add({0.5, 0.5}, 0.0, 1.0, [](double, double) { return 0.06; });
  add_ellipse(canvas, body, random.uniform(0.18, 0.26));
  add_ellipse(canvas, organ, random.uniform(0.14, 0.24));
  add_texture(canvas, random);
  add_vessels(canvas, body, lesion_contrast, random);
  add_specks(canvas, body, lesion_contrast, random);
  add_decoy(canvas, organ, lesion_contrast, random);
  const Point centre = place_at(organ, 0.75 * std::sqrt(random.uniform()), random.uniform(0.0, 2.0 * pi));
  const double grey = lesion_contrast * random.uniform(0.75, 1.35);
  if (label > 0) add_lesion(canvas, centre, Lesion{label, lesion_shift}, grey, random);
  return canvas.take();
}

Scanner phantom_scanner(const PhantomConfig& config, std::int64_t site, Seed seed) {
  const double spread = config.scanner_spread;
  const double pixels = static_cast<double>(config.size_pixels) / 28.0;
  Scanner scanner =
      draw_scanner({0.35 * spread, 0.1 * spread, 1.2 * spread * pixels, 0.1 * spread}, seed / "scanner" / site);
  scanner.noise = std::hypot(scanner.noise, config.noise);
  return scanner;
}

Collection make_phantom(const PhantomConfig& config, Seed seed) {
  check(config);
  Collection collection;
  collection.name = "phantom";
  collection.source = "generated";
  collection.task.kind = config.classes == 2 ? TaskKind::binary : TaskKind::multi_class;
  collection.task.classes = config.classes;
  collection.task.class_names.assign(class_names.begin(), class_names.begin() + config.classes);
  if (config.classes == 2) collection.task.class_names[1] = "lesion";
  collection.shape = {config.channels, config.size_pixels, config.size_pixels};
  std::vector<Scanner> scanners;
  for (std::int64_t site = 0; site < config.sites; ++site) {
    scanners.push_back(phantom_scanner(config, site, seed));
    collection.site_names.push_back(fmt::format("site-{}", site));
  }
  collection.train = draw_part(config, config.train_rows, scanners, seed / "train");
  collection.test = draw_part(config, config.test_rows, scanners, seed / "test");
  return collection;
}

Collection load_phantom(const LoadRequest& request) {
  return make_phantom(request.config.phantom, request.seed / "phantom");
}

}  // namespace polyclinic
