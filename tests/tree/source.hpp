/// The files of the repository as text, for the rules that judge them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// One text file; `path` is relative to the root of the tree ("sim/fiber.cpp").
struct SourceFile {
  std::string path;
  std::string text;
};

using Tree = std::vector<SourceFile>;

/// Every text file under `root`, sorted by path; without .git and build directories.
Tree read_tree(const std::string& root);

/// Lines without their ends. A file that ends in a newline has no empty last line.
std::vector<std::string_view> lines_of(std::string_view text);

/// `text` with comments and the insides of string and character literals blanked; lines stay.
std::string code_only(std::string_view text);

/// Where `word` stands in `text` from `from` on, not as a part of a longer identifier; npos if it
/// does not.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

/// 1-based line of a position in `text`.
std::size_t line_at(std::string_view text, std::size_t position);

bool is_cpp(std::string_view path);
bool is_header(std::string_view path);

/// "core/btrfs" for "core/btrfs/qgroup.cpp", "" at the top.
std::string_view folder_of(std::string_view path);

/// True for paths inside `folder` ("core" holds "core/btrfs/qgroup.cpp").
bool inside(std::string_view path, std::string_view folder);

}  // namespace tidy
