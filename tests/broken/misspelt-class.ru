# title: A class with a letter missing.
# check: undeclared-class
# focus: <https://kgq.example/ontology#Servce>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :Ghost a k:Servce }
