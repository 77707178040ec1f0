/// Error numbers that the modelled kernel returns, negative, as in the kernel. Modelled errors are
/// values, never findings.
#pragma once

#include <cerrno>  // the host is Linux: the same numbers

namespace kernel {

/// Name of an error number: "EDQUOT" for 122; "" if the model knows none.
const char* errno_name(int error);

}  // namespace kernel
