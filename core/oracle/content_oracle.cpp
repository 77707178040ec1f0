#include "core/oracle/content_oracle.hpp"

#include <algorithm>

namespace kernel {
namespace {

void add(std::pmr::vector<Content>& contents, Content content) {
  if (std::find(contents.begin(), contents.end(), content) == contents.end())
    contents.push_back(content);
}

}  // namespace

ContentOracle::Sector& ContentOracle::sector_at(u64 sector) {
  const auto found = sectors_.find(sector);
  if (found != sectors_.end()) return found->second;
  std::pmr::memory_resource* memory = sectors_.get_allocator().resource();
  Sector& fresh = sectors_.emplace(sector, memory).first->second;
  fresh.admissible.push_back(kZeros);
  return fresh;
}

void ContentOracle::begin_write(WriteIdentity write, ByteRange range, const u32* steps) {
  const ByteRange whole = sectors_around(range);
  for (u64 at = whole.start; at < whole.end; at += kPageSize)
    sector_at(at).writes.push_back({write, range, steps, steps == nullptr ? 0 : *steps});
}

void ContentOracle::end_write(WriteIdentity write, ByteRange range, u64 done) {
  const ByteRange whole = sectors_around(range);
  const ByteRange acknowledged = {range.start, range.start + done};
  for (u64 at = whole.start; at < whole.end; at += kPageSize) {
    Sector& sector = sector_at(at);
    bool all_returned = true;
    for (Write& begun : sector.writes) {
      if (begun.identity.number == write.number) {
        begun.returned = true;
        begun.acknowledged = acknowledged.contains(range.cut({at, at + kPageSize}));
        if (begun.acknowledged) sector.last_write = write.zeros ? 0 : write.number;
      }
      all_returned = all_returned && (begun.returned || !begun.has_begun());
    }
    if (all_returned) fold(sector, at);
  }
}

/// Admissible after concurrent writes: what any order of them gives; one that was not acknowledged
/// may be missing.
void ContentOracle::fold(Sector& sector, u64 at) {
  std::pmr::memory_resource* memory = sector.writes.get_allocator().resource();
  std::pmr::vector<std::size_t> order(memory);
  for (std::size_t i = 0; i < sector.writes.size(); ++i)
    if (sector.writes[i].returned) order.push_back(i);
  const std::pmr::vector<Content> before(sector.admissible, memory);
  std::pmr::vector<Content> reached(memory);  // out here: what the arena gave is not given back
  sector.admissible.clear();
  do {
    for (const Content old : before) {
      reached.assign(1, old);
      for (const std::size_t i : order) {
        const Write& write = sector.writes[i];
        const std::size_t known = reached.size();
        for (std::size_t j = 0; j < known; ++j) {
          const Content next = content_after(reached[j], write.identity, at, write.range);
          if (write.acknowledged) {
            reached[j] = next;
          } else {
            reached.push_back(next);
          }
        }
      }
      for (const Content content : reached) add(sector.admissible, content);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  std::erase_if(sector.writes, [](const Write& write) { return write.returned; });
}

bool ContentOracle::admits(u64 sector, Content content) const {
  const auto found = sectors_.find(sector);
  if (found == sectors_.end()) return content == kZeros;
  const auto& admissible = found->second.admissible;
  return std::find(admissible.begin(), admissible.end(), content) != admissible.end();
}

std::string ContentOracle::expected(u64 sector) const {
  const auto found = sectors_.find(sector);
  if (found == sectors_.end() || found->second.last_write == 0) return "zeros";
  return "write " + std::to_string(found->second.last_write);
}

}  // namespace kernel
