/// What an fsstress line means to the model: typed line to commands of a scenario.
///
/// write, writev, uring_write and write dontcache are buffered writes; dwrite and awrite direct
/// ones; reads likewise. mread and mwrite map their range, touch it and unmap it, as fsstress does;
/// a store into a PRIVATE mapping is a read fault to the filesystem. fsync and afsync are fsync;
/// sync and syncfs write back the whole filesystem.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/scenario/command.hpp"
#include "core/scenario/fsstress_line.hpp"

namespace scenario {

/// The commands of a line that made a call and succeeded, all on `file`; none where the call is not
/// modelled. `text` and `position` stay empty.
std::vector<Command> commands_of(const FsstressLine& line, const std::string& file);

/// True where the model knows the call of this line, whether or not it succeeded.
bool is_modelled(const FsstressLine& line);

/// True for "f12", "d3/f4": the last letter says regular file.
bool is_regular_file(std::string_view path);

/// The scenario's name of a path of one process: "p0/f0". Processes are numbered in hexadecimal, as
/// fsstress names its working directories.
std::string fsstress_file_name(std::uint32_t proc, std::string_view path);

}  // namespace scenario
