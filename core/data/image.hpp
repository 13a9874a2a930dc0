// PNG and JPEG files as pixels, by stb_image.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace polyclinic {

struct ImageInfo {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t channels = 0;  // 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha
};

// Reads the file's head only; throws Error where it is no image or claims more than 2^26 pixels.
[[nodiscard]] ImageInfo image_info(const std::filesystem::path& file);

// The image at size_pixels x size_pixels in `channels` (1 or 3; alpha is dropped), as channels x height x width numbers
// of 0 to 255. Another aspect ratio is stretched. Throws Error where the file is truncated or damaged.
[[nodiscard]] std::vector<std::uint8_t> read_image(const std::filesystem::path& file, std::int64_t size_pixels,
                                                   std::int64_t channels);

}  // namespace polyclinic
