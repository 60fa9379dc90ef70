# title: It follows by way of the distributed storage.
# check: closure-stated
# focus: <https://kgq.example/notes#RookCeph>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :RookCeph k:isA :Storage }
