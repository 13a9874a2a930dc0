#include "core/report/png.hpp"

#include <sodium.h>
#include <stb_image_write.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace polyclinic {

namespace {

float clamped(const ImageStack& images, std::int64_t place, std::int64_t number) {
  const std::int64_t size = images.channels * images.height * images.width;
  return std::clamp(images.numbers.at(static_cast<std::size_t>(place * size + number)), 0.0F, 1.0F);
}

// Grey levels of 0 to 255, all channels of a pixel side by side.
std::vector<unsigned char> pixels_of(const ImageStack& images, std::int64_t place) {
  const std::int64_t area = images.height * images.width;
  std::vector<unsigned char> pixels;
  for (std::int64_t pixel = 0; pixel < area; ++pixel) {
    for (std::int64_t channel = 0; channel < images.channels; ++channel) {
      pixels.push_back(static_cast<unsigned char>(std::lround(255.0F * clamped(images, place, channel * area + pixel))));
    }
  }
  return pixels;
}

void append(void* bytes, void* data, int size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

}  // namespace

std::string png_address(const ImageStack& images, std::int64_t place) {
  const std::vector<unsigned char> pixels = pixels_of(images, place);
  const int channels = static_cast<int>(images.channels), width = static_cast<int>(images.width);
  std::string bytes;
  const int done = stbi_write_png_to_func(append, &bytes, width, static_cast<int>(images.height), channels, pixels.data(),
                                          width * channels);
  require(done != 0, "an image of {} x {} pixels cannot be written as PNG", images.width, images.height);
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return "data:image/png;base64," + text;
}

double psnr_db(const ImageStack& images, std::int64_t place, const ImageStack& originals, std::int64_t original) {
  constexpr double most_db = 100.0;
  const std::int64_t size = originals.channels * originals.height * originals.width;
  double squares = 0;
  for (std::int64_t number = 0; number < size; ++number) {
    const double difference = clamped(images, place, number) - clamped(originals, original, number);
    squares += difference * difference;
  }
  return squares == 0 ? most_db : std::min(most_db, -10 * std::log10(squares / static_cast<double>(size)));
}

}  // namespace polyclinic
