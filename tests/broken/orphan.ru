# title: Nothing is said of how it is related.
# check: orphan-concept
# focus: <https://kgq.example/notes#Lonely>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { :Lonely a k:Tool ; skos:prefLabel "Lonely"@en , "외톨이"@ko }
