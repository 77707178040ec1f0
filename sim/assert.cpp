#include "sim/assert.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sim {
namespace {

const char* replay_line = nullptr;

const char* base_name(const char* path) {
  const char* slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

}  // namespace

void set_replay_line(const char* line) { replay_line = line; }

void bug(const char* condition, const char* file, int line, const char* why) {
  std::fflush(stdout);
  std::fprintf(stderr, "fsweave: a bug of fsweave itself: %s (%s, %s:%d)\n", why, condition,
               base_name(file), line);
  if (replay_line != nullptr) std::fprintf(stderr, "replay: %s\n", replay_line);
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace sim
