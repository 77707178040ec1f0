#include "core/lib/content.hpp"

#include "sim/random.hpp"

namespace kernel {
namespace {

u64 mix(u64 a, u64 b) { return sim::scrambled(a * 0x9e3779b97f4a7c15U + b + 0x632be59bd9b4e019U); }

}  // namespace

Content content_after(Content old, WriteIdentity write, u64 sector, ByteRange range) {
  const ByteRange part = range.cut({sector, sector + kPageSize});
  if (part.empty()) return old;
  const bool zeros = write.number == 0 || write.zeros;
  if (part.size() == kPageSize) return zeros ? kZeros : mix(write.number, sector);
  if (zeros && old == kZeros) return kZeros;
  return mix(mix(mix(old, zeros ? 0 : write.number), part.start), part.end);
}

}  // namespace kernel
