#include "sim/explore/prefix_classes.hpp"

namespace sim {

PrefixClasses::PrefixClasses() : slots_(std::size_t{1} << 10, 0) {}

/// Where the class stands, or where it belongs.
std::size_t PrefixClasses::place_of(const TraceId& id) const {
  std::size_t place = id.high & (slots_.size() - 1);
  while (slots_[place] != 0 && classes_[slots_[place] - 1].id != id)
    place = (place + 1) & (slots_.size() - 1);
  return place;
}

std::pair<PrefixClasses::Index, bool> PrefixClasses::insert(const TraceId& id) {
  const std::size_t place = place_of(id);
  if (slots_[place] != 0) return {slots_[place] - 1, false};
  const auto index = static_cast<Index>(classes_.size());
  classes_.push_back({id});
  slots_[place] = index + 1;
  if (2 * classes_.size() > slots_.size()) {
    slots_.assign(2 * slots_.size(), 0);
    for (std::size_t i = 0; i < classes_.size(); ++i)
      slots_[place_of(classes_[i].id)] = static_cast<Index>(i) + 1;
  }
  return {index, true};
}

std::size_t PrefixClasses::bytes() const {
  return classes_.capacity() * sizeof(PrefixClass) + slots_.capacity() * sizeof(Index);
}

}  // namespace sim
