# title: A concept that is a figure too.
# check: disjoint-classes
# focus: <https://kgq.example/notes#EKS>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :EKS a k:Figure }
