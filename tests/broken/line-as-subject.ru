# title: A line of the notes in a place for concepts.
# check: domain
# focus: <https://kgq.example/notes#L5>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :L5 k:isA :ControlPlane }
