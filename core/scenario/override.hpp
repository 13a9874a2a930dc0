// `--set KEY=VALUE`: values from the command line, put into the tree that the scenario's text gave.
#pragma once

#include <toml++/toml.h>
#include <string>
#include <string_view>

namespace polyclinic {

// The node under `segment`: a key of a table; an index of a list, or the `name` of a table in it. Null where there is none.
[[nodiscard]] const toml::node* child_of(const toml::node& node, std::string_view segment);

// Sets the value at KEY, creating tables on the way; VALUE is TOML, or else a bare word taken as text. The new nodes' source is
// "--set KEY=VALUE". Throws UsageError where `text` has no '=', or where KEY leads through a value or past the end of a list.
void apply_override(toml::table& root, const std::string& text);

}  // namespace polyclinic
