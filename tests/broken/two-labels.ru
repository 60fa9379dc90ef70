# title: A second Korean label.
# check: duplicate-label
# focus: <https://kgq.example/notes#Harbor>

PREFIX : <https://kgq.example/notes#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { :Harbor skos:prefLabel "하보"@ko }
