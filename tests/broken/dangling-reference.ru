# title: The concept is called :YAMLFile.
# check: dangling-reference
# focus: <https://kgq.example/notes#YamlFile>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA { :Helm k:manages :YamlFile {| prov:wasDerivedFrom :L112 |} }
