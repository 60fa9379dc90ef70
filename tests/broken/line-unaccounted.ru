# title: Neither a fact nor a reason.
# check: line-unaccounted
# focus: <https://kgq.example/notes#L3>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

DELETE WHERE { :L3 k:accountedFor ?reason }
