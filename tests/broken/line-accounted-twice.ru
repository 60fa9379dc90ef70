# title: Facts derive from the line.
# check: line-accounted-twice
# focus: <https://kgq.example/notes#L5>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :L5 k:accountedFor :BlankLine }
