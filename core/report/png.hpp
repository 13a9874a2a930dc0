// Small pictures inside a page.
#pragma once

#include <string>

#include "core/report/run_view.hpp"

namespace polyclinic {

// The image at `place` (grey or colour; numbers beyond 0 .. 1 are clamped) as "data:image/png;base64,...".
[[nodiscard]] std::string png_address(const ImageStack& images, std::int64_t place);

// Of two images of one shape, in dB, clamped to 0 .. 1; at most 100, as /leakage/inversion has it.
[[nodiscard]] double psnr_db(const ImageStack& images, std::int64_t place, const ImageStack& originals, std::int64_t original);

}  // namespace polyclinic
