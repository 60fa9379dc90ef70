# title: The correction is no fact.
# check: claim-incomplete
# focus: <https://kgq.example/notes#claim-ec2-control-plane>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

DELETE DATA { :EC2 k:servesAs :DataPlane }
