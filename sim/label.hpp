/// Labels: names of places in modelled code, `function:what_was_just_seen`. Passing one costs no
/// step; a schedule addresses states by them ("run fault until ext4_da_map_blocks:hole_seen").
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace sim {

/// One label; all stand in static storage and are known to `all_labels` without any registration by
/// hand.
class Label {
 public:
  explicit Label(const char* name) : name_(name), next_(first_) { first_ = this; }
  Label(const Label&) = delete;
  Label& operator=(const Label&) = delete;

  std::string_view name() const { return name_; }

 private:
  friend const std::vector<const Label*>& all_labels();
  const char* name_;
  const Label* next_;
  static inline constinit const Label* first_ = nullptr;
};

/// Every label of the program, sorted by name.
const std::vector<const Label*>& all_labels();

/// The label of that name, or nullptr.
const Label* find_label(std::string_view name);

/// A string literal as a template argument.
template <std::size_t N>
struct FixedString {
  char text[N]{};
  constexpr FixedString(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

template <FixedString kName>
inline const Label label_object{kName.text};

}  // namespace sim
