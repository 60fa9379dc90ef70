# title: A tool where a role is asked for.
# check: range
# focus: <https://kgq.example/notes#Helm>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :Helm k:usedBy :Harbor }
