/// What most tests include, compiled once for each of the large test programs. Every test includes what it uses all
/// the same: -Db_pch=false compiles without. No #pragma once, of which gcc warns in what it precompiles.
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/execution.hpp"
