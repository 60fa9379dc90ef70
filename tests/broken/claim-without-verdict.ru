# title: Neither true nor false.
# check: claim-incomplete
# focus: <https://kgq.example/notes#claim-ec2-control-plane>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

DELETE DATA { :claim-ec2-control-plane k:verdict false }
