# title: The line says that it is not on the exam.
# check: scope-conflict
# focus: <https://kgq.example/notes#Istio>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA { :Istio k:examScope :Emphasised {| prov:wasDerivedFrom :L117 |} }
