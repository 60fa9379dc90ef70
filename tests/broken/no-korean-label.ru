# title: The Korean label is gone.
# check: missing-label
# focus: <https://kgq.example/notes#Harbor>

PREFIX : <https://kgq.example/notes#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { :Harbor skos:prefLabel "하버"@ko }
