# title: A second kind.
# check: one-kind
# focus: <https://kgq.example/notes#EKS>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :EKS a k:Tool }
