/// Help texts: examples first.
#pragma once

namespace cli::help {

extern const char* const kProgram;
extern const char* const kExitCodes;
extern const char* const kReplay;
extern const char* const kExplore;
extern const char* const kMerge;
extern const char* const kCheck;
extern const char* const kShow;
extern const char* const kList;
extern const char* const kImport;
extern const char* const kImportFsstress;
extern const char* const kConform;

}  // namespace cli::help
