#include "core/auxiliary/received.hpp"

#include "tests/core/auxiliary/small_pupil.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

TEST_CASE("inbox: of each source the latest model counts, whatever the order of arrival") {
  Inbox inbox;
  CHECK(inbox.contents() == nullptr);
  inbox.add(model_object(1.0F, 4));
  inbox.add(model_object(2.0F, 3));
  REQUIRE(inbox.contents()->size() == 1);
  CHECK(inbox.contents()->front().source_round == 4);
  inbox.add(model_object(3.0F, 5));
  CHECK(inbox.contents()->front().source_round == 5);
}

TEST_CASE("inbox: prototypes count beside the model, each institution's own") {
  Inbox inbox;
  inbox.add(model_object(1.0F, 4));
  for (const std::int32_t author : {1, 2, 1}) {
    ReceivedObject object = model_object(0.0F, 4);
    AuxiliaryObject prototypes;
    prototypes.prototypes.classes = 2;
    object.object = std::make_shared<const AuxiliaryObject>(prototypes);
    object.author = InstitutionId{author};
    inbox.add(object);
  }
  CHECK(inbox.contents()->size() == 3);
}
