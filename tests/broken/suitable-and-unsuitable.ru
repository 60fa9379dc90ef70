# title: The notes say that it is unsuitable.
# check: disjoint-properties
# focus: <https://kgq.example/notes#Fargate>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :Fargate k:suitableFor :GPUTraining }
