# title: A fact without a line.
# check: fact-without-source
# focus: <https://kgq.example/notes#Helm>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :Helm k:manages :Harbor }
