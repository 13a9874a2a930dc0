// What tests of inversion attack: generated images, and policies in few words.
#pragma once

#include "tools/known_answers/victim.hpp"

namespace polyclinic::known_answers {

inline const Gallery& gallery() {
  static const Gallery images = phantom_gallery();
  return images;
}

inline SharingConfig only(const char* pattern) {
  SharingConfig sharing;
  sharing.steps = {"layers"};
  sharing.shared = {pattern};
  return sharing;
}

}  // namespace polyclinic::known_answers
