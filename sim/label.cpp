#include "sim/label.hpp"

namespace sim {

const std::vector<const Label*>& all_labels() {
  static const std::vector<const Label*> sorted = [] {
    std::vector<const Label*> labels;
    for (const Label* label = Label::first_; label != nullptr; label = label->next_)
      labels.push_back(label);
    std::sort(labels.begin(), labels.end(),
              [](const Label* a, const Label* b) { return a->name() < b->name(); });
    return labels;
  }();
  return sorted;
}

const Label* find_label(std::string_view name) {
  const auto& labels = all_labels();
  const auto found = std::lower_bound(
      labels.begin(), labels.end(), name,
      [](const Label* label, std::string_view wanted) { return label->name() < wanted; });
  return found != labels.end() && (*found)->name() == name ? *found : nullptr;
}

}  // namespace sim
