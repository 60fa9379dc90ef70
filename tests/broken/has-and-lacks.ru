# title: The notes say that it lacks it.
# check: has-and-lacks
# focus: <https://kgq.example/notes#Podman>

PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>

INSERT DATA { :Podman k:has :Daemon }
