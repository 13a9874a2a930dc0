// Sentences of a study's answer about what came from other chains, about personal models, and about what attacks found.
#pragma once

#include <string>

#include "core/study/study_statistics.hpp"

namespace polyclinic {

// Of the point whose AUC over rounds (the area under its curve) gains most by what came from another chain, beside the point that it is
// compared with: how learning begins, goes on and ends, how much sooner it reaches the target, and with how many points it is the
// other way round. Empty where no point of the chain had anything from another one, or none of them is compared.
[[nodiscard]] std::string transfer_sentence(const StudyResult& result, const StudyStatistics& statistics,
                                            const std::string& chain);

// Of the method and point whose personal models gain most: how much, for which share of institutions, and the worst one. Empty
// where there are no personal models.
[[nodiscard]] std::string personal_sentence(const StudyResult& result, const std::string& chain);

// At which point the strongest attack makes most of images, beside the mean image that needs no attack, and with how many points
// attacks are not shown to be better than that: they failed, which is never told as safety. Empty where no image was attacked.
[[nodiscard]] std::string leakage_sentence(const StudyResult& result, const StudyStatistics& statistics, const std::string& chain);

}  // namespace polyclinic
