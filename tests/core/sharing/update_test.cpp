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

TEST_CASE("a shared update is its bytes: their number is its size, their BLAKE2b its identity") {
  const ByteView abc = view_of("abc");
  const SharedUpdate update(Bytes(abc.begin(), abc.end()));
  CHECK(simulated_bytes(update) == 3);
  // BLAKE2b-256 of "abc": python3 -c 'import hashlib; print(hashlib.blake2b(b"abc", digest_size=32).hexdigest())'
  CHECK(update.digest().hex() == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

}  // namespace polyclinic
