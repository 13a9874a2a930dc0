// Files that are part of the program, so that an installed one needs none beside it.
#pragma once

#include <string_view>

namespace polyclinic {

[[nodiscard]] std::string_view embedded_html();    // page/report.html, with {{PLACEHOLDERS}}
[[nodiscard]] std::string_view embedded_style();   // page/report.css
[[nodiscard]] std::string_view embedded_script();  // page/*.js, one after another
[[nodiscard]] std::string_view embedded_plotly();  // plotly.js, compressed by gzip

}  // namespace polyclinic
