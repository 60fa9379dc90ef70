# title: A kind of itself.
# check: hierarchy-cycle
# focus: <https://kgq.example/notes#Harbor>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :Harbor k:isA :Harbor }
