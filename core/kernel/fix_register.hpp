/// The shape of a register of fixes: decision points where a filesystem's history took different
/// ways, and named lists of what a kernel had.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace kernel {

/// One row of the register: the commit, and how to set its decision point. `Fixes` holds one enum
/// per decision point.
template <class Fixes>
struct FixRow {
  std::string_view hash;  ///< empty: no single commit; the variant goes by `name`
  std::string_view subject;
  std::string_view name;                       ///< of the decision point
  std::span<const std::string_view> variants;  ///< in enumerator order; the first is today
  std::string_view reverted;                   ///< the variant before the commit
  void (*set)(Fixes&, std::size_t variant);
  std::size_t (*get)(const Fixes&);
};

/// A named list of variants: the kernel that had a race.
template <class Fixes>
struct EraRow {
  std::string_view name;
  std::string_view what;
  Fixes fixes;
};

/// The row of one member of `Fixes`.
template <class Fixes, auto kMember>
constexpr FixRow<Fixes> fix_row(std::string_view hash, std::string_view subject,
                                std::string_view name, std::span<const std::string_view> variants,
                                std::string_view reverted) {
  using Variant = std::remove_reference_t<decltype(Fixes{}.*kMember)>;
  return {hash,
          subject,
          name,
          variants,
          reverted,
          [](Fixes& fixes, std::size_t variant) { fixes.*kMember = static_cast<Variant>(variant); },
          [](const Fixes& fixes) { return static_cast<std::size_t>(fixes.*kMember); }};
}

}  // namespace kernel
