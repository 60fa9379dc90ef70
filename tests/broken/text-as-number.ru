# title: Text where a number is asked for.
# check: range
# focus: <https://kgq.example/notes#L3>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :L3 k:line "three" }
