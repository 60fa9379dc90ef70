# title: Two tools with one name.
# check: shared-label
# focus: <https://kgq.example/notes#Harbor>

PREFIX : <https://kgq.example/notes#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { :Helm skos:prefLabel "Helm"@en } ;
INSERT DATA { :Helm skos:prefLabel "Harbor"@en }
