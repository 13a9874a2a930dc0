// The only place that includes doctest, last of all: LibTorch defines a fatal CHECK of its own, and whichever comes last wins.
#pragma once

#undef CHECK
#include <doctest/doctest.h>
