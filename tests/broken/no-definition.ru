# title: The definition is gone.
# check: missing-definition
# focus: <https://kgq.example/notes#Helm>

PREFIX : <https://kgq.example/notes#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE WHERE { :Helm skos:definition ?d }
