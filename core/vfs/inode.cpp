#include "core/vfs/inode.hpp"

namespace kernel {

inode::inode(u64 number, const char* file_name, address_space_operations& operations)
    : i_ino(number),
      name(file_name),
      i_data(*this, operations, file_name),
      i_rwsem({"i_rwsem", file_name}),
      i_size({"i_size", file_name}, kInodeState, 0) {}

}  // namespace kernel
