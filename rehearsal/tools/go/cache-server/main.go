// Command cache-server plays the Redis that Argo CD keeps its cache in: miniredis speaks Redis's protocol and holds
// everything in memory.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "host and port to listen on")
	flag.Parse()
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr(*address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("listening on", server.Addr())
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	// miniredis's clock, which entries expire by, stands still unless it is moved on.
	for tick := time.Tick(time.Second); ; {
		select {
		case <-tick:
			server.FastForward(time.Second)
		case <-end:
			server.Close()
			return
		}
	}
}
