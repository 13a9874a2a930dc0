#include "core/sharing/update.hpp"

#include <concepts>

#include "tests/support/check.hpp"

namespace polyclinic {

template <class T>
concept HasSimulatedSize = requires(const T& message) {
  { simulated_bytes(message) } -> std::same_as<std::uint64_t>;
};
static_assert(HasSimulatedSize<SharedUpdate>);
static_assert(!HasSimulatedSize<PrivateUpdate>, "what an institution learned must not fit through a channel");

TEST_CASE("a shared update is its bytes: their number is its size, their SHA-256 its identity") {
  const ByteView abc = view_of("abc");
  const SharedUpdate update(Bytes(abc.begin(), abc.end()));
  CHECK(simulated_bytes(update) == 3);
  // FIPS 180-4's own example.
  CHECK(update.digest().hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace polyclinic
