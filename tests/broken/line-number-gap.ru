# title: The number before is gone.
# check: line-numbers
# focus: <https://kgq.example/notes#L8>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

DELETE DATA { :L7 k:line 7 }
