#include "core/sharing/public_update.hpp"

#include "core/base/error.hpp"
#include "core/sharing/codec.hpp"
#include "core/sharing/mask.hpp"

namespace polyclinic {

PublicUpdate read_public(ByteView payload, std::int64_t dimension) {
  const PayloadView view = parse(payload, dimension, 0);
  const bool is_public = view.form == Form::dense || view.form == Form::seeded;
  require(is_public && view.value_type == ValueType::float32,
          "shared update: does not publish float32 numbers at coordinates that all know");
  PublicUpdate update{.dimension = dimension, .mask_seed = std::nullopt, .values = read_values(view)};
  if (view.form == Form::seeded) update.mask_seed = view.seed;
  return update;
}

Bytes encode(const PublicUpdate& update) {
  Selection selection{
      .dimension = update.dimension, .positions = std::nullopt, .values = update.values, .mask_seed = update.mask_seed};
  if (update.mask_seed) selection.positions = public_mask(*update.mask_seed, update.dimension, update.values.numel());
  return encode(selection, {}, ValueType::float32);
}

std::int64_t public_coordinates(const SharePolicy& policy) {
  return static_cast<std::int64_t>((policy.expected_bytes(false) - header_bytes) / float32_bytes);
}

}  // namespace polyclinic
