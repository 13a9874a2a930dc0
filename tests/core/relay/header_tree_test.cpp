#include "core/relay/header_tree.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

constexpr std::uint64_t kept = 4, look_back = 2;

// Unsigned headers: the tree takes what it is given.
struct Fixture {
  explicit Fixture(ForkChoice fork_choice = {}) : tree(ChainId{1}, fork_choice, kept, look_back) {}
  Digest add(const Digest& parent, double at_s, double difficulty = 1.0) {
    Header header;
    header.chain = ChainId{1};
    header.height = tree.find_header(parent)->height + 1;
    header.parent = parent;
    header.time_s = at_s;
    header.difficulty = difficulty;
    const Digest hash = sha256(encode(header));
    reversed += tree.add(header, hash);
    return hash;
  }
  Digest grow(int headers) {
    for (int i = 0; i < headers; ++i) add(tree.best_block(), ++time_s);
    return tree.best_block();
  }

  HeaderTree tree;
  Digest root = genesis(ChainId{1})->hash();
  double time_s = 0.0;
  std::uint64_t reversed = 0;
};

}  // namespace

TEST_CASE("the heaviest branch is the best one, by height") {
  Fixture fixture;
  const Digest left = fixture.add(fixture.root, 1.0, 2.0);
  const Digest right = fixture.add(fixture.root, 1.0, 1.0);
  CHECK(fixture.tree.best_block() == left);
  const Digest top = fixture.add(right, 2.0, 1.5);
  CHECK(fixture.tree.best_block() == top);
  CHECK(fixture.tree.best_height() == 2);
  CHECK(fixture.tree.at_height(1) == right);
  CHECK(fixture.tree.at_height(0) == fixture.root);
  CHECK(fixture.tree.is_on_best_branch(right));
  CHECK_FALSE(fixture.tree.is_on_best_branch(left));
  CHECK_FALSE(fixture.tree.is_on_best_branch(Digest{}));
  CHECK(fixture.tree.find(top)->total_difficulty == 1.0 + 1.0 + 1.5);  // the genesis weighs 1
}

TEST_CASE("of equal branches the first known stays, or the earlier goes before") {
  Fixture first(ForkChoice{.first_seen = true, .may_reverse = true});
  Fixture earlier(ForkChoice{.first_seen = false, .may_reverse = true});
  for (Fixture* fixture : {&first, &earlier}) fixture->add(fixture->root, 2.0);
  const Digest late = first.tree.best_block();
  const Digest early = first.add(first.root, 1.0);
  earlier.add(earlier.root, 1.0);
  CHECK(first.tree.best_block() == late);
  CHECK(earlier.tree.best_block() == early);
}

TEST_CASE("finality goes back to where another branch leaves the best one") {
  Fixture fixture;
  const Digest common = fixture.grow(2);
  const Digest second = fixture.grow(1);
  fixture.grow(1);
  fixture.tree.finalize(second);
  CHECK(fixture.tree.final_height() == 3);
  CHECK(fixture.tree.final_block() == second);
  fixture.add(common, 9.0, 5.0);
  CHECK(fixture.reversed == 1);
  CHECK(fixture.tree.final_block() == common);
}

// final at 12, kept down to 8, and two more to look back on. Half of 6 heights at a time are forgotten.
TEST_CASE("what lies far below the final header is forgotten, and all other branches with it") {
  Fixture fixture;
  const Digest deep = fixture.grow(5);
  const Digest sixth = fixture.grow(1);
  fixture.grow(1);
  const Digest lost = fixture.add(sixth, 100.0, 0.5);
  const Digest eighth = fixture.grow(1);
  const Digest final_block = fixture.grow(4);
  CHECK(fixture.tree.find_header(lost));
  fixture.tree.finalize(final_block);
  CHECK(fixture.tree.floor() == 8);
  CHECK_FALSE(fixture.tree.find_header(deep));
  CHECK_FALSE(fixture.tree.find_header(fixture.root));
  CHECK_FALSE(fixture.tree.find_header(lost));
  CHECK(fixture.tree.find_header(sixth)->height == 6);
  CHECK(fixture.tree.is_on_best_branch(eighth));
  CHECK_FALSE(fixture.tree.is_on_best_branch(deep));
  CHECK(fixture.tree.at_height(12) == final_block);
  CHECK(fixture.tree.best_height() == 12);
  CHECK(fixture.tree.final_block() == final_block);
}

TEST_CASE("an extension begins at the tree's floor or above it, and goes on from header to header") {
  Fixture fixture;
  const Digest below = fixture.grow(7);
  const Digest floor = fixture.grow(1);
  fixture.tree.finalize(fixture.grow(4));
  REQUIRE(fixture.tree.find_header(below));
  Extension extension(fixture.tree);
  Header header{ChainId{1}, 8, below, {}, 50.0, {}, 0, 1.5, 0, 0, {}};
  CHECK(extension.check_place(header).reason == Rejection::unknown_parent);
  header.parent = floor;
  CHECK(extension.check_place(header).reason == Rejection::wrong_height);
  header.height = 9;
  CHECK(extension.check_place(header).accepted());
  CHECK(extension.empty());
  const Digest hash = sha256(encode(header));
  extension.push(header, hash);
  CHECK(extension.find_header(hash)->height == 9);
  CHECK(extension.find_header(floor)->height == 8);
  CHECK_FALSE(extension.find_header(Digest{}));
  Header next{ChainId{1}, 10, floor, {}, 60.0, {}, 0, 2.0, 0, 0, {}};
  CHECK(extension.check_place(next).reason == Rejection::unknown_parent);
  next.parent = hash;
  CHECK(extension.check_place(next).accepted());
  extension.push(next, sha256(encode(next)));
  CHECK(extension.tip().total_difficulty == 1.0 + 8.0 + 1.5 + 2.0);
  CHECK(extension.tip().time_s == 60.0);
}
