# title: A space after the name.
# check: label-white-space
# focus: <https://kgq.example/notes#Helm>

PREFIX : <https://kgq.example/notes#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { :Helm skos:altLabel "Helm "@en }
