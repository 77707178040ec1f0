#include "core/block/block_device.hpp"

#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel {

block_device::block_device(const char* name, bool injects_errors)
    : sim::Object({name}, sizeof(block_device)),
      injects_errors_(injects_errors),
      sectors_(&sim::current().untracked_memory()) {}

Content block_device::peek(u64 disk) const {
  const auto found = sectors_.find(disk);
  return found == sectors_.end() ? kZeros : found->second;
}

Content block_device::read_sector(u64 disk) {
  sim::Operation op = sim::operation(sim::OpKind::read, id());
  op.begin = static_cast<u32>(disk >> kPageShift);
  op.end = op.begin + 1;
  sim::current().perform(op, this);
  return peek(disk);
}

/// The device works on the bio at some time between submission and completion; only the order of
/// overlapping transfers can be told.
void block_device::transfer(bio& moved) {
  const bool writes = moved.op == bio_op::write;
  sim::Operation op = sim::operation(writes ? sim::OpKind::write : sim::OpKind::read, id());
  op.begin = static_cast<u32>(moved.disk >> kPageShift);
  op.end = static_cast<u32>((moved.disk + moved.size()) >> kPageShift);
  sim::current().perform(op, this);
  sim::Frame frame("bio_endio");
  if (injects_errors_ && sim::current().choose("bio error", 2) == 1) {
    moved.status = -EIO;
    effect("bio of {} fails with -EIO", moved.file_range());
    return;
  }
  if (mutant(Mutant::bio_loses_data)) return;
  for (std::size_t i = 0; i < moved.contents.size(); ++i) {
    const u64 at = moved.disk + i * kPageSize;
    if (writes) {
      sectors_[at] = moved.contents[i];
    } else {
      moved.contents[i] = peek(at);
    }
  }
  sim::at<"bio_endio:data_transferred">();
}

}  // namespace kernel
