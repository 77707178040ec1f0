#include "sim/footprint_audit.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>

namespace sim {
namespace {

/// A type's name as it is written.
std::string readable(const char* type) {
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(type, nullptr, nullptr, nullptr), std::free);
  return text == nullptr ? type : text.get();
}

}  // namespace

void FootprintAudit::begin() {
  before_.clear();
  known_.clear();
  made_.clear();
  allocated_.clear();
  written_.clear();
  complaints_.clear();
}

void FootprintAudit::add_cell(const void* memory, std::size_t bytes, const char* name) {
  if (const auto offset = arena_.offset_of(memory)) known_[*offset] = {*offset + bytes, name};
}

void FootprintAudit::exempt(const void* memory, std::size_t bytes) {
  if (const auto offset = arena_.offset_of(memory)) known_[*offset] = {*offset + bytes, nullptr};
}

void FootprintAudit::add_object(const void* memory, std::size_t bytes, const char* type) {
  if (const auto offset = arena_.offset_of(memory)) made_[*offset] = {*offset + bytes, type};
}

void FootprintAudit::wrote(const void* memory) {
  const auto offset = arena_.offset_of(memory);
  if (offset && !is_written(*offset)) written_.push_back(*offset);
}

bool FootprintAudit::is_written(std::size_t cell) const {
  return std::find(written_.begin(), written_.end(), cell) != written_.end();
}

void FootprintAudit::complain(const Record& record, ActorId who, const std::string& what) {
  const std::string text = (who == kNoActor ? "the model" : record.actor_name(who)) + " " + what;
  if (std::find(complaints_.begin(), complaints_.end(), text) == complaints_.end())
    complaints_.push_back(text);
}

void FootprintAudit::peeked(const Record& record, ActorId reader, const char* name) {
  complain(record, reader, std::string("read ") + name + " past its guard");
}

const FootprintAudit::Allocated& FootprintAudit::allocation_of(std::size_t offset) const {
  return *std::upper_bound(
      allocated_.begin(), allocated_.end(), offset,
      [](std::size_t wanted, const Allocated& memory) { return wanted < memory.end; });
}

/// A task may change what it or a task that it comes from allocated: spawning publishes. The model
/// builds the world for everybody.
bool FootprintAudit::owns(const Record& record, const Allocated& memory, ActorId writer) const {
  for (ActorId task = writer; task != kNoActor; task = record.actors[task].creator)
    if (task == memory.by) return true;
  return writer == memory.by;
}

bool FootprintAudit::has_cells(std::size_t begin, std::size_t end) const {
  const auto first = known_.lower_bound(begin);
  return first != known_.end() && first->first < end;
}

/// "kernel::folio+24", or whose memory it is.
std::string FootprintAudit::place_of(const Record& record, std::size_t offset) const {
  auto made = made_.upper_bound(offset);
  if (made != made_.begin() && offset < (--made)->second.end)
    return readable(made->second.type) + "+" +
           std::to_string((offset - made->first) / sizeof(void*) * sizeof(void*));
  const ActorId by = allocation_of(offset).by;
  return "what " + (by == kNoActor ? "the model" : record.actor_name(by)) + " allocated";
}

void FootprintAudit::look_at(const Record& record, std::size_t offset, ActorId writer) {
  auto at = known_.upper_bound(offset);
  if (at != known_.begin() && offset < (--at)->second.end) {
    const Known& known = at->second;
    if (known.name != nullptr && !is_written(at->first))
      complain(record, writer, std::string("changed ") + known.name + " past its cell");
    return;
  }
  const auto made = made_.upper_bound(offset);
  const bool is_shared = made != made_.begin() && offset < std::prev(made)->second.end &&
                         has_cells(std::prev(made)->first, std::prev(made)->second.end);
  if (is_shared) {
    if (writer == kNoActor) return;
  } else {
    const Allocated& memory = allocation_of(offset);
    if (owns(record, memory, writer)) return;
    if (std::any_of(memory.written.begin(), memory.written.end(),
                    [this](std::size_t cell) { return is_written(cell); }))
      return;
  }
  complain(record, writer, "changed memory in no cell: " + place_of(record, offset));
}

void FootprintAudit::compare(const Record& record, ActorId writer, bool searched) {
  constexpr std::size_t kBlock = Arena::kAlignment;
  const std::size_t old = before_.size();
  for (std::size_t block = 0; block < old; block += kBlock) {
    const std::size_t size = std::min(kBlock, old - block);
    const std::byte* now = arena_.at(block);
    if (std::memcmp(now, before_.data() + block, size) == 0) continue;
    for (std::size_t i = 0; searched && i < size; ++i)
      if (now[i] != before_[block + i]) look_at(record, block + i, writer);
    std::memcpy(before_.data() + block, now, size);
  }
  const std::size_t end = arena_.position();
  if (end > old) {
    allocated_.push_back({end, writer, written_});
    before_.resize(end);
    for (std::size_t block = old - old % kBlock; block < end; block += kBlock)
      std::memcpy(before_.data() + block, arena_.at(block), std::min(kBlock, end - block));
  }
  written_.clear();
}

}  // namespace sim
