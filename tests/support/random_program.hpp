/// A random script as a model; whatever fails in it names the seed and the program.
#pragma once

#include <cstdint>

#include <doctest/doctest.h>

#include "tests/support/random_script.hpp"

namespace testing {

/// Calls `look(model, script)` with script `number` of `seed`.
template <class Look>
void with_random_program(std::uint64_t seed, std::uint64_t number, unsigned max_operations,
                         Look look) {
  const Script script = random_script(seed, number, max_operations);
  CAPTURE(seed);
  CAPTURE(number);
  INFO(script.text());
  ScriptModel model(script);
  look(model, script);
}

}  // namespace testing
