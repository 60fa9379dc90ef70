# title: The trap taken for a fact.
# check: false-claim-asserted
# focus: <https://kgq.example/notes#claim-ec2-control-plane>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA { :EC2 k:isA :ControlPlane {| prov:wasDerivedFrom :L30 |} }
