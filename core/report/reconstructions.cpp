#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/report/figures.hpp"
#include "core/report/leakage_arms.hpp"
#include "core/report/png.hpp"

namespace polyclinic {

namespace {

constexpr std::size_t most_lines = 24;

// A line of pictures, each with its PSNR beside the original where these are not the originals themselves.
Json line_of(const std::string& label, const ImageStack& images, const ImageStack* originals) {
  Json addresses = Json::array(), captions = Json::array();
  for (std::int64_t i = 0; i < images.count; ++i) {
    addresses.push_back(png_address(images, i));
    captions.push_back(originals == nullptr ? "" : fmt::format("{:.1f} dB", psnr_db(images, i, *originals, i)));
  }
  return {label, std::move(addresses), std::move(captions)};
}

// The one image as often as there are originals.
Json repeated(const ImageStack& mean, const ImageStack& originals) {
  Json addresses = Json::array(), captions = Json::array();
  for (std::int64_t i = 0; i < originals.count; ++i) {
    addresses.push_back(png_address(mean, 0));
    captions.push_back(fmt::format("{:.1f} dB", psnr_db(mean, 0, originals, i)));
  }
  return {"mean image, no attack", std::move(addresses), std::move(captions)};
}

struct Shown {
  std::string label;
  const GalleryView* gallery = nullptr;
};

bool is_whole(const GalleryView& gallery) {
  return gallery.originals.count > 0 && gallery.originals.numbers.size() == gallery.reconstructions.numbers.size();
}

// What was made of these originals, between them and the mean image.
void add_block(const ImageStack& originals, const std::vector<Shown>& shown, const ImageStack& mean, Json& lines) {
  lines.push_back(line_of("original", originals, nullptr));
  for (const Shown& one : shown) {
    if (lines.size() < most_lines) lines.push_back(line_of(one.label, one.gallery->reconstructions, &originals));
  }
  const bool fits =
      mean.count == 1 && mean.numbers.size() * static_cast<std::size_t>(originals.count) == originals.numbers.size();
  if (fits) lines.push_back(repeated(mean, originals));
}

// A block for each set of originals: points whose victims differ (the members outside a coalition, say) have other images.
Json gallery_of(std::vector<Shown> shown, const ImageStack& mean) {
  Json lines = Json::array();
  while (!shown.empty() && lines.size() < most_lines) {
    const ImageStack& originals = shown.front().gallery->originals;
    const auto others = std::stable_partition(shown.begin(), shown.end(), [&originals](const Shown& one) {
      return one.gallery->originals.numbers == originals.numbers;
    });
    add_block(originals, {shown.begin(), others}, mean, lines);
    shown.erase(shown.begin(), others);
  }
  return lines;
}

void add(const std::string& chain, const std::string& id, const std::string& title, Json gallery, Json& figures) {
  figures.push_back({{"id", "reconstructions-" + id + "-" + chain},
                     {"section", "Leakage"},
                     {"chain", chain},
                     {"title", title},
                     {"series", Json::array()},
                     {"panels", Json::array()},
                     {"gallery", std::move(gallery)},
                     {"caption",
                      "The first victims of the first seed, whatever became of them, with each image's PSNR. What looks "
                      "like a patient may be the "
                      "attackers' prior: compare with the mean image."}});
}

// "peer-round-1" of "dlg-peer-round-1".
std::pair<std::string, std::string> attack_and_view(const std::string& name) {
  const std::size_t dash = name.find('-');
  return {name.substr(0, dash), dash == std::string::npos ? "" : name.substr(dash + 1)};
}

void add_of_run(const ChainView& chain, Json& figures) {
  std::map<std::string, std::vector<Shown>> views;
  for (const auto& [name, gallery] : chain.leakage.galleries) {
    const auto [attack, view] = attack_and_view(name);
    if (is_whole(gallery)) views[view].push_back({attack, &gallery});
  }
  for (const auto& [view, shown] : views)
    add(chain.name, view, "Reconstructions, " + view, gallery_of(shown, chain.leakage.mean_image), figures);
}

// Of each point, its strongest attack in the view in which most leaks.
void add_of_study(const ReportInput& input, const std::string& chain, Json& figures) {
  std::vector<Shown> shown;
  const ImageStack* mean = nullptr;
  for (const AttackedPoint& point : attacked_points(input, chain)) {
    const StrongestAttack& worst = point.worst();
    const std::string name = fmt::format("{}-{}-round-{}", worst.attack, worst.view.observer, worst.view.round);
    for (const RunView& run : input.runs) {
      const ChainView* view = find_chain(run, chain);
      if (view == nullptr || input.result.runs[run.run].run.point != point.point) continue;
      const auto found = view->leakage.galleries.find(name);
      if (found == view->leakage.galleries.end() || !is_whole(found->second)) continue;
      shown.push_back({fmt::format("{}: {}, {}", point.name, worst.attack, view_text(worst.view)), &found->second});
      if (mean == nullptr) mean = &view->leakage.mean_image;
      break;
    }
  }
  if (!shown.empty()) add(chain, "points", "Reconstructions, by what is published", gallery_of(shown, *mean), figures);
}

}  // namespace

void add_reconstructions(const ReportInput& input, const std::string& chain, Json& figures) {
  if (!input.single) return add_of_study(input, chain, figures);
  if (const ChainView* view = find_chain(input.runs.front(), chain)) add_of_run(*view, figures);
}

}  // namespace polyclinic
