# `cmake --install BUILD --prefix DIR`: the program, its help, and what it is used with.
include(GNUInstallDirs)
set(POLYCLINIC_SHARE ${CMAKE_INSTALL_DATADIR}/polyclinic)
set(POLYCLINIC_DOCUMENTS ${PROJECT_BINARY_DIR}/documents)
find_program(GZIP gzip)

# The program writes its manual page and its completion itself, and so must run here: a build for another machine, or one under
# a sanitizer, goes without.
if(GZIP AND NOT CMAKE_CROSSCOMPILING AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  add_custom_command(
    OUTPUT ${POLYCLINIC_DOCUMENTS}/polyclinic.1.gz ${POLYCLINIC_DOCUMENTS}/polyclinic.bash
    COMMAND ${CMAKE_COMMAND} -E make_directory ${POLYCLINIC_DOCUMENTS}
    COMMAND polyclinic man > ${POLYCLINIC_DOCUMENTS}/polyclinic.1
    COMMAND ${GZIP} -9nf ${POLYCLINIC_DOCUMENTS}/polyclinic.1
    COMMAND polyclinic completion bash > ${POLYCLINIC_DOCUMENTS}/polyclinic.bash
    DEPENDS polyclinic
    COMMENT "Writing the manual page and the shell's completion"
    VERBATIM)
  add_custom_target(documents ALL DEPENDS ${POLYCLINIC_DOCUMENTS}/polyclinic.1.gz)
endif()

install(TARGETS polyclinic RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${POLYCLINIC_DOCUMENTS}/polyclinic.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES ${POLYCLINIC_DOCUMENTS}/polyclinic.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME polyclinic OPTIONAL)

install(DIRECTORY scenarios DESTINATION ${POLYCLINIC_SHARE} FILES_MATCHING PATTERN "*.toml")
install(FILES datasets/index.toml datasets/README.md DESTINATION ${POLYCLINIC_SHARE}/datasets)
install(PROGRAMS tools/plot.py DESTINATION ${POLYCLINIC_SHARE}/tools)
install(DIRECTORY tools/plotting DESTINATION ${POLYCLINIC_SHARE}/tools FILES_MATCHING PATTERN "*.py"
        PATTERN __pycache__ EXCLUDE)
install(FILES tools/polyclinic_results.py DESTINATION ${POLYCLINIC_SHARE}/tools OPTIONAL)

install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES tools/packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
