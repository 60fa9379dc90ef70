# title: The notes end before that line.
# check: unknown-source
# focus: <https://kgq.example/notes#ECR>

PREFIX : <https://kgq.example/notes#>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA { :u15 prov:wasDerivedFrom :L158 }
