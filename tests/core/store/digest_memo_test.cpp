#include "core/store/digest_memo.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

TEST_CASE("a digest is computed once for an object, whatever part of it is pointed at") {
  DigestMemo memo;
  int computed = 0;
  const auto compute = [&] {
    ++computed;
    return blake2b(view_of("a"));
  };
  const auto object = std::make_shared<std::pair<int, int>>();
  CHECK(memo.of(object, compute) == blake2b(view_of("a")));
  CHECK(memo.of(std::shared_ptr<int>(object, &object->second), compute) == blake2b(view_of("a")));
  CHECK(computed == 1);
}

TEST_CASE("an object at the address of one that is gone is another one") {
  DigestMemo memo;
  int place = 0;
  const auto at_place = [&] { return std::shared_ptr<const void>(&place, [](const void*) {}); };
  CHECK(memo.of(at_place(), [] { return blake2b(view_of("a")); }) == blake2b(view_of("a")));
  CHECK(memo.of(at_place(), [] { return blake2b(view_of("b")); }) == blake2b(view_of("b")));
}
