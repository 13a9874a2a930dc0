#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/study/scenario_keys.hpp"
#include "core/study/variation.hpp"

namespace polyclinic {
namespace {

// Whether setting `outer` sets `inner` as well: it is the same, or a table around it.
bool covers(const std::string& outer, const std::string& inner) { return inner == outer || inner.starts_with(outer + "."); }

bool covers(const std::vector<std::string>& outer, const std::vector<std::string>& inner) {
  for (const std::string& a : outer) {
    for (const std::string& b : inner) {
      if (covers(a, b)) return true;
    }
  }
  return false;
}

struct Keys {
  const std::vector<std::string>& chains;

  void need_apart(const WrittenSetting& first, const WrittenSetting& second) const {
    const auto a = paths_of(first.setting.key, chains), b = paths_of(second.setting.key, chains);
    if (covers(a, b) || covers(b, a)) reject(second, first);
  }
  // What every run is given comes first: a key within a table that is set there may be varied.
  void need_effect(const WrittenSetting& common, const WrittenSetting& varied) const {
    if (covers(paths_of(varied.setting.key, chains), paths_of(common.setting.key, chains))) reject(varied, common);
  }
  [[noreturn]] static void reject(const WrittenSetting& setting, const WrittenSetting& other) {
    throw UsageError(fmt::format("{}: {} sets what {} sets already ({}): only one of them can have an effect",
                                 setting.where, setting.setting.key, other.setting.key, other.where));
  }
};

void check_within(const std::vector<WrittenSetting>& settings, const Keys& keys) {
  for (std::size_t i = 0; i < settings.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) keys.need_apart(settings[k], settings[i]);
  }
}

// One setting for each key of a factor: the values do not matter.
std::vector<WrittenSetting> different_keys(const Factor& factor) {
  std::vector<WrittenSetting> settings;
  for (const Choice& choice : factor) {
    for (const WrittenSetting& written : choice.settings) {
      const auto same = [&](const WrittenSetting& other) { return other.setting.key == written.setting.key; };
      if (std::none_of(settings.begin(), settings.end(), same)) settings.push_back(written);
    }
  }
  return settings;
}

void check_between(const std::vector<WrittenSetting>& first, const std::vector<WrittenSetting>& second, const Keys& keys) {
  for (const WrittenSetting& a : first) {
    for (const WrittenSetting& b : second) keys.need_apart(a, b);
  }
}

}  // namespace

void check_overlaps(const Variation& variation, const std::vector<std::string>& chains) {
  const Keys keys{chains};
  std::vector<std::vector<WrittenSetting>> factors;
  for (const Factor& factor : variation.factors) {
    for (const Choice& choice : factor) check_within(choice.settings, keys);
    factors.push_back(different_keys(factor));
    for (const WrittenSetting& common : variation.common) {
      for (const WrittenSetting& varied : factors.back()) keys.need_effect(common, varied);
    }
    for (std::size_t i = 0; i + 1 < factors.size(); ++i) check_between(factors[i], factors.back(), keys);
  }
}

}  // namespace polyclinic
