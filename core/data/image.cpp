#include "core/data/image.hpp"

#include <stb_image.h>
#include <stb_image_resize.h>

#include <memory>
#include <string>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_pixels = std::int64_t{1} << 26;

std::vector<std::uint8_t> resized(const std::uint8_t* pixels, int width, int height, int size, int channels) {
  const auto count = static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * static_cast<std::size_t>(channels);
  if (width == size && height == size) return {pixels, pixels + count};
  std::vector<std::uint8_t> result(count);
  const int done = stbir_resize_uint8(pixels, width, height, 0, result.data(), size, size, 0, channels);
  require(done == 1, "an image of {} x {} pixels cannot be resized to {} x {}", width, height, size, size);
  return result;
}

std::vector<std::uint8_t> planar(const std::vector<std::uint8_t>& interleaved, std::size_t channels) {
  const std::size_t area = interleaved.size() / channels;
  std::vector<std::uint8_t> planes(interleaved.size());
  for (std::size_t i = 0; i < area; ++i)
    for (std::size_t c = 0; c < channels; ++c) planes[c * area + i] = interleaved[i * channels + c];
  return planes;
}

}  // namespace

ImageInfo image_info(const std::filesystem::path& file) {
  int width = 0;
  int height = 0;
  int channels = 0;
  const int known = stbi_info(file.c_str(), &width, &height, &channels);
  require(known == 1, "{} is not a readable PNG or JPEG image: {}", file.string(), stbi_failure_reason());
  const ImageInfo info = {width, height, channels};
  require(info.width > 0 && info.height > 0 && info.width <= most_pixels / info.height,
          "{} claims {} x {} pixels, more than the {} that are supported", file.string(), width, height, most_pixels);
  return info;
}

std::vector<std::uint8_t> read_image(const std::filesystem::path& file, std::int64_t size_pixels, std::int64_t channels) {
  int width = 0;
  int height = 0;
  int stored_channels = 0;
  const int wanted = static_cast<int>(channels);
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load(file.c_str(), &width, &height, &stored_channels, wanted), stbi_image_free);
  require(pixels != nullptr, "{} is truncated or damaged: {}", file.string(), stbi_failure_reason());
  return planar(resized(pixels.get(), width, height, static_cast<int>(size_pixels), wanted),
                static_cast<std::size_t>(channels));
}

}  // namespace polyclinic
