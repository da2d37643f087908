module fortune

go 1.25.0
