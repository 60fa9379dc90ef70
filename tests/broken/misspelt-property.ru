# title: A property with a wrong capital.
# check: undeclared-property
# focus: <https://kgq.example/ontology#isa>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :EKS k:isa :ControlPlane }
