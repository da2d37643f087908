// Fortune answers every request with a saying. README.md lists what it serves, and the environment variables that it
// reads.
package main

import (
	"context"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

var sayings = []string{
	"A digest never lies, and a tag never promised anything.",
	"Whoever rolls forward slowly rolls back quickly.",
	"The best rollback is the commit before.",
	"What is in no commit runs nowhere for long.",
	"Two clouds are company, three are a platform.",
}

func main() {
	cloud := setting("CLOUD", "this machine")
	drain, err := strconv.Atoi(setting("DRAIN_MILLISECONDS", "5000"))
	if err != nil {
		log.Fatalf("DRAIN_MILLISECONDS: %v", err)
	}

	var draining atomic.Bool
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", func(answer http.ResponseWriter, _ *http.Request) {
		write(answer, http.StatusOK, sayings[rand.IntN(len(sayings))]+"\n\nfortune on "+cloud+"\n")
	})
	pages.HandleFunc("GET /healthz", func(answer http.ResponseWriter, _ *http.Request) {
		write(answer, http.StatusOK, "alive\n")
	})
	pages.HandleFunc("GET /readyz", func(answer http.ResponseWriter, _ *http.Request) {
		if draining.Load() {
			write(answer, http.StatusServiceUnavailable, "draining\n")
			return
		}
		write(answer, http.StatusOK, "ready\n")
	})

	answers := newAnswers()
	app := serve(setting("PORT", "8080"), answers.counted(pages))
	// On a port of its own, which the network policy opens to Prometheus only.
	metrics := serve(setting("METRICS_PORT", "9090"), answers)

	// For a while it says that it is not ready and goes on answering, until no load balancer sends anything any more.
	stop, forget := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer forget()
	<-stop.Done()
	draining.Store(true)
	app.SetKeepAlivesEnabled(false)
	time.Sleep(time.Duration(drain) * time.Millisecond)
	patience, give := context.WithTimeout(context.Background(), 10*time.Second)
	defer give()
	if err := app.Shutdown(patience); err != nil {
		log.Printf("gave up what was not answered in time: %v", err)
	}
	_ = metrics.Close()
}

// serve answers at a port of HOST, or ends the process when that is taken.
func serve(port string, handler http.Handler) *http.Server {
	address := net.JoinHostPort(setting("HOST", "127.0.0.1"), port)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return server
}

func write(answer http.ResponseWriter, status int, text string) {
	answer.Header().Set("content-type", "text/plain; charset=utf-8")
	answer.WriteHeader(status)
	_, _ = answer.Write([]byte(text))
}

// setting is an environment variable's value, or what it is unless set.
func setting(name, preset string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return preset
}
