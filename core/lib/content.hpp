/// Data is identity: a sector holds the identity of the write that produced it, so that read-back
/// names the lost write instead of a mismatch.
#pragma once

#include "core/lib/byte_range.hpp"

namespace kernel {

/// What a sector holds. Equal contents are equal numbers, in every execution and process.
using Content = u64;
inline constexpr Content kZeros = 0;

/// One write call: what it wrote can be told from what every other call wrote.
struct WriteIdentity {
  u32 number = 0;      ///< from 1, in the order of the scenario's text; 0 writes zeros
  bool zeros = false;  ///< the call writes zeros (a punched hole)
};

/// Content of the sector at `sector` (byte offset in the file) after `write` put bytes `range` of
/// the file over `old`.
Content content_after(Content old, WriteIdentity write, u64 sector, ByteRange range);

}  // namespace kernel
