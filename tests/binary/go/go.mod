// Marks the module's root. What is built from is v1.37.mod and its siblings: go build -modfile=v1.37.mod
module kubectl-dra.test/krew

go 1.26
