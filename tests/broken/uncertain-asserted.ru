# title: The misreading taken for a fact.
# check: uncertain-asserted
# focus: <https://kgq.example/notes#ECR>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA { :ECR k:integratesWith :EC2 {| prov:wasDerivedFrom :L15 |} }
