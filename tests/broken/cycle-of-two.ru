# title: Each is a kind of the other.
# check: hierarchy-cycle
# focus: <https://kgq.example/notes#ControlPlane>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :ControlPlane k:isA :EKS }
