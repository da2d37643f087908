// Command registry is the Distribution registry with the one storage driver that is used here: the official main
// package also brings those of three clouds, which are two fifths of the work of building it.
package main

import (
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func main() {
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}
