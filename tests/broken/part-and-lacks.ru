# title: To have as a part is to have.
# check: has-and-lacks
# focus: <https://kgq.example/notes#EKS>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :EKS k:hasPart :DataPlane }
