# title: Each is a part of the other.
# check: hierarchy-cycle
# focus: <https://kgq.example/notes#ControlPlane>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :ControlPlane k:partOf :MasterNode }
