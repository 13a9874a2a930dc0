#include "core/report/embedded.hpp"

// The assembler reads the file as it is; CMake names the files in definitions and knows that this one depends on them.
#define EMBED(name, file)                                                        \
  __asm__(".pushsection .rodata\n" #name "_begin:\n.incbin \"" file "\"\n" #name \
          "_end:\n.popsection\n"                                                 \
          ".global " #name "_begin\n.global " #name "_end\n");                   \
  extern "C" const char name##_begin[], name##_end[];                            \
  namespace polyclinic {                                                         \
  std::string_view name() { return {name##_begin, name##_end}; }                 \
  }

EMBED(embedded_html, POLYCLINIC_REPORT_HTML)
EMBED(embedded_style, POLYCLINIC_REPORT_STYLE)
EMBED(embedded_script, POLYCLINIC_REPORT_SCRIPT)
EMBED(embedded_plotly, POLYCLINIC_REPORT_PLOTLY)
