# Completes a command line of polyclinic by what the program wrote above about itself.

# Whether the shell cuts words at '=', and then wants only what follows it.
_polyclinic_cuts() { [[ $COMP_WORDBREAKS == *=* ]]; }

# Words of the command line up to the cursor, without the program, in `words`; those cut at '=' whole again.
_polyclinic_words() {
  local i
  for ((i = 1; i <= COMP_CWORD; ++i)); do
    if _polyclinic_cuts && ((i > 1)) && [[ ${COMP_WORDS[i]} == = || ${COMP_WORDS[i - 1]} == = ]]; then
      words[-1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
}

# Offers those of the lines read that continue $1.
_polyclinic_offer() {
  local line
  while IFS= read -r line; do
    [[ $line != "$1"* ]] || COMPREPLY+=("$line")
  done
}

_polyclinic_offer_files() {  # ENDING (empty: folders only) BEGINNING
  local line
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
    [[ -z $1 ]] || compgen -f -X "!*.$1" -- "$2"
    compgen -d -- "$2"
  )
}

# KEY, or KEY=VALUE where the value is a name. What stands for a chain's number, or its name, is taken as it was typed.
_polyclinic_offer_keys() {
  local index=0 key=${1%%=*} keys
  [[ ! $1 =~ ^(institution|chain|reference|relay|fault|behaviour)\.([^.=]+)\. ]] || index=${BASH_REMATCH[2]}
  if [[ $1 == *=* ]]; then
    before+=$key=
    _polyclinic_offer "${1#*=}" < <(_polyclinic_key_names "${key/".$index."/.@.}" | tr ' ' '\n')
  else
    compopt -o nospace 2>/dev/null
    keys=$(_polyclinic_keys)
    _polyclinic_offer "$1" <<<"${keys//.@./".$index."}"
    COMPREPLY=("${COMPREPLY[@]/%/=}")
  fi
}

# Offers values of the kinds $1, separated by bars, that continue $2.
_polyclinic_offer_values() {
  local kind kinds
  IFS='|' read -ra kinds <<<"$1"
  for kind in "${kinds[@]}"; do
    case $kind in
      KEY=VALUE) _polyclinic_offer_keys "$2" ;;
      DIR) _polyclinic_offer_files '' "$2" ;;
      [A-Z]*.*) _polyclinic_offer_files "${kind##*.}" "$2" ;;
      [A-Z]*) ;;
      *) _polyclinic_offer "$2" <<<"$kind" ;;
    esac
  done
}

_polyclinic() {
  local words=() current option before=
  COMPREPLY=()
  _polyclinic_words
  current=${words[-1]}
  if ((${#words[@]} == 1)); then
    _polyclinic_offer "$current" < <(_polyclinic_options '' | tr ' ' '\n')
    return
  fi
  option=${words[-2]}
  if [[ $current == --*=* ]]; then
    option=${current%%=*}
    before=$option=
    current=${current#*=}
  fi
  if [[ $option == --* && -n $(_polyclinic_value "${words[0]}" "$option") ]]; then
    _polyclinic_offer_values "$(_polyclinic_value "${words[0]}" "$option")" "$current"
  elif [[ $current == -* ]]; then
    _polyclinic_offer "$current" < <(_polyclinic_options "${words[0]}" | tr ' ' '\n')
  else
    _polyclinic_offer_values "$(_polyclinic_value "${words[0]}")" "$current"
  fi
  _polyclinic_cuts || COMPREPLY=("${COMPREPLY[@]/#/"$before"}")
}

complete -F _polyclinic polyclinic
